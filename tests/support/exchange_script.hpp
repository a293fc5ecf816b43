// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "exchange.hpp"

namespace gemlive::test {

using namespace std::chrono_literals;

using End = Exchange::End;
using Overdue = Exchange::Overdue;
using Time = Exchange::Time;

constexpr Time second = 1'000'000;

/// One conversation, a tenth of a second between two events.
struct ExchangeScript {
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
      note(exchange.tool_call(now));
      exchange.set_pending_calls(++calls);
    } else if (word == "cancelled") {
      exchange.set_pending_calls(--calls);
      exchange.calls_cancelled(now);
    } else if (word == "part") {  // of a call
      note(exchange.tool_call(now));
      exchange.set_gathering(true);
    } else if (word == "last-part") {
      note(exchange.tool_call(now));
      exchange.set_gathering(false);
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
    } else if (word == "dismissed") {
      exchange.dismiss();
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

}  // namespace gemlive::test
