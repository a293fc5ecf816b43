// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <chrono>
#include <cstdint>
#include <functional>

namespace gemlive::bench {

/// The cheapest honest live source: a streaming thread that wakes every `interval` and pushes 20 ms
/// of 16 kHz S16LE mono, too quiet to count as speech, out of one shared block of memory.
struct LiveSourceOptions {
  std::chrono::microseconds interval{20000};  // 0: as fast as the sink takes it
  /// Called on the streaming thread, just before a buffer goes out; `end` is the position in bytes
  /// behind it.
  std::function<void(std::uint64_t end)> pushing = {};
};

/// Floating, as gst_element_factory_make() returns it.
GstElement *make_live_source(LiveSourceOptions options);

}  // namespace gemlive::bench
