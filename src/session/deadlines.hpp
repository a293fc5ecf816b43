// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace gemlive {

/// The timeouts of a session: idle-timeout, max-session-duration, turn-timeout (before and inside
/// an answer), and a service that stops reading. Reports each expiry once, until its wait starts
/// again. Pure: no clock, no I/O. Times are monotonic us. Session's thread only.
class Deadlines {
 public:
  enum class Expired { none, idle, session_over, no_answer, no_end, not_reading };
  struct Rules {  // 0: never
    std::chrono::milliseconds idle{0};
    std::chrono::milliseconds session{0};
    std::chrono::milliseconds turn{30000};
    std::chrono::milliseconds reading{8000};
    /// A pause of the user. Speech after such an unanswered pause does not restart the wait.
    std::chrono::milliseconds pause{0};
  };

  explicit Deadlines(Rules rules) : rules_(rules) {}

  /// The session starts.
  void start(std::int64_t now);
  /// Sent input that asks for an answer. The user produced it at `said_at`.
  void expect_answer(std::int64_t now) { expect_answer(now, now); }
  void expect_answer(std::int64_t now, std::int64_t said_at);
  /// Output of the model arrived. Its audio plays until `playing_until`.
  void note_answer(std::int64_t now, std::int64_t playing_until);
  /// The model sent audio, but only silence so far.
  void note_silent_answer(std::int64_t now);
  /// The turn is complete or given up.
  void end_turn();
  /// The connection ended.
  void disconnect();
  /// Input is waiting and the transport does not accept it.
  void note_blocked(std::int64_t now);
  /// The transport accepts input, or no input is waiting.
  void note_sent() { blocked_.reset(); }

  Expired check(std::int64_t now);
  /// When to call check() if no event arrives.
  std::optional<std::int64_t> next_check() const;

 private:
  using Moment = std::optional<std::int64_t>;
  template <typename Visit>
  void each(Visit &&visit) const;

  Rules rules_;
  Moment session_ = {};  // start of each wait; none: not waiting
  Moment idle_ = {};
  Moment unanswered_ = {};
  std::int64_t last_input_ = 0;
  bool paused_unanswered_ = false;  // the user paused without getting an answer
  Moment unfinished_ = {};
  Moment blocked_ = {};
};

}  // namespace gemlive
