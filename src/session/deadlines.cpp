// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "deadlines.hpp"

#include <algorithm>

namespace gemlive {
namespace {

/// While the server does not read, check() is due this often.
constexpr std::chrono::microseconds check_interval{1'000'000};

}  // namespace

/// Calls visit(expired, limit) for all that is being watched.
template <typename Visit>
void Deadlines::each(Visit &&visit) const {
  const auto watch = [&](Expired expired, Moment since, std::chrono::microseconds limit) {
    if (since && limit.count() > 0) visit(expired, *since + limit.count());
  };
  watch(Expired::session_over, session_, rules_.session);
  watch(Expired::idle, idle_, rules_.idle);
}

void Deadlines::block(std::int64_t now) {
  if (!blocked_) blocked_ = {.checked = now};
}

Deadlines::Expired Deadlines::check(std::int64_t now) {
  auto found = Expired::none;
  each([&](Expired expired, std::int64_t limit) {
    if (found == Expired::none && now >= limit) found = expired;
  });
  if (found == Expired::session_over || found == Expired::idle) session_ = idle_ = std::nullopt;
  if (!blocked_ || rules_.reading.count() == 0) return found;
  blocked_->time += std::min(std::chrono::microseconds(now - blocked_->checked), check_interval);
  blocked_->checked = now;
  if (found != Expired::none || blocked_->time < rules_.reading) return found;
  blocked_.reset();
  return Expired::not_reading;
}

std::optional<std::int64_t> Deadlines::next_check() const {
  Moment next;
  each([&](Expired, std::int64_t limit) { next = next ? std::min(*next, limit) : limit; });
  if (!blocked_ || rules_.reading.count() == 0) return next;
  const std::chrono::microseconds left = rules_.reading - blocked_->time;
  const auto again = blocked_->checked + std::min(check_interval, left).count();
  next = std::min(next.value_or(again), again);
  return next;
}

}  // namespace gemlive
