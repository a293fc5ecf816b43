// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/base/gstbasesrc.h>

#include <chrono>
#include <string>

#include "gst_ptr.hpp"

namespace gemlive {

/// How other elements recognize a stream.
struct StreamIdentity {
  std::string id = {};
  guint group = 0;
  bool sparse = false;  // has long pauses: text
};

/// Pushes the events of a Playout on the pad of its source. Src task, except construction and
/// destruction.
class OutputEvents {
 public:
  using ns = std::chrono::nanoseconds;

  explicit OutputEvents(GstBaseSrc *source);
  ~OutputEvents();
  OutputEvents(const OutputEvents &) = delete;
  OutputEvents &operator=(const OutputEvents &) = delete;

  /// STREAM_START, in place of the one that GstBaseSrc makes.
  void push_stream_start(const StreamIdentity &identity);
  /// The segment, and an empty gap. Downstream prerolls on it.
  void push_start(ns at);
  /// Nothing if the duration is 0.
  void push_gap(ns start, ns duration);
  /// Flushes downstream, and starts again.
  void push_flush(ns at);
  /// GstBaseSrc will push a segment behind that of push_start(), which downstream does not need.
  /// After a flush, both have its sequence number.
  void prepare_start(guint32 flush_seqnum);
  /// GstBaseSrc will push EOS next. It gets the sequence number of the segment.
  void prepare_eos() { watch(); }
  /// The end of a text item, for elements that collect text into sentences or cues.
  void push_final_transcript();

 private:
  static GstPadProbeReturn on_event(GstPad *, GstPadProbeInfo *info, gpointer self);
  bool is_unwanted(GstEvent *event);
  void watch();
  void unwatch();
  void push(GstEvent *event);
  void push_with_seqnum(GstEvent *event);

  GstBaseSrc *source_;
  gulong probe_ = 0;
  MiniObjectPtr<GstEvent> stream_start_ = {};
  guint32 seqnum_;  // of the segment and its EOS
};

}  // namespace gemlive
