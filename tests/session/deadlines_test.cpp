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
  deadlines.start(0);
  deadlines.expect_answer(0);
  deadlines.note_blocked(0);
  EXPECT_EQ(deadlines.check(1000000 * second), Expired::none);
  EXPECT_FALSE(deadlines.next_check());
}

TEST(Deadlines, AnAnswerThatDoesNotBegin) {
  Deadlines deadlines({.turn = 30s});
  deadlines.start(0);
  deadlines.expect_answer(10 * second);
  EXPECT_EQ(deadlines.next_check(), 40 * second);
  EXPECT_EQ(deadlines.check(40 * second - 1), Expired::none);
  EXPECT_EQ(deadlines.check(40 * second), Expired::no_answer);
  EXPECT_EQ(deadlines.check(50 * second), Expired::none) << "it is told once";
  deadlines.expect_answer(60 * second);
  EXPECT_EQ(deadlines.check(90 * second), Expired::no_answer);
}

TEST(Deadlines, WhoAsksAgainAndAgainIsNotAnsweredEither) {
  Deadlines deadlines({.turn = 30s, .pause = 1s});
  deadlines.start(0);
  for (int at = 10; at < 20; ++at)  // a long question
    deadlines.expect_answer(at * second);
  EXPECT_EQ(deadlines.next_check(), 49 * second);
  for (int at = 25; at < 49; at += 5)  // hello? hello?
    for (int i = 0; i < 4; ++i)
      deadlines.expect_answer(at * second + i * second / 10);
  EXPECT_EQ(deadlines.check(49 * second), Expired::no_answer);
  deadlines.expect_answer(55 * second);
  EXPECT_EQ(deadlines.next_check(), 85 * second);
  deadlines.note_answer(60 * second, 60 * second);
  deadlines.end_turn();
  deadlines.expect_answer(70 * second);
  EXPECT_EQ(deadlines.next_check(), 100 * second);
}

TEST(Deadlines, WhatIsSentLateIsNoPause) {
  Deadlines deadlines({.turn = 30s, .pause = 3s});
  deadlines.expect_answer(10 * second, 10 * second);
  deadlines.expect_answer(20 * second, 11 * second);  // the network stood still
  EXPECT_EQ(deadlines.next_check(), 50 * second);
}

TEST(Deadlines, AnAnswerThatDoesNotEnd) {
  Deadlines deadlines({.turn = 30s});
  deadlines.expect_answer(0);
  deadlines.note_answer(second, 5 * second);
  EXPECT_EQ(deadlines.next_check(), 35 * second) << "from when all of it has been heard";
  deadlines.note_answer(10 * second, 5 * second);
  EXPECT_EQ(deadlines.check(40 * second), Expired::no_end);
  deadlines.expect_answer(50 * second);
  deadlines.note_answer(51 * second, 51 * second);
  deadlines.end_turn();
  EXPECT_EQ(deadlines.check(1000 * second), Expired::none);
}

TEST(Deadlines, SilenceIsNoAnswerHoweverMuchOfItComes) {
  Deadlines deadlines({.turn = 30s});
  deadlines.expect_answer(0);
  for (int i = 1; i < 31; ++i) {
    deadlines.note_silent_answer(i * second);
    EXPECT_EQ(deadlines.check(i * second), Expired::none) << i;
  }
  EXPECT_EQ(deadlines.check(31 * second), Expired::no_end);
}

TEST(Deadlines, OfALostConnectionNothingIsAwaited) {
  Deadlines deadlines({.turn = 30s, .reading = 8s});
  deadlines.expect_answer(0);
  deadlines.note_blocked(0);
  deadlines.disconnect();
  EXPECT_EQ(deadlines.check(1000 * second), Expired::none);
}

TEST(Deadlines, AServiceThatDoesNotRead) {
  Deadlines deadlines({.reading = 8s});
  deadlines.note_blocked(0);
  deadlines.note_blocked(5 * second);  // still
  EXPECT_EQ(deadlines.check(8 * second), Expired::not_reading);
  deadlines.note_blocked(10 * second);
  deadlines.note_sent();
  EXPECT_EQ(deadlines.check(100 * second), Expired::none);
}

TEST(Deadlines, AConversationInWhichNobodySaysAnything) {
  Deadlines deadlines({.idle = 60s, .turn = 0s});
  deadlines.start(0);
  deadlines.expect_answer(30 * second);
  EXPECT_EQ(deadlines.check(60 * second), Expired::none);
  deadlines.note_answer(40 * second, 45 * second);
  deadlines.end_turn();
  EXPECT_EQ(deadlines.next_check(), 105 * second);
  EXPECT_EQ(deadlines.check(105 * second), Expired::idle);
  EXPECT_EQ(deadlines.check(1000 * second), Expired::none);
}

TEST(Deadlines, AConversationThatGoesOnAndOn) {
  Deadlines deadlines({.idle = 60s, .session = 100s});
  deadlines.start(0);
  deadlines.expect_answer(99 * second);
  deadlines.disconnect();
  EXPECT_EQ(deadlines.check(100 * second), Expired::session_over) << "whatever happens in it";
  EXPECT_FALSE(deadlines.next_check());
}

}  // namespace
}  // namespace gemlive
