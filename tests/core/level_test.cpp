// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "level.hpp"

#include <gtest/gtest.h>

#include <vector>

using namespace gemlive;

namespace {

int peak(std::vector<std::int16_t> samples) {
  return Level::peak(std::as_bytes(std::span(samples)));
}

TEST(Level, ThePeakIsTheFarthestFromZero) {
  EXPECT_EQ(peak({}), 0);
  EXPECT_EQ(peak({0, 5, -7, 3}), 7);
  EXPECT_EQ(peak({0, 9, -7, 3}), 9);
  EXPECT_EQ(peak({32767, -32768}), 32768);
}

TEST(Level, ThePeakIsFoundWhereverItIs) {
  for (std::size_t size = 1; size < 70; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      std::vector<std::int16_t> samples(size, 3);
      samples[at] = at % 2 ? -1000 : 1000;
      ASSERT_EQ(peak(samples), 1000) << at << " of " << size;
    }
  }
}

TEST(Level, HalfASampleAtTheEndIsNone) {
  const std::vector<std::byte> bytes(21, std::byte{0x7f});
  EXPECT_EQ(Level::peak(bytes), 0x7f7f);
  EXPECT_EQ(Level::peak(std::span(bytes).first(1)), 0);
}

TEST(Level, LoudIsATenthOfTheLoudestSoFar) {
  Level level;
  const auto is_loud = [&](std::int16_t value) {
    const std::vector<std::int16_t> samples(320, value);
    return level.is_loud(std::as_bytes(std::span(samples)));
  };
  EXPECT_FALSE(is_loud(99));
  EXPECT_FALSE(level.heard_any());
  EXPECT_TRUE(is_loud(100));
  EXPECT_TRUE(level.heard_any());
  EXPECT_TRUE(is_loud(-10'000));
  EXPECT_TRUE(is_loud(1000));
  EXPECT_FALSE(is_loud(999));
}

}  // namespace
