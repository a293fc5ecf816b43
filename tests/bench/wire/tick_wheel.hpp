// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gemlive::bench {

/// Spreads members over the milliseconds of a period: each is due once a period. One thread.
template <typename Member>
class TickWheel {
 public:
  /// `start` is monotonic us, as all times.
  TickWheel(int period_ms, std::int64_t start)
      : slots_(static_cast<std::size_t>(period_ms)), next_(start) {}

  void add(Member &member) {
    slots_[place_].push_back(&member);
    ++members_;
    constexpr std::size_t step = 7;  // has no factor in common with 20, 40 and 100
    place_ = (place_ + step) % slots_.size();
  }

  void remove(Member &member) {
    for (auto &slot : slots_)
      members_ -= std::erase(slot, &member);
  }

  /// When a member is due next. -1: never.
  std::int64_t next_due() const {
    if (members_ == 0) return -1;
    for (std::size_t i = 0;; ++i)
      if (!slots_[(slot_ + i) % slots_.size()].empty())
        return next_ + static_cast<std::int64_t>(i) * tick;
  }

  /// Calls `due(member, time)` for each that was due until `now`. It may not add or remove members.
  template <typename Due>
  void advance(std::int64_t now, Due due) {
    for (; next_ <= now; next_ += tick, slot_ = (slot_ + 1) % slots_.size())
      for (auto *member : slots_[slot_])
        due(*member, next_);
  }

 private:
  static constexpr std::int64_t tick = 1000;

  std::vector<std::vector<Member *>> slots_;
  std::int64_t next_;  // when slots_[slot_] is due
  std::size_t slot_ = 0;
  std::size_t place_ = 0;  // of the next member
  std::size_t members_ = 0;
};

}  // namespace gemlive::bench
