// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <mutex>
#include <optional>
#include <string>

#include "gst_ptr.hpp"

namespace gemlive::test {

/// Checks the data that passes a pad, as the pad monitor of gst-validate does. Any thread.
class StreamChecker {
 public:
  /// The EOS of a stream that GStreamer makes may have another sequence number than its SEGMENT.
  enum class Maker { gemlive, gstreamer };

  /// The sink pad of `element`.
  explicit StreamChecker(GstElement *element, Maker maker = Maker::gemlive);
  /// The pipeline must be in NULL.
  ~StreamChecker();
  StreamChecker(const StreamChecker &) = delete;
  StreamChecker &operator=(const StreamChecker &) = delete;

  /// One line for each rule that was broken.
  std::string issues();
  /// The running time at the end of the last buffer or gap. 0: none.
  GstClockTime position();
  /// The duration of all buffers and gaps so far.
  GstClockTime played();
  /// The sequence number of the last segment.
  guint32 segment_seqnum();

 private:
  struct State {
    bool started = false;
    bool flushing = false;
    bool flushed_since_caps = false;
    bool ended = false;
    CapsPtr caps = {};
    std::optional<GstSegment> segment = {};
    guint32 segment_seqnum = GST_SEQNUM_INVALID;
    guint32 flush_seqnum = GST_SEQNUM_INVALID;
    bool flushed = false;    // the next segment has the number of the flush
    GstClockTime start = 0;  // running times of the last data
    GstClockTime position = 0;
  };

  static GstPadProbeReturn probe(GstPad *pad, GstPadProbeInfo *info, gpointer self);
  void check_event(GstEvent *event);
  void check_flush_stop(guint32 seqnum);
  void check_segment(GstEvent *event);
  void check_eos(guint32 seqnum);
  void check_buffer(GstBuffer *buffer);
  void check_data(GstClockTime start, GstClockTime duration, const char *what);
  void add(const std::string &issue);

  PadPtr pad_;
  Maker maker_;
  gulong id_ = 0;
  std::mutex mutex_;
  State state_;
  GstClockTime played_ = 0;
  std::string issues_;
};

}  // namespace gemlive::test
