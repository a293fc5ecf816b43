// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <atomic>
#include <cstdint>
#include <string>

namespace dubbing {

/// Says what the input brings while no stream is found in it. Main thread, unless a method says
/// otherwise. The demuxer stops before the end of this object.
class InputWatch {
 public:
  InputWatch(GstElement *demuxer, const std::string &uri);
  ~InputWatch();
  InputWatch(const InputWatch &) = delete;
  InputWatch &operator=(const InputWatch &) = delete;

  /// There is a stream. Any thread.
  void end() { is_over_ = true; }

 private:
  enum class Found { nothing_yet, no_data, no_streams };

  static GstPadProbeReturn on_data(GstPad *, GstPadProbeInfo *info, gpointer self);
  static gboolean on_time(gpointer self);
  void look();

  std::string address_;
  std::atomic<std::uint64_t> bytes_ = 0;
  std::atomic<bool> is_over_ = false;
  bool had_data_ = false;  // one look ago
  Found told_ = Found::nothing_yet;
  guint timer_;
};

}  // namespace dubbing
