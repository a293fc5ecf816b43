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
    send_input();
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

TEST_F(ResumingWithCalls, ACallBehindGenerationCompleteIsThatOfANewerQuestion) {
  connect();
  server.say(handle("h0"));
  ask();
  server.say(audio(4800));
  server.say(generation_complete);
  ask();
  server.say(call);
  EXPECT_EQ(notices_of<notice::TurnComplete>().size(), 1u);
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_EQ(audio_messages(), 6u) << "only the newer question";
}

TEST_F(ResumingWithCalls, AWholeAnswerThatIsInterruptedIsNotAskedForAgain) {
  connect();
  server.say(handle("h0"));
  ask();
  server.say(audio(4800));
  server.say(generation_complete);
  server.say(interrupted);
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_EQ(audio_messages(), 0u);
}

TEST_F(ResumingWithCalls, ATurnThatWaitsForACallIsNotTheLastOfMaxTurns) {
  config.max_turns.set(1);
  connect();
  ask();
  server.say(audio(4800));
  server.say(call);
  server.say(generation_complete);
  server.say(turn_complete);
  now += 600 * ms_in_us;
  send_input();
  ASSERT_FALSE(is_over()) << "the application answers now";
  respond();
  server.say(audio(4800));
  EXPECT_FALSE(is_over());
  server.say(turn_complete);
  now += 600 * ms_in_us;
  EXPECT_TRUE(run_until([&] { return is_over(); }));
}

TEST_F(ResumingWithCalls, ItIsIfNothingMoreFollows) {
  config.max_turns.set(1);
  connect();
  ask();
  server.say(audio(4800));
  server.say(call);
  server.say(turn_complete);
  const auto waiting = tool_calls->answer("c1", "weather", false);
  ASSERT_TRUE(waiting);
  input_queue->push(input::ToolResponse{
      .message = R"({"toolResponse":{}})", .call = *waiting, .is_silent = true});
  send_input();
  now += 600 * ms_in_us;
  EXPECT_TRUE(run_until([&] { return is_over(); }));
}

TEST_F(ResumingWithCalls, ATurnCompleteRightBehindAToolResponseMayBeThatOfTheCall) {
  connect();
  server.say(handle("h0"));
  ask();
  end_input();
  server.say(not_now);
  server.say(call);
  respond();
  server.say(turn_complete);
  ASSERT_FALSE(is_over()) << "the model has said nothing to the response";
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_EQ(audio_messages(), 6u);
  answer();
  now += 600 * ms_in_us;
  EXPECT_TRUE(run_until([&] { return is_over(); }));
}

/// A call whose arguments arrive in parts.
struct CallsInParts : Resuming {
  static std::string part(const std::string &members) {
    return R"({"toolCall":{"functionCalls":[{)" + members + "}]}}";
  }
  void begin_call() {
    server.say(part(R"("id":"c1","name":"weather","willContinue":true)"));
    server.say(part(
        R"("partialArgs":[{"jsonPath":"$.city","stringValue":"Bo","willContinue":true}],"willContinue":true)"));
  }
  const std::string last_part = part(R"("partialArgs":[{"jsonPath":"$.city","stringValue":"nn"}])");
};

TEST_F(CallsInParts, AreReportedOnceWhenTheyAreComplete) {
  connect();
  speak();
  be_quiet(5);
  begin_call();
  EXPECT_TRUE(notices_of<ToolCall>().empty());
  EXPECT_EQ(tool_calls->count(), 0u);
  server.say(last_part);
  const auto calls = notices_of<ToolCall>();
  ASSERT_EQ(calls.size(), 1u);
  EXPECT_EQ(calls[0].id, "c1");
  EXPECT_EQ(calls[0].name, "weather");
  EXPECT_EQ(calls[0].args, R"({"city":"Bonn"})");
  EXPECT_EQ(tool_calls->count(), 1u);
}

TEST_F(CallsInParts, KeepTheAnswerOpenAndGetAnIdIfTheyHaveNone) {
  connect();
  speak();
  be_quiet(5);
  end_input();
  server.say(part(R"("name":"weather","willContinue":true)"));
  EXPECT_FALSE(is_over());
  server.say(part(""));
  const auto calls = notices_of<ToolCall>();
  ASSERT_EQ(calls.size(), 1u);
  EXPECT_NE(calls[0].id, "");
  EXPECT_EQ(calls[0].args, "{}");
  EXPECT_FALSE(is_over()) << "it has no response yet";
}

TEST_F(CallsInParts, ThatTheConnectionLosesAreForgotten) {
  connect();
  server.say(handle("h0"));
  speak();
  be_quiet(5);
  begin_call();
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_TRUE(notices_of<ToolCallCancelled>().empty()) << "the application never heard of it";
  server.say(last_part);
  EXPECT_TRUE(notices_of<ToolCall>().empty());
  begin_call();
  server.say(last_part);
  ASSERT_EQ(notices_of<ToolCall>().size(), 1u);
  EXPECT_EQ(notices_of<ToolCall>()[0].args, R"({"city":"Bonn"})");
}

TEST_F(CallsInParts, EndWithAnInterruptionAndWithTheirCancellation) {
  connect();
  speak();
  be_quiet(5);
  begin_call();
  server.say(interrupted);
  server.say(last_part);
  begin_call();
  server.say(R"({"toolCallCancellation":{"ids":["c1"]}})");
  server.say(last_part);
  EXPECT_TRUE(notices_of<ToolCall>().empty());
  EXPECT_EQ(tool_calls->count(), 0u);
}

TEST_F(CallsInParts, ThatAreTooLargeGetAnError) {
  connect();
  speak();
  be_quiet(5);
  server.say(part(R"("id":"c1","name":"weather","willContinue":true)"));
  const std::string text(600'000, 'x');
  for (int i = 0; i < 2; ++i)
    server.say(part(R"("partialArgs":[{"jsonPath":"$.city","stringValue":")" + text +
                    R"(","willContinue":true}],"willContinue":true)"));
  server.messages.clear();
  server.say(last_part);
  EXPECT_TRUE(notices_of<ToolCall>().empty());
  send_input();
  ASSERT_FALSE(server.messages.empty());
  EXPECT_NE(server.messages.back().find(R"("error":"The arguments are too large")"),
            std::string::npos);
  EXPECT_EQ(notices_of<notice::Warning>().size(), 1u);
}

/// Without the argument the application would do something else.
TEST_F(CallsInParts, WithAPathThatCannotBeReadGetAnError) {
  connect();
  speak();
  be_quiet(5);
  server.messages.clear();
  server.say(part(
      R"("id":"c1","name":"delete","partialArgs":[{"jsonPath":"$..only","stringValue":"old"}])"));
  EXPECT_TRUE(notices_of<ToolCall>().empty());
  send_input();
  ASSERT_FALSE(server.messages.empty());
  EXPECT_NE(server.messages.back().find(R"("error":"A jsonPath of the arguments cannot be read")"),
            std::string::npos);
  ASSERT_EQ(notices_of<notice::Warning>().size(), 1u);
  EXPECT_NE(notices_of<notice::Warning>()[0].error.message.find("jsonPath"), std::string::npos);
}

}  // namespace
