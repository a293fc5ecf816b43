// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "pipeline_clock.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace gemlive::talk {
namespace {

/// The device has stopped, started or jumped if its lead changes by more from call to call.
constexpr GstClockTimeDiff largest_step = 20 * GST_MSECOND;
/// Between two calls a device that runs differs by less from this clock.
constexpr GstClockTimeDiff steady_step = GST_MSECOND;
/// Of the sink's place. The echo canceller bears so much.
constexpr GstClockTimeDiff largest_skew = 15 * GST_MSECOND;
/// After so many calls with a larger skew the sink is moved although its device's time is not
/// steady. For some seconds after a sound server has moved a stream, it is wrong by up to 200 ms.
constexpr unsigned most_skewed_calls = 24;
/// 1 %. No device is so far from the system's clock.
constexpr GstClockTimeDiff largest_lead = 10 * GST_MSECOND;

}  // namespace

PipelineClock::PipelineClock()
    : clock_(GST_CLOCK(g_object_new(GST_TYPE_SYSTEM_CLOCK, "name", "talk-clock", nullptr))) {
  gst_object_ref_sink(clock_.get());
}

/// The device's own calibration is the sink's: it makes the device follow this clock.
PipelineClock::Reading PipelineClock::read() const {
  Reading now;
  if (device_)
    now.device = static_cast<GstClockTimeDiff>(gst_clock_get_internal_time(device_.get()));
  const auto internal = gst_clock_get_internal_time(clock_.get());
  now.internal = static_cast<GstClockTimeDiff>(internal);
  GST_OBJECT_LOCK(clock_.get());
  now.external = static_cast<GstClockTimeDiff>(gst_clock_adjust_unlocked(clock_.get(), internal));
  GST_OBJECT_UNLOCK(clock_.get());
  return now;
}

/// From now on the lead of the device is made up for in a second.
void PipelineClock::set_rate(const Reading &now, GstClockTimeDiff lead) {
  gst_clock_set_calibration(
      clock_.get(), static_cast<GstClockTime>(now.internal),
      static_cast<GstClockTime>(now.external),
      static_cast<GstClockTime>(GST_SECOND + std::clamp(lead, -largest_lead, largest_lead)),
      GST_SECOND);
}

/// A sink that started late, or stood, is moved at once, as soon as its time can be believed. By
/// itself it would jump after each wrong reading, and lose what it jumps over (on_element() of
/// device_part.cpp keeps it from that). GstAudioBaseSink maps its samples to this clock with the
/// calibration of its own clock.
void PipelineClock::place_sink(const Reading &now, bool is_steady) {
  if (g_strcmp0(G_OBJECT_TYPE_NAME(device_.get()), "GstAudioClock") != 0) return;
  GstClockTime internal = 0, external = 0, rate = 0, per = 0;
  gst_clock_get_calibration(device_.get(), &internal, &external, &rate, &per);
  const auto place = gst_clock_adjust_with_calibration(
      device_.get(), static_cast<GstClockTime>(now.device), internal, external, rate, per);
  const auto skew = GST_CLOCK_DIFF(now.external, place);
  skewed_calls_ = std::abs(skew) > largest_skew ? skewed_calls_ + 1 : 0;
  if (skewed_calls_ == 0 || (!is_steady && skewed_calls_ < most_skewed_calls)) return;
  skewed_calls_ = 0;
  GST_DEBUG("the loudspeaker is moved by %" GST_STIME_FORMAT, GST_STIME_ARGS(-skew));
  gst_clock_set_calibration(device_.get(), static_cast<GstClockTime>(now.device),
                            static_cast<GstClockTime>(now.external), rate, per);
}

void PipelineClock::follow(GstPtr<GstClock> device) {
  device_ = std::move(device);
  start_ = read();
  lead_ = 0;
  skewed_calls_ = 0;
  set_rate(start_, 0);
}

void PipelineClock::adjust() {
  if (!device_) return;
  const auto now = read();
  const auto lead = (now.device - start_.device) - (now.external - start_.external);
  const auto step = std::abs(lead - std::exchange(lead_, lead));
  place_sink(now, step < steady_step);
  if (step > largest_step) {
    start_ = now;
    lead_ = 0;
  }
  set_rate(now, lead_);
}

}  // namespace gemlive::talk
