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
/// Beyond 20 ms (half of drift-tolerance) the sink jumps by itself.
constexpr GstClockTimeDiff largest_skew = 15 * GST_MSECOND;
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

/// A sink that started late, or stood, would catch up in many small jumps: it does so in one now.
/// GstAudioBaseSink maps its samples to this clock with the calibration of its own clock.
void PipelineClock::place_sink(const Reading &now) {
  if (g_strcmp0(G_OBJECT_TYPE_NAME(device_.get()), "GstAudioClock") != 0) return;
  GstClockTime internal = 0, external = 0, rate = 0, per = 0;
  gst_clock_get_calibration(device_.get(), &internal, &external, &rate, &per);
  const auto place = gst_clock_adjust_with_calibration(
      device_.get(), static_cast<GstClockTime>(now.device), internal, external, rate, per);
  const auto skew = GST_CLOCK_DIFF(now.external, place);
  if (std::abs(skew) <= largest_skew) return;
  GST_DEBUG("the loudspeaker is moved by %" GST_STIME_FORMAT, GST_STIME_ARGS(-skew));
  gst_clock_set_calibration(device_.get(), static_cast<GstClockTime>(now.device),
                            static_cast<GstClockTime>(now.external), rate, per);
}

void PipelineClock::follow(GstPtr<GstClock> device) {
  device_ = std::move(device);
  start_ = read();
  lead_ = 0;
  set_rate(start_, 0);
}

void PipelineClock::adjust() {
  if (!device_) return;
  const auto now = read();
  const auto lead = (now.device - start_.device) - (now.external - start_.external);
  const auto step = std::abs(lead - std::exchange(lead_, lead));
  if (step > largest_step) {
    start_ = now;
    lead_ = 0;
  } else if (step < steady_step) {
    place_sink(now);
  }
  set_rate(now, lead_);
}

}  // namespace gemlive::talk
