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
constexpr int enough_doubt = 4;

/// With the others the time of a connection or a server ends.
bool says_what_is_wrong(int close_code) {
  constexpr std::array ends = {0, 1000, 1001, 1005, 1006, 1012, 1013, 1014};
  return std::ranges::count(ends, close_code) == 0;
}

milliseconds doubled(milliseconds first, int times, milliseconds most) {
  return std::min(first * (1 << std::min(times, max_doublings)), most);
}

}  // namespace

void ReconnectPolicy::trying(bool inherits) {
  inherits_ = inherits;
  has_asked_ = false;
  connected_at_.reset();
}

void ReconnectPolicy::connected(std::int64_t now) {
  connected_at_ = now;
  was_connected_ = true;
}

void ReconnectPolicy::useful() {
  attempt_ = 0;
  retries_ = 0;
  long_waits_ = 0;
  doubted_ = false;
  inherits_ = false;
  handle_doubts_ = words_doubts_ = 0;
}

void ReconnectPolicy::check_use(std::int64_t now) {
  if (connected_at_ && std::chrono::microseconds(now - *connected_at_) >= stable) useful();
}

std::optional<ReconnectPolicy::Attempt> ReconnectPolicy::handed_over(const Error &why,
                                                                     std::int64_t now) {
  check_use(now);
  if (attempt_ > 0) return ended(why, now);
  return Attempt{.number = ++attempt_, .delay = delay(why.retry)};
}

std::optional<ReconnectPolicy::Attempt> ReconnectPolicy::ended(const Error &how, std::int64_t now) {
  check_use(now);
  auto retry = how.retry;
  // What it took over may be at fault. It is left behind when the service says that it cannot be
  // understood, or where connections with it are of no use: the handle, and then the words, which
  // are sent only where the setup was confirmed.
  const bool is_misunderstood =
      inherits_ && how.close_code == 1007 && how.kind == ErrorKind::bad_setting;
  const int doubt = doubt_in_what_it_took_over(how);
  handle_doubts_ += doubt;
  if (connected_at_) words_doubts_ += doubt;
  if (is_misunderstood || (doubt > 0 && handle_doubts_ >= enough_doubt)) retry = Retry::new_session;
  if (gives_up(retry, how)) return std::nullopt;
  const auto wait = std::max<milliseconds>(delay(retry), how.retry_after);
  ++retries_;
  const bool is_afresh = retry == Retry::new_session;
  if (is_afresh) handle_doubts_ = 0;  // the next is another one
  const bool without_resending = is_misunderstood || (doubt > 0 && words_doubts_ > enough_doubt);
  if (without_resending) words_doubts_ = 0;
  return Attempt{.number = ++attempt_,
                 .delay = wait,
                 .afresh = is_afresh,
                 .without_resending = without_resending};
}

/// A server that goes away, or a line that breaks, before the setup was confirmed may do so because
/// of it, or not.
int ReconnectPolicy::doubt_in_what_it_took_over(const Error &how) const {
  if (!inherits_ || how.retry == Retry::never || how.retry == Retry::after_quota) return 0;
  if (says_what_is_wrong(how.close_code)) return 2;
  const bool is_unconfirmed = !connected_at_ && (how.close_code != 0 || has_asked_);
  return is_unconfirmed ? 1 : 0;
}

bool ReconnectPolicy::gives_up(Retry retry, const Error &how) {
  const bool is_limited = max_retries_ >= 0;
  if (retry == Retry::never || (is_limited && retries_ >= max_retries_)) return true;
  // Who has no connection yet is better told at once.
  if (retry == Retry::after_quota && !was_connected_ && is_limited) return true;
  if (retry == Retry::once && std::exchange(doubted_, true)) return true;
  return how.retry_after > longest_wait;
}

milliseconds ReconnectPolicy::delay(Retry retry) {
  using Uniform = std::uniform_int_distribution<milliseconds::rep>;
  if (retry == Retry::after_quota) {
    const auto least = doubled(60s, long_waits_++, longest_wait);
    return least + milliseconds(Uniform(0, least.count() / 4)(random_));
  }
  return milliseconds(Uniform(0, doubled(250ms, retries_, 8s).count())(random_));
}

}  // namespace gemlive
