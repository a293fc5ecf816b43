// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include "handle.hpp"

namespace gemlive::talk {

/// The clock of the pipeline. It goes as fast as the loudspeaker, so that the sink need not jump to
/// follow it: the echo canceller learns the echo anew after each jump. Without a loudspeaker it is
/// the system's clock. It never stops or jumps, whatever the loudspeaker does: the clock of a
/// device goes with the device, and a pipeline that has to choose another must be paused. Main
/// thread, except for the GstClock.
class PipelineClock {
 public:
  PipelineClock();

  GstClock *get() const { return clock_.get(); }
  /// `device` is the clock that the sink of the loudspeaker provides, or null.
  void follow(GstPtr<GstClock> device);
  /// To be called several times per second.
  void adjust();

 private:
  /// A time of the device, and of this clock before its calibration and after it.
  struct Reading {
    GstClockTimeDiff device = 0, internal = 0, external = 0;
  };
  Reading read() const;
  void place_sink(const Reading &now, bool is_steady);
  void set_rate(const Reading &now, GstClockTimeDiff lead);

  GstPtr<GstClock> clock_;
  GstPtr<GstClock> device_ = {};
  Reading start_ = {};
  GstClockTimeDiff lead_ = 0;  // of the device, at the last reading
  unsigned skewed_calls_ = 0;  // since the sink is at another place
};

}  // namespace gemlive::talk
