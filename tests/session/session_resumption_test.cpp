// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "session_loss_fixture.hpp"

using namespace gemlive;
using namespace gemlive::test;

namespace {

TEST_F(Resuming, AMissingEntityIsTheHandleAndThenTheModel) {
  config.resumption_handle.set(ReadableSecret("gone"));
  start();
  server.open();
  EXPECT_TRUE(resumes_with("gone"));
  server.close(1008, "Requested entity was not found.");
  EXPECT_TRUE(notices_of<notice::Failed>().empty());
  ASSERT_TRUE(tries_again());
  server.open();
  EXPECT_FALSE(resumes_with("gone"));
  server.close(1008, "Requested entity was not found.");
  ASSERT_EQ(notices_of<notice::Failed>().size(), 1u);
  EXPECT_EQ(notices_of<notice::Failed>()[0].error.kind, ErrorKind::not_found);
  EXPECT_EQ(server.made, 2);
}

TEST_F(Resuming, WithTheNewestGoodHandle) {
  connect();
  server.say(handle("h1"));
  server.say(handle("h2"));
  server.say(not_now);
  server.say(R"({"sessionResumptionUpdate":{"resumable":true}})");
  server.say(R"({"sessionResumptionUpdate":{"newHandle":"h3"}})");
  EXPECT_EQ(counters->handle.copy(), "h2");
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_TRUE(resumes_with("h2")) << setup_sent();
  ASSERT_EQ(notices_of<notice::Connected>().size(), 1u);
  EXPECT_TRUE(notices_of<notice::Connected>()[0].resumed);
  EXPECT_TRUE(notices_of<notice::Warning>().empty());
  EXPECT_EQ(counters->resumptions, 1u);
}

TEST_F(Resuming, WithTheHandleOfAnotherProcess) {
  config.resumption_handle.set(ReadableSecret("saved"));
  start();
  let_in();
  EXPECT_TRUE(resumes_with("saved"));
  EXPECT_TRUE(notices_of<notice::Connected>().at(0).resumed);
}

TEST_F(Resuming, ADeadHandleMeansANewSessionAndAWarning) {
  config.resumption_handle.set(ReadableSecret("dead"));
  start();
  server.open();
  server.close(1008, "BidiGenerateContent session not found");
  EXPECT_EQ(notices_of<notice::Reconnecting>().at(0).close_code, 1008);
  ASSERT_TRUE(tries_again());
  let_in();
  EXPECT_EQ(setup_sent(), setup);
  EXPECT_FALSE(notices_of<notice::Connected>().at(0).resumed);
  ASSERT_EQ(notices_of<notice::Warning>().size(), 1u);
  EXPECT_EQ(counters->handle.copy(), "");
}

TEST_F(Resuming, WithoutAHandleTheSessionIsNewAndAWarningFollows) {
  connect();
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_FALSE(notices_of<notice::Connected>().at(0).resumed);
  EXPECT_EQ(notices_of<notice::Warning>().size(), 1u);
}

TEST_F(Resuming, UnansweredInputIsResent) {
  connect();
  server.say(handle("h1"));
  speak();
  speak();
  be_quiet(5);
  server.say(not_now);
  server.say(audio(4800));
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_EQ(audio_messages(), 7u) << "the question, and the quiet that ends it";
  EXPECT_EQ(counters->resent, 7 * chunk);
  EXPECT_EQ(input_queue->stats().sent, 7 * chunk) << "once each";
  answer();
  server.say(handle("h2"));
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_EQ(audio_messages(), 0u) << "it has its answer";
}

TEST_F(Resuming, QuietIsNotResent) {
  connect();
  server.say(handle("h1"));
  be_quiet(100);
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_EQ(audio_messages(), 0u);
}

TEST_F(Resuming, NorSilenceSinceTheAnswerOnVertexWithoutHandles) {
  service = Service::vertex;
  connect();
  speak();
  be_quiet(10);
  answer();
  be_quiet(100);
  for (int i = 0; i < 3; ++i) {
    server.messages.clear();
    ASSERT_TRUE(lose_and_reconnect());
    EXPECT_EQ(audio_messages(), 0u);
  }
}

TEST_F(Resuming, AnIdlePauseIsNotResent) {
  for (const auto kind : {Service::developer, Service::vertex}) {
    service = kind;
    connect();
    be_quiet(10);
    input_queue->push(input::AudioStreamEnd{});
    send_input();
    EXPECT_EQ(messages_with("audioStreamEnd"), 1u);
    server.messages.clear();
    ASSERT_TRUE(lose_and_reconnect());
    EXPECT_EQ(server.messages.size(), 1u) << "the setup";
    session.reset();
  }
}

TEST_F(Resuming, ResendingIsLimited) {
  config.max_backlog.set(400ms);
  connect();
  for (int i = 0; i < 100; ++i)
    speak();
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_EQ(audio_messages(), 10u);
}

TEST_F(Resuming, ResendingSurvivesAnotherLoss) {
  connect();
  for (int i = 0; i < 5; ++i)
    speak();
  server.writable = false;
  server.close(1011, "");
  ASSERT_TRUE(tries_again());
  server.open();
  server.become_writable();
  server.messages.clear();
  server.close(1006, "");
  ASSERT_TRUE(tries_again());
  let_in();
  EXPECT_EQ(audio_messages(), 5u);
  speak();
  EXPECT_EQ(audio_messages(), 6u);
}

TEST_F(Resuming, TheEndOfTheInputIsResentWithTheRest) {
  connect();
  speak();
  end_input();
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_FALSE(is_over());
  answer();
  EXPECT_FALSE(is_over()) << "the application reads the newest handle at the end";
  server.say(handle("last"));
  EXPECT_TRUE(is_over());
  EXPECT_EQ(counters->handle.copy(), "last");
}

TEST_F(Resuming, AHandleThatDoesNotComeIsNotWaitedForLong) {
  connect();
  speak();
  end_input();
  answer();
  EXPECT_FALSE(is_over());
  now += 500 * ms_in_us;
  EXPECT_TRUE(run_until([&] { return is_over(); }));
  server.say(handle("late"));
  EXPECT_EQ(counters->handle.copy(), "late");
}

TEST_F(Resuming, NorAfterTheLastOfMaxTurns) {
  config.max_turns.set(1);
  connect();
  speak();
  answer();
  EXPECT_FALSE(is_over()) << "the handle of the turn may follow";
  now += 500 * ms_in_us;
  EXPECT_TRUE(run_until([&] { return is_over(); })) << "though the input goes on";
}

TEST_F(Resuming, AServiceThatAcknowledgesByIndexGetsExactlyTheRest) {
  service = Service::vertex;
  connect();
  speak();
  be_quiet(50);
  input_queue->push(input::TypedText{"one"});
  input_queue->push(input::TypedText{"two"});
  send_input();
  server.say(handle("h", 50));
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  ASSERT_EQ(server.messages.size(), 3u) << "the setup, 52 and 53: 51 is silence far from speech";
  EXPECT_NE(server.messages[1].find("one"), std::string::npos);
  EXPECT_NE(server.messages[2].find("two"), std::string::npos);
  // It counts from 1 again.
  server.say(handle("h", 1));
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  ASSERT_EQ(server.messages.size(), 2u);
  EXPECT_NE(server.messages[1].find("two"), std::string::npos);
}

TEST_F(Resuming, InputThatTheServiceRejectsIsNotResent) {
  connect();
  server.say(handle("h1"));
  speak();
  ASSERT_TRUE(lose_and_reconnect());
  const auto next = [&] {
    server.close(1007, "Request contains an invalid argument.");
    if (!tries_again()) return false;
    server.messages.clear();
    let_in();
    return true;
  };
  ASSERT_TRUE(next());
  EXPECT_TRUE(resumes_with("h1"));
  EXPECT_EQ(server.messages.size(), 1u) << "without resending";
  ASSERT_TRUE(next());
  EXPECT_EQ(setup_sent(), setup);
  EXPECT_EQ(server.messages.size(), 2u) << "a new session";
  ASSERT_TRUE(next());
  EXPECT_EQ(server.messages.size(), 1u);
  server.close(1007, "Request contains an invalid argument.");
  EXPECT_EQ(notices_of<notice::Failed>().size(), 1u);
}

TEST_F(Resuming, APictureWaitsUntilAllIsResent) {
  service = Service::vertex;
  connect();
  server.say(handle("h1"));
  speak();
  speak();
  pictures->push({std::byte{1}});
  server.close(1011, "");
  server.messages.clear();
  ASSERT_TRUE(tries_again());
  let_in();
  EXPECT_EQ(audio_messages(), 2u);
  ASSERT_EQ(server.messages.size(), 4u);
  EXPECT_NE(server.messages.back().find("image/jpeg"), std::string::npos)
      << "behind the setup and the words";
}

TEST_F(Resuming, AnsweredInputIsNotResentAfterALiveTranscript) {
  connect();
  server.say(handle("h1"));
  speak();
  server.say(heard("What is"));
  speak();
  be_quiet(10);
  server.say(not_now);
  answer();
  server.say(handle("h2"));
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_EQ(audio_messages(), 12u) << "once each";
}

TEST_F(Resuming, AQuestionWithACompleteAnswerIsNotResent) {
  connect();
  server.say(handle("h1"));
  speak();
  be_quiet(10);
  server.say(not_now);
  server.say(audio(4800));
  server.say(generation_complete);
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  ASSERT_EQ(notices_of<notice::TurnComplete>().size(), 1u);
  EXPECT_FALSE(notices_of<notice::TurnComplete>()[0].interrupted);
  EXPECT_EQ(audio_messages(), 0u);
}

TEST_F(Resuming, WhereTheAnswerIsCompleteNoConnectionIsNeededForTheEnd) {
  connect();
  speak();
  be_quiet(10);
  end_input();
  server.say(audio(4800));
  server.say(generation_complete);
  server.close(1011, "");
  EXPECT_TRUE(is_over());
  EXPECT_EQ(counters->state, ConnectionState::disconnected);
  EXPECT_TRUE(notices_of<notice::Reconnecting>().empty());
  EXPECT_TRUE(notices_of<notice::Failed>().empty());
}

TEST_F(Resuming, AQuestionWhoseAnswerTheApplicationStoppedIsNotResent) {
  connect();
  server.say(handle("h0"));
  speak();
  be_quiet(5);
  server.say(audio(4800));
  session->interrupt_locally();
  server.say(audio(4800));
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_EQ(audio_messages(), 0u);
  end_input();
  EXPECT_TRUE(is_over()) << "nothing is owed";
}

TEST_F(Resuming, AQuestionThatCrossedTheAnswerBeforeIsResentAfterItsInterruption) {
  connect();
  server.say(handle("h0"));
  input_queue->push(input::TypedText{"one"});
  input_queue->push(input::TypedText{"two"});
  send_input();
  server.say(audio(4800));
  server.say(interrupted);
  server.say(turn_complete);
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  ASSERT_EQ(server.messages.size(), 2u) << "the setup, and the newest question";
  EXPECT_NE(server.messages[1].find("two"), std::string::npos);
}

TEST_F(Resuming, AnAcknowledgedQuestionIsOwedByTheResumedSession) {
  service = Service::vertex;
  connect();
  speak();
  be_quiet(5);
  server.say(handle("h", 6));
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_EQ(audio_messages(), 0u);
  now += 30'000 * ms_in_us;
  send_input();
  ASSERT_EQ(notices_of<notice::Warning>().size(), 1u);
  EXPECT_NE(notices_of<notice::Warning>().at(0).error.message.find("turn-timeout"),
            std::string::npos);
}

TEST_F(Resuming, AnAcknowledgedQuestionThatANewSessionDoesNotKnowIsGivenUpWithAWarning) {
  service = Service::vertex;
  connect();
  speak();
  be_quiet(5);
  server.say(handle("h", 6));
  end_input();
  server.close(1008, "BidiGenerateContent session not found");
  ASSERT_TRUE(tries_again());
  let_in();
  const auto warnings = notices_of<notice::Warning>();
  ASSERT_EQ(warnings.size(), 2u);
  EXPECT_NE(warnings[0].error.message.find("new session"), std::string::npos);
  EXPECT_NE(warnings[1].error.message.find("Repeat the question"), std::string::npos);
  EXPECT_TRUE(is_over());
}

TEST_F(Resuming, NothingIsResentInPaused) {
  input::Producer producer;
  ASSERT_TRUE(input_queue->claim_audio(producer));
  connect();
  speak();
  speak();
  server.messages.clear();
  input_queue->set_paused(producer, true);
  ASSERT_TRUE(lose_and_reconnect());
  input_queue->push(input::TypedText{"typed"});
  send_input();
  now += 9'000 * ms_in_us;
  send_input();
  EXPECT_EQ(server.messages.size(), 1u) << "the setup";
  EXPECT_FALSE(server.closed) << "nobody is stalled";
  input_queue->set_paused(producer, false);
  send_input();
  EXPECT_EQ(audio_messages(), 2u);
  EXPECT_NE(server.messages.back().find("typed"), std::string::npos);
  input_queue->release_audio(producer);
}

TEST_F(Resuming, TheEosTimeoutRunsWithoutAConnection) {
  connect();
  speak();
  end_input();
  server.close(1011, "");
  ASSERT_TRUE(tries_again());
  EXPECT_FALSE(is_over());
  now += 21'000 * ms_in_us;
  send_input();
  EXPECT_TRUE(is_over());
  ASSERT_EQ(notices_of<notice::Warning>().size(), 1u);
  EXPECT_NE(notices_of<notice::Warning>()[0].error.message.find("eos-timeout"), std::string::npos);
}

TEST_F(Resuming, AHandleDoesNotDropInputThatIsNotResentYet) {
  connect();
  server.say(handle("h1"));
  speak();
  be_quiet(10);
  server.say(not_now);
  server.say(audio(4800));
  server.close(1011, "");
  ASSERT_TRUE(tries_again());
  server.messages.clear();
  server.open();
  server.writable = false;
  server.say(setup_complete);
  server.say(handle("h2"));
  server.become_writable();
  EXPECT_EQ(audio_messages(), 11u);
  EXPECT_EQ(input_queue->stats().acknowledged, 0u);
}

TEST_F(Resuming, InputThatIsNotInTheHandleIsResent) {
  service = Service::vertex;
  connect();
  server.say(handle("h1", 0));
  speak();
  be_quiet(10);
  server.say(R"({"sessionResumptionUpdate":{"lastConsumedClientMessageIndex":"11"}})");
  server.say(audio(4800));
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_TRUE(resumes_with("h1"));
  EXPECT_EQ(audio_messages(), 11u);
}

/// The session that had the beginning is gone: the rest alone would be another question.
TEST_F(Resuming, TheRestOfAQuestionIsNotAskedInANewSession) {
  service = Service::vertex;
  for (const bool is_resumed : {true, false}) {
    SCOPED_TRACE(is_resumed);
    connect();
    server.say(handle("h1", 0));
    for (int i = 0; i < 5; ++i)
      speak();
    be_quiet(10);
    server.say(handle("h2", 3));
    server.messages.clear();
    if (is_resumed) {
      ASSERT_TRUE(lose_and_reconnect());
    } else {
      server.close(1008, "session not found");
      ASSERT_TRUE(tries_again());
      let_in();
    }
    EXPECT_EQ(resumes_with("h2"), is_resumed);
    EXPECT_EQ(audio_messages(), is_resumed ? 12u : 0u);
    const auto warnings = notices_of<notice::Warning>();
    const auto asks_to_repeat = [](const auto &warning) {
      return warning.error.message.find("Repeat the question") != std::string::npos;
    };
    EXPECT_EQ(std::ranges::count_if(warnings, asks_to_repeat), is_resumed ? 0 : 1);
    input_queue = std::make_shared<InputQueue>([] {});
  }
}

TEST_F(Resuming, WithAnIndexAnAnswerAcknowledgesNothing) {
  service = Service::vertex;
  connect();
  server.say(handle("h1", 0));
  speak();
  be_quiet(5);
  server.say(handle("h2", 2));
  answer();
  EXPECT_EQ(input_queue->stats().acknowledged, 2 * chunk);
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_EQ(audio_messages(), 4u);
}

TEST_F(Resuming, NothingIsSentAfterTheEnd) {
  config.max_turns.set(1);
  connect();
  server.say(handle("h1"));
  for (int i = 0; i < 5; ++i)
    speak();
  server.close(1011, "");
  ASSERT_TRUE(tries_again());
  server.writable = false;
  server.writable = true;
  server.open();
  server.writable = false;
  server.say(setup_complete);
  answer();
  server.say(handle("h2"));
  ASSERT_TRUE(is_over());
  server.messages.clear();
  server.become_writable();
  EXPECT_EQ(audio_messages(), 0u);
}

TEST_F(Resuming, FluentSpeechInLongChunksIsResent) {
  input_queue->set_limits({.chunk = 1000ms, .backlog = 10'000ms});
  connect();
  server.say(handle("h1"));
  for (int second = 0; second < 20; ++second) {
    std::vector<std::int16_t> samples(16000);
    for (std::size_t i = 0; i < samples.size(); ++i)
      samples[i] = i % 4000 < 3000 ? static_cast<std::int16_t>(3000 + second * 7 % 20 * 100) : 0;
    auto all = std::as_bytes(std::span(samples));
    ASSERT_EQ(input_queue->push_audio(all, 16000, input::Overflow::drop_oldest),
              input::PushResult::ok);
    send_input();
  }
  ASSERT_EQ(audio_messages(), 20u);
  const auto newest = server.messages.back();
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_EQ(audio_messages(), 10u);
  EXPECT_TRUE(server.messages.back() == newest) << "the newest words";
}

}  // namespace
