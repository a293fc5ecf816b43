// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace gemlive::bench {

/// The resources that this process has used so far.
struct Usage {
  double cpu_seconds = 0;  // user and system, all threads
  std::uint64_t rss = 0;   // bytes, now
  std::int64_t time = 0;   // monotonic us
};
Usage usage_now();

/// Binds this thread, and threads that it starts later, to one processor.
void pin_to(int processor);

/// A position in a stream of bytes, and the time when it was reached.
struct Stamp {
  std::uint64_t end = 0;  // bytes
  std::int64_t time = 0;  // monotonic us
  std::int64_t due = 0;   // monotonic us; 0: at once
};

/// For each stamp of `later`, the delay in us since the first stamp of `earlier` that covers its
/// last byte, or since it was due if that is later.
std::vector<double> delays(const std::vector<Stamp> &earlier, const std::vector<Stamp> &later);

}  // namespace gemlive::bench
