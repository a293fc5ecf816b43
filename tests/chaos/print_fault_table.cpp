// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>
#include <vector>

#include "process.hpp"
#include "fault.hpp"

namespace gemlive::chaos {

namespace {

double ms_of(std::uint64_t bytes) {
  return static_cast<double>(bytes) / 32;
}

/// What one row's runs measured.
struct Findings {
  std::vector<double> detect = {}, recover = {};  // s
  std::vector<double> stop = {};                  // ms
  double lost = 0, dropped = 0;                   // ms, the most
  long memory = 0;                                // KiB, the most
  std::set<std::string> failures = {};

  void add(const Measured &measured) {
    if (measured.detect) detect.push_back(*measured.detect);
    if (measured.recover) recover.push_back(*measured.recover);
    stop.push_back(measured.stop);
    lost = std::max(lost, ms_of(measured.lost + measured.dropped));
    dropped = std::max(dropped, ms_of(measured.dropped));
    memory = std::max(memory, measured.memory);
    const auto said = measured.said.empty() ? "" : " (" + measured.said + ")";
    for (const auto &failure : measured.failures)
      failures.insert(failure + said);
  }
};

/// The value, or p50 / p99 / max of several.
std::string distribution(const std::vector<double> &values, int digits) {
  if (values.empty()) return "-";
  char text[64];
  if (values.size() == 1)
    std::snprintf(text, sizeof text, "%.*f", digits, values[0]);
  else
    std::snprintf(text, sizeof text, "%.*f / %.*f / %.*f", digits, percentile(values, 50), digits,
                  percentile(values, 99), digits, percentile(values, 100));
  return text;
}

std::string why_not(const Row &row) {
  if (!row.missing.empty()) return row.missing;
  if (row.in_namespace && !is_in_own_network()) return "needs a network namespace";
  if (row.by_silent_dns && !has_own_name_server()) return "needs a mount namespace";
  return {};
}

/// "late": not within the required numbers themselves, without slack.
std::string verdict(const Row &row, const Findings &found) {
  if (found.failures.empty()) {
    const bool late =
        percentile(found.detect, 100) > row.detect || percentile(found.recover, 100) > row.recover;
    return late ? "ok, late" : "ok";
  }
  std::string text = "FAIL";
  const char *separator = ": ";
  for (const auto &failure : found.failures) {
    text += separator + failure;
    separator = "; ";
  }
  return text;
}

bool is_wanted(const Row &row, const std::string &wanted) {
  if (wanted.find_first_not_of("0123456789") == std::string::npos)
    return wanted.empty() || wanted == std::to_string(row.number);
  return row.fault.find(wanted) != std::string::npos;
}

}  // namespace

bool print_table(const std::string &wanted, bool quick, int times) {
  std::printf(
      "| # | fault | detect s (required) | recover s (required) | lost ms (allowed) | "
      "of it counted ms | memory KiB | stop ms | verdict |\n"
      "|---|---|---|---|---|---|---|---|---|\n");
  bool good = true;
  std::size_t count = 0;
  auto rows = table();
  std::ranges::stable_sort(rows, {}, &Row::number);
  for (const auto &row : rows) {
    if (!is_wanted(row, wanted)) continue;
    if (const auto why = why_not(row); !why.empty()) {
      std::printf("| %d | %s | | | | | | | SKIPPED: %s |\n", row.number, row.fault.c_str(),
                  why.c_str());
      continue;
    }
    if (quick && !row.always && (row.detect > 2.1 || row.watch > 2)) continue;
    ++count;
    Findings found;
    for (int i = 0; i < times; ++i)
      found.add(run(row));
    good = good && found.failures.empty();
    std::printf("| %d | %s | %s (%g) | %s (%g) | %g (%g) | %g | %ld | %s | %s |\n", row.number,
                row.fault.c_str(), distribution(found.detect, 3).c_str(), row.detect,
                distribution(found.recover, 3).c_str(), row.recover, found.lost, row.lost,
                found.dropped, found.memory, distribution(found.stop, 1).c_str(),
                verdict(row, found).c_str());
    std::fflush(stdout);
  }
  if (count == 0) std::fprintf(stderr, "no row was run\n");
  return good && count > 0;
}

}  // namespace gemlive::chaos
