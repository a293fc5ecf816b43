// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>
#include <vector>

#include "fault.hpp"
#include "percentile.hpp"
#include "process.hpp"

namespace gemlive::chaos {

namespace {

using test::percentile;

double ms_of(std::uint64_t bytes) {
  return static_cast<double>(bytes) / 32;
}

/// The results of all runs of one fault.
struct Summary {
  std::vector<double> detect = {}, recover = {};  // s
  std::vector<double> stop = {};                  // ms
  double lost = 0, dropped = 0;                   // ms, maximum
  long memory = 0;                                // KiB, maximum
  std::set<std::string> failures = {};

  void add(const Measurement &measurement) {
    if (measurement.detect) detect.push_back(*measurement.detect);
    if (measurement.recover) recover.push_back(*measurement.recover);
    stop.push_back(measurement.stop);
    lost = std::max(lost, ms_of(measurement.lost + measurement.dropped));
    dropped = std::max(dropped, ms_of(measurement.dropped));
    memory = std::max(memory, measurement.memory);
    const auto error_text =
        measurement.error_text.empty() ? "" : " (" + measurement.error_text + ")";
    for (const auto &failure : measurement.failures)
      failures.insert(failure + error_text);
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

std::string reason_to_skip(const Fault &fault) {
  if (!fault.covered_by.empty()) return fault.covered_by;
  if (fault.needs_namespace && !has_network_namespace()) return "needs a network namespace";
  if (fault.needs_name_server && !has_own_name_server()) return "needs a mount namespace";
  return {};
}

/// "late": within the tolerance, but not within the required time.
std::string verdict(const Fault &fault, const Summary &found) {
  if (found.failures.empty()) {
    const bool late = percentile(found.detect, 100) > fault.detect ||
                      percentile(found.recover, 100) > fault.recover;
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

bool is_wanted(const Fault &fault, const std::string &wanted) {
  if (wanted.find_first_not_of("0123456789") == std::string::npos)
    return wanted.empty() || wanted == std::to_string(fault.number);
  return fault.name.find(wanted) != std::string::npos;
}

}  // namespace

bool print_fault_table(const std::string &wanted, bool quick, int repeat) {
  std::printf(
      "| # | fault | detect s (required) | recover s (required) | lost ms (allowed) | "
      "counted as dropped ms | memory KiB | stop ms | verdict |\n"
      "|---|---|---|---|---|---|---|---|---|\n");
  bool good = true;
  std::size_t count = 0;
  auto faults = fault_table();
  std::ranges::stable_sort(faults, {}, &Fault::number);
  for (const auto &fault : faults) {
    if (!is_wanted(fault, wanted)) continue;
    if (const auto why = reason_to_skip(fault); !why.empty()) {
      std::printf("| %d | %s | | | | | | | SKIPPED: %s |\n", fault.number, fault.name.c_str(),
                  why.c_str());
      continue;
    }
    if (quick && !fault.in_quick_run && (fault.detect > 2.1 || fault.observation > 2)) continue;
    ++count;
    Summary found;
    for (int i = 0; i < repeat; ++i)
      found.add(measure_fault(fault));
    good = good && found.failures.empty();
    std::printf("| %d | %s | %s (%g) | %s (%g) | %g (%g) | %g | %ld | %s | %s |\n", fault.number,
                fault.name.c_str(), distribution(found.detect, 3).c_str(), fault.detect,
                distribution(found.recover, 3).c_str(), fault.recover, found.lost, fault.lost,
                found.dropped, found.memory, distribution(found.stop, 1).c_str(),
                verdict(fault, found).c_str());
    std::fflush(stdout);
  }
  if (count == 0) std::fprintf(stderr, "no fault was run\n");
  return good && count > 0;
}

}  // namespace gemlive::chaos
