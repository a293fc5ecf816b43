// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace gemlive {

/// Time limits of a session: idle, total duration, server not reading. (Exchange has those for
/// answers.) They run in every phase. Each expiry is reported once. Pure: no clock, no I/O. Times
/// are monotonic us. Session's thread only.
class Deadlines {
 public:
  enum class Expired { none, idle, session_over, not_reading };
  struct Rules {  // 0: no limit
    std::chrono::milliseconds idle{0};
    std::chrono::milliseconds session{0};
    std::chrono::milliseconds reading{8000};
  };

  explicit Deadlines(Rules rules) : rules_(rules) {}

  void start(std::int64_t now) { session_ = idle_ = now; }
  /// One side says something, or will be playing until then.
  void restart_idle(std::int64_t at) { idle_ = idle_ ? std::max(*idle_, at) : at; }
  /// The transport accepts nothing although something waits.
  void block(std::int64_t now);
  void unblock() { blocked_.reset(); }

  Expired check(std::int64_t now);
  /// When check() may report something if no event arrives.
  std::optional<std::int64_t> next_check() const;

 private:
  using Moment = std::optional<std::int64_t>;
  template <typename Visit>
  void each(Visit &&visit) const;

  Rules rules_;
  Moment session_ = {};  // since when
  Moment idle_ = {};
  /// Time that passes without a check does not count: the thread was busy elsewhere, as in a
  /// handler of the application, and nothing was sent.
  struct Blocked {
    std::int64_t checked = 0;
    std::chrono::microseconds time{0};
  };
  std::optional<Blocked> blocked_ = {};
};

}  // namespace gemlive
