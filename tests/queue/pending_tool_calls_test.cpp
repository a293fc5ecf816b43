// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <gtest/gtest.h>

#include "pending_tool_calls.hpp"
#include "session_fixture.hpp"
#include "wire.hpp"

namespace gemlive::test {
namespace {

std::string call(const std::string &name, const std::string &id) {
  return R"({"toolCall":{"functionCalls":[{"name":")" + name + R"(","args":{},"id":")" + id +
         R"("}]}})";
}
std::string cancellation(const std::string &id) {
  return R"({"toolCallCancellation":{"ids":[")" + id + R"("]}})";
}

TEST(PendingToolCalls, AnAnswerFindsItsCall) {
  PendingToolCalls calls;
  calls.add({.id = "1", .name = "weather"});
  calls.add({.id = "2", .name = "weather"});
  calls.add({.id = "", .name = "time"});
  EXPECT_EQ(calls.answer("2", "", false)->name, "weather");
  EXPECT_FALSE(calls.answer("2", "", false)) << "it was answered already";
  EXPECT_EQ(calls.answer("", "weather", true)->id, "1");
  EXPECT_EQ(calls.answer("", "weather", false)->id, "1") << "the answer was not complete";
  EXPECT_EQ(calls.answer("", "time", false)->name, "time");
  EXPECT_FALSE(calls.answer("", "", false));
}

TEST(PendingToolCalls, AfterTheConnectionEndsNothingIsAnswered) {
  PendingToolCalls calls;
  calls.add({.id = "1", .name = "weather"});
  const auto call = calls.answer("1", "", true);
  EXPECT_TRUE(calls.is_current(*call));
  calls.clear();
  EXPECT_FALSE(calls.is_current(*call));
  EXPECT_FALSE(calls.answer("1", "", false));
  EXPECT_FALSE(calls.oldest_called_at());
}

TEST(PendingToolCalls, TheOldestHaveWaitedLongest) {
  PendingToolCalls calls;
  calls.add({.id = "1", .called_at = 10});
  calls.add({.id = "2", .called_at = 20});
  EXPECT_EQ(calls.oldest_called_at(), 10);
  EXPECT_FALSE(calls.answer_older(9));
  EXPECT_EQ(calls.answer_older(15)->id, "1");
  EXPECT_FALSE(calls.answer_older(15));
}

TEST(PendingToolCalls, AreLimited) {
  PendingToolCalls calls;
  for (int id = 0; id < 1000; ++id)
    EXPECT_EQ(calls.add({.id = std::to_string(id)}).has_value(), id < 64);
  EXPECT_TRUE(calls.answer("0", "", false));
  EXPECT_FALSE(calls.answer("999", "", false));
  EXPECT_EQ(calls.count(), 64u) << "until the answer is sent";
}

TEST(PendingToolCalls, ACancelledCallKeepsItsPlaceWhileItsAnswerIsQueued) {
  PendingToolCalls calls;
  for (int i = 0; i < 64; ++i)
    ASSERT_TRUE(calls.add({.id = "same"}));
  const auto answered = calls.answer("same", "", false);
  ASSERT_TRUE(answered);
  EXPECT_TRUE(calls.cancel("same"));
  EXPECT_FALSE(calls.cancel("same"));
  EXPECT_EQ(calls.count(), 0u);
  EXPECT_FALSE(calls.is_current(*answered));
  for (int i = 0; i < 64; ++i)
    EXPECT_EQ(calls.add({.id = "same"}).has_value(), i < 63);
  calls.remove(*answered);
  EXPECT_TRUE(calls.add({.id = "same"})) << "the answer has left the queue";
  EXPECT_TRUE(calls.clear().size() == 64);
}

TEST(PendingToolCalls, EachCallOfARepeatedIdGetsOneAnswer) {
  PendingToolCalls calls;
  calls.add({.id = "1", .name = "first"});
  calls.add({.id = "1", .name = "second"});
  const auto first = calls.answer("1", "", false), second = calls.answer("1", "", false);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->name, "first");
  EXPECT_EQ(second->name, "second");
  EXPECT_FALSE(calls.answer("1", "", false));
  calls.remove(*first);
  EXPECT_EQ(calls.count(), 1u) << "the second answer is not sent yet";
  EXPECT_TRUE(calls.is_current(*second));
  calls.remove(*second);
  EXPECT_EQ(calls.count(), 0u);
}

TEST(PendingToolCalls, ACallCanBeAnsweredByItself) {
  PendingToolCalls calls;
  calls.add({.id = "1", .name = "first"});
  const auto second = calls.add({.id = "1", .name = "second"});
  EXPECT_TRUE(calls.answer(*second));
  EXPECT_FALSE(calls.answer(*second)) << "once";
  EXPECT_EQ(calls.answer("1", "", false)->name, "first");
  calls.remove(*second);
  EXPECT_FALSE(calls.answer(*second));
}

TEST(PendingToolCalls, ACancellationCancelsAllCallsOfItsId) {
  PendingToolCalls calls;
  for (const auto *id : {"1", "1", "2", "1"})
    calls.add({.id = id});
  const auto answered = calls.answer("1", "", false);
  EXPECT_TRUE(calls.cancel("1"));
  EXPECT_EQ(calls.count(), 1u);
  EXPECT_FALSE(calls.is_current(*answered));
  EXPECT_FALSE(calls.answer("1", "", false));
  EXPECT_TRUE(calls.answer("2", "", false));
  EXPECT_FALSE(calls.cancel("1"));
}

TEST(PendingToolCalls, TheAnswerOfALostConnectionKeepsItsPlaceToo) {
  PendingToolCalls calls;
  ASSERT_TRUE(calls.add({.id = "1"}));
  const auto answered = calls.answer("1", "", false);
  EXPECT_TRUE(calls.clear().empty());
  for (int i = 0; i < 64; ++i)
    EXPECT_EQ(calls.add({.id = "1"}).has_value(), i < 63);
  EXPECT_TRUE(calls.answer("1", "", false)) << "it belongs to the next connection";
  EXPECT_FALSE(calls.is_current(*answered));
  EXPECT_EQ(calls.count(), 63u);
}

struct ToolCallSession : SessionTest {
  input::ToolResponse response(const std::string &id) {
    const auto call = tool_calls->answer(id, "", false);
    return {.message = "response to " + id, .call = call.value_or(PendingToolCalls::Call{})};
  }
};

TEST_F(ToolCallSession, AnAnswerIsSentAndTheTurnAwaited) {
  connect();
  speak();
  now += 300 * ms_in_us;  // the service has detected the end of speech
  server.say(call("weather", "1"));
  end_input();
  EXPECT_EQ(notices_of<ToolCall>().at(0).id, "1");
  input_queue->push(response("1"));
  session->drain();
  EXPECT_EQ(server.messages.back(), "response to 1");
  EXPECT_FALSE(is_over());
  answer();
  EXPECT_TRUE(is_over());
}

TEST_F(ToolCallSession, SilentAnswersAreNotAwaited) {
  connect();
  speak();
  now += 300 * ms_in_us;  // the service has detected the end of speech
  server.say(call("weather", "1"));
  answer();
  end_input();
  EXPECT_FALSE(is_over());
  auto silent = response("1");
  silent.is_silent = true;
  input_queue->push(std::move(silent));
  session->drain();
  EXPECT_TRUE(is_over());
}

TEST_F(ToolCallSession, UndeclaredFunctionsAreRefusedAtOnce) {
  connect();
  server.say(call("nonsense", "7"));
  session->drain();
  EXPECT_TRUE(notices_of<ToolCall>().empty());
  ASSERT_EQ(server.messages.size(), 1u);
  EXPECT_EQ(server.messages[0],
            wire::encode_tool_response(
                "7", "nonsense", wire::failed_function("There is no function with this name")));
  ASSERT_EQ(notices_of<notice::Warning>().size(), 1u);
  EXPECT_NE(notices_of<notice::Warning>()[0].error.message.find("nonsense"), std::string::npos);
}

TEST_F(ToolCallSession, UndeclaredFunctionsAreAllowedOnRequest) {
  config.refuse_unknown_tools.set(false);
  connect();
  server.say(call("nonsense", "7"));
  EXPECT_EQ(notices_of<ToolCall>().size(), 1u);
  EXPECT_TRUE(server.messages.empty());
}

TEST_F(ToolCallSession, ACallWithoutAnIdGetsOne) {
  connect();
  server.say(call("weather", ""));
  server.say(call("weather", ""));
  const auto told_of = notices_of<ToolCall>();
  ASSERT_EQ(told_of.size(), 2u);
  EXPECT_NE(told_of[0].id, told_of[1].id);
  const auto answered = tool_calls->answer(told_of[1].id, "", false);
  ASSERT_TRUE(answered);
  EXPECT_EQ(answered->id_on_wire(), "");
  EXPECT_EQ(tool_calls->answer("", "weather", false)->id, told_of[0].id);
}

TEST_F(ToolCallSession, ALateAnswerDoesNotAnswerTheNextConnectionsCall) {
  connect();
  server.say(call("weather", ""));
  const auto late = notices_of<ToolCall>().at(0).id;
  server.close(1011, "");
  const int before = server.made;
  ASSERT_TRUE(run_until([&] { return server.made > before; }));
  server.open();
  server.say(setup_complete);
  server.say(call("weather", ""));
  EXPECT_EQ(notices_of<ToolCallCancelled>().at(0).id, late);
  EXPECT_FALSE(tool_calls->answer(late, "weather", false));
  EXPECT_TRUE(tool_calls->answer(notices_of<ToolCall>().at(1).id, "weather", false));
}

TEST_F(ToolCallSession, OurIdsAreNotUsedAgainByTheNextSession) {
  connect();
  server.say(call("weather", ""));
  const auto first = notices_of<ToolCall>().at(0).id;
  session.reset();
  input_queue = std::make_shared<InputQueue>([] {});
  tool_calls = std::make_shared<PendingToolCalls>();
  streams = std::make_shared<OutputStreams>();
  connect();
  server.say(call("weather", ""));
  EXPECT_NE(notices_of<ToolCall>().at(0).id, first) << "a late answer must not reach it";
}

TEST_F(ToolCallSession, ACallIsNotLeftUnanswered) {
  config.tool_timeout.set(10ms);
  connect();
  server.say(call("weather", "1"));
  EXPECT_TRUE(run_until([&] {
    now += 10 * ms_in_us;
    session->drain();
    return !server.messages.empty();
  }));
  EXPECT_NE(server.messages[0].find(R"("id":"1","name":"weather")"), std::string::npos);
  EXPECT_NE(server.messages[0].find("error"), std::string::npos);
  EXPECT_EQ(notices_of<ToolCallCancelled>().at(0).id, "1");
  EXPECT_FALSE(tool_calls->answer("1", "", false)) << "too late";
}

TEST_F(ToolCallSession, ACancelledCallCannotBeAnswered) {
  connect();
  server.say(call("weather", "1"));
  server.say(cancellation("1"));
  EXPECT_FALSE(tool_calls->answer("1", "", false));
}

TEST_F(ToolCallSession, AQueuedAnswerToACancelledCallIsNotSent) {
  connect();
  speak();
  now += 300 * ms_in_us;  // the service has detected the end of speech
  server.say(call("weather", "1"));
  input_queue->push(response("1"));
  server.say(cancellation("1"));
  answer();
  server.messages.clear();
  end_input();
  EXPECT_TRUE(is_over()) << "nothing is made of an answer that was not sent";
  for (const auto &message : server.messages)
    EXPECT_EQ(message.find("response to 1"), std::string::npos);
}

TEST_F(ToolCallSession, ARepeatedIdIsAnsweredOnceForEachCall) {
  connect();
  speak();
  now += 300 * ms_in_us;  // the service has detected the end of speech
  server.say(call("weather", "1"));
  server.say(call("weather", "1"));
  end_input();
  input_queue->push(response("1"));
  session->drain();
  answer();
  EXPECT_FALSE(is_over()) << "the second call waits";
  input_queue->push(response("1"));
  session->drain();
  EXPECT_EQ(std::ranges::count(server.messages, "response to 1"), 2);
  answer();
  EXPECT_TRUE(is_over());
}

TEST_F(ToolCallSession, ACancelledRepeatedIdIsNotWaitedFor) {
  connect();
  speak();
  now += 300 * ms_in_us;  // the service has detected the end of speech
  server.say(call("weather", "1"));
  server.say(call("weather", "1"));
  server.say(cancellation("1"));
  answer();
  end_input();
  EXPECT_TRUE(is_over());
}

/// A server that calls and cancels, and reads nothing.
TEST_F(ToolCallSession, RefusalsThatWaitAreLimited) {
  connect();
  server.writable = false;
  const std::string name(1024, 'n');
  for (int i = 0; i < 1000; ++i) {
    server.say(call(name, "id-" + std::to_string(i)));
    server.say(cancellation("id-" + std::to_string(i)));
  }
  std::size_t waiting = 0, bytes = 0;
  while (const auto item = input_queue->pop())
    if (const auto *refusal = std::get_if<input::ToolResponse>(&*item)) {
      ++waiting;
      bytes += refusal->message.size();
    }
  EXPECT_EQ(waiting, 64u);
  EXPECT_LE(bytes, 64u * 4096);
  EXPECT_LE(notices_of<notice::Warning>().size(), 16u);
}

TEST_F(ToolCallSession, CancelledRefusalsMakeRoomWhenTheServerReads) {
  connect();
  server.writable = false;
  for (int i = 0; i < 100; ++i) {
    server.say(call("nonsense", std::to_string(i)));
    server.say(cancellation(std::to_string(i)));
  }
  server.become_writable();
  session->drain();
  EXPECT_TRUE(server.messages.empty()) << "nothing is sent for cancelled calls";
  server.say(call("weather", "1"));
  EXPECT_EQ(notices_of<ToolCall>().size(), 1u);
}

TEST_F(ToolCallSession, AnAnswerIsNotSentOnAnotherConnection) {
  connect();
  server.say(call("weather", "1"));
  auto late = response("1");
  server.close(1011, "Internal error encountered.");
  input_queue->push(std::move(late));
  ASSERT_TRUE(run_until([&] { return server.made == 2; }));
  server.open();
  server.say(setup_complete);
  session->drain();
  EXPECT_EQ(std::ranges::count(server.messages, "response to 1"), 0);
}

}  // namespace
}  // namespace gemlive::test
