// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "session_loss_fixture.hpp"

using namespace gemlive;
using namespace gemlive::test;

namespace {

/// Connections are lost while the model waits for answers to its calls. Some models send
/// generationComplete right after a call (docs/protocol.md).
struct ResumingWithCalls : Resuming {
  void ask() {
    speak();
    be_quiet(5);
  }
  void answer_with_a_call() {
    server.say(not_now);
    server.say(call);
    server.say(generation_complete);
  }
  void respond() {
    const auto waiting = tool_calls->answer("c1", "weather", false);
    ASSERT_TRUE(waiting);
    input_queue->push(input::ToolResponse{.message = R"({"toolResponse":{}})", .call = *waiting});
    session->drain();
  }
  const std::string call =
      R"({"toolCall":{"functionCalls":[{"id":"c1","name":"weather","args":{}}]}})";
};

TEST_F(ResumingWithCalls, ALossWhileACallWaitsBehindGenerationCompleteIsNotTheEnd) {
  service = Service::vertex;
  connect();
  server.say(handle("h0", 0));
  ask();
  end_input();
  answer_with_a_call();
  ASSERT_FALSE(is_over());
  server.close(1011, "Internal error encountered.");
  EXPECT_FALSE(is_over()) << "the call was cancelled, and the question has no answer";
}

TEST_F(ResumingWithCalls, AQuestionWhoseCallWasCancelledIsResent) {
  connect();
  server.say(handle("h0"));
  ask();
  answer_with_a_call();
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_EQ(notices_of<ToolCallCancelled>().size(), 1u);
  EXPECT_EQ(audio_messages(), 6u);
}

TEST_F(ResumingWithCalls, ALossWhileACallWaitsBesideACompletedTurnIsNotTheEnd) {
  connect();
  server.say(handle("h0"));
  ask();
  end_input();
  server.say(call);
  server.say(audio(4800));
  server.say(generation_complete);
  server.say(turn_complete);
  ASSERT_FALSE(is_over());
  server.close(1011, "Internal error encountered.");
  EXPECT_FALSE(is_over());
}

TEST_F(ResumingWithCalls, AnAnswerThatContinuesAfterAToolResponseIsNotComplete) {
  connect();
  server.say(handle("h0"));
  ask();
  end_input();
  answer_with_a_call();
  respond();
  server.say(audio(4800));  // more is to come
  ASSERT_FALSE(is_over());
  server.close(1011, "Internal error encountered.");
  EXPECT_FALSE(is_over()) << "half an answer passes for the whole of it";
  const auto turns = notices_of<notice::TurnComplete>();
  ASSERT_EQ(turns.size(), 1u);
  EXPECT_TRUE(turns[0].interrupted);
}

TEST_F(ResumingWithCalls, TheQuestionOfAnAnswerThatContinuesAfterAToolResponseIsResent) {
  connect();
  server.say(handle("h0"));
  ask();
  answer_with_a_call();
  respond();
  server.say(audio(4800));
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_EQ(audio_messages(), 6u);
}

}  // namespace
