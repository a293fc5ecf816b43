// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "connection_age.hpp"

#include <algorithm>

namespace gemlive {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

constexpr microseconds margin = 2s;  // before the announced end

}  // namespace

void ConnectionAge::start(std::int64_t now) {
  announced_ = false;
  from_.reset();
  if (lifetime_.count() != 0) grow_old(now + lifetime_.count());
}

void ConnectionAge::grow_old(std::int64_t at) {
  from_ = at;
  until_ = at + microseconds(grace).count();
}

void ConnectionAge::announce_end(std::optional<std::chrono::milliseconds> time_left,
                                 std::int64_t now) {
  if (!time_left) {
    // A repeated goAway does not extend the wait.
    if (!may_be_due(now)) grow_old(now);
    return;
  }
  const microseconds left = std::max(*time_left, 0ms);
  announced_ = true;
  from_ = now;
  until_ = now + (left - std::min(margin, left / 2)).count();
}

bool ConnectionAge::is_due(const Situation &situation, std::int64_t now) const {
  if (!may_be_due(now)) return false;
  if (situation.quiet && situation.resumable) return true;
  return now >= until_ && (announced_ || situation.has_handle);
}

std::optional<std::int64_t> ConnectionAge::next_check(std::int64_t now) const {
  if (from_ && now < *from_) return from_;
  if (from_ && now < until_) return until_;
  return std::nullopt;
}

}  // namespace gemlive
