// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "log.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace gemlive {
namespace {

struct Line {
  Log::Topic topic;
  Log::Level level;
  std::string text;
  bool operator==(const Line &) const = default;
};

std::vector<Line> lines;
Log::Level threshold;

struct LogTest : testing::Test {
  LogTest() {
    lines.clear();
    threshold = Log::Level::warning;
  }

  const Log log =
      Log({.is_enabled = [](Log::Topic, Log::Level level) { return level <= threshold; },
           .write =
               [](Log::Topic topic, Log::Level level, const char *line) {
                 lines.push_back({topic, level, line});
               }});
};

TEST_F(LogTest, LinesBeginWithTheNameAndCarryTheTopic) {
  const auto named = log.with_name("100%s");
  named(Log::Level::warning, "attempt %u to %s", 2u, "host");
  named.with_topic(Log::Topic::net)(Log::Level::error, "refused");
  const std::vector<Line> expected = {
      {Log::Topic::session, Log::Level::warning, "100%s: attempt 2 to host"},
      {Log::Topic::net, Log::Level::error, "100%s: refused"}};
  EXPECT_EQ(lines, expected);
}

TEST_F(LogTest, WithoutANameThereIsNoPrefix) {
  log(Log::Level::warning, "text");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].text, "text");
}

TEST_F(LogTest, AChangedThresholdTakesEffectInExistingCopies) {
  const auto copy = log.with_name("name").with_topic(Log::Topic::protocol);
  copy(Log::Level::debug, "hidden");
  EXPECT_FALSE(copy.enabled(Log::Level::debug));
  threshold = Log::Level::debug;
  EXPECT_TRUE(copy.enabled(Log::Level::debug));
  copy(Log::Level::debug, "visible");
  threshold = Log::Level::error;
  copy(Log::Level::warning, "hidden again");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].text, "name: visible");
}

TEST_F(LogTest, ADisabledLineIsNotFormatted) {
  int length = 0;
  log(Log::Level::debug, "text%n", &length);
  EXPECT_EQ(length, 0);
}

TEST_F(LogTest, SecretsThatAServerQuotesAreHidden) {
  const auto mask = std::make_shared<SecretMask>();
  const auto masked = log.with_mask(mask).with_name("g").with_topic(Log::Topic::net);
  mask->add("SECRETHANDLE-1");
  masked(Log::Level::warning, "closed: \"%s\"", "No session SECRETHANDLE-1");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].text, "g: closed: \"No session ***\"");
}

TEST(LogWithoutASink, WritesNothing) {
  EXPECT_FALSE(Log().enabled(Log::Level::error));
  Log().with_name("name")(Log::Level::error, "text");
}

}  // namespace
}  // namespace gemlive
