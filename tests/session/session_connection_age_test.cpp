// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "session_loss_fixture.hpp"
#include "virtual_clock.hpp"

using namespace gemlive;
using namespace gemlive::test;

namespace {

struct PlannedReconnect : Resuming {
  const std::string go_away = R"({"goAway":{"timeLeft":"50s"}})";
};

TEST_F(PlannedReconnect, AtOnceWhenAllIsQuiet) {
  connect();
  server.say(handle("h1"));
  server.say(go_away);
  EXPECT_EQ(server.closed_with, 1000) << "the old one first";
  EXPECT_EQ(server.made, 1);
  speak();
  server.messages.clear();
  ASSERT_TRUE(tries_again());
  EXPECT_FALSE(notices_of<notice::Reconnecting>().empty());
  let_in();
  EXPECT_TRUE(resumes_with("h1"));
  EXPECT_EQ(audio_messages(), 1u) << "what was said meanwhile";
  EXPECT_EQ(counters->planned_reconnects, 1u);
  EXPECT_EQ(counters->retries, 0u);
}

/// The retries are used up before the connection is of use.
struct RefusedReplacement : PlannedReconnect {
  void connect_without_retries() {
    config.max_retries.set(0);
    time = [this] { return clock.now(); };
    connect();
    server.say(handle("h1"));
  }
  VirtualClock clock;
};

TEST_F(RefusedReplacement, IsMadeWhenTheConnectionHasLasted) {
  connect_without_retries();
  server.say(R"({"goAway":{"timeLeft":"20s"}})");
  clock.advance(9900ms);
  EXPECT_FALSE(server.closed) << "a server that says it at once would make a storm";
  clock.advance(200ms);
  EXPECT_TRUE(server.closed);
  EXPECT_EQ(counters->planned_reconnects, 1u);
  clock.advance(1s);
  EXPECT_EQ(server.made, 2);
}

TEST_F(RefusedReplacement, OrAfterATurn) {
  connect_without_retries();
  server.say(R"({"goAway":{"timeLeft":"20s"}})");
  clock.advance(2s);
  speak();
  clock.advance(300ms);
  answer();
  clock.advance(400ms);
  EXPECT_FALSE(server.closed) << "the turn's handle may follow";
  clock.advance(700ms);
  EXPECT_EQ(server.made, 2) << "h1 is still valid";
  EXPECT_EQ(counters->planned_reconnects, 1u);
}

TEST_F(RefusedReplacement, ByAgeToo) {
  config.connection_lifetime.set(3s);
  connect_without_retries();
  clock.advance(9s);
  EXPECT_FALSE(server.closed);
  clock.advance(2s);
  EXPECT_EQ(server.made, 2);
}

TEST_F(RefusedReplacement, DoesNotKeepTheSessionAwake) {
  connect_without_retries();
  server.say(R"({"goAway":{"timeLeft":"20s"}})");
  EXPECT_LE(clock.advance(9900ms), 3u);
}

TEST_F(RefusedReplacement, IsAnErrorIfTheServiceEndsItBefore) {
  connect_without_retries();
  server.say(R"({"goAway":{"timeLeft":"5s"}})");
  clock.advance(5s);
  EXPECT_FALSE(server.closed);
  server.close(1001, "");
  EXPECT_EQ(notices_of<notice::Failed>().size(), 1u);
}

TEST_F(PlannedReconnect, AServerThatOnlySaysGoAwayMakesNoStorm) {
  VirtualClock clock;
  time = [&] { return clock.now(); };
  config.max_retries.set(-1);
  connect();
  int made = 0;
  for (int i = 0; i < 600; ++i) {
    if (server.made > made && server.alive) {
      made = server.made;
      if (i > 0) let_in();
      server.say(handle("h"));
      server.say(R"({"goAway":{"timeLeft":"1s"}})");
    }
    clock.advance(100ms);
  }
  EXPECT_LE(server.made, 30) << "connections in a minute";
  session.reset();
}

TEST_F(PlannedReconnect, AfterTheTurn) {
  connect();
  server.say(handle("h1"));
  speak();
  server.say(go_away);
  server.say(not_now);
  now += 300 * ms_in_us;
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
  EXPECT_FALSE(notices_of<notice::TurnComplete>().at(0).interrupted);
}

TEST_F(PlannedReconnect, JustBeforeTheEndWhereItIsNeverQuiet) {
  config.turn_timeout.set(0s);
  connect();
  server.say(handle("h1"));
  speak();
  server.say(not_now);
  server.say(audio(4800));
  server.say(go_away);
  now += 47'900 * ms_in_us;
  send_input();
  EXPECT_FALSE(server.closed);
  now += 200 * ms_in_us;
  send_input();
  EXPECT_TRUE(server.closed);
  EXPECT_TRUE(notices_of<notice::TurnComplete>().at(0).interrupted);
  server.messages.clear();
  ASSERT_TRUE(tries_again());
  let_in();
  EXPECT_EQ(audio_messages(), 1u) << "what lost its answer is said again";
}

TEST_F(PlannedReconnect, ATimeThatCannotBeReadIsNotNow) {
  config.turn_timeout.set(0s);
  connect();
  server.say(handle("h1"));
  speak();
  server.say(not_now);
  server.say(audio(4800));
  for (const auto *unreadable : {R"({"goAway":{}})", R"({"goAway":{"timeLeft":"soon"}})"})
    server.say(unreadable);
  EXPECT_EQ(notices_of<GoAway>().at(1), GoAway{});
  now += 29'900 * ms_in_us;
  send_input();
  EXPECT_FALSE(server.closed) << "the model is answering";
  now += 200 * ms_in_us;
  send_input();
  EXPECT_TRUE(server.closed) << "the wait is bounded";
  EXPECT_EQ(counters->planned_reconnects, 1u);
}

TEST_F(PlannedReconnect, ATimeBeyondAllClocksOverflowsNothing) {
  connect();
  server.say(handle("h1"));
  speak();
  server.say(R"({"goAway":{"timeLeft":"315576000000s"}})");
  send_input();
  EXPECT_FALSE(server.closed);
}

TEST_F(PlannedReconnect, ByAgeToo) {
  config.connection_lifetime.set(60s);
  connect();
  server.say(handle("h1"));
  now += 59'000 * ms_in_us;
  send_input();
  EXPECT_FALSE(server.closed);
  now += 2'000 * ms_in_us;
  send_input();
  EXPECT_TRUE(server.closed);
  ASSERT_TRUE(tries_again());
  let_in();
  EXPECT_TRUE(notices_of<notice::Connected>().at(0).resumed);
}

TEST_F(PlannedReconnect, NotByAgeWhatCannotBeResumed) {
  config.connection_lifetime.set(60s);
  connect();
  now += 600'000 * ms_in_us;
  send_input();
  EXPECT_FALSE(server.closed);
}

TEST_F(PlannedReconnect, WithTheHandleThatFollowsTheTurn) {
  for (const auto &end : {turn_complete, content(R"("waitingForInput":true)")}) {
    SCOPED_TRACE(end);
    connect();
    server.say(handle("h1"));
    speak();
    server.say(go_away);
    now += 1'000 * ms_in_us;
    if (end == turn_complete) server.say(audio(4800));
    server.say(end);
    EXPECT_FALSE(server.closed);
    now += 20 * ms_in_us;
    server.say(handle("h2"));
    EXPECT_TRUE(server.closed);
    server.messages.clear();
    ASSERT_TRUE(tries_again());
    let_in();
    EXPECT_TRUE(resumes_with("h2"));
  }
}

TEST_F(PlannedReconnect, NotAtTheEnd) {
  connect();
  server.say(handle("h1"));
  speak();
  end_input();
  server.say(go_away);
  now += 1'000 * ms_in_us;
  answer();
  EXPECT_FALSE(is_over());
  server.say(handle("h2"));
  EXPECT_TRUE(is_over());
  EXPECT_FALSE(server.closed) << "usage may follow";
  EXPECT_TRUE(notices_of<notice::Reconnecting>().empty());
  EXPECT_EQ(counters->handle.copy(), "h2");
}

TEST_F(PlannedReconnect, AGivenUpAnswerDoesNotDelayIt) {
  connect();
  server.say(handle("h1"));
  speak();
  now += 31'000 * ms_in_us;
  send_input();
  ASSERT_EQ(notices_of<notice::Warning>().size(), 1u);
  server.say(handle("h2"));
  server.say(go_away);
  EXPECT_TRUE(server.closed);
}

}  // namespace
