// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <chrono>
#include <cstdint>
#include <functional>

namespace gemlive::bench {

/// A live source that costs little CPU. Its streaming thread wakes every `interval` and pushes 20
/// ms of 16 kHz S16LE mono from one shared block of memory. The audio is too quiet to count as
/// speech.
struct LiveSourceOptions {
  std::chrono::microseconds interval{20000};  // 0: without a pause
  /// Called on the streaming thread just before each buffer. `end` is the position after the
  /// buffer, in bytes.
  std::function<void(std::uint64_t end)> pushing = {};
  /// Each buffer has memory of its own, with a stamp (audio_stamp.hpp).
  bool stamped = false;
};

/// Returns a floating reference, as gst_element_factory_make() does.
GstElement *make_live_source(LiveSourceOptions options);

}  // namespace gemlive::bench
