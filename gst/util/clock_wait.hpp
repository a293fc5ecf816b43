// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include "gst_ptr.hpp"
#include "guarded.hpp"

namespace gemlive {

/// Waits for a time of a clock. One thread waits. Any thread cancels.
class ClockWait {
 public:
  /// False if it was cancelled, before or during the wait.
  bool until(GstClock *clock, GstClockTime time) {
    GstClockID id = nullptr;
    {
      auto state = state_.lock();
      if (state->cancelled) return false;
      if (state->clock.get() != clock) {
        *state = {.clock = ClockPtr(GST_CLOCK(gst_object_ref(clock)))};
        reached_ = 0;
      }
      if (time <= reached_) return true;
      if (!state->id || !gst_clock_single_shot_id_reinit(clock, state->id.get(), time))
        state->id.reset(gst_clock_new_single_shot_id(clock, time));
      id = state->id.get();  // only this thread replaces it
    }
    const auto result = gst_clock_id_wait(id, nullptr);
    if (result == GST_CLOCK_OK || result == GST_CLOCK_EARLY) reached_ = time;
    return result != GST_CLOCK_UNSCHEDULED;
  }

  /// True: ends the current wait, and later waits return at once, until it is called with false.
  void cancel(bool cancelled) {
    auto state = state_.lock();
    state->cancelled = cancelled;
    if (cancelled && state->id) gst_clock_id_unschedule(state->id.get());
  }
  bool is_cancelled() { return state_.lock()->cancelled; }

 private:
  struct State {
    ClockPtr clock = {};
    Handle<void, gst_clock_id_unref> id = {};  // of the clock
    bool cancelled = false;
  };
  Guarded<State> state_;
  GstClockTime reached_ = 0;  // by the clock; only in the thread that waits
};

}  // namespace gemlive
