// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "reconnect_policy.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace gemlive {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr int max_doublings = 16;
constexpr int max_failures = 4;

/// The other codes say only that the connection or the server ends.
bool is_specific(int close_code) {
  constexpr std::array ends = {0, 1000, 1001, 1005, 1006, 1012, 1013, 1014};
  return std::ranges::count(ends, close_code) == 0;
}

milliseconds doubled(milliseconds first, int times, milliseconds most) {
  return std::min(first * (1 << std::min(times, max_doublings)), most);
}

}  // namespace

void ReconnectPolicy::start_attempt(bool carries_state) {
  carries_state_ = carries_state;
  setup_sent_ = false;
  connected_at_.reset();
}

void ReconnectPolicy::note_connected(std::int64_t now) {
  connected_at_ = now;
  was_connected_ = true;
}

void ReconnectPolicy::reset() {
  attempt_ = 0;
  retries_ = 0;
  long_waits_ = 0;
  retried_once_ = false;
  carries_state_ = false;
  handle_failures_ = resend_failures_ = 0;
}

void ReconnectPolicy::check_use(std::int64_t now) {
  if (connected_at_ && std::chrono::microseconds(now - *connected_at_) >= stable) reset();
}

std::optional<ReconnectPolicy::Attempt> ReconnectPolicy::next_planned_attempt(const Error &reason,
                                                                              std::int64_t now) {
  check_use(now);
  if (attempt_ > 0) return next_attempt(reason, now);
  return Attempt{.number = ++attempt_, .delay = delay(reason.retry)};
}

std::optional<ReconnectPolicy::Attempt> ReconnectPolicy::next_attempt(const Error &error,
                                                                      std::int64_t now) {
  check_use(now);
  auto retry = error.retry;
  // The handle or the resent input may cause the failure. Drops both when the service reports
  // invalid data. Drops the handle after several failures, then the input to resend, which is sent
  // only after the setup was confirmed.
  const bool is_misunderstood =
      carries_state_ && error.close_code == 1007 && error.kind == ErrorKind::bad_setting;
  const int weight = failure_weight(error);
  handle_failures_ += weight;
  if (connected_at_) resend_failures_ += weight;
  if (is_misunderstood || (weight > 0 && handle_failures_ >= max_failures))
    retry = Retry::new_session;
  if (gives_up(retry, error)) return std::nullopt;
  const auto wait = std::max<milliseconds>(delay(retry), error.retry_after);
  ++retries_;
  const bool is_new_session = retry == Retry::new_session;
  if (is_new_session) handle_failures_ = 0;  // the next handle is a new one
  const bool without_resending =
      is_misunderstood || (weight > 0 && resend_failures_ > max_failures);
  if (without_resending) resend_failures_ = 0;
  return Attempt{.number = ++attempt_,
                 .delay = wait,
                 .new_session = is_new_session,
                 .without_resending = without_resending};
}

/// A specific close code weighs 2. A loss before the setup was confirmed weighs 1: the handle may
/// have caused it, or not.
int ReconnectPolicy::failure_weight(const Error &error) const {
  if (!carries_state_ || error.retry == Retry::never || error.retry == Retry::after_quota) return 0;
  if (is_specific(error.close_code)) return 2;
  const bool is_unconfirmed = !connected_at_ && (error.close_code != 0 || setup_sent_);
  return is_unconfirmed ? 1 : 0;
}

bool ReconnectPolicy::gives_up(Retry retry, const Error &error) {
  const bool is_limited = max_retries_ >= 0;
  if (retry == Retry::never || (is_limited && retries_ >= max_retries_)) return true;
  // Before the first connection the user gets the error at once.
  if (retry == Retry::after_quota && !was_connected_ && is_limited) return true;
  if (retry == Retry::once && std::exchange(retried_once_, true)) return true;
  return error.retry_after > max_wait;
}

milliseconds ReconnectPolicy::delay(Retry retry) {
  using Uniform = std::uniform_int_distribution<milliseconds::rep>;
  if (retry == Retry::after_quota) {
    const auto least = doubled(60s, long_waits_++, max_wait);
    return least + milliseconds(Uniform(0, least.count() / 4)(random_));
  }
  return milliseconds(Uniform(0, doubled(250ms, retries_, 8s).count())(random_));
}

}  // namespace gemlive
