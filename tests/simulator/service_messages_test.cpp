// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "service_messages.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "answer.hpp"
#include "checker.hpp"
#include "schema.hpp"
#include "tool_call_message.hpp"

namespace gemlive::simulator {
namespace {

TEST(ServiceMessages, AreFormattedAsTheServiceDoes) {
  EXPECT_EQ(messages::pretty(messages::setup_complete("")), "{\n  \"setupComplete\": {}\n}\n");
  EXPECT_EQ(messages::pretty(R"({"a":[1,{"b\"{":"x,:\\"}],"c":[],"d":true})"),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\\\"{\": \"x,:\\\\\"\n    }\n  ],\n  \"c\": "
            "[],\n  \"d\": true\n}\n");
}

TEST(ServiceMessages, ATranscriptionHasTheOffsetsOfItsText) {
  EXPECT_EQ(
      messages::transcription("inputTranscription", "a", true, messages::Offsets{50, 12'340}),
      R"("inputTranscription":{"text":"a","finished":true,"startOffset":"0.050s","endOffset":"12.340s"})");
  EXPECT_EQ(messages::transcription("outputTranscription", "a", false, messages::Offsets{0, 2000}),
            R"("outputTranscription":{"text":"a","startOffset":"0s","endOffset":"2s"})");
}

TEST(ServiceMessages, AnErrorLeavesOutEmptyMembers) {
  EXPECT_EQ(messages::error(13, "", ""), R"({"error":{"code":13}})");
  EXPECT_EQ(messages::error(429, "Full.", "RESOURCE_EXHAUSTED"),
            R"({"error":{"code":429,"message":"Full.","status":"RESOURCE_EXHAUSTED"}})");
}

/// "": the message has only fields of messages.txt.
std::string problem(const std::string &json, Service service) {
  simdjson::dom::parser parser;
  simdjson::dom::element message;
  if (parser.parse(simdjson::padded_string(json)).get(message)) return "not JSON";
  const auto refusal = check_fields(message, schema().message("ServerMessage"), service);
  return refusal ? refusal->reason : "";
}

TEST(ServiceMessages, EveryMessageFollowsTheSchema) {
  for (const auto service : {Service::developer, Service::vertex}) {
    const auto is_vertex = service == Service::vertex;
    auto all = messages::partial_tool_call("f", R"({"a":["b",1,true,null]})", "7", 2);
    if (!is_vertex) all = {messages::tool_call("f", R"({"a":1})", "7")};
    all.push_back(messages::setup_complete(is_vertex ? "id" : ""));
    all.push_back(messages::resumption_update(
        "h", is_vertex ? std::optional<std::int64_t>(3) : std::nullopt));
    all.push_back(messages::tool_cancellation("\"7\""));
    all.push_back(messages::error(13, "a", "INTERNAL"));
    all.push_back(messages::server_content(
        messages::transcription("interimInputTranscription", "a", true, messages::Offsets{1, 2})));
    all.push_back('{' + messages::usage({1, 2, 3, false}, service) + '}');
    Answer answer({}, {service,
                       "How are you?",
                       std::make_shared<const std::vector<std::byte>>(20'000),
                       true,
                       {true, false, false}});
    while (!answer.done())
      all.push_back(messages::server_content(answer.next().content));
    for (const auto &message : all)
      EXPECT_EQ(problem(message, service), "") << message;
  }
  EXPECT_NE(problem(R"({"serverContent":{"fromTheFuture":1}})", Service::vertex), "");
}

}  // namespace
}  // namespace gemlive::simulator
