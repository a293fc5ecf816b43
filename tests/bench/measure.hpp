// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace gemlive::bench {

/// What this process has used so far.
struct Usage {
  double cpu_seconds = 0;  // user and system, all threads
  std::uint64_t rss = 0;   // bytes, now
  std::int64_t time = 0;   // monotonic us
};
Usage usage_now();

/// This process, and threads started from now on, on one processor.
void pin_to(int processor);

/// A position in a stream of bytes and the moment when it was reached.
struct Stamp {
  std::uint64_t end = 0;  // bytes
  std::int64_t time = 0;  // monotonic us
  std::int64_t due = 0;   // monotonic us; 0: at once
};

/// For each stamp of `later`: how long after the first stamp of `earlier` that covers its last byte
/// (or after it was due, if that is later still), in us.
std::vector<double> delays(const std::vector<Stamp> &earlier, const std::vector<Stamp> &later);

/// 0 of nothing.
double percentile(std::vector<double> values, double percent);

}  // namespace gemlive::bench
