// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "action_reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

namespace gemlive::simulator {
namespace {

/// `fault` receives the first error.
std::vector<Action> read(const std::string &json, std::string &fault) {
  simdjson::dom::parser parser;
  const simdjson::padded_string text(json);
  simdjson::dom::element value;
  EXPECT_FALSE(parser.parse(text).get(value)) << json;
  MemberReader reader;
  std::vector<Action> actions;
  read_action(reader, value, actions);
  fault = reader.fault();
  return actions;
}

template <typename Wanted>
Wanted only(const std::string &what) {
  std::string fault;
  const auto actions = read(what, fault);
  EXPECT_EQ(fault, "") << what;
  if (actions.size() != 1) return {};
  EXPECT_TRUE(std::holds_alternative<Wanted>(actions[0])) << what;
  return std::get<Wanted>(actions[0]);
}

TEST(ActionReader, ReadsEachAction) {
  const auto refuse = only<Refuse>(R"({"refuse":302,"headers":{"Location":"/x"},"body":"b"})");
  EXPECT_EQ(refuse.response.status, 302);
  EXPECT_EQ(refuse.response.headers.at("Location"), "/x");
  EXPECT_EQ(refuse.response.body, "b");
  only<Ignore>(R"({"ignore":true})");
  only<Withhold>(R"({"withhold":"setupComplete"})");
  const auto send =
      only<Send>(R"({"send":{"a": [1]},"frame":"text","fragment":5,"pad":100,"cut":3})");
  EXPECT_EQ(send.payload, R"({"a":[1]})");
  EXPECT_TRUE(send.framing.text);
  EXPECT_EQ(send.framing.fragment, 5u);
  EXPECT_EQ(send.framing.pad, 100u);
  EXPECT_EQ(send.framing.cut, 3u);
  EXPECT_FALSE(only<Send>(R"({"send-text":"{oops"})").json);
  EXPECT_EQ(only<SendRaw>(R"({"raw":"82 7e"})").bytes, "\x82\x7e");
  const auto close = only<CloseFrame>(R"({"close":1013,"reason":"later"})");
  EXPECT_EQ(close.code, 1013);
  EXPECT_EQ(close.reason, "later");
  EXPECT_TRUE(only<Drop>(R"({"drop":"reset"})").reset);
  EXPECT_FALSE(only<Drop>(R"({"drop":"end"})").reset);
  const auto stall = only<Stall>(R"({"stall":"receive","for":50})");
  EXPECT_TRUE(stall.receiving && !stall.sending);
  EXPECT_EQ(stall.ms, 50);
  EXPECT_EQ(only<Flood>(R"({"flood":"ping","count":9})").opcode, Opcode::ping);
  EXPECT_EQ(only<Flood>(R"({"flood":{},"count":9})").payload, "{}");
  EXPECT_TRUE(only<Interrupt>(R"({"interrupt":true})").turn_complete);
  EXPECT_FALSE(only<Interrupt>(R"({"interrupt":true,"turn-complete":false})").turn_complete);
  EXPECT_EQ(only<DelayHandle>(R"({"delay-handle":500})").ms, 500);
  const auto error =
      only<SendError>(R"({"error":429,"message":"Full.","status":"RESOURCE_EXHAUSTED"})");
  EXPECT_EQ(error.code, 429);
  EXPECT_EQ(error.message, "Full.");
  EXPECT_EQ(error.status, "RESOURCE_EXHAUSTED");
  const auto transcripts =
      only<SetTranscriptStyle>(R"({"transcripts":{"offsets":true,"late":true}})");
  EXPECT_TRUE(transcripts.style.offsets && transcripts.style.late);
  EXPECT_FALSE(transcripts.style.interim);
  EXPECT_EQ(only<Say>(R"({"say":"It is ten."})").text, "It is ten.");
  EXPECT_EQ(only<Interpret>(R"({"interpret":500})").delay_ms, 500);
  EXPECT_EQ(only<GoAway>(R"({"go-away":"50s"})").time_left, "50s");
  EXPECT_TRUE(only<GoAway>(R"({"go-away":"0.5s","then-close":true})").close);
  EXPECT_EQ(only<DelayPong>(R"({"delay-pong":300})").ms, 300);
  const auto call = only<ToolCall>(R"({"tool-call":"f","args":{"on": true},"id":"1"})");
  EXPECT_EQ(call.args, R"({"on":true})");
  EXPECT_EQ(call.partial, 0);
  EXPECT_EQ(only<ToolCall>(R"({"tool-call":"f","args":{},"partial":3})").partial, 3);
  EXPECT_EQ(only<SetAnswerStyle>(R"({"answer":{"say":"hi"}})").style.say, "hi");
}

TEST(ActionReader, AnErrorNamesTheMember) {
  for (const auto &[json, words] : {
           std::pair{R"({"transcripts":{"early":true}})", "unknown member \"early\""},
           {R"({"transcripts":true})", "transcripts must be an object"},
           {R"({"error":"full"})", "\"error\" must be a whole number"},
           {R"({"error":429,"reason":"full"})", "unknown member \"reason\""},
           {R"({"interrupt":true,"turn-complete":1})", "\"turn-complete\" must be true or false"},
           {R"({"interrupt":true,"usage":false})", "unknown member \"usage\""},
           {R"({"interpret":-1})", "\"interpret\" must be a whole number"},
           {R"({"delay-handle":"1s"})", "\"delay-handle\" must be a whole number"},
           {R"({"say":7})", "\"say\" must be a string"},
           {R"({"tool-call":"f","partial":2})", "\"partial\" requires \"args\""},
           {R"({"withhold":true,"more":1})", "unexpected member"},
       }) {
    std::string fault;
    read(json, fault);
    EXPECT_NE(fault.find(words), std::string::npos) << json << ": " << fault;
  }
}

}  // namespace
}  // namespace gemlive::simulator
