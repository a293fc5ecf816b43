// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// gemlive-chaos: real pipelines, and what networks and servers do to them. tests/chaos/run.sh

#include <gst/gst.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include "endurance.hpp"
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
  if (row.by_silent_dns && !has_own_name_server()) return "needs a mount namespace";
  return {};
}

/// Whether what is measured keeps the required numbers themselves, without slack.
bool is_in_time(const Row &row, const Measured &measured) {
  return measured.detect.value_or(0) <= row.detect && measured.recover.value_or(0) <= row.recover;
}

/// With `quick` only what takes no more than a few seconds.
bool run_table(const std::string &wanted, bool quick) {
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
    if (quick && (row.detect > 2 || row.watch > 2)) continue;
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
  return failed == 0;
}

}  // namespace
}  // namespace gemlive::chaos

namespace {

/// The value behind an option, or `otherwise`.
long option(int argc, char **argv, const char *name, long otherwise) {
  for (int i = 2; i + 1 < argc; ++i)
    if (std::strcmp(argv[i], name) == 0) return std::atol(argv[i + 1]);
  return otherwise;
}

bool has(int argc, char **argv, const char *name) {
  return std::any_of(argv + 1, argv + argc,
                     [name](const char *given) { return std::strcmp(given, name) == 0; });
}

}  // namespace

int main(int argc, char **argv) {
  gst_init(&argc, &argv);
  const std::string what = argc > 1 ? argv[1] : "";
  const bool quick = has(argc, argv, "--quick");
  const auto number = [&](const char *name, long in_all, long in_short) {
    return option(argc, argv, name, quick ? in_short : in_all);
  };
  const auto seed = static_cast<std::uint32_t>(option(argc, argv, "--seed", g_random_int()));
  using namespace gemlive::chaos;
  if (what == "table")
    return run_table(argc > 2 && argv[2][0] != '-' ? argv[2] : "", quick) ? 0 : 1;
  if (what == "random")
    return endure_faults(static_cast<int>(number("--faults", 1000, 40)), seed) ? 0 : 1;
  if (what == "soak") return soak(static_cast<int>(number("--minutes", 1440, 60)), seed) ? 0 : 1;
  if (what == "states") return change_states(static_cast<int>(number("--rounds", 200, 10))) ? 0 : 1;
  std::fprintf(stderr,
               "usage: gemlive-chaos table [ROW] | random [--faults N] [--seed N] | "
               "soak [--minutes N] [--seed N] | states [--rounds N]; --quick: less of it\n");
  return 2;
}
