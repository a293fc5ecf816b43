// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <atomic>

namespace gemlive {

/// Posts a WARNING when the output of a bin leads back to its input. GstBin orders state changes
/// from sinks to sources, and a loop has no such order. Any thread.
class LoopWarning {
 public:
  explicit LoopWarning(GstElement *bin) : bin_(bin) {}

  /// Checks when a stream starts on the pad, since links may be made while data flows, as webrtcbin
  /// does.
  void watch(GstPad *sink_pad);
  /// Warns once until reset().
  void check();
  void reset() { has_warned_ = false; }

 private:
  GstElement *bin_;
  std::atomic<bool> has_warned_ = false;
};

}  // namespace gemlive
