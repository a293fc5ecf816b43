// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "vigil.hpp"

#include <gtest/gtest.h>

namespace gemlive {
namespace {

using namespace std::chrono_literals;
using Finding = Vigil::Finding;

constexpr std::int64_t second = 1'000'000;

TEST(Vigil, WithoutRulesNothingIsFound) {
  Vigil vigil({.turn = 0s, .reading = 0s});
  vigil.began(0);
  vigil.asked(0);
  vigil.blocked(0);
  EXPECT_EQ(vigil.check(1000000 * second), Finding::none);
  EXPECT_FALSE(vigil.next_check());
}

TEST(Vigil, AnAnswerThatDoesNotBegin) {
  Vigil vigil({.turn = 30s});
  vigil.began(0);
  vigil.asked(10 * second);
  EXPECT_EQ(vigil.next_check(), 40 * second);
  EXPECT_EQ(vigil.check(40 * second - 1), Finding::none);
  EXPECT_EQ(vigil.check(40 * second), Finding::no_answer);
  EXPECT_EQ(vigil.check(50 * second), Finding::none) << "it is told once";
  vigil.asked(60 * second);
  EXPECT_EQ(vigil.check(90 * second), Finding::no_answer);
}

TEST(Vigil, WhoAsksAgainAndAgainIsNotAnsweredEither) {
  Vigil vigil({.turn = 30s, .pause = 1s});
  vigil.began(0);
  for (int at = 10; at < 20; ++at)  // a long question
    vigil.asked(at * second);
  EXPECT_EQ(vigil.next_check(), 49 * second);
  for (int at = 25; at < 49; at += 5)  // hello? hello?
    for (int i = 0; i < 4; ++i)
      vigil.asked(at * second + i * second / 10);
  EXPECT_EQ(vigil.check(49 * second), Finding::no_answer);
  vigil.asked(55 * second);
  EXPECT_EQ(vigil.next_check(), 85 * second);
  vigil.answered(60 * second, 60 * second);
  vigil.turn_ended();
  vigil.asked(70 * second);
  EXPECT_EQ(vigil.next_check(), 100 * second);
}

TEST(Vigil, WhatIsSentLateIsNoPause) {
  Vigil vigil({.turn = 30s, .pause = 3s});
  vigil.asked(10 * second, 10 * second);
  vigil.asked(20 * second, 11 * second);  // the network stood still
  EXPECT_EQ(vigil.next_check(), 50 * second);
}

TEST(Vigil, AnAnswerThatDoesNotEnd) {
  Vigil vigil({.turn = 30s});
  vigil.asked(0);
  vigil.answered(second, 5 * second);
  EXPECT_EQ(vigil.next_check(), 35 * second) << "from when all of it has been heard";
  vigil.answered(10 * second, 5 * second);
  EXPECT_EQ(vigil.check(40 * second), Finding::no_end);
  vigil.asked(50 * second);
  vigil.answered(51 * second, 51 * second);
  vigil.turn_ended();
  EXPECT_EQ(vigil.check(1000 * second), Finding::none);
}

TEST(Vigil, SilenceIsNoAnswerHoweverMuchOfItComes) {
  Vigil vigil({.turn = 30s});
  vigil.asked(0);
  for (int i = 1; i < 31; ++i) {
    vigil.answered_silently(i * second);
    EXPECT_EQ(vigil.check(i * second), Finding::none) << i;
  }
  EXPECT_EQ(vigil.check(31 * second), Finding::no_end);
}

TEST(Vigil, OfALostConnectionNothingIsAwaited) {
  Vigil vigil({.turn = 30s, .reading = 8s});
  vigil.asked(0);
  vigil.blocked(0);
  vigil.disconnected();
  EXPECT_EQ(vigil.check(1000 * second), Finding::none);
}

TEST(Vigil, AServiceThatDoesNotRead) {
  Vigil vigil({.reading = 8s});
  vigil.blocked(0);
  vigil.blocked(5 * second);  // still
  EXPECT_EQ(vigil.check(8 * second), Finding::not_reading);
  vigil.blocked(10 * second);
  vigil.sent();
  EXPECT_EQ(vigil.check(100 * second), Finding::none);
}

TEST(Vigil, AConversationInWhichNobodySaysAnything) {
  Vigil vigil({.idle = 60s, .turn = 0s});
  vigil.began(0);
  vigil.asked(30 * second);
  EXPECT_EQ(vigil.check(60 * second), Finding::none);
  vigil.answered(40 * second, 45 * second);
  vigil.turn_ended();
  EXPECT_EQ(vigil.next_check(), 105 * second);
  EXPECT_EQ(vigil.check(105 * second), Finding::idle);
  EXPECT_EQ(vigil.check(1000 * second), Finding::none);
}

TEST(Vigil, AConversationThatGoesOnAndOn) {
  Vigil vigil({.idle = 60s, .session = 100s});
  vigil.began(0);
  vigil.asked(99 * second);
  vigil.disconnected();
  EXPECT_EQ(vigil.check(100 * second), Finding::session_over) << "whatever happens in it";
  EXPECT_FALSE(vigil.next_check());
}

}  // namespace
}  // namespace gemlive
