// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "exchange.hpp"

#include <gtest/gtest.h>

#include "pending_tool_calls.hpp"

using namespace gemlive;
using namespace std::chrono_literals;

namespace {

using Verdict = Exchange::Verdict;

constexpr std::int64_t second = 1'000'000;

struct ConclusionTest : testing::Test {
  /// The user said something, the model answers.
  void ask_and_begin() {
    exchange.asked();
    exchange.turn_began(now);
  }

  std::int64_t now = 100 * second;
  Exchange exchange{20s};
};

TEST_F(ConclusionTest, OpenUntilTheInputEnds) {
  ask_and_begin();
  exchange.turn_complete({}, now);
  EXPECT_EQ(exchange.verdict(now), Verdict::open);
  EXPECT_FALSE(exchange.next_check());
  exchange.input_ended(now);
  EXPECT_EQ(exchange.verdict(now), Verdict::complete) << "it had been answered before";
}

TEST_F(ConclusionTest, NothingAskedNothingAwaited) {
  exchange.input_ended(now);
  EXPECT_EQ(exchange.verdict(now), Verdict::complete);
}

TEST_F(ConclusionTest, QuietInputStillWaitsForATurn) {
  exchange.sent();
  exchange.input_ended(now);
  EXPECT_EQ(exchange.verdict(now), Verdict::open);
  exchange.turn_complete({.empty = true}, now);
  EXPECT_EQ(exchange.verdict(now), Verdict::complete);
}

TEST_F(ConclusionTest, WhatIsSaidAfterTheAnswerBeganWantsAnother) {
  ask_and_begin();
  exchange.asked();
  exchange.turn_complete({}, now);
  exchange.input_ended(now);
  EXPECT_EQ(exchange.verdict(now), Verdict::open);
  exchange.turn_began(now);
  EXPECT_EQ(exchange.verdict(now), Verdict::open);
  exchange.turn_complete({}, now);
  EXPECT_EQ(exchange.verdict(now), Verdict::complete);
}

TEST_F(ConclusionTest, AnInterruptedTurnIsNeverTheLast) {
  ask_and_begin();
  exchange.input_ended(now);
  exchange.interrupted(now);
  exchange.turn_complete({.interrupted = true}, now);
  EXPECT_EQ(exchange.verdict(now), Verdict::open);
  exchange.turn_began(now);
  exchange.turn_complete({}, now);
  EXPECT_EQ(exchange.verdict(now), Verdict::complete);
}

TEST_F(ConclusionTest, NothingComesWhereTheModelExpectsTheUserToGoOn) {
  exchange.asked();
  exchange.waiting_for_input(now);
  EXPECT_TRUE(exchange.has_unanswered()) << "it may not have heard all";
  exchange.input_ended(now + second);
  EXPECT_EQ(exchange.next_check(), now + 4 * second);
  EXPECT_EQ(exchange.verdict(now + 4 * second - 1), Verdict::open);
  EXPECT_EQ(exchange.verdict(now + 4 * second), Verdict::assumed);
  exchange.asked();
  exchange.input_ended(now);
  EXPECT_EQ(exchange.verdict(now + 4 * second), Verdict::open) << "who goes on wants an answer";
  exchange.waiting_for_input(now);
  exchange.tool_called("1");
  EXPECT_EQ(exchange.verdict(now + 4 * second), Verdict::open);
  exchange.tool_answered("1", false, now);
  EXPECT_EQ(exchange.verdict(now + 4 * second), Verdict::open) << "it goes on with that";
}

TEST_F(ConclusionTest, ATurnThatAnnouncesAnotherIsNotTheLast) {
  ask_and_begin();
  exchange.input_ended(now);
  exchange.turn_complete({.more_to_come = true}, now);
  EXPECT_EQ(exchange.verdict(now), Verdict::open);
}

TEST_F(ConclusionTest, APendingToolCallKeepsItOpen) {
  ask_and_begin();
  exchange.tool_called("a");
  exchange.input_ended(now);
  exchange.turn_complete({}, now);
  EXPECT_EQ(exchange.verdict(now), Verdict::open);
  exchange.tool_cancelled("b");
  EXPECT_EQ(exchange.verdict(now), Verdict::open);
  exchange.tool_cancelled("a");
  EXPECT_EQ(exchange.verdict(now), Verdict::complete);
}

TEST_F(ConclusionTest, AnInterruptionEndsCallsThatTheServiceCannotCancel) {
  ask_and_begin();
  exchange.tool_called(PendingToolCalls::own_id(1));
  exchange.tool_called("a");
  exchange.interrupted(now);
  EXPECT_TRUE(exchange.has_unanswered());
  exchange.tool_cancelled("a");
  EXPECT_FALSE(exchange.has_unanswered());
}

TEST_F(ConclusionTest, MoreInputTakesTheEndBack) {
  ask_and_begin();
  exchange.turn_complete({}, now);
  exchange.input_ended(now);
  exchange.sent();
  EXPECT_FALSE(exchange.has_input_ended());
  EXPECT_EQ(exchange.verdict(now), Verdict::open);
}

TEST_F(ConclusionTest, AQuietSecondAfterPlaybackIsSecondBest) {
  ask_and_begin();
  exchange.playing_until(now + 5 * second);
  exchange.input_ended(now);
  exchange.generation_complete(now);
  EXPECT_EQ(exchange.next_check(), now + 6 * second);
  EXPECT_EQ(exchange.verdict(now + 6 * second - 1), Verdict::open);
  EXPECT_EQ(exchange.verdict(now + 6 * second), Verdict::assumed);
  exchange.sign(now + 7 * second);
  EXPECT_EQ(exchange.verdict(now + 7 * second), Verdict::open) << "not quiet";
  EXPECT_EQ(exchange.verdict(now + 8 * second), Verdict::assumed);
  exchange.playing_until(now + 9 * second);
  EXPECT_EQ(exchange.verdict(now + 20 * second), Verdict::open) << "it went on";
}

TEST_F(ConclusionTest, PatienceCountsFromTheEndTheLastSignOrTheEndOfPlayback) {
  ask_and_begin();
  exchange.input_ended(now);
  EXPECT_EQ(exchange.next_check(), now + 20 * second);
  EXPECT_EQ(exchange.verdict(now + 20 * second - 1), Verdict::open);
  EXPECT_EQ(exchange.verdict(now + 20 * second), Verdict::timed_out);
  exchange.sign(now + second);
  EXPECT_EQ(exchange.next_check(), now + 21 * second);
  exchange.playing_until(now + 60 * second);
  EXPECT_EQ(exchange.verdict(now + 79 * second), Verdict::open);
  EXPECT_EQ(exchange.verdict(now + 80 * second), Verdict::timed_out);
  exchange.silenced();
  EXPECT_EQ(exchange.next_check(), now + 21 * second);
}

}  // namespace
