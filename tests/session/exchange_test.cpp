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

struct ExchangeTest : testing::Test {
  /// The user asks, the model answers.
  void ask_and_begin() {
    exchange.ask();
    exchange.begin_turn(now);
  }

  std::int64_t now = 100 * second;
  Exchange exchange{20s};
};

TEST_F(ExchangeTest, OpenUntilTheInputEnds) {
  ask_and_begin();
  exchange.complete_turn({}, now);
  EXPECT_EQ(exchange.verdict(now), Verdict::open);
  EXPECT_FALSE(exchange.next_check());
  exchange.end_input(now);
  EXPECT_EQ(exchange.verdict(now), Verdict::complete) << "it had been answered before";
}

TEST_F(ExchangeTest, WithoutInputItIsComplete) {
  exchange.end_input(now);
  EXPECT_EQ(exchange.verdict(now), Verdict::complete);
}

TEST_F(ExchangeTest, QuietInputStillWaitsForATurn) {
  exchange.note_sent();
  exchange.end_input(now);
  EXPECT_EQ(exchange.verdict(now), Verdict::open);
  exchange.complete_turn({.empty = true}, now);
  EXPECT_EQ(exchange.verdict(now), Verdict::complete);
}

TEST_F(ExchangeTest, InputAfterTheAnswerBeganNeedsAnotherAnswer) {
  ask_and_begin();
  exchange.ask();
  exchange.complete_turn({}, now);
  exchange.end_input(now);
  EXPECT_EQ(exchange.verdict(now), Verdict::open);
  exchange.begin_turn(now);
  EXPECT_EQ(exchange.verdict(now), Verdict::open);
  exchange.complete_turn({}, now);
  EXPECT_EQ(exchange.verdict(now), Verdict::complete);
}

TEST_F(ExchangeTest, AnInterruptedTurnIsNeverTheLast) {
  ask_and_begin();
  exchange.end_input(now);
  exchange.interrupt(now);
  exchange.complete_turn({.interrupted = true}, now);
  EXPECT_EQ(exchange.verdict(now), Verdict::open);
  exchange.begin_turn(now);
  exchange.complete_turn({}, now);
  EXPECT_EQ(exchange.verdict(now), Verdict::complete);
}

TEST_F(ExchangeTest, WaitingForInputEndsIt) {
  exchange.ask();
  exchange.expect_input(now);
  EXPECT_TRUE(exchange.has_unanswered()) << "it may not have heard all";
  exchange.end_input(now + second);
  EXPECT_EQ(exchange.next_check(), now + 4 * second);
  EXPECT_EQ(exchange.verdict(now + 4 * second - 1), Verdict::open);
  EXPECT_EQ(exchange.verdict(now + 4 * second), Verdict::assumed);
  exchange.ask();
  exchange.end_input(now);
  EXPECT_EQ(exchange.verdict(now + 4 * second), Verdict::open) << "who goes on wants an answer";
  exchange.expect_input(now);
  exchange.add_call("1");
  EXPECT_EQ(exchange.verdict(now + 4 * second), Verdict::open);
  exchange.answer_call("1", false, now);
  EXPECT_EQ(exchange.verdict(now + 4 * second), Verdict::open) << "it goes on with that";
}

TEST_F(ExchangeTest, ATurnThatAnnouncesAnotherIsNotTheLast) {
  ask_and_begin();
  exchange.end_input(now);
  exchange.complete_turn({.more_to_come = true}, now);
  EXPECT_EQ(exchange.verdict(now), Verdict::open);
}

TEST_F(ExchangeTest, APendingToolCallKeepsItOpen) {
  ask_and_begin();
  exchange.add_call("a");
  exchange.end_input(now);
  exchange.complete_turn({}, now);
  EXPECT_EQ(exchange.verdict(now), Verdict::open);
  exchange.cancel_call("b");
  EXPECT_EQ(exchange.verdict(now), Verdict::open);
  exchange.cancel_call("a");
  EXPECT_EQ(exchange.verdict(now), Verdict::complete);
}

TEST_F(ExchangeTest, AnInterruptionEndsCallsThatTheServiceCannotCancel) {
  ask_and_begin();
  exchange.add_call(PendingToolCalls::own_id(1));
  exchange.add_call("a");
  exchange.interrupt(now);
  EXPECT_TRUE(exchange.has_unanswered());
  exchange.cancel_call("a");
  EXPECT_FALSE(exchange.has_unanswered());
}

TEST_F(ExchangeTest, MoreInputCancelsTheEnd) {
  ask_and_begin();
  exchange.complete_turn({}, now);
  exchange.end_input(now);
  exchange.note_sent();
  EXPECT_FALSE(exchange.has_input_ended());
  EXPECT_EQ(exchange.verdict(now), Verdict::open);
}

TEST_F(ExchangeTest, AQuietSecondAfterPlayoutIsEnough) {
  ask_and_begin();
  exchange.set_playing_until(now + 5 * second);
  exchange.end_input(now);
  exchange.complete_generation(now);
  EXPECT_EQ(exchange.next_check(), now + 6 * second);
  EXPECT_EQ(exchange.verdict(now + 6 * second - 1), Verdict::open);
  EXPECT_EQ(exchange.verdict(now + 6 * second), Verdict::assumed);
  exchange.note_activity(now + 7 * second);
  EXPECT_EQ(exchange.verdict(now + 7 * second), Verdict::open) << "not quiet";
  EXPECT_EQ(exchange.verdict(now + 8 * second), Verdict::assumed);
  exchange.set_playing_until(now + 9 * second);
  EXPECT_EQ(exchange.verdict(now + 20 * second), Verdict::open) << "it went on";
}

TEST_F(ExchangeTest, TheTimeoutStartsAtTheEndTheLastActivityOrTheEndOfPlayout) {
  ask_and_begin();
  exchange.end_input(now);
  EXPECT_EQ(exchange.next_check(), now + 20 * second);
  EXPECT_EQ(exchange.verdict(now + 20 * second - 1), Verdict::open);
  EXPECT_EQ(exchange.verdict(now + 20 * second), Verdict::timed_out);
  exchange.note_activity(now + second);
  EXPECT_EQ(exchange.next_check(), now + 21 * second);
  exchange.set_playing_until(now + 60 * second);
  EXPECT_EQ(exchange.verdict(now + 79 * second), Verdict::open);
  EXPECT_EQ(exchange.verdict(now + 80 * second), Verdict::timed_out);
  exchange.stop_playing();
  EXPECT_EQ(exchange.next_check(), now + 21 * second);
}

}  // namespace
