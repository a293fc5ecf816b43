// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "reconnect_policy.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace gemlive {
namespace {

using std::chrono::milliseconds;

using Uniform = std::uniform_int_distribution<milliseconds::rep>;

constexpr int max_doublings = 16;
/// Sum of weights that moves the policy to the next rung, and the weights of failures.
constexpr int enough = 4;
constexpr int stated = 2;       // the service said what is wrong
constexpr int unconfirmed = 1;  // it ended before the setup was confirmed, for whatever reason
constexpr int unanswered = 1;   // it lasted, but not until the question was answered

/// The service reported an error in a message.
bool is_reported(const Error &how) {
  return how.close_code == 0 && !how.close_reason.empty();
}

/// False for codes that only say that a connection or server ended.
bool states_what_is_wrong(const Error &how) {
  constexpr std::array ends = {0, 1000, 1001, 1005, 1006, 1012, 1013, 1014};
  return is_reported(how) || std::ranges::count(ends, how.close_code) == 0;
}

milliseconds grown(milliseconds initial, int factor, int times, milliseconds maximum) {
  auto delay = initial;
  for (int i = 0; i < std::min(times, max_doublings) && delay < maximum; ++i)
    delay *= factor;
  return std::min(delay, maximum);
}

}  // namespace

void ReconnectPolicy::begin(Inheritance inheritance) {
  begun_attempt_ = attempt_;
  inheritance_ = inheritance;
  is_setup_sent_ = false;
  has_completed_turn_ = is_kept_ = false;
  confirmed_at_.reset();
}

void ReconnectPolicy::turn_completed() {
  has_completed_turn_ = true;
  reset();
}

void ReconnectPolicy::reset() {
  forget_failures();
  token_renewed_ = false;
}

/// A token is renewed once until a turn is complete.
void ReconnectPolicy::forget_failures() {
  attempt_ = 0;
  retries_ = quota_waits_ = weight_ = 0;
  rung_ = Rung::resume;
  used_once_ = is_kept_ = false;
}

std::optional<std::int64_t> ReconnectPolicy::stable_from() const {
  if (!confirmed_at_) return std::nullopt;
  return *confirmed_at_ + std::chrono::microseconds(stable).count();
}

bool ReconnectPolicy::is_stable(std::int64_t now) const {
  const auto from = stable_from();
  return from && now >= *from;
}

void ReconnectPolicy::count_brief(std::int64_t now) {
  if (is_stable(now))
    brief_ = 0;
  else if (std::exchange(has_completed_turn_, false))
    brief_ = std::min(brief_ + 1, delays_.quick + max_doublings);
}

std::optional<ReconnectPolicy::Attempt> ReconnectPolicy::failed(const Error &how,
                                                                std::int64_t now) {
  const bool in_vain = has_asked_in_vain();
  count_brief(now);
  was_confirmed_ |= confirmed_at_.has_value();
  if (is_stable(now) && !states_what_is_wrong(how)) forgive(in_vain);
  const bool renews = how.kind == ErrorKind::not_authorized && inheritance_.renewable_token &&
                      !std::exchange(token_renewed_, true);
  const auto rung = rung_;
  const bool drops_handle = !renews && climb(how);
  if (!has_retries_left()) return std::nullopt;
  if (!renews && gives_up(how, rung_ != rung)) return std::nullopt;
  const auto wait = std::max(delay(how.retry), jittered(how.retry_after));
  ++retries_;
  return Attempt{.number = ++attempt_,
                 .delay = wait,
                 .new_session = drops_handle,
                 .without_resending = is_without_resending(),
                 .renew_token = renews};
}

std::optional<ReconnectPolicy::Attempt> ReconnectPolicy::replaced(const Error &why,
                                                                  std::int64_t now) {
  const bool was_of_use = is_stable(now) || attempt_ == 0;
  if (!was_of_use && !has_retries_left()) {
    is_kept_ = true;
    return std::nullopt;
  }
  const bool in_vain = has_asked_in_vain();
  if (!was_of_use || is_kept_) weight_ += in_vain ? unanswered : 0;
  if (!was_of_use) return failed(why, now);
  count_brief(now);
  was_confirmed_ = true;
  // A server that asks for it on each connection does not get new retries by that.
  if (is_kept_)
    attempt_ = 0;
  else
    forgive(in_vain);
  const bool drops_handle = climb(why);
  return Attempt{.number = ++attempt_,
                 .delay = delay(why.retry),
                 .new_session = drops_handle,
                 .without_resending = is_without_resending()};
}

bool ReconnectPolicy::has_asked_in_vain() const {
  return inheritance_.asks_again && !has_completed_turn_;
}

/// The connection was of use, but possibly not to the question that it has asked again.
void ReconnectPolicy::forgive(bool in_vain) {
  const auto weight = weight_ + unanswered;
  const auto rung = rung_;
  forget_failures();
  if (!in_vain) return;
  weight_ = weight;
  rung_ = rung;
}

/// What the attempt took over may be at fault. The handle was sent with the setup, the rest only
/// where the setup was confirmed.
int ReconnectPolicy::weight(const Error &how) const {
  const bool sends_again = inheritance_.resends && confirmed_at_;
  if (!inheritance_.handle && !sends_again) return 0;
  const bool blames_request = how.close_code == 1007 || is_reported(how);
  if (blames_request && how.kind == ErrorKind::bad_setting) return enough;
  if (how.retry == Retry::never || how.retry == Retry::after_quota) return 0;
  if (states_what_is_wrong(how)) return stated;
  return !confirmed_at_ && (how.close_code != 0 || is_setup_sent_) ? unconfirmed : 0;
}

/// Returns whether the handle must not be used any more.
bool ReconnectPolicy::climb(const Error &how) {
  const bool is_handle_refused = how.retry == Retry::new_session;
  weight_ += weight(how);
  if (is_handle_refused && rung_ < Rung::new_session)
    rung_ = Rung::new_session;
  else if (weight_ >= enough)
    rung_ = next_rung();
  else
    return is_handle_refused;
  weight_ = 0;
  return rung_ >= Rung::new_session;
}

bool ReconnectPolicy::is_without_resending() const {
  return rung_ == Rung::resume_without_resending || rung_ == Rung::new_without_resending;
}

ReconnectPolicy::Rung ReconnectPolicy::next_rung() const {
  const bool has_resent = inheritance_.resends && confirmed_at_;
  if (rung_ == Rung::resume && has_resent) return Rung::resume_without_resending;
  return rung_ < Rung::new_session ? Rung::new_session : Rung::new_without_resending;
}

bool ReconnectPolicy::gives_up(const Error &how, bool has_climbed) {
  if (how.retry == Retry::never && !has_climbed) return true;
  // Without any connection yet the user is better told at once.
  if (how.retry == Retry::after_quota && !was_confirmed_ && max_retries_ >= 0) return true;
  if (how.retry == Retry::once && std::exchange(used_once_, true) && !has_climbed) return true;
  return how.retry_after > longest_wait;
}

milliseconds ReconnectPolicy::jittered(milliseconds least) {
  const auto most = static_cast<milliseconds::rep>(least.count() * delays_.jitter);
  return least + milliseconds(Uniform(0, most)(random_));
}

milliseconds ReconnectPolicy::delay(Retry retry) {
  if (retry == Retry::after_quota)
    return jittered(grown(delays_.quota_initial, 2, quota_waits_++, delays_.quota_maximum));
  const auto excess = std::max(0, brief_ - delays_.quick);
  const auto most = grown(delays_.initial, delays_.factor, retries_ + excess, delays_.maximum);
  const auto least = excess > 0 ? most / 2 : milliseconds(0);
  return milliseconds(Uniform(least.count(), most.count())(random_));
}

}  // namespace gemlive
