// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gst/base/gstbasesrc.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "audio_timeline.hpp"
#include "gst_ptr.hpp"

namespace gemlive {

/// Makes the buffers of a source: memory from the negotiated pool or allocator, times, offsets and
/// flags. Keeps the content of the last buffer, since GstBaseSrc can drop it. Src task.
class OutputBuffers {
 public:
  using Span = AudioTimeline::Span;

  explicit OutputBuffers(GstBaseSrc *source) : source_(source) {}
  OutputBuffers(const OutputBuffers &) = delete;
  OutputBuffers &operator=(const OutputBuffers &) = delete;

  /// Null if there is no memory.
  BufferPtr allocate(std::size_t bytes) const;
  /// Zeros. Silent buffers share their memory if it can be shared. They are not flagged GAP:
  /// audioresample and encoders treat such buffers as missing data.
  BufferPtr silence(std::size_t bytes);

  /// Keeps the content of the next buffer, to repeat it.
  void keep(std::span<const std::byte> content);
  /// Completes the buffer with this content for create() to return. `rate` is that of audio in Hz,
  /// and 0 for text: offsets of audio are in samples, those of text in bytes.
  GstBuffer *finish(BufferPtr made, const Span &span, int rate);
  /// The same for silence().
  GstBuffer *finish_silence(BufferPtr made, const Span &span, int rate);

  /// GstBaseSrc drops a buffer if PAUSED interrupts it between create() and the push. The position
  /// of its segment moves, forward or back, to the end of each buffer that it pushes.
  bool was_last_dropped() const;
  /// The last buffer again. Null if there is no memory.
  GstBuffer *repeat_last();

 private:
  struct Last {
    std::vector<std::byte> bytes = {};  // empty: zeros
    std::size_t size = 0;               // 0: no buffer yet
    Span span = {};
    std::uint64_t offset = 0;
    std::uint64_t offset_end = 0;
    GstClockTime position_before = 0;  // of the segment
  };

  BufferPtr from_pool(std::size_t bytes) const;
  BufferPtr from_allocator(std::size_t bytes) const;
  void describe_last(std::size_t size, const Span &span, int rate);
  GstBuffer *stamp(BufferPtr made) const;

  GstBaseSrc *source_;
  MiniObjectPtr<GstMemory> zeros_ = {};
  Handle<GstAllocator, gst_object_unref> zeros_allocator_ = {};
  Last last_ = {};
  int rate_ = 0;
};

}  // namespace gemlive
