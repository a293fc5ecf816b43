// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The end of the session, on a virtual clock. session_end.cpp is a part of Session.

#include "timed_session_fixture.hpp"

using namespace gemlive;
using namespace gemlive::test;

namespace {

TEST_F(TimedSession, TheEndIsWhenNothingIsOwed) {
  connect();
  speak();
  end_input();
  pass(5s);
  EXPECT_FALSE(is_over());
  answer();
  EXPECT_TRUE(is_over());
  EXPECT_EQ(counters->state, ConnectionState::connected) << "usage may follow";
  pass(4900ms);
  EXPECT_EQ(counters->state, ConnectionState::connected);
  pass(200ms);
  EXPECT_EQ(counters->state, ConnectionState::disconnected);
  EXPECT_TRUE(server.closed);
}

TEST_F(TimedSession, AnUnaskedAnswerIsNotCutOffByTheEnd) {
  connect();
  server.say(audio(4800));
  end_input();
  pass(1s);
  EXPECT_FALSE(is_over());
  server.say(turn_complete);
  EXPECT_TRUE(is_over());
}

TEST_F(TimedSession, TheEndWaitsHalfASecondForTheHandleOfTheTurn) {
  setup = R"({"setup":{"sessionResumption":{}}})";
  connect();
  speak();
  pass(300ms);
  answer();
  end_input();
  EXPECT_FALSE(is_over());
  pass(600ms);
  EXPECT_TRUE(is_over());
}

TEST_F(TimedSession, EosTimeoutRunsWithoutAConnection) {
  config.eos_timeout.set(3s);
  start();
  speak();
  end_input();
  pass(2900ms);
  EXPECT_FALSE(is_over());
  pass(200ms);
  EXPECT_TRUE(is_over());
  EXPECT_NE(warning().find("no connection"), std::string::npos) << warning();
  EXPECT_NE(warning().find("eos-timeout"), std::string::npos);
  EXPECT_EQ(counters->state, ConnectionState::disconnected);
}

TEST_F(TimedSession, EosTimeoutSaysWhyThereIsNoConnection) {
  config.eos_timeout.set(3s);
  start();
  speak();
  server.fail({.kind = ErrorKind::cannot_connect, .message = "No host", .retry = Retry::reconnect});
  end_input();
  pass(3100ms);
  EXPECT_TRUE(is_over());
  EXPECT_NE(warning().find("The last error: No host"), std::string::npos) << warning();
}

TEST_F(TimedSession, SilenceNeedsNoConnection) {
  start();
  for (int i = 0; i < 30; ++i)
    push(0);
  end_input();
  pass(900ms);
  EXPECT_FALSE(is_over());
  pass(200ms);
  EXPECT_TRUE(is_over());
  EXPECT_NE(warning().find("silent"), std::string::npos) << warning();
}

TEST_F(TimedSession, SilenceIsReportedIfItIsAllThatWasSaid) {
  struct Story {
    const char *name;
    int level;
    bool is_answered;
    bool is_warned;
  };
  for (const auto &story :
       {Story{"silence", 0, false, true}, Story{"too quiet", 90, false, true},
        Story{"unasked", 0, true, false}, Story{"no audio", -1, false, false}}) {
    SCOPED_TRACE(story.name);
    notices.clear();
    counters->turns = 0;
    input_queue = std::make_shared<InputQueue>([] {});
    connect();
    for (int i = 0; story.level >= 0 && i < 30; ++i)
      push(story.level);
    if (story.is_answered) answer();
    end_input();
    pass(2s);
    EXPECT_TRUE(is_over());
    EXPECT_EQ(notices_of<notice::Warning>().size(), story.is_warned ? 1u : 0u) << warning();
  }
}

TEST_F(TimedSession, AfterTheAnswerSilenceNeedsNoConnection) {
  connect();
  speak();
  pass(300ms);
  answer();
  server.close(1011, "resource exhausted: quota");  // the next attempt is in a minute
  for (int i = 0; i < 30; ++i)
    push(0);
  end_input();
  pass(1100ms);
  EXPECT_TRUE(is_over());
}

TEST_F(TimedSession, EosTimeoutNamesAllThatWasNotSent) {
  for (const bool has_audio : {true, false}) {
    notices.clear();
    input_queue = std::make_shared<InputQueue>([] {});
    start();
    if (has_audio) speak();
    input_queue->push(input::TypedText{"typed"});
    end_input();
    pass(21s);
    ASSERT_TRUE(is_over());
    EXPECT_NE(warning().find("text"), std::string::npos) << warning();
    EXPECT_EQ(warning().find("of audio and text") != std::string::npos, has_audio) << warning();
  }
}

TEST_F(TimedSession, EosTimeoutAfterALossIsNotHiddenByADeclinedAnswer) {
  connect();
  speak();
  for (int i = 0; i < 10; ++i)
    push(0);
  server.say(content(R"("waitingForInput":true)"));
  end_input();
  server.close(1011, "resource exhausted: quota");  // the next attempt is in a minute
  EXPECT_EQ(notices_of<notice::Reconnecting>().size(), 1u);
  pass(19s);
  EXPECT_FALSE(is_over());
  pass(2s);
  EXPECT_TRUE(is_over());
}

TEST_F(TimedSession, TextStreamsEndWhenTheAudioHasBeenTaken) {
  // The kernel's clock ends a wait, and it is behind the virtual one on a machine that has just
  // started.
  constexpr std::int64_t past = 0;
  streams->text.attach();
  connect();
  speak();
  pass(300ms);
  answer();
  end_input();
  EXPECT_TRUE(is_over());
  EXPECT_EQ(streams->text.wait(2, past).kind, output::Kind::turn_end);
  streams->text.take_mark();
  pass(1s);
  EXPECT_EQ(streams->text.wait(2, past).kind, output::Kind::timeout);
  streams->audio.interrupt(false);
  pass(100ms);
  EXPECT_EQ(streams->text.wait(2, past).kind, output::Kind::end);
}

}  // namespace
