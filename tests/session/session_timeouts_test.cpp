// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Timeouts, on a virtual clock. session_timeouts.cpp is a part of Session.

#include "timed_session_fixture.hpp"

using namespace gemlive;
using namespace gemlive::test;

namespace {

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

/// What the service says wakes it up, and then it looks for pauses of the audio as well.
TEST_F(TimedSession, LiveAudioDuringAnAnswerNeedsNoTimer) {
  const auto input = inputs->add("g:sink");
  inputs->set_live_audio(*input, true);
  input::Producer producer;
  input_queue->claim_audio(producer);
  connect();
  unsigned wakeups = 0;
  for (int i = 0; i < 100; ++i) {
    inputs->set_busy(*input, false);
    push(0);
    server.say(audio(1920));
    wakeups += pass(40ms);
  }
  EXPECT_LE(wakeups, 1u);
  server.messages.clear();
  pass(700ms);
  EXPECT_FALSE(server.messages.empty()) << "the audio pauses: silence is sent";
}

TEST_F(TimedSession, ATimeThatHasPassedDoesNotWakeItUp) {
  connect();
  speak();
  end_input();
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
  server.say(turn_complete);
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
  EXPECT_NE(warning().find("The answer did not continue"), std::string::npos) << warning();
  ASSERT_EQ(notices_of<notice::TurnComplete>().size(), 1u);
  EXPECT_TRUE(notices_of<notice::TurnComplete>()[0].interrupted);
  pass(60s);
  EXPECT_EQ(notices_of<notice::Warning>().size(), 1u);
  end_input();
  EXPECT_TRUE(is_over()) << "nothing is owed";
}

/// The service may end the generation, or the turn, before the last part of a call.
struct HalfCall : TimedSession, testing::WithParamInterface<const std::string *> {
  static std::string part(const std::string &members) {
    return R"({"toolCall":{"functionCalls":[{)" + members + "}]}}";
  }
  void ask_and_get_half_a_call() {
    config.turn_timeout.set(5s);
    connect();
    speak();
    pass(300ms);
    end_input();
    server.say(part(R"("id":"c1","name":"weather","willContinue":true)"));
    server.say(*GetParam());
    pass(4s);
    EXPECT_FALSE(is_over()) << "the call is pending";
    EXPECT_TRUE(notices_of<notice::Warning>().empty());
  }
  const std::string rest = part(R"("partialArgs":[{"jsonPath":"$.city","stringValue":"Bonn"}])");
};

TEST_P(HalfCall, IsReportedWhenItsRestComes) {
  ask_and_get_half_a_call();
  server.say(rest);
  ASSERT_EQ(notices_of<ToolCall>().size(), 1u);
  EXPECT_EQ(notices_of<ToolCall>()[0].args, R"({"city":"Bonn"})");
  EXPECT_FALSE(is_over()) << "it has no response yet";
}

TEST_P(HalfCall, IsGivenUpOnceWhenItsRestDoesNotCome) {
  ask_and_get_half_a_call();
  pass(3s);
  EXPECT_EQ(notices_of<notice::Warning>().size(), 1u);
  EXPECT_TRUE(is_over());
}

INSTANTIATE_TEST_SUITE_P(Ends, HalfCall, testing::Values(&generation_complete, &turn_complete),
                         [](const auto &test) {
                           return test.param == &turn_complete ? "Turn" : "Generation";
                         });

TEST_F(TimedSession, AnEmptyTurnIsReportedAfterFiveSeconds) {
  connect();
  speak();
  pass(300ms);
  server.say(turn_complete);
  end_input();
  pass(4900ms);
  EXPECT_TRUE(notices_of<notice::Warning>().empty());
  EXPECT_FALSE(is_over());
  pass(200ms);
  EXPECT_NE(warning().find("without an answer"), std::string::npos) << warning();
  EXPECT_TRUE(is_over());
}

TEST_F(TimedSession, AnAnswerBehindAnEmptyTurnIsTheAnswer) {
  connect();
  speak();
  pass(300ms);
  server.say(turn_complete);
  end_input();
  pass(1500ms);
  EXPECT_FALSE(is_over());
  answer();
  EXPECT_TRUE(is_over());
  EXPECT_TRUE(notices_of<notice::Warning>().empty());
  EXPECT_EQ(notices_of<notice::TurnComplete>().size(), 2u);
}

/// The turnComplete may be that of the interrupted turn.
TEST_F(TimedSession, AnUncertainEndIsReportedWhenNothingFollows) {
  config.max_turns.set(1);
  connect();
  speak();
  pass(300ms);
  server.say(audio(4800));
  speak();
  server.say(interrupted);
  pass(300ms);
  server.say(audio(4800));
  server.say(turn_complete);
  EXPECT_EQ(notices_of<notice::TurnComplete>().size(), 1u);
  pass(4900ms);
  EXPECT_FALSE(is_over());
  pass(300ms);
  EXPECT_TRUE(is_over()) << "max-turns";
  ASSERT_EQ(notices_of<notice::TurnComplete>().size(), 2u);
  EXPECT_FALSE(notices_of<notice::TurnComplete>()[1].interrupted);
  EXPECT_TRUE(notices_of<notice::Warning>().empty());
}

TEST_F(TimedSession, ALongAnswerInPlaceOfTheInterruptedTurnsEndDelaysEosByASecond) {
  connect();
  speak();
  pass(300ms);
  server.say(audio(4800));
  speak();
  end_input();
  server.say(interrupted);
  pass(300ms);
  server.say(audio(48000));  // a second
  server.say(turn_complete);
  pass(1900ms);
  EXPECT_FALSE(is_over());
  pass(200ms);
  EXPECT_TRUE(is_over());
  EXPECT_TRUE(notices_of<notice::Warning>().empty());
}

TEST_F(TimedSession, ALateEndOfTheInterruptedTurnDoesNotEndItsSuccessor) {
  connect();
  speak();
  pass(300ms);
  server.say(audio(4800));
  speak();
  end_input();
  server.say(interrupted);
  pass(300ms);
  server.say(audio(4800));
  server.say(turn_complete);
  pass(2s);
  EXPECT_FALSE(is_over());
  answer();
  EXPECT_TRUE(is_over());
  ASSERT_EQ(notices_of<notice::TurnComplete>().size(), 2u);
  EXPECT_EQ(notices_of<notice::TurnComplete>()[1].audio_bytes, 9600u);
}

TEST_F(TimedSession, AQuestionThatIsNotResentIsReported) {
  connect();
  speak();
  pass(300ms);
  server.close(1006, "");
  const auto let_in = [this] {
    const int before = server.made;
    for (int i = 0; i < 100 && server.made == before; ++i)
      pass(100ms);
    ASSERT_GT(server.made, before);
    server.messages.clear();
    server.open();
    server.say(setup_complete);
  };
  ASSERT_NO_FATAL_FAILURE(let_in());
  EXPECT_EQ(server.messages.size(), 2u) << "the setup, and the speech again";
  server.close(1007, "Request contains an invalid argument.");
  ASSERT_NO_FATAL_FAILURE(let_in());
  EXPECT_EQ(server.messages.size(), 1u) << "the setup";
  end_input();
  pass(1900ms);
  EXPECT_FALSE(is_over());
  pass(200ms);
  const auto warnings = notices_of<notice::Warning>();
  ASSERT_FALSE(warnings.empty());
  EXPECT_NE(warnings.back().error.message.find("not sent again"), std::string::npos)
      << warnings.back().error.message;
  EXPECT_TRUE(is_over());
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
  server.say(turn_complete);  // that of the turn before, or of this one
  pass(6s);
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
  EXPECT_NE(warning().find("No speech or text"), std::string::npos) << warning();
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

}  // namespace
