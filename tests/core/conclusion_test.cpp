// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "conclusion.hpp"

#include <gtest/gtest.h>

#include "pending_tool_calls.hpp"

using namespace gemlive;
using namespace std::chrono_literals;

namespace {

using Verdict = Conclusion::Verdict;

constexpr std::int64_t second = 1'000'000;

struct ConclusionTest : testing::Test {
  /// The user said something, the model answers.
  void ask_and_begin() {
    conclusion.asked();
    conclusion.turn_began(now);
  }

  std::int64_t now = 100 * second;
  Conclusion conclusion{20s};
};

TEST_F(ConclusionTest, OpenUntilTheInputEnds) {
  ask_and_begin();
  conclusion.turn_complete({}, now);
  EXPECT_EQ(conclusion.verdict(now), Verdict::open);
  EXPECT_FALSE(conclusion.next_check());
  conclusion.input_ended(now);
  EXPECT_EQ(conclusion.verdict(now), Verdict::complete) << "it had been answered before";
}

TEST_F(ConclusionTest, NothingAskedNothingAwaited) {
  conclusion.input_ended(now);
  EXPECT_EQ(conclusion.verdict(now), Verdict::complete);
}

TEST_F(ConclusionTest, QuietInputStillWaitsForATurn) {
  conclusion.sent();
  conclusion.input_ended(now);
  EXPECT_EQ(conclusion.verdict(now), Verdict::open);
  conclusion.turn_complete({.empty = true}, now);
  EXPECT_EQ(conclusion.verdict(now), Verdict::complete);
}

TEST_F(ConclusionTest, WhatIsSaidAfterTheAnswerBeganWantsAnother) {
  ask_and_begin();
  conclusion.asked();
  conclusion.turn_complete({}, now);
  conclusion.input_ended(now);
  EXPECT_EQ(conclusion.verdict(now), Verdict::open);
  conclusion.turn_began(now);
  EXPECT_EQ(conclusion.verdict(now), Verdict::open);
  conclusion.turn_complete({}, now);
  EXPECT_EQ(conclusion.verdict(now), Verdict::complete);
}

TEST_F(ConclusionTest, AnInterruptedTurnIsNeverTheLast) {
  ask_and_begin();
  conclusion.input_ended(now);
  conclusion.interrupted(now);
  conclusion.turn_complete({.interrupted = true}, now);
  EXPECT_EQ(conclusion.verdict(now), Verdict::open);
  conclusion.turn_began(now);
  conclusion.turn_complete({}, now);
  EXPECT_EQ(conclusion.verdict(now), Verdict::complete);
}

TEST_F(ConclusionTest, NothingComesWhereTheModelExpectsTheUserToGoOn) {
  conclusion.asked();
  conclusion.waiting_for_input(now);
  EXPECT_TRUE(conclusion.has_unanswered()) << "it may not have heard all";
  conclusion.input_ended(now + second);
  EXPECT_EQ(conclusion.next_check(), now + 4 * second);
  EXPECT_EQ(conclusion.verdict(now + 4 * second - 1), Verdict::open);
  EXPECT_EQ(conclusion.verdict(now + 4 * second), Verdict::assumed);
  conclusion.asked();
  conclusion.input_ended(now);
  EXPECT_EQ(conclusion.verdict(now + 4 * second), Verdict::open) << "who goes on wants an answer";
  conclusion.waiting_for_input(now);
  conclusion.tool_called("1");
  EXPECT_EQ(conclusion.verdict(now + 4 * second), Verdict::open);
  conclusion.tool_answered("1", false, now);
  EXPECT_EQ(conclusion.verdict(now + 4 * second), Verdict::open) << "it goes on with that";
}

TEST_F(ConclusionTest, ATurnThatAnnouncesAnotherIsNotTheLast) {
  ask_and_begin();
  conclusion.input_ended(now);
  conclusion.turn_complete({.more_to_come = true}, now);
  EXPECT_EQ(conclusion.verdict(now), Verdict::open);
}

TEST_F(ConclusionTest, APendingToolCallKeepsItOpen) {
  ask_and_begin();
  conclusion.tool_called("a");
  conclusion.input_ended(now);
  conclusion.turn_complete({}, now);
  EXPECT_EQ(conclusion.verdict(now), Verdict::open);
  conclusion.tool_cancelled("b");
  EXPECT_EQ(conclusion.verdict(now), Verdict::open);
  conclusion.tool_cancelled("a");
  EXPECT_EQ(conclusion.verdict(now), Verdict::complete);
}

TEST_F(ConclusionTest, AnInterruptionEndsCallsThatTheServiceCannotCancel) {
  ask_and_begin();
  conclusion.tool_called(PendingToolCalls::own_id(1));
  conclusion.tool_called("a");
  conclusion.interrupted(now);
  EXPECT_TRUE(conclusion.has_unanswered());
  conclusion.tool_cancelled("a");
  EXPECT_FALSE(conclusion.has_unanswered());
}

TEST_F(ConclusionTest, MoreInputTakesTheEndBack) {
  ask_and_begin();
  conclusion.turn_complete({}, now);
  conclusion.input_ended(now);
  conclusion.sent();
  EXPECT_FALSE(conclusion.has_input_ended());
  EXPECT_EQ(conclusion.verdict(now), Verdict::open);
}

TEST_F(ConclusionTest, AQuietSecondAfterPlaybackIsSecondBest) {
  ask_and_begin();
  conclusion.playing_until(now + 5 * second);
  conclusion.input_ended(now);
  conclusion.generation_complete(now);
  EXPECT_EQ(conclusion.next_check(), now + 6 * second);
  EXPECT_EQ(conclusion.verdict(now + 6 * second - 1), Verdict::open);
  EXPECT_EQ(conclusion.verdict(now + 6 * second), Verdict::assumed);
  conclusion.sign(now + 7 * second);
  EXPECT_EQ(conclusion.verdict(now + 7 * second), Verdict::open) << "not quiet";
  EXPECT_EQ(conclusion.verdict(now + 8 * second), Verdict::assumed);
  conclusion.playing_until(now + 9 * second);
  EXPECT_EQ(conclusion.verdict(now + 20 * second), Verdict::open) << "it went on";
}

TEST_F(ConclusionTest, PatienceCountsFromTheEndTheLastSignOrTheEndOfPlayback) {
  ask_and_begin();
  conclusion.input_ended(now);
  EXPECT_EQ(conclusion.next_check(), now + 20 * second);
  EXPECT_EQ(conclusion.verdict(now + 20 * second - 1), Verdict::open);
  EXPECT_EQ(conclusion.verdict(now + 20 * second), Verdict::timed_out);
  conclusion.sign(now + second);
  EXPECT_EQ(conclusion.next_check(), now + 21 * second);
  conclusion.playing_until(now + 60 * second);
  EXPECT_EQ(conclusion.verdict(now + 79 * second), Verdict::open);
  EXPECT_EQ(conclusion.verdict(now + 80 * second), Verdict::timed_out);
  conclusion.silenced();
  EXPECT_EQ(conclusion.next_check(), now + 21 * second);
}

}  // namespace
