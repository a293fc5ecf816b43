// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "gst_ptr.hpp"

namespace gemlive::test {

/// Records the buffers and events that pass a pad. Any thread.
class Tap {
 public:
  struct Item {
    // silence: a buffer that contains only zeros
    enum Kind {
      buffer,
      silence,
      gap,
      segment,
      caps,
      flush_start,
      flush_stop,
      eos,
      stream_start,
      other
    };
    Kind kind = other;
    GstClockTime start = GST_CLOCK_TIME_NONE;
    GstClockTime duration = GST_CLOCK_TIME_NONE;
    bool discont = false;
    bool is_gap = false;  // a buffer flagged GAP
    guint64 offset = GST_BUFFER_OFFSET_NONE;
    guint64 offset_end = GST_BUFFER_OFFSET_NONE;
    int rate = 0;  // caps
    std::string bytes = {};
    std::string name = {};  // of a custom event
  };

  /// A pad of `element`.
  Tap(GstElement *element, const char *pad = "sink");
  ~Tap();

  std::vector<Item> items();
  std::vector<Item> items(Item::Kind kind);
  /// All bytes of buffers, without silence.
  std::string bytes();
  /// Waits until `enough` is true; false after the deadline.
  bool wait(const std::function<bool(const std::vector<Item> &)> &enough);
  /// Calls `act` for every buffer that is not silence, on the streaming thread.
  void on_buffer(std::function<GstPadProbeReturn()> act);

 private:
  static GstPadProbeReturn probe(GstPad *, GstPadProbeInfo *info, gpointer self);

  PadPtr pad_;
  gulong id_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Item> items_;
  std::function<GstPadProbeReturn()> on_buffer_;
};

}  // namespace gemlive::test
