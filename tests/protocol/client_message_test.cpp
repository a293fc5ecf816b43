// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "client_message.hpp"

#include <gtest/gtest.h>

#include <string>
#include <variant>

using namespace gemlive;
using wire::client::Mark;
using wire::client::Plain;
using wire::client::Response;

namespace {

template <typename Kind>
Kind read(std::string_view json) {
  const auto message = wire::read_client_message(json);
  if (message && std::holds_alternative<Kind>(*message)) return std::get<Kind>(*message);
  ADD_FAILURE() << (message ? "another kind" : message.error().message);
  return {};
}

std::string refusal(std::string_view json) {
  const auto message = wire::read_client_message(json);
  if (message) return "accepted";
  EXPECT_EQ(message.error().kind, ErrorKind::bad_setting);
  return message.error().message;
}

bool refuses(std::string_view json, const char *part) {
  const auto why = refusal(json);
  return why.find(part) != std::string::npos || (ADD_FAILURE() << why, false);
}

TEST(ClientMessage, AnUnknownMessageStaysAsItIs) {
  const auto newer = read<Plain>(R"({ "nextYear": {"a": 1.50} })");
  EXPECT_EQ(newer.message, R"({"nextYear":{"a":1.50}})");
  EXPECT_FALSE(newer.wants_answer);
  EXPECT_TRUE(newer.is_resendable);
  EXPECT_TRUE(newer.functions.empty());
}

TEST(ClientMessage, AContextUpdateSaysWhichFunctionsItDeclares) {
  const auto update = read<Plain>(
      R"({"context_update":{"system_instruction":{"parts":[{"text":"x"}]},
          "tools":{"tools":[{"function_declarations":[{"name":"f"},{"name":"g"}]}]}}})");
  EXPECT_EQ(update.message,
            R"({"contextUpdate":{"systemInstruction":{"parts":[{"text":"x"}]},)"
            R"("tools":{"tools":[{"functionDeclarations":[{"name":"f"},{"name":"g"}]}]}}})");
  EXPECT_EQ(update.functions, (std::vector<std::string>{"f", "g"}));
  EXPECT_FALSE(update.wants_answer);
}

TEST(ClientMessage, ContentWantsAnAnswerWithTurnComplete) {
  for (const auto *complete : {R"({"client_content":{"turns":[],"turn_complete":true}})",
                               R"({"clientContent":{"turns":[],"turnComplete":true}})"}) {
    const auto content = read<Plain>(complete);
    EXPECT_TRUE(content.wants_answer);
    EXPECT_EQ(content.message, R"({"clientContent":{"turns":[],"turnComplete":true}})");
  }
  EXPECT_FALSE(read<Plain>(R"({"clientContent":{"turns":[]}})").wants_answer);
}

TEST(ClientMessage, RealtimeInput) {
  const auto audio = read<wire::client::Audio>(
      R"({"realtime_input":{"audio":{"mime_type":"audio/pcm;rate=24000","data":"AAABAA=="}}})");
  EXPECT_EQ(audio.rate, 24000);
  EXPECT_EQ(audio.samples.size(), 4u);
  EXPECT_EQ(audio.samples[2], std::byte{1});
  const auto chunk = read<wire::client::Audio>(
      R"({"realtimeInput":{"mediaChunks":[{"mimeType":"audio/pcm","data":"AAAB_w"}]}})");
  EXPECT_EQ(chunk.rate, 16000) << "what the service assumes";
  EXPECT_EQ(chunk.samples[3], std::byte{0xff});
  const auto text = read<Plain>(R"({"realtimeInput":{"text":"hello"}})");
  EXPECT_TRUE(text.wants_answer);
  EXPECT_EQ(text.message, R"({"realtimeInput":{"text":"hello"}})");
  EXPECT_EQ(read<Mark>(R"({"realtime_input":{"activity_start":{}}})"), Mark::activity_start);
  EXPECT_EQ(read<Mark>(R"({"realtimeInput":{"activityEnd":{}}})"), Mark::activity_end);
  EXPECT_EQ(read<Mark>(R"({"realtimeInput":{"audioStreamEnd":true}})"), Mark::audio_stream_end);
  for (const auto *picture :
       {R"({"realtimeInput":{"video":{"mimeType":"image/png","data":"AAAA"}}})",
        R"({"realtimeInput":{"mediaChunks":[{"mimeType":"image/png","data":"AAAA"}]}})"}) {
    const auto plain = read<Plain>(picture);
    EXPECT_EQ(plain.message, picture);
    EXPECT_FALSE(plain.is_resendable) << "an old picture";
    EXPECT_FALSE(plain.wants_answer);
  }
}

TEST(ClientMessage, ToolResponses) {
  const auto list = read<std::vector<Response>>(
      R"({"tool_response":{"function_responses":[
          {"id":"1","name":"f","will_continue":true,"response":{"a_b":1}},
          {"scheduling":"SILENT","name":"g","response":{}}]}})");
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].id, "1");
  EXPECT_EQ(list[0].name, "f");
  EXPECT_EQ(list[0].response.json, R"({"willContinue":true,"response":{"a_b":1}})");
  EXPECT_TRUE(list[0].response.will_continue);
  EXPECT_FALSE(list[0].response.is_silent);
  EXPECT_EQ(list[1].id, "");
  EXPECT_TRUE(list[1].response.is_silent);
}

/// After {}, model 3.8 repeats the call. Beside willContinue it ends the answer.
TEST(ClientMessage, AnEmptyToolResponseSaysThatThereIsNoOutput) {
  const auto json_of = [](const std::string &members) {
    const auto list = read<std::vector<Response>>(
        R"({"toolResponse":{"functionResponses":[{"id":"1",)" + members + "}]}}");
    return list.size() == 1 ? list[0].response.json : "";
  };
  EXPECT_EQ(json_of(R"("response":{})"), R"({"response":{"output":{}}})");
  EXPECT_EQ(json_of(R"("response":{},"scheduling":"SILENT")"),
            R"({"response":{"output":{}},"scheduling":"SILENT"})");
  EXPECT_EQ(json_of(R"("response":{"a":{}})"), R"({"response":{"a":{}}})");
  EXPECT_EQ(json_of(R"("response":{},"willContinue":false)"),
            R"({"response":{},"willContinue":false})");
}

TEST(ClientMessage, WhatCannotBeSentIsRefusedInWords) {
  EXPECT_TRUE(refuses(R"({"setup":{}})", "Set the property setup"));
  EXPECT_TRUE(refuses("{}", "exactly one field"));
  EXPECT_TRUE(refuses(R"({"clientContent":{},"contextUpdate":{}})", "This one has 2"));
  EXPECT_TRUE(refuses("[]", "The message is not a JSON object"));
  EXPECT_TRUE(refuses(R"({"contextUpdate":7})", "contextUpdate must be a JSON object"));
  EXPECT_TRUE(refuses(R"({"realtimeInput":{}})", "exactly one field"));
  EXPECT_TRUE(refuses(R"({"realtimeInput":{"text":"a","activityEnd":{}}})", "exactly one field"));
  EXPECT_TRUE(refuses(R"({"realtimeInput":{"text":""}})", "empty"));
  EXPECT_TRUE(refuses(R"({"realtimeInput":{"audioStreamEnd":false}})", "true"));
  EXPECT_TRUE(refuses(R"({"realtimeInput":{"audio":{"mimeType":"audio/wav"}}})", "audio/pcm"));
  EXPECT_TRUE(
      refuses(R"({"realtimeInput":{"audio":{"mimeType":"audio/pcm","data":"A*=="}}})", "base64"));
  EXPECT_TRUE(refuses(R"({"realtimeInput":{"audio":{"mimeType":"audio/pcm","data":"AAAA"}}})",
                      "whole 16-bit samples"));
  EXPECT_TRUE(refuses(R"({"realtimeInput":{"audio":{"mimeType":"audio/pcm"}}})", "no data"));
  EXPECT_TRUE(refuses(R"({"realtimeInput":{"audio":{"data":"AAAA"}}})", "no mimeType"));
  EXPECT_TRUE(refuses(R"({"realtimeInput":{"mediaChunks":[{},{}]}})", "one chunk"));
  EXPECT_TRUE(refuses(R"({"toolResponse":{}})", "functionResponses"));
  EXPECT_TRUE(refuses(R"({"toolResponse":{"functionResponses":[{"id":"1"}]}})", "response"));
}

TEST(ClientMessage, ContentThatIsAnotherMessageNamesTheOtherSignal) {
  for (const auto *other :
       {R"({"contextUpdate":{}})", R"({"context_update":{}})", R"({"realtimeInput":{}})",
        R"({"toolResponse":{}})", R"({"setup":{}})"}) {
    const auto content = wire::read_content(other);
    ASSERT_FALSE(content) << other;
    EXPECT_NE(content.error().message.find("send-message"), std::string::npos);
  }
}

}  // namespace
