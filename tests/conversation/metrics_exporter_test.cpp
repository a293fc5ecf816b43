// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "metrics_exporter.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "guarded.hpp"
#include "http_request.hpp"
#include "read_file.hpp"
#include "temp_folder.hpp"
#include "wait.hpp"

namespace gemlive {
namespace {

using test::http_request;

Guarded<std::string> &lines() {
  static Guarded<std::string> all;
  return all;
}

class MetricsExporterTest : public testing::Test {
 protected:
  MetricsExporterTest() { lines().lock()->clear(); }
  void start(const std::string &target) {
    exporter = std::make_unique<MetricsExporter>(metrics, target, log);
  }
  /// The rest of the line behind these words.
  static std::string logged(const std::string &words) {
    const auto text = lines().copy();
    const auto found = text.find(words);
    if (found == std::string::npos) return "";
    const auto from = found + words.size();
    return text.substr(from, text.find('\n', from) - from);
  }

  Log log{
      Log::Sink{.is_enabled = [](Log::Topic, Log::Level) { return true; },
                .write = [](Log::Topic, Log::Level,
                            const char *line) { *lines().lock() += line + std::string("\n"); }}};
  Metrics metrics;
  std::unique_ptr<MetricsExporter> exporter;
};

TEST_F(MetricsExporterTest, ServesThemOnALoopbackPort) {
  start("0");
  ASSERT_TRUE(test::wait_until([] { return !logged("metrics at ").empty(); }));
  const auto answer = http_request(logged("metrics at "));
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(answer.content_type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
  EXPECT_TRUE(answer.body.ends_with("# EOF\n")) << answer.body;
}

TEST_F(MetricsExporterTest, WritesThemToAFileAtTheStartAndAtTheEnd) {
  const test::TempFolder folder;
  const auto file = folder / "metrics.prom";
  start(file);
  ASSERT_TRUE(test::wait_until([&] { return !test::read_file(file).empty(); }));
  const Stats stats = {};
  Metrics::Source conversation(metrics, [&] { return stats; });
  exporter.reset();
  EXPECT_NE(test::read_file(file).find("gemlive_conversations_started_total 1\n"),
            std::string::npos);
}

TEST_F(MetricsExporterTest, SaysWhatIsWrongWithTheTarget) {
  for (const auto &[target, words] : {
           std::pair{"metrics", "neither a port nor an absolute path"},
           std::pair{"70000", "neither a port nor an absolute path"},
           std::pair{"/no/such/folder/metrics",
                     "cannot write the metrics (GEMLIVE_METRICS) to /no/such/folder/metrics: "},
           std::pair{"/dev/null", "cannot write the metrics (GEMLIVE_METRICS) to /dev/null: "},
       }) {
    start(target);
    EXPECT_TRUE(test::wait_until([words = words] { return !logged(words).empty(); })) << target;
  }
}

}  // namespace
}  // namespace gemlive
