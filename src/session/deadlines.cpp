// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "deadlines.hpp"

namespace gemlive {

/// Calls visit(expired, limit) for all that is being watched.
template <typename Visit>
void Deadlines::each(Visit &&visit) const {
  const auto watch = [&](Expired expired, Moment since, std::chrono::microseconds limit) {
    if (since && limit.count() > 0) visit(expired, *since + limit.count());
  };
  watch(Expired::session_over, session_, rules_.session);
  watch(Expired::idle, idle_, rules_.idle);
  watch(Expired::not_reading, blocked_, rules_.reading);
}

Deadlines::Expired Deadlines::check(std::int64_t now) {
  auto found = Expired::none;
  each([&](Expired expired, std::int64_t limit) {
    if (found == Expired::none && now >= limit) found = expired;
  });
  if (found == Expired::session_over || found == Expired::idle) session_ = idle_ = std::nullopt;
  if (found == Expired::not_reading) blocked_.reset();
  return found;
}

std::optional<std::int64_t> Deadlines::next_check() const {
  Moment next;
  each([&](Expired, std::int64_t limit) { next = next ? std::min(*next, limit) : limit; });
  return next;
}

}  // namespace gemlive
