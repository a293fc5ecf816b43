// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstdint>

namespace gemlive::test {

/// While it exists, the process's monotonic clock is virtual: it moves in advance() only. GLib's
/// timers of the default main context therefore expire without waiting, and in order. One at a
/// time, in a program with one thread. The kernel's waits (a condition variable's deadline) keep its
/// own clock. A program that links it replaces clock_gettime().
class VirtualClock {
 public:
  VirtualClock();
  ~VirtualClock();
  VirtualClock(const VirtualClock &) = delete;
  VirtualClock &operator=(const VirtualClock &) = delete;

  /// Monotonic us.
  std::int64_t now() const;
  /// Runs the main loop for this long. Returns how often it woke up.
  unsigned advance(std::chrono::milliseconds duration);
};

}  // namespace gemlive::test
