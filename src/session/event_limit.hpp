// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <algorithm>
#include <cstdint>

namespace gemlive {

/// Limits how many events of a server are reported to the application: `burst` at once, and
/// `per_second` in the long run. The service sends about 50 a second. Uses the arrival time of the
/// event. Pure; times are monotonic us. Session's thread only.
class EventLimit {
 public:
  static constexpr std::int64_t burst = 10'000;
  static constexpr std::int64_t per_second = 1'000;

  /// False: the event must be dropped.
  bool accept(std::int64_t now) {
    const auto elapsed = std::clamp<std::int64_t>(now - filled_at_, 0, full / per_second);
    level_ = std::min(level_ + elapsed * per_second, full);
    filled_at_ = std::max(filled_at_, now);
    if (level_ < one) return false;
    level_ -= one;
    return true;
  }

 private:
  static constexpr std::int64_t one = 1'000'000;  // an event, in millionths
  static constexpr std::int64_t full = burst * one;

  std::int64_t level_ = full;
  std::int64_t filled_at_ = 0;
};

}  // namespace gemlive
