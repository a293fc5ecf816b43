// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "exchange.hpp"

#include <glib.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

using namespace gemlive;
using namespace std::chrono_literals;

namespace {

using End = Exchange::End;
using Overdue = Exchange::Overdue;
using Time = Exchange::Time;

constexpr Time second = 1'000'000;

/// One conversation, a tenth of a second between two events.
struct Play {
  Exchange exchange{{.eos_timeout = 20s, .turn_timeout = 30s, .silence = 200ms, .pause = 3200ms}};
  Time now = 100 * second;
  Exchange::Sequence sent = 0;
  unsigned calls = 0;
  std::string turns;  // "[" opens, "!" is answered, "]" closes, "~" says nothing

  void note(Exchange::Change change) {
    if (change.closes) turns += "]";
    if (change.opens) turns += "[";
    if (change.answers) turns += "!";
  }

  /// One word of a script; see Orders.
  void say(const std::string &word) {
    now += second / 10;
    if (word == "speech") {
      exchange.sent_audio(++sent, Sound::speech, 100ms, now, now);
    } else if (word == "pause") {
      exchange.sent_audio(++sent, Sound::silence, 1s, now, now);
    } else if (word == "second") {
      now += second;
    } else if (word == "noise") {
      exchange.sent_audio(++sent, Sound::noise, 1s, now, now);
    } else if (word == "ask") {
      exchange.sent_question(++sent, now);
    } else if (word == "content") {
      note(exchange.content(now));
    } else if (word == "answer") {  // a second of it
      note(exchange.content(now));
      exchange.progress(now + second);
      exchange.playing_until(now + second);
    } else if (word == "hush") {  // silent audio
      note(exchange.content(now, false));
    } else if (word == "heard") {
      if (exchange.is_user_transcript_late())
        turns += "'";
      else
        note(exchange.user_transcript(now));
    } else if (word == "said") {
      if (exchange.is_model_transcript_late(now))
        turns += "'";
      else
        note(exchange.content(now));
    } else if (word == "interrupted") {
      exchange.interrupted(now);
    } else if (word == "generated") {
      exchange.generation_complete(now);
    } else if (word == "complete" || word == "in-progress" || word == "idle") {
      const auto change = exchange.turn_complete(word == "in-progress", word == "idle", now);
      if (change) note(*change);
      turns += change ? "]" : "~";
    } else if (word == "waiting") {
      exchange.waiting_for_input(now);
    } else if (word == "call") {
      note(exchange.content(now));
      exchange.set_pending_calls(++calls);
    } else if (word == "response") {
      exchange.sent_tool_response(false, now);
      exchange.set_pending_calls(--calls);
    } else if (word == "silent-response") {
      exchange.sent_tool_response(true, now);
      exchange.set_pending_calls(--calls);
    } else if (word == "lost") {
      calls = 0;
      turns += exchange.disconnected(now) ? "*" : "x";
    } else if (word == "eos") {
      exchange.input_ended(now);
    } else if (word == "given-up") {
      exchange.give_up_question(now);
    } else if (word == "activity") {
      exchange.activity_started();
    } else if (word == "settle") {
      const auto at = exchange.next_check(now);
      ASSERT_TRUE(at);
      EXPECT_EQ(exchange.overdue(*at), Overdue::settled);
      now = *at;
      exchange.settle(now);
    } else if (word == "turn-given-up") {
      exchange.give_up_turn(now);
    } else {
      FAIL() << word;
    }
  }

  void play(const std::string &script) {
    std::istringstream words(script);
    for (std::string word; words >> word;)
      say(word);
  }
};

struct Order {
  const char *script;
  const char *turns;            // what became of them
  bool owed;                    // at the end
  Exchange::Sequence answered;  // at the end
  End end = End::open;          // were the input to end now
  End later = End::timed_out;   // and 6 s later: complete and assumed are alike
};

std::string name(const testing::TestParamInfo<Order> &info) {
  std::string text = *info.param.script ? info.param.script : "nothing";
  for (auto &letter : text)
    if (!g_ascii_isalnum(letter)) letter = '_';
  return text;
}

class Orders : public testing::TestWithParam<Order> {};

TEST_P(Orders, AreUnderstood) {
  const auto &order = GetParam();
  Play run;
  run.play(order.script);
  EXPECT_EQ(run.turns, order.turns);
  EXPECT_EQ(run.exchange.owed(), order.owed);
  EXPECT_EQ(run.exchange.answered_up_to(), order.answered);
  run.exchange.input_ended(run.now);
  EXPECT_EQ(run.exchange.end(run.now), order.end);
  const auto later = run.exchange.end(run.now + 6 * second);
  EXPECT_EQ(later == End::assumed ? End::complete : later, order.later);
}

constexpr auto open = End::open;
constexpr auto complete = End::complete;

INSTANTIATE_TEST_SUITE_P(
    Usual, Orders,
    testing::Values(
        Order{"ask content generated complete", "[!]", false, 1, complete, complete},
        Order{"ask content complete", "[!]", false, 1, complete, complete},
        Order{"ask heard content generated complete", "[!]", false, 1, complete, complete},
        Order{"ask", "", true, 0, open, open}, Order{"ask heard", "[", true, 0, open, open},
        Order{"ask content", "[!", true, 0, open, open},
        Order{"ask content generated", "[!", true, 0, open, complete},
        Order{"ask content generated content", "[!", true, 0, open, open},
        Order{"ask content complete ask content complete", "[!][!]", false, 2, complete, complete}),
    name);

INSTANTIATE_TEST_SUITE_P(
    NothingToAnswer, Orders,
    testing::Values(Order{"", "", false, 0, complete, complete},
                    Order{"pause", "", false, 0, open, complete},
                    Order{"noise", "", false, 0, open, open},
                    Order{"noise complete", "[]", false, 1, complete, complete},
                    Order{"speech pause waiting", "", false, 2, open, complete},
                    Order{"speech pause heard waiting", "[", false, 2, open, complete},
                    Order{"speech waiting", "", true, 0, open, open},  // the speech goes on
                    Order{"ask waiting ask", "", true, 1, open, open},
                    Order{"ask content waiting", "[!", true, 0, open, open},
                    Order{"content", "[!", true, 0, open, open},  // unasked
                    Order{"content complete", "[!]", false, 0, complete, complete},
                    Order{"noise heard", "[", true, 0, open,
                          open},  // too quiet for us, not for the service
                    Order{"noise heard content complete", "[!]", false, 1, complete, complete}),
    name);

INSTANTIATE_TEST_SUITE_P(
    Interruptions, Orders,
    testing::Values(
        Order{"ask content ask interrupted complete", "[!]", true, 1, open, open},
        Order{"ask content ask interrupted complete content complete", "[!][!]", false, 2, complete,
              complete},
        // The old turn's turnComplete never comes, or comes late.
        Order{"ask content ask interrupted content", "[!][!", true, 1, open, open},
        Order{"ask content ask interrupted content generated complete", "[!][!]", false, 2,
              complete, complete},
        Order{"ask content ask interrupted answer complete", "[!][!~", true, 1, open, complete},
        Order{"ask content ask interrupted answer complete settle", "[!][!~", false, 2, complete,
              complete},
        Order{"ask content ask interrupted content complete", "[!][!~", true, 1, open, complete},
        Order{"ask content ask interrupted content complete settle", "[!][!~", false, 2, complete,
              complete},
        Order{"ask content ask interrupted content complete content complete", "[!][!~]", false, 2,
              complete, complete},
        Order{"ask content ask interrupted content complete complete", "[!][!~]", false, 2,
              complete, complete},
        Order{"ask content ask interrupted content complete generated", "[!][!~", true, 1, open,
              complete},
        Order{"ask content ask interrupted content complete interrupted complete", "[!][!~]", true,
              2, open, open},
        // Silent audio is no answer.
        Order{"ask content ask interrupted hush complete", "[!][!~", true, 1, open, open},
        // A newer question: its answer ends the turn before.
        Order{"ask content ask interrupted answer complete ask content complete", "[!][!~][!]",
              false, 3, complete, complete},
        Order{"ask content ask interrupted answer complete ask heard", "[!][!~][", true, 2, open,
              open},
        Order{"ask content ask interrupted answer ask complete content complete", "[!][!~]", true,
              2, open, open},
        // Only an answer announces another one.
        Order{"ask content ask interrupted content in-progress", "[!][!]", true, 1, open, open},
        Order{"ask content ask interrupted call complete", "[!][!~", true, 1, open, open},
        // The rest of the interrupted turn.
        Order{"ask content ask interrupted said complete", "[!']", true, 1, open, open},
        Order{"ask content ask interrupted said said complete content complete", "[!''][!]", false,
              2, complete, complete},
        Order{"ask content interrupted said", "[!'", true, 0, open, open},
        // What the user says is the next turn's.
        Order{"ask content speech interrupted heard complete", "[!][~", true, 1, open, open},
        Order{"ask content speech interrupted heard speech said", "[!]['", true, 1, open, open},
        Order{"ask content ask interrupted heard said complete", "[!]['~", true, 1, open, open},
        Order{"ask content speech interrupted heard second said", "[!][!", true, 1, open, open},
        Order{"ask content speech interrupted activity heard complete pause content complete",
              "[!][~!]", false, 3, complete, complete},
        Order{"ask content speech interrupted heard pause answer complete settle", "[!][!~", false,
              3, complete, complete},
        Order{"ask content complete interrupted heard", "[!][", true, 1, open, open},
        // The playback was cut, not the turn.
        Order{"ask content complete interrupted", "[!]", true, 1, open, open},
        Order{"ask content complete interrupted complete", "[!]~", true, 1, open, open},
        Order{"ask content in-progress interrupted complete ask content complete", "[!]~[!]", false,
              2, complete, complete},
        Order{"ask interrupted complete", "~", true, 0, open, open},
        Order{"ask heard interrupted complete content complete", "[][!]", false, 1, complete,
              complete},
        Order{"ask content complete ask interrupted content complete", "[!][!]", false, 2, complete,
              complete},
        // A question during an answer that goes on.
        Order{"ask content ask complete", "[!]", true, 1, open, open},
        Order{"ask content ask complete content complete", "[!][!]", false, 2, complete, complete},
        // Speech that goes on is not what is being answered.
        Order{"ask pause speech content complete", "[!]", true, 2, open, open},
        Order{"speech pause content complete", "[!]", false, 2, complete, complete}),
    name);

INSTANTIATE_TEST_SUITE_P(
    EmptyTurns, Orders,
    testing::Values(Order{"ask complete", "[]", true, 0, open, open},
                    Order{"speech pause complete", "[]", true, 0, open, open},
                    Order{"ask heard complete", "[]", true, 0, open, open},
                    Order{"noise heard complete", "[]", true, 0, open, open},
                    Order{"ask complete complete", "[][]", false, 1, complete, complete},
                    Order{"ask complete content complete", "[][!]", false, 1, complete, complete},
                    Order{"ask complete content", "[][!", true, 0, open, open},
                    Order{"ask complete ask complete", "[][]", true, 0, open, open},
                    Order{"ask complete lost", "[]x", false, 0, open, open},
                    Order{"ask complete waiting", "[]", false, 1, open, complete},
                    Order{"ask complete given-up", "[]", false, 1, complete, complete},
                    Order{"ask content ask interrupted complete complete", "[!][]", true, 1, open,
                          open},
                    Order{"ask content ask interrupted complete complete content complete",
                          "[!][][!]", false, 2, complete, complete}),
    name);

INSTANTIATE_TEST_SUITE_P(
    Late, Orders,
    testing::Values(
        Order{"ask content complete said", "[!]'", false, 1, complete, complete},
        // The user speaks already, so an answer cannot have begun.
        Order{"ask content complete speech said", "[!]'", true, 1, open, open},
        Order{"ask content complete speech heard speech said", "[!]['", true, 1, open, open},
        Order{"ask content speech interrupted complete speech said", "[!]'", true, 1, open, open},
        Order{"ask content complete speech pause said", "[!][!", true, 1, open, open},
        Order{"ask content complete heard", "[!]'", false, 1, complete, complete},
        Order{"ask content complete heard said", "[!]''", false, 1, complete, complete},
        Order{"ask content complete ask heard", "[!][", true, 1, open, open},
        Order{"ask content complete ask said", "[!][!", true, 1, open, open},
        Order{"ask content turn-given-up complete", "[!~", false, 1, complete, complete},
        Order{"ask content turn-given-up ask complete content complete", "[!~[!]", false, 2,
              complete, complete}),
    name);

INSTANTIATE_TEST_SUITE_P(
    MoreToCome, Orders,
    testing::Values(
        Order{"ask content in-progress", "[!]", true, 0, open, open},
        Order{"ask content in-progress content complete", "[!][!]", false, 1, complete, complete},
        Order{"ask content in-progress lost", "[!]x", false, 0, open, open},
        Order{"ask content in-progress complete", "[!][]", false, 1, complete, complete},
        // A newer question waits behind the announced answer.
        Order{"ask content in-progress ask content complete", "[!][!]", true, 1, open, complete},
        Order{"ask content in-progress ask content complete settle", "[!][!]", false, 2, complete,
              complete},
        Order{"ask content in-progress ask content complete content complete", "[!][!][!]", false,
              2, complete, complete},
        Order{"ask content in-progress ask content complete lost", "[!][!]x", false, 1, open, open},
        Order{"ask content in-progress ask content complete ask", "[!][!]", true, 1, open, open},
        Order{"ask content ask in-progress content complete", "[!][!]", true, 1, open, complete},
        // The service says that there is no other one, or an interruption has ended it.
        Order{"ask content in-progress ask content idle", "[!][!]", false, 2, complete, complete},
        Order{"ask content in-progress ask interrupted content complete", "[!][!]", false, 2,
              complete, complete},
        Order{"ask content idle", "[!]", false, 1, complete, complete},
        Order{"ask call", "[!", true, 0, open, open},
        Order{"ask call complete", "[!]", true, 0, open, open},
        Order{"ask call response", "[!", true, 0, open, open},
        Order{"ask call response content complete", "[!]", false, 1, complete, complete},
        Order{"ask call complete response", "[!]", true, 0, open, open},
        Order{"ask call complete response content complete", "[!][!]", false, 1, complete,
              complete},
        // The user speaks again: the empty turn answers only the first question.
        Order{"ask call complete response speech complete", "[!][]", true, 1, open, open},
        Order{"ask call complete silent-response", "[!]", false, 1, complete, complete},
        Order{"ask call generated response", "[!", true, 0, open, open}),
    name);

INSTANTIATE_TEST_SUITE_P(
    GivenUp, Orders,
    testing::Values(
        Order{"ask given-up", "", false, 1, complete, complete},
        Order{"ask given-up ask", "", true, 1, open, open},
        // Only an interim answer arrived.
        Order{"ask content in-progress given-up", "[!]", false, 1, complete, complete},
        Order{"ask call complete response given-up", "[!]", false, 1, complete, complete},
        // The interrupted turn does not end.
        Order{"ask content ask interrupted given-up", "[!", false, 2, complete, complete},
        Order{"ask content ask interrupted given-up complete", "[!~", false, 2, complete, complete},
        Order{"ask content turn-given-up", "[!", false, 1, complete, complete},
        Order{"ask content ask turn-given-up", "[!", true, 1, open, open},
        Order{"ask call response turn-given-up", "[!", false, 1, complete, complete}),
    name);

INSTANTIATE_TEST_SUITE_P(
    Losses, Orders,
    testing::Values(
        Order{"ask lost", "x", false, 0, open, open},
        Order{"ask content lost", "[!x", false, 0, open, open},
        Order{"ask content generated lost", "[!*", false, 1, complete, complete},
        Order{"ask content complete lost", "[!]x", false, 1, complete, complete},
        Order{"ask content interrupted lost", "[!x", false, 0, open, open},
        Order{"ask content ask interrupted answer complete lost", "[!][!~*", false, 2, complete,
              complete},
        // It may have been on its way at the interruption.
        Order{"ask content ask interrupted content complete lost", "[!][!~x", false, 1, open, open},
        Order{"ask content ask interrupted said complete lost", "[!']x", false, 1, open, open},
        Order{"ask lost ask content complete", "x[!]", false, 2, complete, complete}),
    name);

TEST(Exchange, WarnsOfAQuestionWithoutAnAnswer) {
  for (const char *script :
       {"ask", "ask content ask complete", "ask content ask interrupted complete",
        "ask content complete ask", "ask call response", "ask call complete response",
        "ask content in-progress", "noise heard", "ask content complete interrupted"}) {
    Play run;
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
    Play run;
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
    Play run;
    run.play(std::string("ask complete ") + more);
    EXPECT_NE(run.exchange.overdue(run.now + 6 * second), Overdue::empty_turn) << more;
  }
}

/// When a turn counts as complete whose turnComplete may have been the interrupted turn's.
TEST(Exchange, AnUncertainEndIsSettledByTime) {
  const std::string begin = "ask content ask interrupted ";
  const auto settled_after = [&](const std::string &script) {
    Play run;
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

TEST(Exchange, AQuestionThatIsNotResentIsGivenUpWithAWarning) {
  Play run;
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
    Play run;
    run.play("ask lost");
    run.exchange.withhold(1, run.now);
    run.play(sign);
    EXPECT_EQ(run.exchange.overdue(run.now), Overdue::not_resent) << sign;
  }
}

TEST(Exchange, OnlyAQuestionWithoutAnAnswerIsMissedWhenItIsNotResent) {
  for (const char *script : {"pause lost", "ask content complete pause lost", "ask given-up lost",
                             "speech pause waiting lost"}) {
    Play run;
    run.play(script);
    run.exchange.withhold(1, run.now);
    EXPECT_FALSE(run.exchange.next_check(run.now)) << script;
  }
  Play run;
  run.play("ask pause lost");
  run.exchange.withhold(2, run.now);
  EXPECT_FALSE(run.exchange.next_check(run.now)) << "the service has consumed it";
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
    Play run;
    run.play(script);
    run.play("eos");
    EXPECT_FALSE(run.exchange.is_silent_end(run.now)) << script;
    EXPECT_EQ(run.exchange.next_check(run.now) == run.now + second, is_end) << script;
    EXPECT_EQ(run.exchange.is_silent_end(run.now + second), is_end) << script;
  }
}

TEST(Exchange, WarnsOfAnAnswerWithoutAnEnd) {
  Play run;
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
  Play run;
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
  Play run;
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
  Play run;
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
    Play run;
    run.play(script);
    EXPECT_FALSE(run.exchange.is_interpreter()) << script;
  }
}

TEST(Exchange, AnInterpreterIsQuietHalfASecondBehindItsOutput) {
  Play run;
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
  Play run;
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
  Play run;
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

TEST(Exchange, WhatIsNotResentAfterALossIsNotOwed) {
  Play run;
  run.play("ask content ask lost");
  EXPECT_EQ(run.exchange.answered_up_to(), 0u);
  run.exchange.give_up_sent();
  EXPECT_EQ(run.exchange.answered_up_to(), 2u);
  run.play("eos");
  EXPECT_EQ(run.exchange.end(run.now), End::complete);
}

TEST(Exchange, AMomentThatHasPassedDoesNotHideALaterOne) {
  Play run;
  run.play("pause eos");
  const auto assumed = run.exchange.next_check(run.now);
  ASSERT_EQ(assumed, run.now + second);
  EXPECT_EQ(run.exchange.next_check(*assumed), run.now + 20 * second);
  EXPECT_FALSE(run.exchange.next_check(run.now + 20 * second));
}

TEST(Exchange, AnActivityThatHasStartedIsTheNextTurn) {
  Play run;
  run.play("ask content complete");
  run.exchange.activity_started();
  run.play("heard");
  EXPECT_EQ(run.turns, "[!][");
}

}  // namespace
