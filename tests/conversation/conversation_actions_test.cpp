// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <gtest/gtest.h>

#include <string>

#include "conversation_fixture.hpp"
#include "guarded.hpp"
#include "recording_listener.hpp"

using namespace gemlive;
using namespace gemlive::test;

namespace {

struct ConversationActions : ConversationTest {
  void SetUp() override {
    on_message = [this](FakeServer &from, const std::string &message) {
      sent.lock()->push_back(message);
      answer(from, message);
      if (has(message, "newer"))
        from.say(R"({"toolCall":{"functionCalls":[{"id":"3","name":"newer"}]}})");
      if (has(message, "callMe"))
        from.say(R"({"toolCall":{"functionCalls":[{"id":"1","name":"f"},{"id":"2","name":"f"}]}})");
    };
    config.tools.set(R"({"function_declarations":[{"name":"f"}]})");
  }
  void TearDown() override {
    member.close();
    ConversationTest::TearDown();
  }
  bool open() {
    member.configure(config);
    return static_cast<bool>(member.open(nullptr));
  }
  /// 1: taken, 0: not taken. The error's text is kept.
  int send(const std::string &json) {
    const auto result = member.conversation().send_message(json);
    error = result ? "" : result.error().message;
    return result ? *result : -1;
  }
  bool arrives(const std::string &part) {
    return wait_until([&] {
      const auto messages = sent.copy();
      return std::ranges::any_of(messages, [&](const std::string &message) {
        return message.find(part) != std::string::npos;
      });
    });
  }

  RecordingListener listener;
  Conversation::Member member{name, listener, {}, platform};
  Guarded<std::vector<std::string>> sent;
  std::string error;
};

TEST_F(ConversationActions, AMessageArrivesAsItIs) {
  ASSERT_TRUE(open());
  EXPECT_EQ(send(R"({"context_update":{"system_instruction":{"parts":[]}}})"), 1);
  EXPECT_TRUE(arrives(R"({"contextUpdate":{"systemInstruction":{"parts":[]}}})"));
  EXPECT_EQ(send(R"({"setup":{}})"), -1);
  EXPECT_NE(error.find("property setup"), std::string::npos) << error;
}

TEST_F(ConversationActions, NothingIsTakenOutsideAConversation) {
  EXPECT_EQ(send(R"({"contextUpdate":{}})"), 0);
  EXPECT_EQ(send(R"({"realtimeInput":{"activityEnd":{}}})"), 0);
  ASSERT_TRUE(open());
  member.close();
  EXPECT_EQ(send(R"({"contextUpdate":{}})"), 0);
}

TEST_F(ConversationActions, AudioIsCountedAsInput) {
  ASSERT_TRUE(open());
  const auto audio = [](const char *rate) {
    return std::string(R"({"realtime_input":{"audio":{"mime_type":"audio/pcm;rate=)") + rate +
           R"(","data":"AAABAA=="}}})";
  };
  EXPECT_EQ(send(audio("16000")), 1);
  EXPECT_TRUE(arrives(R"("mimeType":"audio/pcm;rate=16000","data":"AAABAA==")"));
  EXPECT_TRUE(wait_until([&] { return member.conversation().stats().input.sent == 4; }));
  EXPECT_EQ(send(audio("24000")), -1);
  EXPECT_NE(error.find("16000 Hz"), std::string::npos) << error;
  auto input = member.conversation().add_input();
  ASSERT_TRUE(input);
  ASSERT_TRUE((*input)->claim_audio());
  EXPECT_EQ(send(audio("16000")), -1);
  EXPECT_NE(error.find("An element already sends audio"), std::string::npos) << error;
}

TEST_F(ConversationActions, AnEndedInputIsNotBegunAgainByAudio) {
  ASSERT_TRUE(open());
  auto input = member.conversation().add_input();
  ASSERT_TRUE(input);
  EXPECT_EQ(send(R"({"realtimeInput":{"audio":{"mimeType":"audio/pcm","data":"AAABAA=="}}})"), 1);
  EXPECT_EQ(send(R"({"realtimeInput":{"text":"hello"}})"), 1);
  (*input)->end();
  EXPECT_EQ(send(R"({"realtimeInput":{"audio":{"mimeType":"audio/pcm","data":"AAABAA=="}}})"), 1);
  EXPECT_EQ(send(R"({"clientContent":{"turnComplete":true}})"), 1);
  EXPECT_TRUE(is_over(**input));
}

TEST_F(ConversationActions, MarksNeedTheirDetection) {
  ASSERT_TRUE(open());
  EXPECT_EQ(send(R"({"realtimeInput":{"activityStart":{}}})"), -1);
  EXPECT_NE(error.find("activity-detection=manual"), std::string::npos) << error;
  EXPECT_EQ(send(R"({"realtimeInput":{"audioStreamEnd":true}})"), 1);
  EXPECT_TRUE(arrives("audioStreamEnd"));
}

TEST_F(ConversationActions, MarksWithManualDetection) {
  config.activity_detection.set(ActivityDetection::manual);
  ASSERT_TRUE(open());
  EXPECT_EQ(send(R"({"realtimeInput":{"audioStreamEnd":true}})"), -1);
  EXPECT_EQ(send(R"({"realtimeInput":{"activityEnd":{}}})"), 0) << "outside an activity";
  EXPECT_EQ(send(R"({"realtimeInput":{"activityStart":{}}})"), 1);
  EXPECT_EQ(send(R"({"realtimeInput":{"activityEnd":{}}})"), 1);
  EXPECT_TRUE(arrives("activityEnd"));
}

TEST_F(ConversationActions, ToolResponsesAnswerTheirCalls) {
  ASSERT_TRUE(open());
  EXPECT_EQ(send(R"({"callMe":{}})"), 1);
  ASSERT_TRUE(wait_until([&] { return listener.count<ToolCall>() == 2; }));
  const auto response = [](const char *id) {
    return std::string(R"({"id":")") + id + R"(","response":{"a_b":1}})";
  };
  const auto message = [&](const std::string &list) {
    return R"({"tool_response":{"function_responses":[)" + list + "]}}";
  };
  EXPECT_EQ(send(message(response("1") + "," + response("2"))), 1);
  EXPECT_TRUE(arrives(R"([{"id":"1","name":"f","response":{"a_b":1}}])"));
  EXPECT_TRUE(arrives(R"([{"id":"2","name":"f","response":{"a_b":1}}])"));
  EXPECT_EQ(send(message(response("2"))), 0) << "answered already";
}

TEST_F(ConversationActions, AFunctionOfAContextUpdateIsDeclared) {
  ASSERT_TRUE(open());
  EXPECT_EQ(send(R"({"context_update":{"tools":{"tools":[
                     {"function_declarations":[{"name":"newer"}]}]}}})"),
            1);
  EXPECT_TRUE(wait_until([&] { return listener.count<ToolCall>() == 1; }));
}

}  // namespace
