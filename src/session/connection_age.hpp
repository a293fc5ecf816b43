// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace gemlive {

/// When to leave a connection for another one before the service ends it: from goAway on, or from a
/// certain age on, at the next quiet moment at which it can be resumed, or else just before the
/// end. By age only what can be resumed is left at all. Pure; times are monotonic us.
class ConnectionAge {
 public:
  struct Situation {
    bool quiet = false;       // nobody speaks, nothing is unanswered
    bool resumable = false;   // by a handle of this very moment
    bool has_handle = false;  // of some moment
  };

  /// `lifetime` 0: by goAway only.
  explicit ConnectionAge(std::chrono::milliseconds lifetime) : lifetime_(lifetime) {}

  void connected(std::int64_t now);
  void go_away(std::chrono::milliseconds time_left, std::int64_t now);
  /// It stays to its end.
  void give_up() { from_.reset(); }
  /// is_due() may say so.
  bool is_near(std::int64_t now) const { return from_ && now >= *from_; }
  bool is_due(const Situation &situation, std::int64_t now) const;
  /// When it may be due though nothing happens. Before the first connection: never.
  std::optional<std::int64_t> next_check(std::int64_t now) const;

 private:
  std::chrono::microseconds lifetime_;
  bool announced_ = false;
  std::optional<std::int64_t> from_ = {};
  std::int64_t until_ = 0;
};

}  // namespace gemlive
