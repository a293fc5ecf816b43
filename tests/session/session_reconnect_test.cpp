// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "session_loss_fixture.hpp"

using namespace gemlive;
using namespace gemlive::test;

namespace {

TEST_F(Reconnecting, ALostConnectionIsMadeAgain) {
  connect();
  server.close(1011, "Internal error encountered.");
  EXPECT_EQ(counters->state, ConnectionState::connecting);
  ASSERT_EQ(notices_of<notice::Reconnecting>().size(), 1u);
  const auto reconnecting = notices_of<notice::Reconnecting>()[0];
  EXPECT_EQ(reconnecting.close_code, 1011);
  EXPECT_EQ(reconnecting.close_reason, "Internal error encountered.");
  EXPECT_LE(reconnecting.delay, 500ms);
  EXPECT_NE(reconnecting.error.find("Internal error encountered."), std::string::npos)
      << reconnecting.error;
  ASSERT_TRUE(tries_again());
  EXPECT_EQ(counters->state, ConnectionState::connecting);
  let_in();
  EXPECT_EQ(counters->state, ConnectionState::connected);
  ASSERT_EQ(notices_of<notice::Connected>().size(), 1u);
  EXPECT_EQ(notices_of<notice::Connected>()[0].attempt, reconnecting.attempt);
  EXPECT_TRUE(notices_of<notice::Failed>().empty());
  EXPECT_FALSE(is_over());
  answer();
  EXPECT_EQ(notices_of<notice::TurnComplete>().size(), 1u);
}

TEST_F(Reconnecting, TheFirstConnectionIsTriedAgainToo) {
  start();
  server.fail({.kind = ErrorKind::cannot_connect, .message = "no", .retry = Retry::reconnect});
  EXPECT_EQ(notices_of<notice::Reconnecting>().at(0).error, "no") << "without a close reason";
  ASSERT_TRUE(tries_again());
  let_in();
  EXPECT_EQ(notices_of<notice::Connected>().at(0).attempt, 2u);
}

TEST_F(Reconnecting, RetriesAreUsedUp) {
  config.max_retries.set(2);
  connect();
  server.close(1001, "");
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(tries_again());
    EXPECT_TRUE(notices_of<notice::Failed>().empty());
    server.fail({.kind = ErrorKind::cannot_connect, .message = "no", .retry = Retry::reconnect});
  }
  ASSERT_EQ(notices_of<notice::Failed>().size(), 1u);
  EXPECT_NE(notices_of<notice::Failed>()[0].error.message.find("max-retries"), std::string::npos);
  EXPECT_EQ(notices_of<notice::Reconnecting>().size(), 2u);
  EXPECT_EQ(counters->state, ConnectionState::failed);
  EXPECT_TRUE(is_over());
}

TEST_F(Reconnecting, HopelessErrorsAreNotRetried) {
  connect();
  server.close(1008, "Permission denied on resource project p.");
  EXPECT_EQ(notices_of<notice::Failed>().size(), 1u);
  EXPECT_TRUE(notices_of<notice::Reconnecting>().empty());
}

TEST_F(Reconnecting, AReportedErrorInPlaceOfSetupCompleteIsJudgedByItsWords) {
  start();
  server.open();
  server.say(
      R"({"error":{"code":404,"message":"Publisher Model `projects/p","status":"NOT_FOUND"}})");
  EXPECT_TRUE(notices_of<notice::Reconnecting>().empty());
  const auto failures = notices_of<notice::Failed>();
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(failures[0].error.kind, ErrorKind::not_found);
  EXPECT_NE(failures[0].error.message.find("Publisher Model `projects/p (NOT_FOUND, code 404). "
                                           "Check model"),
            std::string::npos)
      << failures[0].error.message;
  EXPECT_EQ(server.made, 1);
}

TEST_F(Reconnecting, SoIsOneInAListOrWithoutWords) {
  struct Case {
    const char *message;
    ErrorKind kind;
  };
  for (const auto &[message, kind] :
       {Case{R"({"error":[{"code":403,"message":"no","status":"PERMISSION_DENIED"}]})",
             ErrorKind::not_authorized},
        Case{R"({"error":403})", ErrorKind::not_authorized},
        Case{R"([{"error":{"code":400,"message":"API key not valid."}}])",
             ErrorKind::not_authorized},
        Case{R"([{"error":{"message":"models/m is not found for API version v1"}}])",
             ErrorKind::not_found}}) {
    notices.clear();
    start();
    server.open();
    server.say(message);
    ASSERT_EQ(notices_of<notice::Failed>().size(), 1u) << message;
    EXPECT_EQ(notices_of<notice::Failed>()[0].error.kind, kind) << message;
    EXPECT_TRUE(notices_of<notice::Warning>().empty()) << message;
    session.reset();
  }
}

TEST_F(Reconnecting, UnsentAudioIsReportedBeforeAnError) {
  config.max_retries.set(0);
  connect();
  server.writable = false;
  for (int i = 0; i < 50; ++i)
    speak();
  server.close(1006, "");
  const auto dropped = notices_of<notice::BacklogDropped>();
  ASSERT_EQ(dropped.size(), 1u);
  EXPECT_EQ(dropped[0].duration, 2s);
  EXPECT_EQ(dropped[0].total, 2s);
  EXPECT_TRUE(std::holds_alternative<notice::Ended>(notices.end()[-2].body));
  EXPECT_EQ(notices_of<notice::Failed>().size(), 1u);
}

TEST_F(Reconnecting, HandlesThatTheServiceQuotesAreHidden) {
  setup = R"({"setup":{"sessionResumption":{}}})";
  const std::string secret = "SECRETHANDLE-1-zzz";
  connect();
  server.say(handle(secret));
  server.say(handle("SECRETHANDLE-2-zzz"));
  server.say(content(R"("sessionResumptionUpdate":{"newHandle":")" + secret + R"("})"));
  ASSERT_EQ(notices_of<ServerMessage>().size(), 1u);
  EXPECT_EQ(notices_of<ServerMessage>()[0].json.find(secret), std::string::npos);
  server.close(1008, "Invalid session handle " + secret);
  ASSERT_EQ(notices_of<notice::Reconnecting>().size(), 1u);
  EXPECT_EQ(notices_of<notice::Reconnecting>()[0].close_reason, "Invalid session handle ***");
  ASSERT_TRUE(tries_again());
  server.open();
  server.close(1008, "No permission for " + secret);
  ASSERT_EQ(notices_of<notice::Failed>().size(), 1u);
  EXPECT_NE(notices_of<notice::Failed>()[0].error.message.find("No permission for ***"),
            std::string::npos);
}

TEST_F(Reconnecting, AReportedOutageIsTriedAgain) {
  connect();
  server.say(R"({"error":{"code":503,"message":"Try later","status":"UNAVAILABLE"}})");
  ASSERT_EQ(notices_of<notice::Reconnecting>().size(), 1u);
  EXPECT_EQ(notices_of<notice::Reconnecting>()[0].close_code, 0);
  EXPECT_EQ(notices_of<notice::Reconnecting>()[0].close_reason, "Try later");
  EXPECT_EQ(notices_of<ServerMessage>().size(), 1u);
  ASSERT_TRUE(tries_again());
  let_in();
  EXPECT_EQ(counters->state, ConnectionState::connected);
}

TEST_F(Reconnecting, ASetupThatIsRefusedWithoutAReasonIsTriedTwice) {
  start();
  server.open();
  server.close(1000, "");
  ASSERT_TRUE(tries_again());
  server.open();
  server.close(1000, "");
  const auto failures = notices_of<notice::Failed>();
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(failures[0].error.kind, ErrorKind::bad_setting);
  EXPECT_NE(failures[0].error.message.find("refused the setup"), std::string::npos);
}

TEST_F(Reconnecting, ADeadlineThatPassesIsTriedAgain) {
  config.connect_timeout.set(5ms);
  start();
  ASSERT_TRUE(tries_again());
  EXPECT_EQ(notices_of<notice::Reconnecting>().size(), 1u);
}

TEST_F(Reconnecting, InputDuringTheReconnectIsSentAfterwardsInOrder) {
  connect();
  speak();
  server.close(1011, "");
  const auto sent = input_queue->stats().sent;
  speak();
  input_queue->push(input::TypedText{"typed"});
  EXPECT_EQ(input_queue->stats().sent, sent);
  EXPECT_EQ(input_queue->stats().held, chunk);
  ASSERT_TRUE(tries_again());
  server.messages.clear();
  let_in();
  const auto &messages = server.messages;
  ASSERT_GE(messages.size(), 3u);
  EXPECT_EQ(messages.front(), "the setup");
  EXPECT_NE(messages[messages.size() - 2].find("audio/pcm"), std::string::npos);
  EXPECT_NE(messages.back().find("typed"), std::string::npos);
  EXPECT_EQ(input_queue->stats().held, 0u);
}

TEST_F(Reconnecting, AnAnswerThatBreaksOffIsAnInterruptedTurn) {
  connect();
  server.say(audio(4800));
  server.close(1011, "");
  ASSERT_EQ(notices_of<notice::TurnComplete>().size(), 1u);
  EXPECT_TRUE(notices_of<notice::TurnComplete>()[0].interrupted);
  EXPECT_EQ(notices_of<notice::TurnComplete>()[0].audio_bytes, 4800u);
  EXPECT_EQ(head(), output::Kind::audio) << "what has come is played";
  ASSERT_TRUE(tries_again());
  let_in();
  answer();
  ASSERT_EQ(notices_of<notice::TurnComplete>().size(), 2u);
  EXPECT_FALSE(notices_of<notice::TurnComplete>()[1].interrupted);
}

TEST_F(Reconnecting, ACompletelyGeneratedAnswerIsComplete) {
  connect();
  server.say(audio(4800));
  server.say(generation_complete);
  server.close(1011, "");
  ASSERT_EQ(notices_of<notice::TurnComplete>().size(), 1u);
  EXPECT_FALSE(notices_of<notice::TurnComplete>()[0].interrupted);
}

TEST_F(Reconnecting, CallsOfTheLostConnectionAreCancelled) {
  connect();
  server.say(R"({"toolCall":{"functionCalls":[{"id":"c1","name":"f"},{"id":"c2","name":"g"}]}})");
  server.close(1011, "");
  const auto cancelled = notices_of<ToolCallCancelled>();
  ASSERT_EQ(cancelled.size(), 2u);
  EXPECT_EQ(cancelled[0].id, "c1");
  EXPECT_EQ(cancelled[1].id, "c2");
}

TEST_F(Reconnecting, AClosedConnectionMakesNoCallbacks) {
  connect();
  for (int i = 0; i < 10; ++i)
    server.say("[]");  // the session closes the connection
  ASSERT_TRUE(is_over());
  const auto told_so_far = notices.size();
  server.say(audio(4800));
  server.say(setup_complete);
  server.close(1011, "");
  server.fail({});
  EXPECT_EQ(notices.size(), told_so_far);
}

TEST_F(Reconnecting, MayBeDestroyedInEveryPhase) {
  start();
  session.reset();
  connect();
  server.close(1011, "");
  session.reset();
  connect();
  server.close(1011, "");
  ASSERT_TRUE(tries_again());
  session.reset();
  EXPECT_FALSE(server.alive);
}

TEST_F(Reconnecting, TheEndOfTheInputWaitsForTheConnection) {
  connect();
  server.close(1011, "");
  speak();
  end_input();
  EXPECT_FALSE(is_over());
  ASSERT_TRUE(tries_again());
  let_in();
  EXPECT_FALSE(is_over()) << "the answer is to come";
  now += 1'000 * ms_in_us;
  answer();
  EXPECT_TRUE(is_over());
}

TEST_F(Reconnecting, WhereNothingWasSaidItDoesNotWait) {
  connect();
  server.close(1011, "");
  end_input();
  EXPECT_TRUE(is_over());
}

TEST_F(Reconnecting, AnIdleConversationIsEnded) {
  config.idle_timeout.set(60s);
  connect();
  now += 50'000 * ms_in_us;
  speak();
  server.say(audio(48000));
  now += 60'500 * ms_in_us;
  push(0);
  EXPECT_FALSE(is_over()) << "one second of the answer was still playing";
  now += 1'000 * ms_in_us;
  push(0);
  EXPECT_TRUE(is_over());
  EXPECT_TRUE(server.closed);
  EXPECT_NE(notices_of<notice::Warning>().back().error.message.find("idle-timeout"),
            std::string::npos);
  EXPECT_TRUE(notices_of<notice::Failed>().empty());
  EXPECT_EQ(counters->state, ConnectionState::disconnected);
}

TEST_F(Reconnecting, ATooLongConversationIsEnded) {
  config.max_session_duration.set(60s);
  connect();
  server.close(1011, "");
  now += 61'000 * ms_in_us;
  send_input();
  EXPECT_TRUE(is_over()) << "in every phase";
  EXPECT_NE(notices_of<notice::Warning>().at(0).error.message.find("max-session-duration"),
            std::string::npos);
}

TEST_F(Reconnecting, AnAnswerThatDoesNotBeginOrEndIsReportedOnce) {
  connect();
  speak();
  now += 31'000 * ms_in_us;
  send_input();
  send_input();
  ASSERT_EQ(notices_of<notice::Warning>().size(), 1u);
  server.say(audio(4800));
  now += 31'000 * ms_in_us;
  send_input();
  ASSERT_EQ(notices_of<notice::Warning>().size(), 2u);
  ASSERT_EQ(notices_of<notice::TurnComplete>().size(), 1u);
  EXPECT_TRUE(notices_of<notice::TurnComplete>()[0].interrupted);
  EXPECT_FALSE(is_over());
  speak();
  answer();
  EXPECT_FALSE(notices_of<notice::TurnComplete>().at(1).interrupted);
}

TEST_F(Reconnecting, AServiceThatStopsReadingIsDisconnected) {
  connect();
  server.writable = false;
  speak();
  now += 60'000 * ms_in_us;
  send_input();
  EXPECT_FALSE(server.closed) << "the thread was busy elsewhere: nothing was sent meanwhile";
  for (int i = 0; i < 9; ++i) {
    now += 1'000 * ms_in_us;
    send_input();
  }
  EXPECT_TRUE(server.closed);
  server.writable = true;
  ASSERT_TRUE(tries_again());
  let_in();
  EXPECT_EQ(input_queue->stats().sent, chunk);
}

TEST_F(Reconnecting, ALateEndOfAGivenUpTurnAnswersNothing) {
  connect();
  speak();
  server.say(audio(4800));
  now += 31'000 * ms_in_us;
  send_input();
  ASSERT_EQ(notices_of<notice::TurnComplete>().size(), 1u);
  speak();
  end_input();
  server.say(turn_complete);  // of the first
  EXPECT_EQ(notices_of<notice::TurnComplete>().size(), 1u);
  EXPECT_FALSE(is_over());
  answer();
  EXPECT_EQ(notices_of<notice::TurnComplete>().size(), 2u);
  EXPECT_TRUE(is_over());
}

TEST_F(Reconnecting, NorDoesItCountForMaxTurns) {
  config.max_turns.set(1);
  connect();
  speak();
  server.say(audio(4800));
  now += 31'000 * ms_in_us;
  send_input();
  server.say(turn_complete);
  EXPECT_FALSE(is_over());
}

TEST_F(Reconnecting, AFlushOfAllThatWaitsIsNoStall) {
  connect();
  server.writable = false;
  speak();
  input::Producer producer;
  input_queue->claim_audio(producer);
  input_queue->set_flushing(producer, true);
  input_queue->set_flushing(producer, false);
  input_queue->release_audio(producer);
  server.become_writable();
  now += 9'000 * ms_in_us;
  send_input();
  EXPECT_FALSE(server.closed);
}

TEST_F(Reconnecting, NoNoticesFollowAFailure) {
  config.tool_timeout.set(30ms);
  input_queue->set_limits({.backlog = 100ms});
  connect();
  server.say(R"({"toolCall":{"functionCalls":[{"id":"c1","name":"f"}]}})");
  server.writable = false;
  for (int i = 0; i < 10; ++i)
    push(0);
  server.close(1008, "Permission denied on resource project p.");
  EXPECT_EQ(notices_of<ToolCallCancelled>().size(), 1u);
  EXPECT_FALSE(notices_of<notice::BacklogDropped>().empty());
  ASSERT_GE(notices.size(), 3u);
  EXPECT_TRUE(std::holds_alternative<notice::Failed>(notices[notices.size() - 3].body));
  EXPECT_TRUE(std::holds_alternative<notice::Ended>(notices[notices.size() - 2].body));
  EXPECT_TRUE(std::holds_alternative<notice::StateChanged>(notices.back().body));
  const auto count = notices.size();
  Timer deadline;
  bool over = false;
  deadline.start(1100ms, [&] { over = true; });  // longer than those of tools and drops
  ASSERT_TRUE(run_until([&] { return over; }));
  EXPECT_EQ(notices.size(), count);
}

TEST_F(Reconnecting, AnEndedConversationDisconnects) {
  config.max_turns.set(1);
  connect();
  speak();
  answer();
  ASSERT_TRUE(is_over());
  EXPECT_FALSE(server.closed) << "what it has cost may still be told";
  ASSERT_TRUE(run_until([&] { return server.closed; }));
  EXPECT_EQ(server.closed_with, 1000);
  EXPECT_EQ(counters->state, ConnectionState::disconnected);
}

}  // namespace
