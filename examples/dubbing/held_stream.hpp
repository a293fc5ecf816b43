// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <string>

namespace dubbing {

/// The picture or the sound of the input. It waits in a queue until it is known what else the input
/// has. A new PMT may replace the demuxer's pad: the stream goes on from the new one. All but
/// flow_to(): the demuxer's thread.
class HeldStream {
 public:
  explicit HeldStream(GstElement *pipeline) : pipeline_(pipeline) {}

  /// Follows this pad of a tsdemux, unless it is a second stream of this kind, or one that has no
  /// parser here.
  void offer(GstPad *pad);
  bool is_there() const { return queue_ != nullptr; }
  const std::string &parser() const { return parser_; }  // for gst-launch-1.0
  /// Sends on what was held, to this pad. Any thread, once.
  void flow_to(GstPad *sink);

 private:
  void make_queue();

  GstElement *pipeline_;
  GstElement *queue_ = nullptr;  // of the pipeline
  std::string parser_ = {};
  int program_ = -1;  // the demuxer counts its PMTs
  gulong hold_ = 0;   // probe
};

}  // namespace dubbing
