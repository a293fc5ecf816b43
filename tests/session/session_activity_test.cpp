// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "session_loss_fixture.hpp"

using namespace gemlive;
using namespace gemlive::test;

namespace {

/// The user marks speech.
struct ResumingByHand : Resuming {
  ResumingByHand() {
    config.activity_detection.set(ActivityDetection::manual);
    config.max_backlog.set(400ms);
    input_queue->set_limits({.chunk = 40ms, .backlog = 400ms, .only_in_activity = true});
  }
  void end_activity() {
    input_queue->push(input::ActivityEnd{});
    send_input();
  }
  /// On a lost connection; the next one rejects the resent input.
  bool begins_an_activity_that_is_not_said_again() {
    connect();
    server.say(handle("h1"));
    input_queue->push(input::ActivityStart{});
    speak();
    if (!lose_and_reconnect()) return false;
    server.close(1007, "Request contains an invalid argument.");
    if (!tries_again()) return false;
    server.messages.clear();
    let_in();
    return true;
  }
};

TEST_F(ResumingByHand, AnActivityTooLongToBeResentGetsItsStart) {
  connect();
  server.say(handle("h1"));
  input_queue->push(input::ActivityStart{});
  for (int i = 0; i < 11; ++i)
    speak();
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  speak();
  end_activity();
  EXPECT_EQ(messages_with("activityStart"), 1u);
  EXPECT_EQ(messages_with("activityEnd"), 1u);
  EXPECT_EQ(audio_messages(), 11u);
}

TEST_F(ResumingByHand, TheAddedStartCountsAsAMessage) {
  service = Service::vertex;
  connect();
  server.say(handle("h1", 0));
  input_queue->push(input::ActivityStart{});
  for (int i = 0; i < 11; ++i)
    speak();
  ASSERT_TRUE(lose_and_reconnect());
  server.say(handle("h2", 3));  // the start, and two chunks
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_EQ(audio_messages(), 8u);
}

TEST_F(ResumingByHand, AnActivityWithNothingResentGetsItsStart) {
  ASSERT_TRUE(begins_an_activity_that_is_not_said_again());
  speak();
  end_activity();
  EXPECT_EQ(messages_with("activityStart"), 1u);
  EXPECT_EQ(messages_with("activityEnd"), 1u);
}

TEST_F(ResumingByHand, AnEndWithNothingBeforeItIsNotSent) {
  ASSERT_TRUE(begins_an_activity_that_is_not_said_again());
  end_activity();
  EXPECT_EQ(messages_with("activity"), 0u);
}

TEST_F(Resuming, TheEndOfAnAcknowledgedActivityIsSent) {
  service = Service::vertex;
  config.activity_detection.set(ActivityDetection::manual);
  connect();
  input_queue->push(input::ActivityStart{});
  for (int i = 0; i < 5; ++i)
    speak();
  server.say(handle("h1", 6));
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  ASSERT_TRUE(resumes_with("h1"));
  input_queue->push(input::ActivityEnd{});
  send_input();
  EXPECT_EQ(messages_with("activityEnd"), 1u);
}

}  // namespace
