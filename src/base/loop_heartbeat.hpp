// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <atomic>
#include <cstdint>

namespace gemlive {

/// Shows others whether a main loop still turns, without waking it: it counts up whenever the loop
/// goes to sleep and whenever it wakes. One thread beats, any thread looks.
class LoopHeartbeat {
 public:
  void asleep() { beat(); }
  void awake() { beat(); }

  std::uint64_t beats() const { return beats_.load(std::memory_order_relaxed); }
  /// Whether the loop was at work, and not asleep, when beats() said `beats`.
  static bool at_work(std::uint64_t beats) { return beats % 2 == 0; }

 private:
  void beat() { beats_.store(beats() + 1, std::memory_order_relaxed); }

  std::atomic<std::uint64_t> beats_{0};
};

}  // namespace gemlive
