// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <optional>

#include "event_limit.hpp"
#include "notice_detail.hpp"

namespace gemlive {

/// Limits the notices about server events. Details and essential notices have separate limits.
/// Counts the dropped notices. Pure; times are monotonic us. Session's thread only.
class NoticeLimit {
 public:
  /// False: the notice must be dropped. Counts it.
  bool accept(const Notice &notice, std::int64_t now) {
    auto &limit = is_detail(notice) ? details_ : others_;
    const bool accepted = limit.accept(now);
    if (!accepted) ++dropped_;
    return accepted;
  }
  /// The number of all dropped notices, if it has grown since the last report. At most every 10 s.
  std::optional<std::uint64_t> report(std::int64_t now) {
    if (dropped_ == reported_ || now < next_report_) return std::nullopt;
    next_report_ = now + interval;
    return reported_ = dropped_;
  }

 private:
  static constexpr std::int64_t interval = 10'000'000;

  EventLimit details_ = {};
  EventLimit others_ = {};
  std::uint64_t dropped_ = 0;
  std::uint64_t reported_ = 0;
  std::int64_t next_report_ = 0;
};

}  // namespace gemlive
