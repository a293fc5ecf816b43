// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/gst.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>

#include "glib_ptr.hpp"

namespace gemlive {

/// gst_buffer_unref() and similar functions are static inline. A type with one of them as template
/// argument has no external linkage.
struct MiniObjectDeleter {
  template <typename T>
  void operator()(T *object) const {
    gst_mini_object_unref(GST_MINI_OBJECT_CAST(object));
  }
};
template <typename T>
using MiniObjectPtr = std::unique_ptr<T, MiniObjectDeleter>;

using BufferPtr = MiniObjectPtr<GstBuffer>;
using CapsPtr = MiniObjectPtr<GstCaps>;
using MessagePtr = MiniObjectPtr<GstMessage>;
using QueryPtr = MiniObjectPtr<GstQuery>;
using StructurePtr = Handle<GstStructure, gst_structure_free>;
using ElementPtr = Handle<GstElement, gst_object_unref>;
using PadPtr = Handle<GstPad, gst_object_unref>;
using ClockPtr = Handle<GstClock, gst_object_unref>;

/// The mapped memory of a buffer, unmapped by the destructor. Empty if mapping failed.
class Map {
 public:
  Map(GstBuffer *buffer, GstMapFlags flags)
      : buffer_(buffer), mapped_(gst_buffer_map(buffer, &info_, flags)) {}
  ~Map() {
    if (mapped_) gst_buffer_unmap(buffer_, &info_);
  }
  Map(const Map &) = delete;
  Map &operator=(const Map &) = delete;

  explicit operator bool() const { return mapped_; }
  std::span<std::byte> bytes() const {
    return mapped_ ? std::span(reinterpret_cast<std::byte *>(info_.data), info_.size)
                   : std::span<std::byte>();
  }

 private:
  GstBuffer *buffer_;
  GstMapInfo info_ = GST_MAP_INFO_INIT;
  bool mapped_;
};

class ReadMap : private Map {
 public:
  explicit ReadMap(GstBuffer *buffer) : Map(buffer, GST_MAP_READ) {}
  using Map::operator bool;
  std::span<const std::byte> bytes() const { return Map::bytes(); }
};

class WriteMap : public Map {
 public:
  explicit WriteMap(GstBuffer *buffer) : Map(buffer, GST_MAP_WRITE) {}
};

inline GstClockTime clock_time(std::chrono::nanoseconds time) {
  return static_cast<GstClockTime>(time.count());
}

}  // namespace gemlive
