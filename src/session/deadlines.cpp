// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "deadlines.hpp"

#include <algorithm>

namespace gemlive {

/// Calls visit(expired, time of expiry) for each running wait.
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

void Deadlines::start(std::int64_t now) {
  session_ = idle_ = now;
}

void Deadlines::expect_answer(std::int64_t now, std::int64_t said_at) {
  const std::chrono::microseconds pause = rules_.pause;
  if (!unanswered_)
    paused_unanswered_ = false;
  else if (pause.count() > 0 && said_at - last_input_ > pause.count())
    paused_unanswered_ = true;
  if (!paused_unanswered_) unanswered_ = now;
  idle_ = now;
  last_input_ = said_at;
}

void Deadlines::note_answer(std::int64_t now, std::int64_t playing_until) {
  idle_ = unfinished_ = std::max(now, playing_until);
  unanswered_.reset();
}

void Deadlines::note_silent_answer(std::int64_t now) {
  if (!unfinished_) unfinished_ = now;
  unanswered_.reset();
}

void Deadlines::end_turn() {
  unfinished_.reset();
  unanswered_.reset();
}

void Deadlines::disconnect() {
  end_turn();
  blocked_.reset();
}

void Deadlines::note_blocked(std::int64_t now) {
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
