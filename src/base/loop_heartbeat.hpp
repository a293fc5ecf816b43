// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <atomic>
#include <cstdint>

namespace gemlive {

/// Lets other threads see whether a main loop still runs, without waking it. The counter increases
/// whenever the loop goes to sleep and whenever it wakes up.
class LoopHeartbeat {
 public:
  /// Only on the loop's thread.
  void asleep() { beat(); }
  void awake() { beat(); }

  /// Any thread.
  std::uint64_t beats() const { return beats_.load(std::memory_order_relaxed); }
  /// Whether the loop was awake when beats() returned `beats`. Any thread.
  static bool at_work(std::uint64_t beats) { return beats % 2 == 0; }

 private:
  void beat() { beats_.store(beats() + 1, std::memory_order_relaxed); }

  std::atomic<std::uint64_t> beats_{0};
};

}  // namespace gemlive
