// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/base/gstbasesink.h>

#include <atomic>
#include <optional>

#include "clock_wait.hpp"
#include "input_item.hpp"

namespace gemlive {

/// Holds input back until the clock reaches its running time. The base class cannot do it: it adds
/// the latency of the pipeline, and its property `sync` belongs to the user. Streaming thread,
/// except cancel().
class InputPacer {
 public:
  /// Without `is_paced` nothing waits.
  InputPacer(GstBaseSink *sink, bool is_paced) : sink_(sink), is_paced_(is_paced) {}

  /// Live data is due when it arrives. Its timestamps are in the past, but for a file behind the
  /// same selector as a microphone. Timestamps of another pipeline are shifted.
  void start(bool is_live);
  /// NONE if nothing waits, or there is no clock.
  GstClockTime now() const;
  /// Whether data waits that is due at this running time. Cheap for live data.
  bool must_wait(GstClockTime due);
  /// When data of this running time was said. After must_wait().
  input::SaidAt said_at(GstClockTime start) const;
  /// False if it was cancelled.
  bool wait(GstClockTime due);
  /// PLAYING begins, with another base time. Any thread.
  void resume() { has_resumed_ = true; }
  /// True: ends the current wait, and later waits return at once. Any thread.
  void cancel(bool cancelled) { wait_.cancel(cancelled); }

 private:
  void shift(GstClockTimeDiff ahead);

  GstBaseSink *sink_;
  const bool is_paced_;
  bool is_live_ = false;
  bool is_first_ = true;
  GstClockTimeDiff shift_ = 0;                      // of timestamps of another pipeline
  GstClockTimeDiff reached_ = 0;                    // what is due up to then does not wait
  std::optional<GstClockTimeDiff> monotonic_ = {};  // at running time 0
  std::atomic<bool> has_resumed_ = false;           // since the clock was read
  ClockWait wait_;
};

}  // namespace gemlive
