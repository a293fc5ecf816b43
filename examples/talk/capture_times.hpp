// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace gemlive::talk {

/// When a microphone heard its buffers. Its source counts samples, and takes up to 200 ms that were
/// lost, or are only late, for none or for lost: then the echo canceller no longer finds the echo.
/// But what is not lost arrives soon: the buffers that are the least late show how wrong the count
/// is. Pure. One thread at a time.
class CaptureTimes {
 public:
  /// What was added to the last buffer.
  GstClockTimeDiff correction() const { return correction_; }
  /// What to add to the times of a buffer that ends at `end` and arrives at `now` (running times).
  GstClockTimeDiff correction(GstClockTime end, GstClockTime now) {
    if (!GST_CLOCK_TIME_IS_VALID(begin_)) begin_ = now;
    least_lateness_ = std::min(least_lateness_, GST_CLOCK_DIFF(end, now) - correction_);
    if (now < begin_ + window) return correction_;
    if (std::abs(least_lateness_) > tolerance) correction_ += least_lateness_;
    least_lateness_ = std::numeric_limits<GstClockTimeDiff>::max();
    begin_ = now;
    return correction_;
  }

 private:
  static constexpr GstClockTime window = 500 * GST_MSECOND;
  /// A source places its first buffer to 10 ms, and the canceller learns each jump anew.
  static constexpr GstClockTimeDiff tolerance = 15 * GST_MSECOND;

  GstClockTimeDiff correction_ = 0;
  GstClockTimeDiff least_lateness_ = std::numeric_limits<GstClockTimeDiff>::max();  // in the window
  GstClockTime begin_ = GST_CLOCK_TIME_NONE;                                        // of the window
};

}  // namespace gemlive::talk
