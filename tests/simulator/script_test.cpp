// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "script.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gemlive::simulator {
namespace {

std::string step(const std::string &when, const std::string &what) {
  return "[{\"when\":" + when + ",\"do\":" + what + "}]";
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
