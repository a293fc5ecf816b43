// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>

#include "error.hpp"

namespace gemlive {

/// Whether, when and how to connect again after a connection has ended. Pure; times are monotonic
/// us. The delays are an exponential backoff with full jitter, from 250 ms to 8 s; after a quota
/// from one minute to five. Not thread-safe.
class ReconnectPolicy {
 public:
  struct Attempt {
    unsigned number = 1;  // from 1, since it began or was last of use
    std::chrono::milliseconds delay{0};
    bool new_session = false;        // without the handle
    bool without_resending = false;  // without what would be sent again
  };

  /// `max_retries`: in a row; -1 sets no limit.
  ReconnectPolicy(int max_retries, std::uint32_t seed) : max_retries_(max_retries), random_(seed) {}

  /// The attempt under way takes over something of an earlier connection: a handle, or a replay.
  void start_attempt(bool carries_state);
  /// The service was given the setup.
  void note_setup_sent() { setup_sent_ = true; }
  /// The setup was confirmed.
  void note_connected(std::int64_t now);
  /// It has done what it is there for: what went wrong before counts no more. So does what has
  /// lasted for `stable`.
  void reset();
  /// Nothing: that was the last one.
  std::optional<Attempt> next_attempt(const Error &how, std::int64_t now);

  /// The connection is left as planned: no try again where it was of use.
  std::optional<Attempt> next_planned_attempt(const Error &why, std::int64_t now);

  unsigned attempt() const { return attempt_; }

  static constexpr std::chrono::seconds stable{10};
  /// Who is told to wait longer gives up.
  static constexpr std::chrono::seconds max_wait{300};

 private:
  void check_use(std::int64_t now);
  int failure_weight(const Error &how) const;
  bool gives_up(Retry retry, const Error &how);
  std::chrono::milliseconds delay(Retry retry);

  int max_retries_;
  std::mt19937 random_;
  unsigned attempt_ = 1;
  int retries_ = 0;
  bool retried_once_ = false;
  int long_waits_ = 0;
  bool carries_state_ = false;
  int handle_failures_ = 0;
  int resend_failures_ = 0;
  bool setup_sent_ = false;                        // this attempt
  bool was_connected_ = false;                     // ever
  std::optional<std::int64_t> connected_at_ = {};  // this attempt
};

}  // namespace gemlive
