// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "input_chunker.hpp"

#include <gtest/gtest.h>

#include <utility>

#include "counting.hpp"

using namespace gemlive;

namespace {

using test::Bytes;
using test::counting;

TEST(InputChunker, IsEmptyAtFirst) {
  InputChunker chunker;
  EXPECT_EQ(0u, chunker.bytes());
  EXPECT_TRUE(chunker.take().empty());
  EXPECT_EQ(0u, chunker.drop());
}

TEST(InputChunker, GathersUntilItIsFull) {
  InputChunker chunker;
  chunker.set_size(8);
  chunker.add(counting(5));
  EXPECT_FALSE(chunker.is_full());
  EXPECT_EQ(3u, chunker.room());
  chunker.add(counting(3, 5));
  EXPECT_TRUE(chunker.is_full());
  EXPECT_EQ(counting(8), chunker.take());
  EXPECT_EQ(8u, chunker.room());
}

TEST(InputChunker, AHalfSampleStaysForTheNextChunk) {
  InputChunker chunker;
  chunker.set_size(8);
  chunker.add(counting(5));
  EXPECT_EQ(counting(4), chunker.take());
  EXPECT_EQ(1u, chunker.bytes());
  EXPECT_TRUE(chunker.take().empty());
  EXPECT_EQ(1u, chunker.bytes());
  chunker.add(counting(3, 5));
  EXPECT_EQ(counting(4, 4), chunker.take());
}

TEST(InputChunker, DropsWhatIsUnfinished) {
  InputChunker chunker;
  chunker.set_size(8);
  chunker.add(counting(5));
  EXPECT_EQ(5u, chunker.drop());
  EXPECT_EQ(0u, chunker.bytes());
}

TEST(InputChunker, SkipsWholeSamplesAcrossBuffers) {
  InputChunker chunker;
  chunker.set_size(8);
  EXPECT_EQ(0u, chunker.skip({}));
  EXPECT_EQ(4u, chunker.skip(counting(5)));
  EXPECT_EQ(1u, chunker.bytes());
  EXPECT_EQ(0u, chunker.skip({}));
  EXPECT_EQ(4u, chunker.skip(counting(4, 5)));
  EXPECT_EQ(2u, chunker.skip(counting(1, 9)));
  EXPECT_EQ(0u, chunker.bytes());
}

TEST(InputChunker, ReusesTheMemoryOfSentChunks) {
  InputChunker chunker;
  chunker.set_size(64);
  chunker.add(counting(64));
  auto sent = chunker.take();
  const auto *memory = sent.data();
  chunker.recycle(std::move(sent));
  chunker.add(counting(64));
  EXPECT_EQ(memory, chunker.take().data());
}

}  // namespace
