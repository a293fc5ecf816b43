// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "message_pool.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "allocations.hpp"

using namespace gemlive;

namespace {

TEST(MessagePool, CopiesItsInput) {
  MessagePool pool;
  for (std::size_t size : {0, 1, 4096, 4097, 100'000, 5 << 20, 1}) {
    const std::string text(size, 'a');
    EXPECT_TRUE(pool.copy(text).bytes() == text) << size;
  }
}

TEST(MessagePool, ASteadyFlowAllocatesNothing) {
  MessagePool pool;
  const std::string text(3000, 'a');
  std::vector<Message> queue(5);
  const auto push = [&](std::size_t i) { queue[i % queue.size()] = pool.copy(text); };
  for (std::size_t i = 0; i < 100; ++i)
    push(i);
  const auto before = test::allocations();
  for (std::size_t i = 0; i < 1000; ++i)
    push(i);
  EXPECT_EQ(test::allocations(), before);
}

TEST(MessagePool, MessagesCanOutliveItAndEndOnAnyThread) {
  std::optional<MessagePool> pool(std::in_place);
  std::vector<Message> messages;
  for (int i = 0; i < 100; ++i)
    messages.push_back(pool->copy(std::to_string(i)));
  std::thread other([half = std::vector<Message>(
                         std::make_move_iterator(messages.begin() + 50),
                         std::make_move_iterator(messages.end()))]() mutable { half.clear(); });
  messages.resize(50);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(pool->copy("again").bytes(), "again");
  pool.reset();
  other.join();
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(messages[static_cast<std::size_t>(i)].bytes(), std::to_string(i));
}

}  // namespace
