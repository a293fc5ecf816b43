// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "session_fixture.hpp"

using namespace gemlive;
using namespace gemlive::test;

namespace {

struct Recovering : SessionTest {
  /// The next connection has been asked for; the service may let it in.
  bool tries_again() {
    const int before = server.made;
    return run_until([&] { return server.made > before; });
  }
  void let_in() {
    server.open();
    server.say(setup_complete);
  }
  bool lose_and_reconnect(int code = 1011) {
    server.close(code, "Internal error encountered.");
    if (!tries_again()) return false;
    let_in();
    return counters->state == ConnectionState::connected;
  }
};

TEST_F(Recovering, ALostConnectionIsMadeAgain) {
  connect();
  server.close(1011, "Internal error encountered.");
  EXPECT_EQ(counters->state, ConnectionState::connecting);
  ASSERT_EQ(told<notice::Reconnecting>().size(), 1u);
  const auto reconnecting = told<notice::Reconnecting>()[0];
  EXPECT_EQ(reconnecting.close_code, 1011);
  EXPECT_EQ(reconnecting.close_reason, "Internal error encountered.");
  EXPECT_LE(reconnecting.delay, 500ms);
  ASSERT_TRUE(tries_again());
  EXPECT_EQ(counters->state, ConnectionState::connecting);
  let_in();
  EXPECT_EQ(counters->state, ConnectionState::connected);
  ASSERT_EQ(told<notice::Connected>().size(), 1u);
  EXPECT_EQ(told<notice::Connected>()[0].attempt, reconnecting.attempt);
  EXPECT_TRUE(told<notice::Failed>().empty());
  EXPECT_FALSE(is_over());
  answer();
  EXPECT_EQ(told<notice::TurnComplete>().size(), 1u);
}

TEST_F(Recovering, TheFirstConnectionIsTriedAgainToo) {
  start();
  server.fail({.kind = ErrorKind::cannot_connect, .message = "no", .remedy = Remedy::resume});
  ASSERT_TRUE(tries_again());
  let_in();
  EXPECT_EQ(told<notice::Connected>().at(0).attempt, 2u);
}

TEST_F(Recovering, RetriesAreUsedUp) {
  config.max_retries.set(2);
  connect();
  server.close(1001, "");
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(tries_again());
    EXPECT_TRUE(told<notice::Failed>().empty());
    server.fail({.kind = ErrorKind::cannot_connect, .message = "no", .remedy = Remedy::resume});
  }
  ASSERT_EQ(told<notice::Failed>().size(), 1u);
  EXPECT_NE(told<notice::Failed>()[0].error.message.find("max-retries"), std::string::npos);
  EXPECT_EQ(told<notice::Reconnecting>().size(), 2u);
  EXPECT_EQ(counters->state, ConnectionState::failed);
  EXPECT_TRUE(is_over());
}

TEST_F(Recovering, WhatCannotSucceedIsNotTriedAgain) {
  connect();
  server.close(1008, "Permission denied on resource project p.");
  EXPECT_EQ(told<notice::Failed>().size(), 1u);
  EXPECT_TRUE(told<notice::Reconnecting>().empty());
}

TEST_F(Recovering, ADeadlineThatPassesIsTriedAgain) {
  config.connect_timeout.set(5ms);
  start();
  ASSERT_TRUE(tries_again());
  EXPECT_EQ(told<notice::Reconnecting>().size(), 1u);
}

TEST_F(Recovering, WhatIsSaidMeanwhileIsSentAfterwardsInOrder) {
  connect();
  speak();
  server.close(1011, "");
  const auto sent = outbox->ledger().sent;
  speak();
  outbox->push(Outbox::TypedText{"typed"});
  EXPECT_EQ(outbox->ledger().sent, sent);
  EXPECT_EQ(outbox->ledger().held, chunk);
  ASSERT_TRUE(tries_again());
  server.messages.clear();
  let_in();
  const auto &messages = server.messages;
  ASSERT_GE(messages.size(), 3u);
  EXPECT_EQ(messages.front(), "the setup");
  EXPECT_NE(messages[messages.size() - 2].find("audio/pcm"), std::string::npos);
  EXPECT_NE(messages.back().find("typed"), std::string::npos);
  EXPECT_EQ(outbox->ledger().held, 0u);
}

TEST_F(Recovering, AnAnswerCutOffIsAnInterruptedTurn) {
  connect();
  server.say(audio(4800));
  server.close(1011, "");
  ASSERT_EQ(told<notice::TurnComplete>().size(), 1u);
  EXPECT_TRUE(told<notice::TurnComplete>()[0].interrupted);
  EXPECT_EQ(told<notice::TurnComplete>()[0].audio_bytes, 4800u);
  EXPECT_EQ(head(), Stream::Kind::audio) << "what has come is played";
  ASSERT_TRUE(tries_again());
  let_in();
  answer();
  ASSERT_EQ(told<notice::TurnComplete>().size(), 2u);
  EXPECT_FALSE(told<notice::TurnComplete>()[1].interrupted);
}

TEST_F(Recovering, AnAnswerOfWhichAllHadComeIsComplete) {
  connect();
  server.say(audio(4800));
  server.say(generation_complete);
  server.close(1011, "");
  ASSERT_EQ(told<notice::TurnComplete>().size(), 1u);
  EXPECT_FALSE(told<notice::TurnComplete>()[0].interrupted);
}

TEST_F(Recovering, CallsOfTheLostConnectionAreCancelled) {
  connect();
  server.say(R"({"toolCall":{"functionCalls":[{"id":"c1","name":"f"},{"id":"c2","name":"g"}]}})");
  server.close(1011, "");
  const auto cancelled = told<ToolCallCancelled>();
  ASSERT_EQ(cancelled.size(), 2u);
  EXPECT_EQ(cancelled[0].id, "c1");
  EXPECT_EQ(cancelled[1].id, "c2");
}

TEST_F(Recovering, NothingIsHeardOfAConnectionThatWasLeft) {
  connect();
  for (int i = 0; i < 10; ++i)
    server.say("[]");  // the session leaves it
  ASSERT_TRUE(is_over());
  const auto told_so_far = notices.size();
  server.say(audio(4800));
  server.say(setup_complete);
  server.close(1011, "");
  server.fail({});
  EXPECT_EQ(notices.size(), told_so_far);
}

TEST_F(Recovering, MayBeDestroyedInEveryPhase) {
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

TEST_F(Recovering, TheEndOfTheInputWaitsForTheConnection) {
  connect();
  server.close(1011, "");
  end_input();
  EXPECT_FALSE(is_over());
  ASSERT_TRUE(tries_again());
  let_in();
  EXPECT_TRUE(is_over()) << "nothing had been said";
}

// Going on with the session

std::string handle(const std::string &name) {
  return R"({"sessionResumptionUpdate":{"newHandle":")" + name + R"(","resumable":true}})";
}
const std::string not_now = R"({"sessionResumptionUpdate":{}})";

struct Resuming : Recovering {
  Resuming() { setup = R"({"setup":{"sessionResumption":{}}})"; }
  /// What the last connection was set up with.
  std::string setup_sent() const {
    for (auto at = server.messages.rbegin(); at != server.messages.rend(); ++at)
      if (at->find(R"("setup")") != std::string::npos) return *at;
    return "";
  }
  bool resumes_with(const std::string &name) const {
    return setup_sent().find(R"("handle":")" + name + '"') != std::string::npos;
  }
  std::size_t audio_messages() const {
    return static_cast<std::size_t>(std::ranges::count_if(server.messages, [](const auto &text) {
      return text.find("audio/pcm") != std::string::npos;
    }));
  }
  void be_quiet(int chunks = 1) {
    for (int i = 0; i < chunks; ++i)
      push(0);
  }
};

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
  ASSERT_EQ(told<notice::Connected>().size(), 1u);
  EXPECT_TRUE(told<notice::Connected>()[0].resumed);
  EXPECT_TRUE(told<notice::Warning>().empty());
  EXPECT_EQ(counters->resumptions, 1u);
}

TEST_F(Resuming, WithTheHandleOfAnotherProcess) {
  config.resumption_handle.set(ReadableSecret("saved"));
  start();
  let_in();
  EXPECT_TRUE(resumes_with("saved"));
  EXPECT_TRUE(told<notice::Connected>().at(0).resumed);
}

TEST_F(Resuming, ADeadHandleIsAFreshSessionAndAWarning) {
  config.resumption_handle.set(ReadableSecret("dead"));
  start();
  server.open();
  server.close(1008, "BidiGenerateContent session not found");
  EXPECT_EQ(told<notice::Reconnecting>().at(0).close_code, 1008);
  ASSERT_TRUE(tries_again());
  let_in();
  EXPECT_EQ(setup_sent(), setup);
  EXPECT_FALSE(told<notice::Connected>().at(0).resumed);
  ASSERT_EQ(told<notice::Warning>().size(), 1u);
  EXPECT_EQ(counters->handle.copy(), "");
}

TEST_F(Resuming, WithoutAHandleTheSessionIsANewOneAndThatIsSaid) {
  connect();
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_FALSE(told<notice::Connected>().at(0).resumed);
  EXPECT_EQ(told<notice::Warning>().size(), 1u);
}

TEST_F(Resuming, WhatHasNoAnswerYetIsSaidAgain) {
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
  EXPECT_EQ(counters->replayed, 7 * chunk);
  EXPECT_EQ(outbox->ledger().sent, 7 * chunk) << "once each";
  answer();
  server.say(handle("h2"));
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_EQ(audio_messages(), 0u) << "it has its answer";
}

TEST_F(Resuming, QuietIsNotSaidAgain) {
  connect();
  server.say(handle("h1"));
  be_quiet(100);
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_EQ(audio_messages(), 0u);
}

TEST_F(Resuming, ReplayIsBounded) {
  config.max_backlog.set(400ms);
  connect();
  for (int i = 0; i < 100; ++i)
    speak();
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_EQ(audio_messages(), 10u);
}

TEST_F(Resuming, ReplaySurvivesAnotherLoss) {
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

TEST_F(Resuming, TheEndOfTheInputIsSaidAgainWithTheRest) {
  connect();
  speak();
  end_input();
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_FALSE(is_over());
  answer();
  EXPECT_TRUE(is_over());
}

TEST_F(Resuming, AServiceThatCountsGetsExactlyTheRest) {
  service = Service::vertex;
  connect();
  speak();
  be_quiet(50);
  outbox->push(Outbox::TypedText{"one"});
  outbox->push(Outbox::TypedText{"two"});
  session->drain();
  server.say(R"({"sessionResumptionUpdate":{"newHandle":"h","resumable":true,)"
             R"("lastConsumedClientMessageIndex":"50"}})");
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  ASSERT_EQ(server.messages.size(), 4u) << "the setup, and messages 51 to 53";
  EXPECT_NE(server.messages[1].find("audio/pcm"), std::string::npos);
  EXPECT_NE(server.messages[2].find("one"), std::string::npos);
  EXPECT_NE(server.messages[3].find("two"), std::string::npos);
  // It counts from 1 again.
  server.say(R"({"sessionResumptionUpdate":{"newHandle":"h","resumable":true,)"
             R"("lastConsumedClientMessageIndex":"2"}})");
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  ASSERT_EQ(server.messages.size(), 2u);
  EXPECT_NE(server.messages[1].find("two"), std::string::npos);
}

TEST_F(Resuming, WhatIsNotUnderstoodAfterALossIsLeftOut) {
  connect();
  server.say(handle("h1"));
  speak();
  ASSERT_TRUE(lose_and_reconnect());
  server.close(1007, "Request contains an invalid argument.");
  ASSERT_TRUE(tries_again());
  server.messages.clear();
  let_in();
  EXPECT_EQ(server.messages.size(), 1u);
  EXPECT_EQ(setup_sent(), setup);
  server.close(1007, "Request contains an invalid argument.");
  EXPECT_EQ(told<notice::Failed>().size(), 1u);
}

// Handing over

struct HandingOver : Resuming {
  const std::string go_away = R"({"goAway":{"timeLeft":"50s"}})";
};

TEST_F(Resuming, APictureWaitsUntilAllIsSaidAgain) {
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

TEST_F(HandingOver, AtOnceWhenAllIsQuiet) {
  connect();
  server.say(handle("h1"));
  server.say(go_away);
  EXPECT_EQ(server.closed_with, 1000) << "the old one first";
  EXPECT_EQ(server.made, 1);
  speak();
  server.messages.clear();
  ASSERT_TRUE(tries_again());
  EXPECT_FALSE(told<notice::Reconnecting>().empty());
  let_in();
  EXPECT_TRUE(resumes_with("h1"));
  EXPECT_EQ(audio_messages(), 1u) << "what was said meanwhile";
  EXPECT_EQ(counters->hand_overs, 1u);
  EXPECT_EQ(counters->retries, 0u);
}

TEST_F(HandingOver, AfterTheTurn) {
  connect();
  server.say(handle("h1"));
  speak();
  server.say(go_away);
  server.say(not_now);
  server.say(audio(4800));
  EXPECT_FALSE(server.closed);
  now += 1000 * ms_in_us;
  server.say(generation_complete);
  server.say(turn_complete);
  EXPECT_FALSE(server.closed) << "no handle that knows of it yet";
  server.say(handle("h2"));
  EXPECT_TRUE(server.closed);
  ASSERT_TRUE(tries_again());
  let_in();
  EXPECT_TRUE(resumes_with("h2"));
  EXPECT_FALSE(told<notice::TurnComplete>().at(0).interrupted);
}

TEST_F(HandingOver, JustBeforeTheEndWhereItIsNeverQuiet) {
  config.turn_timeout.set(0s);
  connect();
  server.say(handle("h1"));
  speak();
  server.say(not_now);
  server.say(audio(4800));
  server.say(go_away);
  now += 47'900 * ms_in_us;
  session->drain();
  EXPECT_FALSE(server.closed);
  now += 200 * ms_in_us;
  session->drain();
  EXPECT_TRUE(server.closed);
  EXPECT_TRUE(told<notice::TurnComplete>().at(0).interrupted);
  server.messages.clear();
  ASSERT_TRUE(tries_again());
  let_in();
  EXPECT_EQ(audio_messages(), 1u) << "what lost its answer is said again";
}

TEST_F(HandingOver, ByAgeToo) {
  config.connection_lifetime.set(60s);
  connect();
  server.say(handle("h1"));
  now += 59'000 * ms_in_us;
  session->drain();
  EXPECT_FALSE(server.closed);
  now += 2'000 * ms_in_us;
  session->drain();
  EXPECT_TRUE(server.closed);
  ASSERT_TRUE(tries_again());
  let_in();
  EXPECT_TRUE(told<notice::Connected>().at(0).resumed);
}

TEST_F(HandingOver, NotByAgeWhatCannotBeResumed) {
  config.connection_lifetime.set(60s);
  connect();
  now += 600'000 * ms_in_us;
  session->drain();
  EXPECT_FALSE(server.closed);
}

// What lasts too long

TEST_F(Recovering, AnIdleConversationIsEnded) {
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
  EXPECT_NE(told<notice::Warning>().back().error.message.find("idle-timeout"), std::string::npos);
  EXPECT_TRUE(told<notice::Failed>().empty());
  EXPECT_EQ(counters->state, ConnectionState::disconnected);
}

TEST_F(Recovering, AConversationThatGoesOnAndOnIsEnded) {
  config.max_session_duration.set(60s);
  connect();
  server.close(1011, "");
  now += 61'000 * ms_in_us;
  session->drain();
  EXPECT_TRUE(is_over()) << "in every phase";
  EXPECT_NE(told<notice::Warning>().at(0).error.message.find("max-session-duration"),
            std::string::npos);
}

TEST_F(Recovering, AnAnswerThatDoesNotBeginOrEndIsToldOnce) {
  connect();
  speak();
  now += 31'000 * ms_in_us;
  session->drain();
  session->drain();
  ASSERT_EQ(told<notice::Warning>().size(), 1u);
  server.say(audio(4800));
  now += 31'000 * ms_in_us;
  session->drain();
  ASSERT_EQ(told<notice::Warning>().size(), 2u);
  ASSERT_EQ(told<notice::TurnComplete>().size(), 1u);
  EXPECT_TRUE(told<notice::TurnComplete>()[0].interrupted);
  EXPECT_FALSE(is_over());
  speak();
  answer();
  EXPECT_FALSE(told<notice::TurnComplete>().at(1).interrupted);
}

TEST_F(Recovering, AServiceThatStopsReadingIsLeft) {
  connect();
  server.writable = false;
  speak();
  now += 9'000 * ms_in_us;
  session->drain();
  EXPECT_TRUE(server.closed);
  server.writable = true;
  ASSERT_TRUE(tries_again());
  let_in();
  EXPECT_EQ(outbox->ledger().sent, chunk);
}

TEST_F(Recovering, WhatHasItsAnswerIsNotAskedAgainThoughItWasTranscribedWhileItWasSpoken) {
  connect();
  server.say(handle("h1"));
  speak();
  server.say(heard("What is"));
  speak();
  for (int i = 0; i < 10; ++i)
    push(0);
  server.say(R"({"sessionResumptionUpdate":{}})");
  answer();
  server.say(handle("h2"));
  server.close(1011, "Internal error encountered.");
  ASSERT_TRUE(tries_again());
  server.messages.clear();
  let_in();
  for (const auto &message : server.messages)
    EXPECT_EQ(message.find("audio/pcm"), std::string::npos) << "it has its answer, whole";
}

}  // namespace
