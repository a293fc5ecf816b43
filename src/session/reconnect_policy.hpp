// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>

#include "error.hpp"

namespace gemlive {

/// Whether, when and how to connect again after a connection has ended: a ladder. Each rung leaves
/// more of the earlier connection behind:
///
///     resume and resend → resume, resend nothing → new session, resend → new session, resend
///     nothing → give up
///
/// Each failure has a weight. When the weights on a rung add up to 4, the policy moves to the next
/// rung. A refused token is renewed once, on the same rung. A completed turn leads back to the
/// first rung; so does a connection that has lasted for `stable` and is then cut by the network, or
/// replaced as planned. If it has asked a question again that stays unanswered, it gives new
/// retries, but counts as a failure on its rung: a question is not asked for ever. A confirmed
/// setup alone changes nothing, nor does a handle of the new session: later attempts on the rung
/// use it, and the next rung drops it. Connections that end shortly after a completed turn, one
/// after the other, lead back to the first rung too, but the delay grows: about 10 connections a
/// minute in the long run. Every attempt but a planned one counts against max-retries. Pure; times
/// are monotonic us.
class ReconnectPolicy {
 public:
  /// How long to wait before an attempt: full jitter over initial * factor^n. Behind more than
  /// `quick` brief connections in a row n is one larger for each, and at least half is waited.
  struct Delays {
    std::chrono::milliseconds initial{250};          // of the first attempt
    int factor = 2;                                  // from one attempt to the next
    std::chrono::milliseconds maximum{8000};         // of any attempt
    int quick = 3;                                   // connections
    std::chrono::milliseconds quota_initial{60000};  // after a used-up quota: at least
    std::chrono::milliseconds quota_maximum{300000};
    double jitter = 0.25;  // on top of that, or of what the service asks for
  };
  /// What an attempt takes over from earlier connections.
  struct Inheritance {
    bool handle = false;
    bool resends = false;          // input that will be sent again
    bool asks_again = false;       // it has a question that was not answered
    bool renewable_token = false;  // a refused token can be renewed
  };
  struct Attempt {
    unsigned number = 1;  // from 1, since the conversation began or a turn was completed
    std::chrono::milliseconds delay{0};
    bool new_session = false;        // the handle of before is not used any more
    bool without_resending = false;  // unanswered input stays in the resend buffer
    bool renew_token = false;
  };

  /// `max_retries`: in a row; -1 sets no limit.
  ReconnectPolicy(int max_retries, std::uint32_t seed) : max_retries_(max_retries), random_(seed) {}

  // The attempt under way
  void begin(Inheritance inheritance);
  void setup_sent() { is_setup_sent_ = true; }
  void setup_confirmed(std::int64_t now) { confirmed_at_ = now; }
  void turn_completed();

  /// nullopt: give up.
  std::optional<Attempt> failed(const Error &how, std::int64_t now);
  /// The connection is to be replaced as planned. Counts as a retry only if the connection was
  /// neither stable nor completed a turn. nullopt: not now, since no retry is left. Ask again after
  /// a turn, or at stable_from(): that alone gives no new retries.
  std::optional<Attempt> replaced(const Error &why, std::int64_t now);
  /// When the connection is stable.
  std::optional<std::int64_t> stable_from() const;

  /// The newest attempt that was begun.
  unsigned attempt() const { return begun_attempt_; }

  static constexpr std::chrono::seconds stable{10};
  /// A server that asks for a longer wait is given up.
  static constexpr std::chrono::seconds longest_wait{300};

 private:
  enum class Rung { resume, resume_without_resending, new_session, new_without_resending };

  bool is_stable(std::int64_t now) const;
  bool has_retries_left() const { return max_retries_ < 0 || retries_ < max_retries_; }
  void count_brief(std::int64_t now);
  int weight(const Error &how) const;
  bool has_asked_in_vain() const;
  void forgive(bool in_vain);
  bool climb(const Error &how);
  Rung next_rung() const;
  bool is_without_resending() const;
  bool gives_up(const Error &how, bool has_climbed);
  std::chrono::milliseconds delay(Retry retry);
  std::chrono::milliseconds jittered(std::chrono::milliseconds least);
  void reset();
  void forget_failures();

  const int max_retries_;
  const Delays delays_ = {};
  std::mt19937 random_;

  // Since the conversation began or a turn was completed
  unsigned attempt_ = 1;
  int retries_ = 0;
  int quota_waits_ = 0;
  int weight_ = 0;  // sum for the failures on this rung
  Rung rung_ = Rung::resume;
  bool token_renewed_ = false;
  bool used_once_ = false;  // the one retry of Retry::once is used up

  // The attempt under way
  unsigned begun_attempt_ = 1;
  Inheritance inheritance_ = {};
  bool is_setup_sent_ = false;
  std::optional<std::int64_t> confirmed_at_ = {};
  bool has_completed_turn_ = false;
  bool is_kept_ = false;  // it was to be replaced, but no retry was left

  // Ever
  int brief_ = 0;  // connections in a row that completed a turn and were not stable
  bool was_confirmed_ = false;
};

}  // namespace gemlive
