// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/base/gstbasesrc.h>

#include <chrono>

namespace gemlive {

/// Pushes the events of a Playout on the pad of its source. Src task, except construction and
/// destruction.
class OutputEvents {
 public:
  using ns = std::chrono::nanoseconds;

  explicit OutputEvents(GstBaseSrc *source);
  ~OutputEvents();
  OutputEvents(const OutputEvents &) = delete;
  OutputEvents &operator=(const OutputEvents &) = delete;

  /// The segment, and an empty gap. Downstream prerolls on it.
  void push_start(ns at);
  /// Nothing if the duration is 0.
  void push_gap(ns start, ns duration);
  /// Flushes downstream, and starts again.
  void push_flush(ns at);
  /// The end of a text item, for elements that collect text into sentences or cues.
  void push_final_transcript();

 private:
  static GstPadProbeReturn drop_base_segment(GstPad *, GstPadProbeInfo *info, gpointer self);
  void push(GstEvent *event);

  GstBaseSrc *source_;
  gulong probe_ = 0;
  bool is_own_segment_ = false;
};

}  // namespace gemlive
