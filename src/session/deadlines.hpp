// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace gemlive {

/// Notices what lasts too long: a conversation in which nobody says anything, or that goes on and
/// on; an answer that does not begin, or does not end; a service that does not read. Pure; times
/// are monotonic us. Each expired is reported once, until there is a reason to report it again.
class Deadlines {
 public:
  enum class Expired { none, idle, session_over, no_answer, no_end, not_reading };
  struct Rules {  // 0: never
    std::chrono::milliseconds idle{0};
    std::chrono::milliseconds session{0};
    std::chrono::milliseconds turn{30000};
    std::chrono::milliseconds reading{8000};
    /// Of the user: where it has passed without an answer, going on does not start that wait anew.
    std::chrono::milliseconds pause{0};
  };

  explicit Deadlines(Rules rules) : rules_(rules) {}

  void began(std::int64_t now);
  /// The user said something, at `said` if not now; it wants an answer.
  void asked(std::int64_t now) { asked(now, now); }
  void asked(std::int64_t now, std::int64_t said);
  /// The model did something: it is at work until `playing_until` at least.
  void answered(std::int64_t now, std::int64_t playing_until);
  /// It sent audio, but nothing of the turn can be heard yet.
  void answered_silently(std::int64_t now);
  /// The turn is complete, or given up.
  void turn_ended();
  /// Nothing is waited for on this connection.
  void disconnected();
  /// There is something to send, and the transport takes nothing.
  void blocked(std::int64_t now);
  void sent() { blocked_.reset(); }

  Expired check(std::int64_t now);
  /// When check() may find something though nothing happens.
  std::optional<std::int64_t> next_check() const;

 private:
  using Moment = std::optional<std::int64_t>;
  template <typename Visit>
  void each(Visit &&visit) const;

  Rules rules_;
  Moment session_ = {};  // since when
  Moment idle_ = {};
  Moment unanswered_ = {};
  std::int64_t last_said_ = 0;
  bool in_vain_ = false;  // a pause has passed since unanswered_
  Moment unfinished_ = {};
  Moment blocked_ = {};
};

}  // namespace gemlive
