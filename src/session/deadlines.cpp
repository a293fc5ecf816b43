// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "deadlines.hpp"

#include <algorithm>

namespace gemlive {

/// Calls visit(expired, since when, what is allowed) for all that is being watched.
template <typename Visit>
void Deadlines::each(Visit &&visit) const {
  const auto watch = [&](Expired expired, Moment since, std::chrono::microseconds limit) {
    if (since && limit.count() > 0) visit(expired, *since + limit.count());
  };
  watch(Expired::session_over, session_, rules_.session);
  watch(Expired::idle, idle_, rules_.idle);
  watch(Expired::not_reading, blocked_, rules_.reading);
  watch(Expired::no_answer, unanswered_, rules_.turn);
  watch(Expired::no_end, unfinished_, rules_.turn);
}

void Deadlines::began(std::int64_t now) {
  session_ = idle_ = now;
}

void Deadlines::asked(std::int64_t now, std::int64_t said) {
  const std::chrono::microseconds pause = rules_.pause;
  if (!unanswered_)
    in_vain_ = false;
  else if (pause.count() > 0 && said - last_said_ > pause.count())
    in_vain_ = true;
  if (!in_vain_) unanswered_ = now;
  idle_ = now;
  last_said_ = said;
}

void Deadlines::answered(std::int64_t now, std::int64_t playing_until) {
  idle_ = unfinished_ = std::max(now, playing_until);
  unanswered_.reset();
}

void Deadlines::answered_silently(std::int64_t now) {
  if (!unfinished_) unfinished_ = now;
  unanswered_.reset();
}

void Deadlines::turn_ended() {
  unfinished_.reset();
  unanswered_.reset();
}

void Deadlines::disconnected() {
  turn_ended();
  blocked_.reset();
}

void Deadlines::blocked(std::int64_t now) {
  if (!blocked_) blocked_ = now;
}

Deadlines::Expired Deadlines::check(std::int64_t now) {
  auto found = Expired::none;
  each([&](Expired expired, std::int64_t limit) {
    if (found == Expired::none && now >= limit) found = expired;
  });
  if (found == Expired::session_over || found == Expired::idle) session_ = idle_ = std::nullopt;
  if (found == Expired::not_reading) blocked_.reset();
  if (found == Expired::no_answer) unanswered_.reset();
  if (found == Expired::no_end) unfinished_.reset();
  return found;
}

std::optional<std::int64_t> Deadlines::next_check() const {
  Moment next;
  each([&](Expired, std::int64_t limit) { next = next ? std::min(*next, limit) : limit; });
  return next;
}

}  // namespace gemlive
