// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// gemlive-chaos: real pipelines, and what networks and servers do to them. tests/chaos/run.sh

#include <gst/gst.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>

#include "process.hpp"
#include "row.hpp"

namespace gemlive::chaos {

namespace {

std::string number(const std::optional<double> &value) {
  char text[32] = "-";
  if (value) std::snprintf(text, sizeof text, "%.3f", *value);
  return text;
}

std::string why_not(const Row &row) {
  if (!row.missing.empty()) return row.missing;
  if (row.in_namespace && !is_in_own_network()) return "needs a network namespace";
  return {};
}

/// Whether what is measured keeps the required numbers themselves, without slack.
bool is_in_time(const Row &row, const Measured &measured) {
  return measured.detect.value_or(0) <= row.detect && measured.recover.value_or(0) <= row.recover;
}

int run_table(const std::string &wanted) {
  std::printf(
      "| # | fault | detect s (required) | recover s (required) | lost ms (allowed) | "
      "of it counted ms | memory KiB | stop ms | verdict |\n"
      "|---|---|---|---|---|---|---|---|---|\n");
  int failed = 0;
  auto rows = table();
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row &a, const Row &b) { return a.number < b.number; });
  for (const auto &row : rows) {
    if (!wanted.empty() && row.fault.find(wanted) == std::string::npos &&
        wanted != std::to_string(row.number))
      continue;
    if (const auto why = why_not(row); !why.empty()) {
      std::printf("| %d | %s | | | | | | | SKIPPED: %s |\n", row.number, row.fault.c_str(),
                  why.c_str());
      continue;
    }
    const auto measured = run(row);
    std::string verdict = is_in_time(row, measured) ? "ok" : "ok, late";
    if (!measured.failures.empty()) {
      failed += row.open.empty();
      verdict = row.open.empty() ? "FAIL" : "NOT YET (" + row.open + ")";
      const char *separator = ": ";
      for (const auto &failure : measured.failures)
        verdict += std::exchange(separator, "; ") + failure;
      if (!measured.said.empty()) verdict += " (" + measured.said + ")";
    }
    std::printf("| %d | %s | %s (%g) | %s (%g) | %g (%g) | %g | %ld | %g | %s |\n", row.number,
                row.fault.c_str(), number(measured.detect).c_str(), row.detect,
                number(measured.recover).c_str(), row.recover,
                static_cast<double>(measured.lost + measured.dropped) / 32, row.lost,
                static_cast<double>(measured.dropped) / 32, measured.memory, measured.stop,
                verdict.c_str());
    std::fflush(stdout);
  }
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace gemlive::chaos

int main(int argc, char **argv) {
  gst_init(&argc, &argv);
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "table") return gemlive::chaos::run_table(argc > 2 ? argv[2] : "");
  std::fprintf(stderr, "usage: gemlive-chaos table [ROW]\n");
  return 2;
}
