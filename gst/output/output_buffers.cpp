// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "output_buffers.hpp"

#include <algorithm>
#include <utility>

namespace gemlive {
namespace {

using PoolPtr = Handle<GstBufferPool, gst_object_unref>;
using AllocatorPtr = Handle<GstAllocator, gst_object_unref>;

constexpr std::size_t bytes_per_sample = 2;
constexpr std::size_t min_zeros = 8 * 1024;

struct Allocation {
  AllocatorPtr allocator = {};
  GstAllocationParams params = {};
};
Allocation negotiated_allocation(GstBaseSrc *source) {
  Allocation allocation;
  gst_base_src_get_allocator(source, out(allocation.allocator), &allocation.params);
  return allocation;
}

BufferPtr zeroed(BufferPtr buffer) {
  if (buffer) gst_buffer_memset(buffer.get(), 0, 0, gst_buffer_get_size(buffer.get()));
  return buffer;
}

}  // namespace

BufferPtr OutputBuffers::allocate(std::size_t bytes) const {
  if (auto made = from_pool(bytes)) return made;
  return from_allocator(bytes);
}

/// Does not wait for a buffer: the wait would hold up a change to PAUSED.
BufferPtr OutputBuffers::from_pool(std::size_t bytes) const {
  const PoolPtr pool(gst_base_src_get_buffer_pool(source_));
  if (!pool) return nullptr;
  GstBufferPoolAcquireParams params = {};
  params.flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT;
  BufferPtr made;
  GstBuffer *acquired = nullptr;
  if (gst_buffer_pool_acquire_buffer(pool.get(), &acquired, &params) != GST_FLOW_OK) return nullptr;
  made.reset(acquired);
  if (gst_buffer_get_size(made.get()) < bytes) return nullptr;
  gst_buffer_set_size(made.get(), static_cast<gssize>(bytes));
  return made;
}

BufferPtr OutputBuffers::from_allocator(std::size_t bytes) const {
  auto [allocator, params] = negotiated_allocation(source_);
  return BufferPtr(gst_buffer_new_allocate(allocator.get(), bytes, &params));
}

BufferPtr OutputBuffers::silence(std::size_t bytes) {
  if (auto made = from_pool(bytes)) return zeroed(std::move(made));
  auto [allocator, params] = negotiated_allocation(source_);
  if (!zeros_ || zeros_->size < bytes || zeros_allocator_ != allocator) {
    params.flags = static_cast<GstMemoryFlags>(params.flags | GST_MEMORY_FLAG_ZERO_PREFIXED |
                                               GST_MEMORY_FLAG_ZERO_PADDED);
    zeros_.reset(gst_allocator_alloc(allocator.get(), std::max(bytes, min_zeros), &params));
    zeros_allocator_ = std::move(allocator);
    GstMapInfo map = GST_MAP_INFO_INIT;
    if (!zeros_ || !gst_memory_map(zeros_.get(), &map, GST_MAP_WRITE)) return nullptr;
    std::fill_n(map.data, map.size, 0);
    gst_memory_unmap(zeros_.get(), &map);
    // An element that writes to the buffer gets a copy.
    GST_MINI_OBJECT_FLAG_SET(zeros_.get(), GST_MEMORY_FLAG_READONLY);
  }
  if (GST_MEMORY_IS_NO_SHARE(zeros_.get())) return zeroed(from_allocator(bytes));
  BufferPtr made(gst_buffer_new());
  gst_buffer_append_memory(made.get(),
                           gst_memory_share(zeros_.get(), 0, static_cast<gssize>(bytes)));
  return made;
}

void OutputBuffers::keep(std::span<const std::byte> content) {
  last_.bytes.assign(content.begin(), content.end());
}

GstBuffer *OutputBuffers::finish(BufferPtr made, const Span &span, int rate) {
  describe_last(last_.bytes.size(), span, rate);
  return stamp(std::move(made));
}

GstBuffer *OutputBuffers::finish_silence(BufferPtr made, const Span &span, int rate) {
  last_.bytes.clear();
  describe_last(gst_buffer_get_size(made.get()), span, rate);
  return stamp(std::move(made));
}

/// The offset of audio is its PTS in samples, so that it jumps with the PTS.
void OutputBuffers::describe_last(std::size_t size, const Span &span, int rate) {
  last_.size = size;
  last_.span = span;
  last_.position_before = source_->segment.position;
  const bool continues = rate == 0 || (rate == std::exchange(rate_, rate) && !span.discont);
  if (continues)
    last_.offset = last_.offset_end;
  else
    last_.offset = gst_util_uint64_scale_int_round(clock_time(span.start), rate, GST_SECOND);
  last_.offset_end = last_.offset + (rate == 0 ? size : size / bytes_per_sample);
}

GstBuffer *OutputBuffers::stamp(BufferPtr made) const {
  GST_BUFFER_PTS(made.get()) = clock_time(last_.span.start);
  if (last_.span.duration.count() > 0)
    GST_BUFFER_DURATION(made.get()) = clock_time(last_.span.duration);
  GST_BUFFER_OFFSET(made.get()) = last_.offset;
  GST_BUFFER_OFFSET_END(made.get()) = last_.offset_end;
  if (last_.span.discont) GST_BUFFER_FLAG_SET(made.get(), GST_BUFFER_FLAG_DISCONT);
  return made.release();
}

bool OutputBuffers::was_last_dropped() const {
  return last_.size > 0 && source_->segment.position == last_.position_before &&
         last_.position_before != clock_time(last_.span.start + last_.span.duration);
}

GstBuffer *OutputBuffers::repeat_last() {
  auto made = last_.bytes.empty() ? silence(last_.size) : allocate(last_.size);
  if (!made) return nullptr;
  if (!last_.bytes.empty()) gst_buffer_fill(made.get(), 0, last_.bytes.data(), last_.size);
  return stamp(std::move(made));
}

}  // namespace gemlive
