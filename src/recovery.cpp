// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "recovery.hpp"

#include <algorithm>
#include <utility>

namespace gemlive {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr int max_doublings = 16;

milliseconds doubled(milliseconds first, int times, milliseconds most) {
  return std::min(first * (1 << std::min(times, max_doublings)), most);
}

}  // namespace

void Recovery::trying(bool inherits) {
  inherits_ = inherits;
  connected_at_.reset();
}

void Recovery::connected(std::int64_t now) {
  connected_at_ = now;
  was_connected_ = true;
}

void Recovery::useful() {
  attempt_ = 0;
  retries_ = 0;
  doubted_ = false;
  inherits_ = false;
  refused_heirs_ = 0;
}

void Recovery::check_use(std::int64_t now) {
  if (connected_at_ && std::chrono::microseconds(now - *connected_at_) >= stable) useful();
}

std::optional<Recovery::Plan> Recovery::handed_over(const Error &why, std::int64_t now) {
  check_use(now);
  if (attempt_ > 0) return ended(why, now);
  return Plan{.attempt = ++attempt_, .delay = delay(why.remedy)};
}

std::optional<Recovery::Plan> Recovery::ended(const Error &how, std::int64_t now) {
  check_use(now);
  auto remedy = how.remedy;
  // What it took over may be at fault: it is left behind when the service says it cannot be
  // understood, or does not take it twice.
  const bool is_misunderstood =
      inherits_ && how.close_code == 1007 && how.kind == ErrorKind::bad_setting;
  const bool is_refused_again = inherits_ && how.close_code != 0 && !connected_at_ &&
                                remedy != Remedy::none && remedy != Remedy::wait_long &&
                                ++refused_heirs_ > 1;
  if (is_misunderstood || is_refused_again) remedy = Remedy::afresh;
  if (gives_up(remedy, how)) return std::nullopt;
  const auto wait = std::max<milliseconds>(delay(remedy), how.retry_after);
  ++retries_;
  return Plan{.attempt = ++attempt_,
              .delay = wait,
              .afresh = remedy == Remedy::afresh,
              .is_wordless = is_misunderstood};
}

bool Recovery::gives_up(Remedy remedy, const Error &how) {
  const bool is_limited = max_retries_ >= 0;
  if (remedy == Remedy::none || (is_limited && retries_ >= max_retries_)) return true;
  // Who has no connection yet is better told at once.
  if (remedy == Remedy::wait_long && !was_connected_ && is_limited) return true;
  if (remedy == Remedy::once && std::exchange(doubted_, true)) return true;
  return how.retry_after > longest_wait;
}

milliseconds Recovery::delay(Remedy remedy) {
  using Uniform = std::uniform_int_distribution<milliseconds::rep>;
  if (remedy == Remedy::wait_long) {
    const auto least = doubled(60s, retries_, longest_wait);
    return least + milliseconds(Uniform(0, least.count() / 4)(random_));
  }
  return milliseconds(Uniform(0, doubled(250ms, retries_, 8s).count())(random_));
}

}  // namespace gemlive
