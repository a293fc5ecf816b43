// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "script.hpp"

#include <gtest/gtest.h>

#include <string>
#include <variant>

namespace gemlive::simulator {
namespace {

std::string step(const std::string &when, const std::string &what) {
  return "[{\"when\":" + when + ",\"do\":" + what + "}]";
}

template <typename Wanted>
Wanted only(const std::string &what) {
  const auto script = parse_script(step(R"({"on":"turn"})", what));
  EXPECT_TRUE(script) << (script ? "" : script.error().message);
  if (!script || (*script)[0].actions.size() != 1) return {};
  EXPECT_TRUE(std::holds_alternative<Wanted>((*script)[0].actions[0])) << what;
  return std::get<Wanted>((*script)[0].actions[0]);
}

TEST(Script, ReadsEachAction) {
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
  only<Interrupt>(R"({"interrupt":true})");
  EXPECT_EQ(only<GoAway>(R"({"go-away":"50s"})").time_left, "50s");
  EXPECT_TRUE(only<GoAway>(R"({"go-away":"0.5s","then-close":true})").close);
  EXPECT_EQ(only<DelayPong>(R"({"delay-pong":300})").ms, 300);
  const auto call = only<ToolCall>(R"({"tool-call":"f","args":{"on": true},"id":"1"})");
  EXPECT_EQ(call.args, R"({"on":true})");
  EXPECT_EQ(only<SetAnswerStyle>(R"({"answer":{"say":"hi"}})").style.say, "hi");
}

TEST(Script, ReportsErrors) {
  const auto error = [](const std::string &script) {
    const auto result = parse_script(script);
    return result ? std::string("valid") : result.error().message;
  };
  const auto has = [&](const std::string &script, const char *words) {
    EXPECT_NE(error(script).find(words), std::string::npos) << error(script);
  };
  has("{", "not a JSON list");
  has("{}", "not a JSON list");
  has(step(R"({"on":"never"})", R"({"drop":"end"})"), "unknown trigger \"never\"");
  has(step(R"({"on":"turn","minute":3})", R"({"drop":"end"})"), "unknown member \"minute\"");
  has(step(R"({"on":"turn"})", R"({"explode":true})"), "unknown action");
  has(step(R"({"on":"turn"})", R"({"drop":"gently"})"), "must be reset or end");
  has(step(R"({"on":"turn"})", R"({"close":1000,"why":"x"})"), "unknown member \"why\"");
  has(step(R"({"on":"turn"})", R"({"answer":{"volume":11}})"), "unknown member \"volume\"");
  has(step(R"({"on":"turn"})", R"({"answer":{"chunks":[0]}})"), "\"chunks\"");
  has(step(R"({"on":"turn"})", R"({"raw":"8"})"), "hexadecimal");
  has(step(R"({"on":"turn"})", R"({"go-away":"soon","then-close":true})"), "such as 9.5s");
  has(step(R"({"on":"turn"})", "[]"), "has no action");
  has(step(R"({"on":"turn"})", R"({"flood":"ping","count":1000001})"), "at most 1000000");
  EXPECT_EQ(error("[]"), "valid");
}

TEST(ScriptRun, RunsEachStepOnceOrOncePerTurn) {
  const auto script = parse_script(R"([
    {"when":{"on":"open"},"do":{"interrupt":true}},
    {"when":{"on":"turn"},"do":{"interrupt":true}},
    {"when":{"on":"turn","turn":2},"do":{"interrupt":true}},
    {"when":{"on":"said","turn":1,"ms":400},"do":{"interrupt":true}},
    {"when":{"on":"heard","ms":1000,"session":2},"do":{"interrupt":true}}])");
  ASSERT_TRUE(script);
  ScriptRun run(*script, 1, "/");
  const auto due = [&run](Trigger on, int turn = 0, int ms = 0) {
    return run.due({on, turn, ms}).size();
  };
  EXPECT_EQ(due(Trigger::open), 1u);
  EXPECT_EQ(due(Trigger::open), 0u);
  EXPECT_EQ(due(Trigger::turn, 1), 1u);
  EXPECT_EQ(due(Trigger::said, 1, 200), 0u);
  EXPECT_EQ(due(Trigger::said, 1, 440), 1u);
  EXPECT_EQ(due(Trigger::said, 1, 680), 0u);
  EXPECT_EQ(due(Trigger::turn, 2), 2u);
  EXPECT_EQ(due(Trigger::said, 2, 680), 0u);
  EXPECT_EQ(due(Trigger::heard, 0, 5000), 0u);
  ScriptRun second(*script, 2, "/");
  EXPECT_EQ(second.due({Trigger::heard, 0, 999}).size(), 0u);
  EXPECT_EQ(second.due({Trigger::heard, 0, 1000}).size(), 1u);
}

}  // namespace
}  // namespace gemlive::simulator
