// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "deadlines.hpp"

#include <gtest/gtest.h>

namespace gemlive {
namespace {

using namespace std::chrono_literals;
using Expired = Deadlines::Expired;

constexpr std::int64_t second = 1'000'000;

TEST(Deadlines, WithoutRulesNothingExpires) {
  Deadlines deadlines({.reading = 0s});
  deadlines.start(0);
  deadlines.block(0);
  EXPECT_EQ(deadlines.check(1000000 * second), Expired::none);
  EXPECT_FALSE(deadlines.next_check());
}

TEST(Deadlines, AServiceThatDoesNotRead) {
  Deadlines deadlines({.reading = 8s});
  const auto check_each_second = [&](std::int64_t from, std::int64_t to) {
    auto last = Expired::none;
    for (auto at = from; at <= to && last == Expired::none; ++at)
      last = deadlines.check(at * second);
    return last;
  };
  deadlines.block(0);
  EXPECT_EQ(deadlines.next_check(), second);
  deadlines.block(5 * second);  // still
  EXPECT_EQ(check_each_second(1, 7), Expired::none);
  EXPECT_EQ(deadlines.check(8 * second), Expired::not_reading);
  deadlines.block(10 * second);
  deadlines.unblock();
  EXPECT_EQ(check_each_second(11, 100), Expired::none);
}

TEST(Deadlines, TimeInWhichTheThreadWasBusyDoesNotCount) {
  Deadlines deadlines({.reading = 8s});
  deadlines.block(0);
  EXPECT_EQ(deadlines.check(60 * second), Expired::none) << "as after a slow handler";
  for (int i = 61; i < 67; ++i)
    EXPECT_EQ(deadlines.check(i * second), Expired::none) << i;
  EXPECT_EQ(deadlines.check(67 * second), Expired::not_reading);
}

TEST(Deadlines, AConversationInWhichNothingIsSaid) {
  Deadlines deadlines({.idle = 60s});
  deadlines.start(0);
  deadlines.restart_idle(30 * second);
  EXPECT_EQ(deadlines.check(60 * second), Expired::none);
  deadlines.restart_idle(45 * second);
  deadlines.restart_idle(40 * second);  // what is played ends later
  EXPECT_EQ(deadlines.next_check(), 105 * second);
  EXPECT_EQ(deadlines.check(105 * second), Expired::idle);
  EXPECT_EQ(deadlines.check(1000 * second), Expired::none);
}

TEST(Deadlines, AConversationThatGoesOnAndOn) {
  Deadlines deadlines({.idle = 60s, .session = 100s});
  deadlines.start(0);
  deadlines.restart_idle(99 * second);
  EXPECT_EQ(deadlines.check(100 * second), Expired::session_over) << "whatever happens in it";
  EXPECT_FALSE(deadlines.next_check());
}

}  // namespace
}  // namespace gemlive
