// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What a lost connection does to what is owed; the orders of events are in exchange_test.

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "exchange_script.hpp"

using namespace gemlive;
using namespace gemlive::test;

namespace {

TEST(Exchange, AQuestionThatIsNotResentIsGivenUpWithAWarning) {
  ExchangeScript run;
  run.play("ask content ask lost");
  run.exchange.withhold(1, run.now);
  const auto at = run.exchange.next_check(run.now);
  ASSERT_EQ(at, run.now + 2 * second) << "this connection may fail, too";
  auto again = run;
  again.play("lost");
  EXPECT_EQ(again.exchange.overdue(*at), Overdue::none);
  EXPECT_EQ(again.exchange.answered_up_to(), 0u) << "the next one may resend it";

  auto works = run;
  works.play("ask content");
  EXPECT_EQ(works.exchange.overdue(works.now), Overdue::not_resent);
  works.exchange.give_up_lost();
  EXPECT_EQ(works.exchange.answered_up_to(), 2u) << "not the new question";
  EXPECT_TRUE(works.exchange.owed());

  EXPECT_EQ(run.exchange.overdue(*at), Overdue::not_resent);
  run.exchange.give_up_lost();
  EXPECT_EQ(run.exchange.overdue(*at), Overdue::none);
  run.exchange.input_ended(*at);
  EXPECT_EQ(run.exchange.end(*at), End::complete);
}

TEST(Exchange, AConnectionThatWorksKeepsNoQuestionForAnotherOne) {
  for (const char *sign : {"content", "complete", "pause waiting"}) {
    ExchangeScript run;
    run.play("ask lost");
    run.exchange.withhold(1, run.now);
    run.play(sign);
    EXPECT_EQ(run.exchange.overdue(run.now), Overdue::not_resent) << sign;
  }
}

TEST(Exchange, ATurnOfTheNextConnectionDoesNotAnswerWhatWasLost) {
  for (const char *turn : {"complete", "content complete", "waiting"}) {
    ExchangeScript run;
    run.play(std::string("ask lost ") + turn);
    EXPECT_EQ(run.exchange.answered_up_to(), 0u) << turn;
    run.exchange.withhold(1, run.now);
    EXPECT_EQ(run.exchange.overdue(run.now + 2 * second), Overdue::not_resent) << turn;
  }
}

TEST(Exchange, OnlyAQuestionWithoutAnAnswerIsMissedWhenItIsNotResent) {
  for (const char *script : {"pause lost", "ask content complete pause lost", "ask given-up lost",
                             "speech pause waiting lost"}) {
    ExchangeScript run;
    run.play(script);
    run.exchange.withhold(1, run.now);
    EXPECT_FALSE(run.exchange.next_check(run.now)) << script;
  }
  ExchangeScript run;
  run.play("ask pause lost");
  run.exchange.withhold(2, run.now);
  EXPECT_FALSE(run.exchange.next_check(run.now)) << "the service has consumed it";
}

TEST(Exchange, WhatIsNotResentAfterALossIsNotOwed) {
  ExchangeScript run;
  run.play("ask content ask lost");
  EXPECT_EQ(run.exchange.answered_up_to(), 0u);
  run.exchange.give_up_sent();
  EXPECT_EQ(run.exchange.answered_up_to(), 2u);
  run.play("eos");
  EXPECT_EQ(run.exchange.end(run.now), End::complete);
}

TEST(Exchange, AQuestionThatTheServiceHasIsWaitedForOnTheNextConnection) {
  ExchangeScript run;
  run.play("ask pause lost");
  run.exchange.resume(std::nullopt, true, run.now);
  EXPECT_TRUE(run.exchange.owed());
  EXPECT_EQ(run.exchange.overdue(run.now + 29 * second), Overdue::none);
  EXPECT_EQ(run.exchange.overdue(run.now + 30 * second), Overdue::no_answer);
  auto given_up = run;
  given_up.play("given-up lost");
  given_up.exchange.resume(std::nullopt, true, given_up.now);
  EXPECT_FALSE(given_up.exchange.owed());

  run.play("content complete");
  EXPECT_EQ(run.exchange.answered_up_to(), 2u);
  run.exchange.input_ended(run.now);
  EXPECT_EQ(run.exchange.end(run.now), End::complete);
  run.play("lost");
  run.exchange.resume(std::nullopt, true, run.now);
  EXPECT_FALSE(run.exchange.owed()) << "it is answered once";
}

TEST(Exchange, AQuestionThatIsResentIsNotWaitedForBefore) {
  ExchangeScript run;
  run.play("pause ask lost");
  run.exchange.resume(2, true, run.now);
  EXPECT_FALSE(run.exchange.owed());
  run.play("ask content complete");
  EXPECT_EQ(run.exchange.answered_up_to(), 3u);
}

TEST(Exchange, AQuestionThatCannotBeResentIsGivenUpWithAWarning) {
  ExchangeScript run;
  run.play("ask pause lost");
  run.exchange.resume(std::nullopt, false, run.now);
  EXPECT_EQ(run.exchange.overdue(run.now), Overdue::not_resent);
  run.exchange.give_up_lost();
  run.exchange.input_ended(run.now);
  EXPECT_EQ(run.exchange.end(run.now), End::complete);
}

}  // namespace
