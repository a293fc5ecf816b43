// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "input_times.hpp"

#include <algorithm>

namespace gemlive {

void InputTimes::begin() {
  spans_.clear();
  sent_ = ns(0);
}

void InputTimes::sent(ns duration, input::SaidAt said_at, input::SaidAt earliest) {
  const auto *last = spans_.empty() ? nullptr : &spans_[spans_.size() - 1];
  const auto following = last ? last->said_at + (sent_ - last->offset) : earliest.value_or(ns(0));
  const auto at = said_at ? *said_at : std::max(following, earliest.value_or(following));
  if (!last || at > following + tolerance || at < following - tolerance) {
    if (spans_.size() == max_spans) spans_.pop_front();
    spans_.push_back({.offset = sent_, .said_at = at});
  }
  sent_ += duration;
}

input::SaidAt InputTimes::said_at(ns offset) const {
  if (spans_.empty() || offset < spans_[0].offset || offset > sent_ + longest_overrun) return {};
  offset = std::min(offset, sent_);
  std::size_t low = 0, high = spans_.size();  // the span at `low` begins at `offset` or before
  while (high - low > 1) {
    const auto middle = low + (high - low) / 2;
    (spans_[middle].offset <= offset ? low : high) = middle;
  }
  return spans_[low].said_at + (offset - spans_[low].offset);
}

}  // namespace gemlive
