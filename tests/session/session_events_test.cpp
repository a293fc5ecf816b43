// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Events of the service and the parts of the session that get them. session_events.cpp is a part of
// Session.

#include "session_loss_fixture.hpp"
#include "virtual_clock.hpp"

using namespace gemlive;
using namespace gemlive::test;

namespace {

/// A session with a virtual clock, which reconnects without waiting.
struct SessionEvents : Resuming {
  SessionEvents() {
    time = [this] { return clock.now(); };
  }
  std::string call(const std::string &fields) {
    return R"({"toolCall":{"functionCalls":[{)" + fields + "}]}}";
  }
  /// The handle of the application.
  std::string known_handle() const { return counters->handle.copy().value_or("none"); }
  bool reconnect(int code = 1011) {
    server.close(code, "");
    const int before = server.made;
    for (int i = 0; i < 100 && server.made == before; ++i)
      clock.advance(100ms);
    if (server.made == before) return false;
    let_in();
    return true;
  }

  VirtualClock clock;
};

// Problems

TEST_F(SessionEvents, EachProblemIsReportedOnce) {
  connect();
  for (int i = 0; i < 3; ++i)
    server.say(call(R"("id":"1","name":"unknown")"));
  EXPECT_EQ(notices_of<notice::Warning>().size(), 1u);
  server.say(call(R"("id":"2","name":"another")"));
  EXPECT_EQ(notices_of<notice::Warning>().size(), 2u);
}

TEST_F(SessionEvents, ReportsSixteenProblemsAtMost) {
  connect();
  for (int i = 0; i < 40; ++i)
    server.say(call(R"("name":"unknown-)" + std::to_string(i) + '"'));
  EXPECT_EQ(notices_of<notice::Warning>().size(), 16u);
}

TEST_F(SessionEvents, ABadMessageDoesNotEndIt) {
  connect();
  server.say("{");
  EXPECT_EQ(notices_of<notice::Warning>().size(), 1u);
  speak();
  answer();
  EXPECT_EQ(notices_of<notice::TurnComplete>().size(), 1u);
}

// Tool calls

TEST_F(SessionEvents, ACallIsRegisteredBeforeItIsReported) {
  connect();
  server.say(call(R"("id":"1","name":"f")"));
  ASSERT_EQ(notices_of<ToolCall>().size(), 1u);
  EXPECT_TRUE(tool_calls->answer("1", "f", false)) << "the application may answer at once";
}

TEST_F(SessionEvents, ACallWithoutAnIdGetsOne) {
  connect();
  server.say(call(R"("name":"f")"));
  server.say(call(R"("name":"f")"));
  const auto reported = notices_of<ToolCall>();
  ASSERT_EQ(reported.size(), 2u);
  EXPECT_FALSE(reported[0].id.empty());
  EXPECT_NE(reported[0].id, reported[1].id);
  EXPECT_TRUE(tool_calls->answer(reported[1].id, "f", false));
}

TEST_F(SessionEvents, ARefusedCallIsNotReported) {
  connect();
  server.say(call(R"("id":"1","name":"unknown")"));
  EXPECT_TRUE(notices_of<ToolCall>().empty());
  send_input();
  EXPECT_EQ(messages_with("toolResponse"), 1u);
}

TEST_F(SessionEvents, ACancelledCallCannotBeAnswered) {
  connect();
  server.say(call(R"("id":"1","name":"f")"));
  server.say(R"({"toolCallCancellation":{"ids":["1"]}})");
  EXPECT_EQ(notices_of<ToolCallCancelled>().size(), 1u);
  EXPECT_FALSE(tool_calls->answer("1", "f", false));
  EXPECT_EQ(tool_calls->count(), 0u);
}

// Handles

TEST_F(SessionEvents, TheNewestValidHandleIsKept) {
  connect();
  server.say(handle("first"));
  EXPECT_EQ(known_handle(), "first");
  server.say(handle("second"));
  server.say(not_now);
  server.say(handle(""));
  EXPECT_EQ(known_handle(), "second") << "an empty update replaces nothing";
  ASSERT_TRUE(reconnect());
  EXPECT_TRUE(resumes_with("second"));
}

TEST_F(SessionEvents, TheHandleIsKnownWhenItIsReported) {
  connect();
  server.say(handle("h"));
  EXPECT_EQ(notices_of<ResumptionUpdate>().size(), 1u);
  EXPECT_EQ(known_handle(), "h");
}

TEST_F(SessionEvents, AHandleBehindTheEndIsReported) {
  connect();
  speak();
  clock.advance(300ms);  // the speech has ended
  answer();
  end_input();
  clock.advance(1s);
  ASSERT_TRUE(is_over());
  server.say(handle("late"));
  EXPECT_EQ(known_handle(), "late");
  EXPECT_EQ(notices_of<ResumptionUpdate>().size(), 1u);
}

TEST_F(SessionEvents, ARefusedHandleIsDropped) {
  connect();
  server.say(handle("dead"));
  server.close(1008, "BidiGenerateContent session not found");
  EXPECT_EQ(known_handle(), "");
}

// The ladder

TEST_F(SessionEvents, ACompleteTurnLeadsBackToTheFirstAttempt) {
  config.max_retries.set(2);
  connect();
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(reconnect(1006)) << i;
    speak();
    answer();
  }
  EXPECT_TRUE(notices_of<notice::Failed>().empty());
}

TEST_F(SessionEvents, ATurnWithNothingInItDoesNot) {
  config.max_retries.set(2);
  connect();
  for (int i = 0; i < 2; ++i) {
    server.say(turn_complete);
    ASSERT_TRUE(reconnect(1006)) << i;
  }
  server.say(turn_complete);
  EXPECT_FALSE(reconnect(1006)) << "the retries are used up";
  EXPECT_EQ(notices_of<notice::Failed>().size(), 1u);
}

TEST_F(SessionEvents, ATurnThatTheModelBeganByItselfDoes) {
  config.max_retries.set(1);
  connect();
  for (int i = 0; i < 5; ++i) {
    answer();
    ASSERT_TRUE(reconnect(1006)) << i;
  }
  EXPECT_TRUE(notices_of<notice::Failed>().empty());
}

TEST_F(SessionEvents, ATurnOfSilenceOrWhiteSpaceDoesNotCount) {
  config.max_turns.set(1);
  connect();
  speak();
  server.say(R"({"serverContent":{"modelTurn":{"parts":[{"text":" \n"}]}}})");
  server.say(turn_complete);
  server.say(audio(4800, 24000, std::byte{0}));
  server.say(turn_complete);
  EXPECT_FALSE(is_over());
  answer();
  clock.advance(1s);
  EXPECT_TRUE(is_over());
}

TEST_F(SessionEvents, ALateTranscriptBelongsToTheInterruptedTurnThoughTheUserSpeaks) {
  connect();
  speak();
  server.say(audio(4800));
  speak();
  server.say(R"({"serverContent":{"interrupted":true}})");
  server.say(turn_complete);
  speak();
  server.say(R"({"serverContent":{"outputTranscription":{"text":"late"}}})");
  EXPECT_EQ(notices.back().turn, 1u);
  ASSERT_EQ(notices_of<notice::TurnComplete>().size(), 1u) << "and begins none";
  answer();
  ASSERT_EQ(notices_of<notice::TurnComplete>().size(), 2u);
  EXPECT_EQ(notices_of<notice::TurnComplete>()[1].output_transcript, "");
}

TEST_F(SessionEvents, WithoutResumptionAHandleIsIgnored) {
  config.session_resumption.set(false);
  connect();
  server.say(handle("h"));
  EXPECT_NE(known_handle(), "h");
}

TEST_F(SessionEvents, GoAwayReplacesTheConnectionAtAQuietMoment) {
  connect();
  server.say(handle("h"));
  speak();
  server.say(R"({"goAway":{"timeLeft":"30s"}})");
  clock.advance(5s);
  EXPECT_FALSE(server.closed) << "an answer is owed";
  answer();
  clock.advance(600ms);
  EXPECT_EQ(counters->planned_reconnects, 1u);
  EXPECT_EQ(notices_of<GoAway>().size(), 1u);
}

// What the model declines is not resent

TEST_F(SessionEvents, WhatTheModelDeclinesIsNotResent) {
  connect();
  speak();
  be_quiet(10);
  server.say(content(R"("waitingForInput":true)"));
  ASSERT_TRUE(reconnect());
  EXPECT_EQ(counters->resent, 0u);
}

}  // namespace
