// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "deadlines.hpp"

#include <gtest/gtest.h>

namespace gemlive {
namespace {

using namespace std::chrono_literals;
using Expired = Deadlines::Expired;

constexpr std::int64_t second = 1'000'000;

TEST(Deadlines, WithoutRulesNothingIsFound) {
  Deadlines deadlines({.turn = 0s, .reading = 0s});
  deadlines.began(0);
  deadlines.asked(0);
  deadlines.blocked(0);
  EXPECT_EQ(deadlines.check(1000000 * second), Expired::none);
  EXPECT_FALSE(deadlines.next_check());
}

TEST(Deadlines, AnAnswerThatDoesNotBegin) {
  Deadlines deadlines({.turn = 30s});
  deadlines.began(0);
  deadlines.asked(10 * second);
  EXPECT_EQ(deadlines.next_check(), 40 * second);
  EXPECT_EQ(deadlines.check(40 * second - 1), Expired::none);
  EXPECT_EQ(deadlines.check(40 * second), Expired::no_answer);
  EXPECT_EQ(deadlines.check(50 * second), Expired::none) << "it is told once";
  deadlines.asked(60 * second);
  EXPECT_EQ(deadlines.check(90 * second), Expired::no_answer);
}

TEST(Deadlines, WhoAsksAgainAndAgainIsNotAnsweredEither) {
  Deadlines deadlines({.turn = 30s, .pause = 1s});
  deadlines.began(0);
  for (int at = 10; at < 20; ++at)  // a long question
    deadlines.asked(at * second);
  EXPECT_EQ(deadlines.next_check(), 49 * second);
  for (int at = 25; at < 49; at += 5)  // hello? hello?
    for (int i = 0; i < 4; ++i)
      deadlines.asked(at * second + i * second / 10);
  EXPECT_EQ(deadlines.check(49 * second), Expired::no_answer);
  deadlines.asked(55 * second);
  EXPECT_EQ(deadlines.next_check(), 85 * second);
  deadlines.answered(60 * second, 60 * second);
  deadlines.turn_ended();
  deadlines.asked(70 * second);
  EXPECT_EQ(deadlines.next_check(), 100 * second);
}

TEST(Deadlines, WhatIsSentLateIsNoPause) {
  Deadlines deadlines({.turn = 30s, .pause = 3s});
  deadlines.asked(10 * second, 10 * second);
  deadlines.asked(20 * second, 11 * second);  // the network stood still
  EXPECT_EQ(deadlines.next_check(), 50 * second);
}

TEST(Deadlines, AnAnswerThatDoesNotEnd) {
  Deadlines deadlines({.turn = 30s});
  deadlines.asked(0);
  deadlines.answered(second, 5 * second);
  EXPECT_EQ(deadlines.next_check(), 35 * second) << "from when all of it has been heard";
  deadlines.answered(10 * second, 5 * second);
  EXPECT_EQ(deadlines.check(40 * second), Expired::no_end);
  deadlines.asked(50 * second);
  deadlines.answered(51 * second, 51 * second);
  deadlines.turn_ended();
  EXPECT_EQ(deadlines.check(1000 * second), Expired::none);
}

TEST(Deadlines, SilenceIsNoAnswerHoweverMuchOfItComes) {
  Deadlines deadlines({.turn = 30s});
  deadlines.asked(0);
  for (int i = 1; i < 31; ++i) {
    deadlines.answered_silently(i * second);
    EXPECT_EQ(deadlines.check(i * second), Expired::none) << i;
  }
  EXPECT_EQ(deadlines.check(31 * second), Expired::no_end);
}

TEST(Deadlines, OfALostConnectionNothingIsAwaited) {
  Deadlines deadlines({.turn = 30s, .reading = 8s});
  deadlines.asked(0);
  deadlines.blocked(0);
  deadlines.disconnected();
  EXPECT_EQ(deadlines.check(1000 * second), Expired::none);
}

TEST(Deadlines, AServiceThatDoesNotRead) {
  Deadlines deadlines({.reading = 8s});
  deadlines.blocked(0);
  deadlines.blocked(5 * second);  // still
  EXPECT_EQ(deadlines.check(8 * second), Expired::not_reading);
  deadlines.blocked(10 * second);
  deadlines.sent();
  EXPECT_EQ(deadlines.check(100 * second), Expired::none);
}

TEST(Deadlines, AConversationInWhichNobodySaysAnything) {
  Deadlines deadlines({.idle = 60s, .turn = 0s});
  deadlines.began(0);
  deadlines.asked(30 * second);
  EXPECT_EQ(deadlines.check(60 * second), Expired::none);
  deadlines.answered(40 * second, 45 * second);
  deadlines.turn_ended();
  EXPECT_EQ(deadlines.next_check(), 105 * second);
  EXPECT_EQ(deadlines.check(105 * second), Expired::idle);
  EXPECT_EQ(deadlines.check(1000 * second), Expired::none);
}

TEST(Deadlines, AConversationThatGoesOnAndOn) {
  Deadlines deadlines({.idle = 60s, .session = 100s});
  deadlines.began(0);
  deadlines.asked(99 * second);
  deadlines.disconnected();
  EXPECT_EQ(deadlines.check(100 * second), Expired::session_over) << "whatever happens in it";
  EXPECT_FALSE(deadlines.next_check());
}

}  // namespace
}  // namespace gemlive
