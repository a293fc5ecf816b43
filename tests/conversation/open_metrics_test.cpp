// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "open_metrics.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <sstream>
#include <string>

namespace gemlive {
namespace {

Metrics::Totals example() {
  Metrics::Totals totals;
  totals.open = 2;
  totals.errors[ErrorKind::busy] = 1;
  totals.first_audio.add(0.9);
  totals.first_audio.add(30);
  return totals;
}

TEST(OpenMetrics, ShowsEachKindOfMetric) {
  const auto text = to_open_metrics(example());
  for (const char *line :
       {"# TYPE gemlive_conversations gauge\n# HELP gemlive_conversations Open conversations\n"
        "gemlive_conversations 2\n",
        "# TYPE gemlive_input_audio_sent_bytes counter\n"
        "# UNIT gemlive_input_audio_sent_bytes bytes\n",
        "\ngemlive_input_audio_sent_bytes_total 0\n", "\ngemlive_errors_total{kind=\"busy\"} 1\n",
        "\ngemlive_errors_total{kind=\"lost\"} 0\n",
        "\ngemlive_turn_first_audio_seconds_bucket{le=\"0.75\"} 0\n"
        "gemlive_turn_first_audio_seconds_bucket{le=\"1\"} 1\n",
        "\ngemlive_turn_first_audio_seconds_bucket{le=\"+Inf\"} 2\n"
        "gemlive_turn_first_audio_seconds_sum 30.9\n"
        "gemlive_turn_first_audio_seconds_count 2\n# EOF\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "in\n" << text;
}

/// Every line of the grammar of OpenMetrics 1.0 that is used here, and each sample behind the TYPE
/// of its family.
TEST(OpenMetrics, IsWellFormed) {
  const std::regex type("# TYPE (gemlive_[a-z_]+) (counter|gauge|histogram)"),
      other("# (UNIT|HELP) (gemlive_[a-z_]+) .+"),
      sample(
          R"re((gemlive_[a-z_]+?)(_total|_bucket|_sum|_count)?(\{[a-z]+="[^"\\]*"\})? [0-9.e+-]+)re");
  std::istringstream lines(to_open_metrics(example()));
  std::set<std::string> families;
  std::string family, line;
  bool ended = false;
  for (std::smatch match; std::getline(lines, line);) {
    EXPECT_FALSE(ended);
    if (std::regex_match(line, match, type)) {
      family = match[1];
      EXPECT_TRUE(families.insert(family).second) << "twice: " << family;
    } else if (line == "# EOF") {
      ended = true;
    } else if (std::regex_match(line, match, other)) {
      EXPECT_EQ(match[2], family);
    } else {
      ASSERT_TRUE(std::regex_match(line, match, sample)) << line;
      EXPECT_EQ(match[1], family) << line;
    }
  }
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace gemlive
