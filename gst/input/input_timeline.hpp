// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <algorithm>

namespace gemlive {

/// The running times of an input: when its next data is due, and how much is missing before it.
/// Data with timestamps is due at its timestamp. Other data follows the data before it, by its
/// duration. Pure. One thread at a time.
class InputTimeline {
 public:
  struct Place {
    GstClockTime due = GST_CLOCK_TIME_NONE;  // NONE: now
    GstClockTime hole = 0;                   // between the data before it and this
  };

  /// Data that starts at the running time `start`. Without a timestamp, `start` is NONE, and `now`
  /// is the running time if the data is to be paced, else NONE.
  Place place(GstClockTime start, GstClockTime duration, GstClockTime now = GST_CLOCK_TIME_NONE) {
    if (!GST_CLOCK_TIME_IS_VALID(start)) return place_unstamped(duration, now);
    if (!GST_CLOCK_TIME_IS_VALID(end_) || start + longest_overlap < end_) {
      end_ = start + duration;
      return {.due = start};
    }
    const GstClockTimeDiff difference = GST_CLOCK_DIFF(end_, start);
    if (difference > tolerance) {
      end_ = start + duration;
      return {.due = start, .hole = static_cast<GstClockTime>(difference)};
    }
    // Jitter is not a hole. A sample clock that differs from the pipeline's clock is followed
    // slowly.
    const auto drift = static_cast<GstClockTimeDiff>(duration / max_drift);
    end_ += duration + static_cast<GstClockTime>(std::clamp(difference, -drift, drift));
    return {.due = start};
  }
  /// Where the data so far ends. NONE without data.
  GstClockTime end() const { return end_; }
  void reset() { end_ = GST_CLOCK_TIME_NONE; }

 private:
  /// As the alignment-threshold of an audio sink.
  static constexpr GstClockTimeDiff tolerance = 40 * GST_MSECOND;
  /// Timestamps that go further back begin again.
  static constexpr GstClockTime longest_overlap = GST_SECOND;
  /// Data that is later than this begins again.
  static constexpr GstClockTime longest_stall = GST_SECOND;
  static constexpr GstClockTime max_drift = 1000;

  Place place_unstamped(GstClockTime duration, GstClockTime now) {
    const bool is_paced = GST_CLOCK_TIME_IS_VALID(now);
    const bool follows = GST_CLOCK_TIME_IS_VALID(end_) && !(is_paced && now > end_ + longest_stall);
    if (!follows && !is_paced) return {};
    const auto start = follows ? end_ : now;
    end_ = start + duration;
    return {.due = is_paced ? start : GST_CLOCK_TIME_NONE};
  }

  GstClockTime end_ = GST_CLOCK_TIME_NONE;
};

}  // namespace gemlive
