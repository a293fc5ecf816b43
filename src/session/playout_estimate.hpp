// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace gemlive {

/// Estimates when the model's audio is played, to time the text beside it. Pure: no clock, no I/O.
/// Times are monotonic us. Session's thread only.
class PlayoutEstimate {
 public:
  using ns = std::chrono::nanoseconds;

  void add(ns duration, std::int64_t arrival) {
    position_ += duration;
    ends_ = due(arrival) + std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
  }
  /// Audio of this duration is not played.
  void discard(ns duration) {
    position_ -= std::min(position_, duration);
    ends_ = 0;
  }

  /// The output is ahead by this duration: it has skipped some of the audio.
  void skip(ns duration) {
    position_ -= std::min(position_, duration);
    ends_ -= std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
  }

  /// When audio that arrives at `arrival` is played: at once, or behind earlier audio.
  std::int64_t due(std::int64_t arrival) const { return std::max(ends_, arrival); }
  /// Total duration of the audio.
  ns position() const { return position_; }

 private:
  std::int64_t ends_ = 0;
  ns position_{0};
};

}  // namespace gemlive
