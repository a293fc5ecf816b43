// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "metrics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>

namespace gemlive {
namespace {

using namespace std::chrono_literals;

class MetricsTest : public testing::Test {
 protected:
  std::unique_ptr<Metrics::Source> open(const Stats &stats) {
    return std::make_unique<Metrics::Source>(metrics, [&stats] { return stats; });
  }
  std::uint64_t sum(const std::string &family, const std::string &label = "") {
    const auto totals = metrics.totals();
    for (std::size_t i = 0; i < stats_metric_count; ++i)
      if (stats_metrics[i].family == family && stats_metrics[i].label == label)
        return totals.stats[i];
    ADD_FAILURE() << "no metric " << family;
    return 0;
  }
  static Usage usage(std::int64_t prompt, std::int64_t response) {
    return {.counts = {prompt, response}};
  }

  Metrics metrics;
};

TEST_F(MetricsTest, CountersAreOfAllConversationsAndGaugesOfTheOpenOnes) {
  Stats first = {.state = ConnectionState::connected, .turns = 3}, second = {.turns = 4};
  first.input.held = 100;
  auto one = open(first), other = open(second);
  EXPECT_EQ(metrics.totals().open, 2u);
  EXPECT_EQ(sum("turns"), 7u);
  EXPECT_EQ(sum("input_audio_backlog_bytes"), 100u);
  EXPECT_EQ(sum("conversations_connected"), 1u);
  first.turns = 5;
  EXPECT_EQ(sum("turns"), 9u) << "read when it is asked for";
  one.reset();
  EXPECT_EQ(metrics.totals().open, 1u);
  EXPECT_EQ(metrics.totals().started, 2u);
  EXPECT_EQ(sum("turns"), 9u);
  EXPECT_EQ(sum("input_audio_backlog_bytes"), 0u);
  EXPECT_EQ(sum("conversations_connected"), 0u);
}

TEST_F(MetricsTest, ErrorsWarningsAndTurnTimesAreCounted) {
  const Stats stats = {};
  auto one = open(stats);
  one->count({.turn = 1, .body = notice::TurnComplete{.first_audio_delay = 900ms}});
  one->count({.turn = 2, .body = notice::TurnComplete{}});
  one->count({.turn = 2, .body = notice::Warning{}});
  one->count({.turn = 2, .body = notice::Failed{{.kind = ErrorKind::busy}}});
  one.reset();
  const auto totals = metrics.totals();
  EXPECT_EQ(totals.first_audio.count(), 1u);
  EXPECT_EQ(totals.first_audio.up_to(3), 0u) << "0.75 s";
  EXPECT_EQ(totals.first_audio.up_to(4), 1u) << "1 s";
  EXPECT_DOUBLE_EQ(totals.first_audio.sum(), 0.9);
  EXPECT_EQ(totals.warnings, 1u);
  EXPECT_EQ(totals.errors, (std::map<ErrorKind, std::uint64_t>{{ErrorKind::busy, 1}}));
}

TEST_F(MetricsTest, OfSeveralTokenReportsInATurnTheLastOneCounts) {
  const Stats stats = {};
  auto one = open(stats);
  one->count({.turn = 1, .body = usage(100, 5)});
  one->count({.turn = 1, .body = usage(100, 20)});
  one->count({.turn = 2, .body = usage(150, 10)});
  one->count({.turn = 2, .body = usage(-1, -1)});
  EXPECT_EQ(metrics.totals().prompt_tokens, 250u);
  EXPECT_EQ(metrics.totals().response_tokens, 30u);
}

TEST_F(MetricsTest, FamiliesAreTogetherAndNamesAndLabelsAreThoseOfPrometheus) {
  std::vector<std::string> families;
  for (const auto &metric : stats_metrics) {
    if (!families.empty() && families.back() == metric.family) continue;
    EXPECT_EQ(std::ranges::count(families, metric.family), 0) << metric.family;
    EXPECT_NE(std::string(metric.help), "") << metric.family;
    families.push_back(metric.family);
  }
}

}  // namespace
}  // namespace gemlive
