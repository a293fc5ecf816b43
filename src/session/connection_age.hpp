// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace gemlive {

/// Decides when to replace a connection before the service ends it. It is due after goAway or at
/// the configured age, at the first quiet moment at which the session can be resumed, or at the
/// latest shortly before the end. A goAway without a readable time makes the connection old: it
/// waits for a quiet moment, `grace` at most. Without a handle, age alone never makes it due. Pure:
/// no clock, no I/O. Times are monotonic us. Session's thread only.
class ConnectionAge {
 public:
  struct Situation {
    bool quiet = false;       // no speech, no open turn, no unanswered question
    bool resumable = false;   // with a handle for the current state
    bool has_handle = false;  // possibly an older one
  };

  /// `lifetime` 0: only goAway makes it due.
  explicit ConnectionAge(std::chrono::milliseconds lifetime) : lifetime_(lifetime) {}

  /// A connection is established.
  void start(std::int64_t now);
  /// The service sent goAway, possibly without a readable time.
  void announce_end(std::optional<std::chrono::milliseconds> time_left, std::int64_t now);
  /// False: is_due() is false in every situation.
  bool may_be_due(std::int64_t now) const { return from_ && now >= *from_; }
  bool is_due(const Situation &situation, std::int64_t now) const;
  /// When is_due() may change although the situation does not.
  std::optional<std::int64_t> next_check(std::int64_t now) const;

  /// Wait beyond the lifetime for a quiet moment.
  static constexpr std::chrono::seconds grace{30};

 private:
  void grow_old(std::int64_t at);

  std::chrono::microseconds lifetime_;
  bool announced_ = false;
  std::optional<std::int64_t> from_ = {};
  std::int64_t until_ = 0;
};

}  // namespace gemlive
