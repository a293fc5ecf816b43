// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>

#include "error.hpp"

namespace gemlive {

/// Decides whether, when and how to connect again after a connection ended. The ladder: resume and
/// resend; resume without resending; new session. Delays are an exponential backoff with full
/// jitter from 250 ms to 8 s; after a quota error from one to five minutes. Pure: no clock, no I/O.
/// Times are monotonic us. Session's thread only.
class ReconnectPolicy {
 public:
  struct Attempt {
    unsigned number = 1;  // from 1, since the start or the last useful connection
    std::chrono::milliseconds delay{0};
    bool new_session = false;        // without the handle
    bool without_resending = false;  // without the contents of the resend buffer
  };

  /// `max_retries`: in a row; -1 for no limit.
  ReconnectPolicy(int max_retries, std::uint32_t seed) : max_retries_(max_retries), random_(seed) {}

  /// An attempt starts. `carries_state`: it resumes with a handle, or resends.
  void start_attempt(bool carries_state);
  void note_setup_sent() { setup_sent_ = true; }
  /// The setup was confirmed.
  void note_connected(std::int64_t now);
  /// The connection was useful: forgets earlier failures. A connection that lasted `stable` also
  /// counts as useful.
  void reset();
  /// The connection ended with `error`. None: give up.
  std::optional<Attempt> next_attempt(const Error &error, std::int64_t now);
  /// A planned reconnect. Does not count as a retry if the connection was useful.
  std::optional<Attempt> next_planned_attempt(const Error &reason, std::int64_t now);

  unsigned attempt() const { return attempt_; }

  static constexpr std::chrono::seconds stable{10};
  /// Gives up if the service requests a longer delay.
  static constexpr std::chrono::seconds max_wait{300};

 private:
  void check_use(std::int64_t now);
  int failure_weight(const Error &error) const;
  bool gives_up(Retry retry, const Error &error);
  std::chrono::milliseconds delay(Retry retry);

  int max_retries_;
  std::mt19937 random_;
  unsigned attempt_ = 1;
  int retries_ = 0;
  bool retried_once_ = false;
  int long_waits_ = 0;
  int handle_failures_ = 0;  // weighted failures that the handle may have caused
  int resend_failures_ = 0;  // weighted failures that resending may have caused
  bool was_connected_ = false;

  // This attempt
  bool carries_state_ = false;
  bool setup_sent_ = false;
  std::optional<std::int64_t> connected_at_ = {};
};

}  // namespace gemlive
