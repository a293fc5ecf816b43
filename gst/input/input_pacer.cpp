// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "input_pacer.hpp"

#include <limits>

#include "categories.hpp"
#include "gst_ptr.hpp"

#define GST_CAT_DEFAULT gemlive::categories::input

namespace gemlive {
namespace {

/// Live data may be this much early: then the clock is read less often.
constexpr GstClockTimeDiff live_slack = 100 * GST_MSECOND;
/// Live timestamps that are further ahead belong to another pipeline: of the first data, and later.
constexpr GstClockTimeDiff first_ahead = live_slack;
constexpr GstClockTimeDiff later_ahead = 10 * GST_SECOND;

GstClockTimeDiff running_time(GstClock *clock, GstBaseSink *sink) {
  return GST_CLOCK_DIFF(gst_element_get_base_time(GST_ELEMENT(sink)), gst_clock_get_time(clock));
}

}  // namespace

void InputPacer::start(bool is_live) {
  is_live_ = is_live;
  is_first_ = true;
  shift_ = 0;
  reached_ = std::numeric_limits<GstClockTimeDiff>::min();
}

GstClockTime InputPacer::now() const {
  const ClockPtr clock(is_paced_ ? gst_element_get_clock(GST_ELEMENT(sink_)) : nullptr);
  if (!clock) return GST_CLOCK_TIME_NONE;
  const auto now = running_time(clock.get(), sink_);
  return now > 0 ? static_cast<GstClockTime>(now) : 0;
}

bool InputPacer::must_wait(GstClockTime due) {
  const auto time = static_cast<GstClockTimeDiff>(due);
  if (!is_paced_ || !GST_CLOCK_TIME_IS_VALID(due)) return false;
  if (time <= reached_ && !has_resumed_.load(std::memory_order_relaxed)) return false;
  const ClockPtr clock(gst_element_get_clock(GST_ELEMENT(sink_)));
  if (!clock) return false;
  has_resumed_ = false;
  const auto running = running_time(clock.get(), sink_);
  monotonic_ = static_cast<GstClockTimeDiff>(g_get_monotonic_time() * GST_USECOND) - running;
  const auto now = running - gst_base_sink_get_ts_offset(sink_);
  if (is_live_) shift(time - now);
  reached_ = now + shift_ + (is_live_ ? live_slack : 0);
  return time > reached_;
}

input::SaidAt InputPacer::said_at(GstClockTime start) const {
  if (!GST_CLOCK_TIME_IS_VALID(start)) return {};
  const auto time = static_cast<GstClockTimeDiff>(start);
  if (!is_paced_) return std::chrono::nanoseconds(time);
  if (!monotonic_) return {};
  return std::chrono::nanoseconds(time - shift_ + *monotonic_);
}

void InputPacer::shift(GstClockTimeDiff ahead) {
  if (ahead - shift_ > (is_first_ ? first_ahead : later_ahead)) {
    GST_INFO_OBJECT(sink_, "live timestamps are %" GST_STIME_FORMAT " ahead of the clock: shifted",
                    GST_STIME_ARGS(ahead));
    shift_ = ahead;
  }
  is_first_ = false;
}

bool InputPacer::wait(GstClockTime due) {
  const ClockPtr clock(gst_element_get_clock(GST_ELEMENT(sink_)));
  if (!clock) return true;
  const auto time = static_cast<GstClockTimeDiff>(gst_element_get_base_time(GST_ELEMENT(sink_))) +
                    static_cast<GstClockTimeDiff>(due) - shift_ +
                    gst_base_sink_get_ts_offset(sink_);
  return time <= 0 || wait_.until(clock.get(), static_cast<GstClockTime>(time));
}

}  // namespace gemlive
