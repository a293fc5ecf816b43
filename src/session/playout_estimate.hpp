// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace gemlive {

/// Where the model's audio goes in time, as far as the session can know, so that text can stand
/// beside it. Pure; points in time are monotonic us.
class PlayoutEstimate {
 public:
  using ns = std::chrono::nanoseconds;

  void add(ns duration, std::int64_t arrival) {
    position_ += duration;
    ends_ = due(arrival) + std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
  }
  /// What was still to be played is not, and was that long.
  void discard(ns duration) {
    position_ -= std::min(position_, duration);
    ends_ = 0;
  }

  /// When audio that comes then is played: at once, or behind what has come.
  std::int64_t due(std::int64_t arrival) const { return std::max(ends_, arrival); }
  /// All of it end to end.
  ns position() const { return position_; }

 private:
  std::int64_t ends_ = 0;
  ns position_{0};
};

}  // namespace gemlive
