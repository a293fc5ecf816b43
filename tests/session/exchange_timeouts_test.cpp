// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What Exchange derives from time: timeouts, the end, interpreters.

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <utility>

#include "exchange_script.hpp"

using namespace gemlive;
using namespace gemlive::test;

namespace {

TEST(Exchange, WarnsOfAQuestionWithoutAnAnswer) {
  for (const char *script :
       {"ask", "ask content ask complete", "ask content ask interrupted complete",
        "ask content complete ask", "ask call response", "ask call complete response",
        "ask content in-progress", "noise heard", "ask content complete interrupted"}) {
    ExchangeScript run;
    run.play(script);
    const auto at = run.exchange.next_check(run.now);
    ASSERT_TRUE(at) << script;
    EXPECT_LE(*at, run.now + 30 * second) << script;
    EXPECT_EQ(run.exchange.overdue(*at - 1), Overdue::none) << script;
    const auto expected =
        std::string(script) == "ask call response" ? Overdue::no_end : Overdue::no_answer;
    EXPECT_EQ(run.exchange.overdue(*at), expected) << script;
    if (expected == Overdue::no_end) continue;
    run.exchange.give_up_question(*at);
    EXPECT_FALSE(run.exchange.owed()) << script;
    EXPECT_EQ(run.exchange.overdue(*at + 1000 * second), Overdue::none) << script;
  }
}

TEST(Exchange, WarnsOfAnEmptyTurnAfterFiveSeconds) {
  for (const char *script : {"ask complete", "speech pause complete", "noise heard complete",
                             "ask content ask interrupted complete complete"}) {
    ExchangeScript run;
    run.play(script);
    const auto at = run.exchange.next_check(run.now);
    ASSERT_EQ(at, run.now + 5 * second) << script;
    EXPECT_EQ(run.exchange.overdue(*at - 1), Overdue::none) << script;
    EXPECT_EQ(run.exchange.overdue(*at), Overdue::empty_turn) << script;
    run.exchange.give_up_question(*at);
    EXPECT_FALSE(run.exchange.owed()) << script;
    EXPECT_EQ(run.exchange.overdue(*at + 1000 * second), Overdue::none) << script;
  }
  for (const char *more : {"content", "speech", "interrupted", "complete", "waiting", "lost"}) {
    ExchangeScript run;
    run.play(std::string("ask complete ") + more);
    EXPECT_NE(run.exchange.overdue(run.now + 6 * second), Overdue::empty_turn) << more;
  }
}

/// When a turn counts as complete whose turnComplete may have been the interrupted turn's.
TEST(Exchange, AnUncertainEndIsSettledByTime) {
  const std::string begin = "ask content ask interrupted ";
  const auto settled_after = [&](const std::string &script) {
    ExchangeScript run;
    run.play(begin + script);
    const auto at = run.exchange.next_check(run.now);
    return at && run.exchange.overdue(*at) == Overdue::settled ? *at - run.now : -1;
  };
  EXPECT_EQ(settled_after("content complete"), 5 * second);
  EXPECT_EQ(settled_after("content content content content content content complete"), second);
  EXPECT_EQ(settled_after("answer complete"), second + second - second / 10) << "it still plays";
  EXPECT_EQ(settled_after("hush complete"), -1) << "nothing was said";
  EXPECT_EQ(settled_after("call complete"), -1) << "it waits for the application";
}

TEST(Exchange, AGeneratedTurnIsCompleteAfterTheTurnTimeout) {
  ExchangeScript run;
  run.play("ask answer generated");
  const auto at = run.now - second / 10 + 31 * second;
  EXPECT_EQ(run.exchange.overdue(at - second), Overdue::none) << "its turnComplete may still come";
  EXPECT_EQ(run.exchange.overdue(at), Overdue::settled);
  run.play("ask");
  EXPECT_EQ(run.exchange.overdue(at), Overdue::settled) << "also before a question";
  run.exchange.settle(at);
  EXPECT_EQ(run.exchange.answered_up_to(), 1u);
  EXPECT_TRUE(run.exchange.owed());
}

TEST(Exchange, SilenceNeedsNoConnectionAtTheEnd) {
  for (const auto &[script, is_end] : std::initializer_list<std::pair<const char *, bool>>{
           {"", true},
           {"pause", true},
           {"ask content complete lost pause", true},
           {"ask lost", false},
           {"ask content lost", false},
           {"noise lost", false},
           {"ask content complete ask lost", false}}) {
    ExchangeScript run;
    run.play(script);
    run.play("eos");
    EXPECT_FALSE(run.exchange.is_silent_end(run.now)) << script;
    EXPECT_EQ(run.exchange.next_check(run.now) == run.now + second, is_end) << script;
    EXPECT_EQ(run.exchange.is_silent_end(run.now + second), is_end) << script;
  }
}

/// Each is said once more every second.
TEST(Exchange, WhatIsSaidAgainExtendsNoTimeout) {
  struct Story {
    const char *begin, *again;
    Time ends_after;
  };
  for (const auto &[begin, again, ends_after] :
       {Story{"ask waiting eos", "waiting", 5 * second},
        Story{"ask eos in-progress", "in-progress", 21 * second}}) {
    SCOPED_TRACE(again);
    ExchangeScript run;
    run.play(begin);
    const auto since = run.now;
    while (run.exchange.end(run.now) == End::open && run.now < since + 60 * second) {
      run.now += second;
      run.play(again);
    }
    EXPECT_NE(run.exchange.end(run.now), End::open);
    EXPECT_LE(run.now, since + ends_after + 2 * second);
  }
  ExchangeScript run;
  run.play("ask in-progress");
  const auto at = run.exchange.next_check(run.now);
  ASSERT_TRUE(at);
  run.play("second second in-progress second in-progress");
  EXPECT_EQ(run.exchange.next_check(run.now), at) << "turn-timeout";
  run.play("ask in-progress");
  EXPECT_GT(run.exchange.next_check(run.now), at) << "a new question";
}

TEST(Exchange, WarnsOfAnAnswerWithoutAnEnd) {
  ExchangeScript run;
  run.play("ask content");
  run.exchange.progress(run.now + 5 * second);
  EXPECT_EQ(run.exchange.next_check(run.now), run.now + 35 * second);
  run.exchange.content(run.now + 2 * second, false);  // silence is no progress
  EXPECT_EQ(run.exchange.next_check(run.now), run.now + 35 * second);
  EXPECT_EQ(run.exchange.overdue(run.now + 35 * second), Overdue::no_end);
  run.play("call");
  EXPECT_FALSE(run.exchange.next_check(run.now)) << "it waits for the application";
}

TEST(Exchange, RepeatingTheQuestionAfterAPauseDoesNotRestartTheTimeout) {
  ExchangeScript run;
  run.play("speech speech speech");
  const auto asked = run.now;
  EXPECT_EQ(run.exchange.next_check(run.now), asked + 30 * second);
  run.now += 4 * second;
  run.play("speech speech");
  EXPECT_EQ(run.exchange.next_check(run.now), asked + 30 * second);
  run.play("pause content complete speech");
  EXPECT_EQ(run.exchange.next_check(run.now), run.now + 30 * second);
}

TEST(Exchange, SpeechThatIsSentLateIsNoPause) {
  Exchange exchange({.turn_timeout = 30s, .pause = 3s});
  exchange.sent_audio(1, Sound::speech, 40ms, 10 * second, 10 * second);
  exchange.sent_audio(2, Sound::speech, 40ms, 11 * second, 20 * second);
  EXPECT_EQ(exchange.next_check(20 * second), 50 * second);
}

TEST(Exchange, TheEndWaitsForPlayback) {
  ExchangeScript run;
  run.play("ask content eos");
  run.exchange.playing_until(run.now + 60 * second);
  EXPECT_EQ(run.exchange.end(run.now + 79 * second), End::open);
  EXPECT_FALSE(run.exchange.is_end_overdue(run.now + 79 * second));
  EXPECT_EQ(run.exchange.end(run.now + 80 * second), End::timed_out);
  EXPECT_TRUE(run.exchange.is_end_overdue(run.now + 80 * second));
  run.play("interrupted");
  EXPECT_EQ(run.exchange.end(run.now + 20 * second), End::timed_out) << "nothing is played";
  run.exchange.input_goes_on();
  EXPECT_EQ(run.exchange.end(run.now + 100 * second), End::open);
}

/// An interpreter answers while the user speaks.
std::string interpretation(int rounds) {
  std::string script = "speech content";
  for (int i = 0; i < rounds; ++i)
    script += " speech content";
  return script;
}

TEST(Exchange, WhatGoesOnWhileTheUserSpeaksIsAnInterpreter) {
  ExchangeScript run;
  run.play(interpretation(9));
  EXPECT_FALSE(run.exchange.is_interpreter()) << "0.9 s of speech";
  run.play("speech");
  EXPECT_FALSE(run.exchange.is_interpreter()) << "and nothing behind it";
  run.play("content");
  EXPECT_TRUE(run.exchange.is_interpreter());
  EXPECT_EQ(run.turns, "[!");
  for (const char *end : {"complete", "generated", "interrupted"}) {
    auto ended = run;
    ended.play(end);
    EXPECT_FALSE(ended.exchange.is_interpreter()) << end;
    ended.play("complete " + interpretation(20));
    EXPECT_FALSE(ended.exchange.is_interpreter()) << end << ": it takes turns";
  }
  run.play("lost");
  EXPECT_TRUE(run.exchange.is_interpreter()) << "the service is the same";
}

TEST(Exchange, AnswersAndTheirQuestionsAreNoInterpretation) {
  for (const std::string script :
       {"speech speech speech speech speech speech speech speech speech speech speech speech "
        "speech content content content",
        "ask content pause pause pause content content",
        "ask content noise noise noise content content"}) {
    ExchangeScript run;
    run.play(script);
    EXPECT_FALSE(run.exchange.is_interpreter()) << script;
  }
}

TEST(Exchange, AnInterpreterIsQuietHalfASecondBehindItsOutput) {
  ExchangeScript run;
  run.play(interpretation(10));
  EXPECT_FALSE(run.exchange.quiet(run.now));
  EXPECT_EQ(run.exchange.quiet_from(), run.now + second / 2);
  EXPECT_TRUE(run.exchange.quiet(run.now + second / 2));
  EXPECT_TRUE(run.exchange.owed()) << "its turn is open";
  run.exchange.progress(run.now + 3 * second);  // it still plays
  EXPECT_FALSE(run.exchange.quiet(run.now + 3 * second));
  auto ended = run;
  ended.play("eos");
  EXPECT_FALSE(ended.exchange.quiet_from());
  run.play("call");
  EXPECT_FALSE(run.exchange.quiet_from());
}

TEST(Exchange, AnInterpretersEndIsTwoQuietSecondsBehindItsOutput) {
  ExchangeScript run;
  run.play(interpretation(10) + " eos");
  const auto output = run.now - second / 10;
  EXPECT_EQ(run.exchange.end(run.now), End::open);
  EXPECT_EQ(run.exchange.next_check(run.now), run.now + 2 * second);
  EXPECT_EQ(run.exchange.end(run.now + 2 * second), End::assumed);
  run.exchange.content(output + second);
  EXPECT_EQ(run.exchange.end(output + 3 * second - 1), End::open);
  EXPECT_EQ(run.exchange.end(output + 3 * second), End::assumed);
}

TEST(Exchange, SpeechThatIsNotInterpretedYetDelaysTheEndAndIsOverdueLater) {
  ExchangeScript run;
  run.play(interpretation(10));
  EXPECT_FALSE(run.exchange.next_check(run.now)) << "a long pause is no timeout";
  EXPECT_EQ(run.exchange.overdue(run.now + 100 * second), Overdue::none);
  run.play("speech");
  EXPECT_EQ(run.exchange.next_check(run.now), run.now + 30 * second);
  EXPECT_EQ(run.exchange.overdue(run.now + 30 * second), Overdue::no_end);
  run.exchange.input_ended(run.now);
  EXPECT_EQ(run.exchange.end(run.now + 5 * second - 1), End::open);
  EXPECT_EQ(run.exchange.end(run.now + 5 * second), End::assumed);
}

TEST(Exchange, AMomentThatHasPassedDoesNotHideALaterOne) {
  ExchangeScript run;
  run.play("pause eos");
  const auto assumed = run.exchange.next_check(run.now);
  ASSERT_EQ(assumed, run.now + second);
  EXPECT_EQ(run.exchange.next_check(*assumed), run.now + 20 * second);
  EXPECT_FALSE(run.exchange.next_check(run.now + 20 * second));
}

TEST(Exchange, AnActivityThatHasStartedIsTheNextTurn) {
  ExchangeScript run;
  run.play("ask content complete");
  run.exchange.activity_started();
  run.play("heard");
  EXPECT_EQ(run.turns, "[!][");
}

}  // namespace
