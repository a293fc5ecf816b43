// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Timeouts and the end of the session, on a virtual clock. session_timeouts.cpp is a part of Session.

#include "session_fixture.hpp"
#include "virtual_clock.hpp"

using namespace gemlive;
using namespace gemlive::test;

namespace {

struct TimedSession : SessionTest {
  TimedSession() {
    time = [this] { return clock.now(); };
  }
  /// Returns how often the session woke up.
  unsigned pass(std::chrono::milliseconds duration) { return clock.advance(duration); }
  std::string warning(std::size_t at = 0) const {
    const auto warnings = notices_of<notice::Warning>();
    return at < warnings.size() ? warnings[at].error.message : "";
  }

  VirtualClock clock;
};

// Wake-ups

TEST_F(TimedSession, SleepsWhileNothingIsDue) {
  config.idle_timeout.set(3600s);
  connect();
  EXPECT_LE(pass(60s), 2u);
  speak();
  EXPECT_LE(pass(20s), 3u);
  answer();
  EXPECT_LE(pass(1200s), 5u) << "not even when the connection is old and has no handle";
}

TEST_F(TimedSession, ATimeThatHasPassedDoesNotWakeItUp) {
  connect();
  push(0);
  end_input();  // a second later it would be complete, were there a connection
  server.close(1011, "");
  EXPECT_LE(pass(10s), 12u) << "one retry, and one check for each timeout";
  EXPECT_FALSE(is_over());
  EXPECT_LE(pass(11s), 12u);
  EXPECT_TRUE(is_over()) << "the passed time does not hide eos-timeout";
}

TEST_F(TimedSession, AClockThatStandsStillWakesItUpRarely) {
  time = [this] { return now; };
  connect();
  push(0);
  end_input();
  EXPECT_LE(pass(10s), 12u) << "the check fires early, and looks again a second later";
  EXPECT_FALSE(is_over());
}

TEST_F(TimedSession, AnOldConnectionIsReplacedWhenAHandleComes) {
  config.connection_lifetime.set(10s);
  setup = R"({"setup":{"sessionResumption":{}}})";
  connect();
  pass(10s);
  server.say(R"({"sessionResumptionUpdate":{"newHandle":"h","resumable":true}})");
  EXPECT_EQ(counters->planned_reconnects, 1u) << "the conversation is quiet";
}

TEST_F(TimedSession, ThePauseAfterSpeechIsAQuietMoment) {
  config.connection_lifetime.set(10s);
  config.silence_duration.set(100);
  connect();
  server.say(R"({"sessionResumptionUpdate":{"newHandle":"h","resumable":true}})");
  pass(9800ms);
  speak();
  push(0);
  push(0);
  push(0);
  server.say(turn_complete);  // the model ignores it
  EXPECT_LE(pass(400ms), 3u);
  EXPECT_EQ(counters->planned_reconnects, 0u) << "between two words";
  pass(200ms);
  EXPECT_EQ(counters->planned_reconnects, 1u);
}

// Timeouts

TEST_F(TimedSession, TurnTimeoutWarnsOnceAndTheConversationGoesOn) {
  config.turn_timeout.set(5s);
  connect();
  speak();
  pass(4900ms);
  EXPECT_TRUE(notices_of<notice::Warning>().empty());
  pass(200ms);
  EXPECT_NE(warning().find("did not answer within 5 s"), std::string::npos) << warning();
  pass(60s);
  EXPECT_EQ(notices_of<notice::Warning>().size(), 1u);
  EXPECT_FALSE(is_over());
}

TEST_F(TimedSession, AnAnswerThatStopsIsGivenUpOnce) {
  config.turn_timeout.set(5s);
  connect();
  speak();
  pass(300ms);  // the speech has ended
  server.say(audio(4800));
  pass(6s);
  EXPECT_NE(warning().find("The answer stopped"), std::string::npos) << warning();
  ASSERT_EQ(notices_of<notice::TurnComplete>().size(), 1u);
  EXPECT_TRUE(notices_of<notice::TurnComplete>()[0].interrupted);
  pass(60s);
  EXPECT_EQ(notices_of<notice::Warning>().size(), 1u);
  end_input();
  EXPECT_TRUE(is_over()) << "nothing is owed";
}

TEST_F(TimedSession, AnInterruptedTurnWithoutAnEndIsGivenUp) {
  config.turn_timeout.set(5s);
  connect();
  speak();
  server.say(audio(4800));
  speak();
  server.say(interrupted);
  EXPECT_TRUE(notices_of<notice::TurnComplete>().empty());
  pass(6s);
  EXPECT_NE(warning().find("did not answer"), std::string::npos) << warning();
  ASSERT_EQ(notices_of<notice::TurnComplete>().size(), 1u);
  EXPECT_TRUE(notices_of<notice::TurnComplete>()[0].interrupted);
  server.say(audio(4800));
  EXPECT_EQ(notices.back().turn, 2u) << "a late answer is a turn of its own";
  server.say(turn_complete);
  EXPECT_EQ(notices_of<notice::TurnComplete>().size(), 2u);
}

TEST_F(TimedSession, IdleTimeoutEndsIt) {
  config.idle_timeout.set(10s);
  connect();
  speak();
  answer(48000);  // one second
  pass(10500ms);
  EXPECT_FALSE(is_over()) << "it counts from the end of playback";
  pass(1s);
  EXPECT_TRUE(is_over());
  EXPECT_NE(warning().find("idle-timeout"), std::string::npos) << warning();
  EXPECT_EQ(counters->state, ConnectionState::disconnected);
}

TEST_F(TimedSession, MaxSessionDurationEndsItInEachPhase) {
  config.max_session_duration.set(10s);
  start();  // no server answers
  pass(9s);
  EXPECT_FALSE(is_over());
  pass(2s);
  EXPECT_TRUE(is_over());
  EXPECT_NE(warning().find("max-session-duration"), std::string::npos) << warning();
}

TEST_F(TimedSession, AServerThatDoesNotReadIsLeftAfterEightSeconds) {
  connect();
  server.writable = false;
  speak();
  pass(7900ms);
  EXPECT_FALSE(server.closed);
  pass(200ms);
  EXPECT_EQ(notices_of<notice::Reconnecting>().size(), 1u);
}

// The end

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
  streams->text.attach();
  connect();
  speak();
  pass(300ms);
  answer();
  end_input();
  EXPECT_TRUE(is_over());
  EXPECT_EQ(streams->text.wait(2, clock.now()).kind, output::Kind::turn_end);
  streams->text.take_mark();
  pass(1s);
  EXPECT_EQ(streams->text.wait(2, clock.now()).kind, output::Kind::timeout);
  streams->audio.interrupt(false);
  pass(100ms);
  EXPECT_EQ(streams->text.wait(2, clock.now()).kind, output::Kind::end);
}

}  // namespace
