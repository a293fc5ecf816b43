// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "measure.hpp"

#include <glib.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <fstream>

namespace gemlive::bench {

Usage usage_now() {
  rusage used = {};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval &time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return {seconds(used.ru_utime) + seconds(used.ru_stime),
          resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)), g_get_monotonic_time()};
}

void pin_to(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  sched_setaffinity(0, sizeof set, &set);
}

std::vector<double> delays(const std::vector<Stamp> &earlier, const std::vector<Stamp> &later) {
  std::vector<double> result;
  result.reserve(later.size());
  auto cause = earlier.begin();
  for (const Stamp &stamp : later) {
    while (cause != earlier.end() && cause->end < stamp.end)
      ++cause;
    if (cause == earlier.end()) break;
    result.push_back(static_cast<double>(stamp.time - std::max(cause->time, stamp.due)));
  }
  return result;
}

}  // namespace gemlive::bench
