// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <mutex>

#include "gst_ptr.hpp"

namespace gemlive::test {

/// The longest time in which a pad passes no buffer.
class ArrivalWatch {
 public:
  explicit ArrivalWatch(GstElement *element) : pad_(gst_element_get_static_pad(element, "sink")) {
    id_ = gst_pad_add_probe(pad_.get(), GST_PAD_PROBE_TYPE_BUFFER, on_buffer, this, nullptr);
  }
  ~ArrivalWatch() { gst_pad_remove_probe(pad_.get(), id_); }
  ArrivalWatch(const ArrivalWatch &) = delete;
  ArrivalWatch &operator=(const ArrivalWatch &) = delete;

  std::chrono::milliseconds longest() {
    std::lock_guard lock(mutex_);
    return std::chrono::milliseconds(longest_ / 1000);
  }

 private:
  static GstPadProbeReturn on_buffer(GstPad *, GstPadProbeInfo *, gpointer self) {
    auto *watch = static_cast<ArrivalWatch *>(self);
    std::lock_guard lock(watch->mutex_);
    const auto now = g_get_monotonic_time();
    if (watch->last_ > 0) watch->longest_ = std::max(watch->longest_, now - watch->last_);
    watch->last_ = now;
    return GST_PAD_PROBE_OK;
  }

  PadPtr pad_;
  gulong id_ = 0;
  std::mutex mutex_;
  std::int64_t last_ = 0, longest_ = 0;  // us
};

}  // namespace gemlive::test
