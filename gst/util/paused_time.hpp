// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include "guarded.hpp"

namespace gemlive {

/// When an element was in PAUSED. The running time stands still then, so what is as old as a pause
/// is younger in running time. Bounded: the oldest pauses are forgotten first. All times are
/// monotonic. Any thread.
class PausedTime {
 public:
  using ns = std::chrono::nanoseconds;

  void begin(ns now) { *begun_.lock() = now; }
  void end(ns now) {
    const auto begun = std::exchange(*begun_.lock(), std::nullopt);
    if (!begun) return;  // the first PAUSED of an element
    auto pauses = pauses_.lock();
    pauses->push_back({*begun, now});
    if (pauses->size() > max_pauses) pauses->pop_front();
  }
  /// How much of the time from `from` until `now` was a pause.
  ns since(ns from, ns now) {
    ns sum{0};
    auto pauses = pauses_.lock();
    for (const auto &pause : *pauses)
      sum += std::max(std::min(pause.end, now) - std::max(pause.begin, from), ns(0));
    return sum;
  }

 private:
  static constexpr std::size_t max_pauses = 64;
  struct Pause {
    ns begin{0};
    ns end{0};
  };

  Guarded<std::optional<ns>> begun_;
  Guarded<std::deque<Pause>> pauses_;
};

}  // namespace gemlive
