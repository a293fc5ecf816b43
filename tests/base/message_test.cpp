// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "message.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace gemlive {
namespace {

/// Counts its releases instead of deleting itself.
struct Counted final : Message::Block {
  explicit Counted(std::string_view text) {
    memory = std::make_unique<char[]>(text.size());
    std::ranges::copy(text, memory.get());
    size = text.size();
  }
  void release() override { ++releases; }
  int releases = 0;
};

TEST(Message, OfNoBlockIsNone) {
  const Message none, copy = none;
  EXPECT_FALSE(none);
  EXPECT_FALSE(copy);
  EXPECT_EQ(none.bytes(), "");
}

TEST(Message, ItsLastOwnerReleasesIt) {
  Counted block("abc");
  {
    Message first(&block);
    Message second = first, third = std::move(first);
    EXPECT_FALSE(first);
    EXPECT_EQ(second.bytes(), "abc");
    const auto &same = second;
    second = same;
    third = second;
    second = {};
    EXPECT_EQ(block.releases, 0);
    EXPECT_EQ(third.bytes(), "abc");
  }
  EXPECT_EQ(block.releases, 1);
  { Message again(&block); }
  EXPECT_EQ(block.releases, 2) << "a released block can be used again";
}

TEST(Message, AnEmptyOneIsAMessage) {
  Counted block("");
  EXPECT_TRUE(Message(&block));
  EXPECT_EQ(Message(&block).bytes(), "");
}

TEST(Message, CopiesEndOnAnyThread) {
  Counted block("abc");
  {
    const Message message(&block);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([copy = message] {
        for (int k = 0; k < 1000; ++k)
          EXPECT_EQ(Message(copy).bytes().size(), 3u);
      });
    for (auto &thread : threads)
      thread.join();
    EXPECT_EQ(block.releases, 0);
  }
  EXPECT_EQ(block.releases, 1);
}

}  // namespace
}  // namespace gemlive
