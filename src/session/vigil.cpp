// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "vigil.hpp"

#include <algorithm>

namespace gemlive {

/// Calls visit(finding, since when, what is allowed) for all that is being watched.
template <typename Visit>
void Vigil::each(Visit &&visit) const {
  const auto watch = [&](Finding finding, Moment since, std::chrono::microseconds limit) {
    if (since && limit.count() > 0) visit(finding, *since + limit.count());
  };
  watch(Finding::session_over, session_, rules_.session);
  watch(Finding::idle, idle_, rules_.idle);
  watch(Finding::not_reading, blocked_, rules_.reading);
  watch(Finding::no_answer, unanswered_, rules_.turn);
  watch(Finding::no_end, unfinished_, rules_.turn);
}

void Vigil::began(std::int64_t now) {
  session_ = idle_ = now;
}

void Vigil::asked(std::int64_t now, std::int64_t said) {
  const std::chrono::microseconds pause = rules_.pause;
  if (!unanswered_)
    in_vain_ = false;
  else if (pause.count() > 0 && said - last_said_ > pause.count())
    in_vain_ = true;
  if (!in_vain_) unanswered_ = now;
  idle_ = now;
  last_said_ = said;
}

void Vigil::answered(std::int64_t now, std::int64_t playing_until) {
  idle_ = unfinished_ = std::max(now, playing_until);
  unanswered_.reset();
}

void Vigil::answered_silently(std::int64_t now) {
  if (!unfinished_) unfinished_ = now;
  unanswered_.reset();
}

void Vigil::turn_ended() {
  unfinished_.reset();
  unanswered_.reset();
}

void Vigil::disconnected() {
  turn_ended();
  blocked_.reset();
}

void Vigil::blocked(std::int64_t now) {
  if (!blocked_) blocked_ = now;
}

Vigil::Finding Vigil::check(std::int64_t now) {
  auto found = Finding::none;
  each([&](Finding finding, std::int64_t limit) {
    if (found == Finding::none && now >= limit) found = finding;
  });
  if (found == Finding::session_over || found == Finding::idle) session_ = idle_ = std::nullopt;
  if (found == Finding::not_reading) blocked_.reset();
  if (found == Finding::no_answer) unanswered_.reset();
  if (found == Finding::no_end) unfinished_.reset();
  return found;
}

std::optional<std::int64_t> Vigil::next_check() const {
  Moment next;
  each([&](Finding, std::int64_t limit) { next = next ? std::min(*next, limit) : limit; });
  return next;
}

}  // namespace gemlive
