// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "live_source.hpp"

#include <gst/base/gstpushsrc.h>

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <utility>

#include "audio_stamp.hpp"

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t buffer_size = 640;  // 20 ms

struct Source {
  gemlive::bench::LiveSourceOptions options = {};
  std::mutex mutex = {};
  std::condition_variable unlocking = {};
  bool unlocked = false;
  Clock::time_point due = {};  // streaming thread
  std::uint64_t position = 0;  // streaming thread
};

}  // namespace

struct GemliveBenchSource {
  GstPushSrc parent;
  Source *source;
};
struct GemliveBenchSourceClass {
  GstPushSrcClass parent_class;
};

G_DEFINE_TYPE(GemliveBenchSource, gemlive_bench_source, GST_TYPE_PUSH_SRC)

namespace {

Source &source_of(gpointer self) {
  return *reinterpret_cast<GemliveBenchSource *>(self)->source;
}

using Samples = std::array<std::int16_t, buffer_size / sizeof(std::int16_t)>;

/// Noise of +-16: silence for a speech detector.
Samples &quiet_samples() {
  static Samples samples = [] {
    Samples made;
    std::uint32_t noise = 1;
    for (auto &sample : made) {
      noise = noise * 1664525 + 1013904223;
      sample = static_cast<std::int16_t>(static_cast<int>(noise >> 27) - 16);
    }
    return made;
  }();
  return samples;
}

GstBuffer *shared_buffer() {
  static GstMemory *const memory =
      gst_memory_new_wrapped(GST_MEMORY_FLAG_READONLY, quiet_samples().data(), buffer_size, 0,
                             buffer_size, nullptr, nullptr);
  auto *buffer = gst_buffer_new();
  gst_buffer_append_memory(buffer, gst_memory_ref(memory));
  return buffer;
}

GstBuffer *stamped_buffer() {
  auto *buffer = gst_buffer_new_allocate(nullptr, buffer_size, nullptr);
  gst_buffer_fill(buffer, 0, quiet_samples().data(), buffer_size);
  std::array<std::byte, gemlive::bench::stamp_size> stamp;
  gemlive::bench::write_stamp(gemlive::bench::now_us(), stamp);
  gst_buffer_fill(buffer, 0, stamp.data(), stamp.size());
  return buffer;
}

GstFlowReturn create(GstPushSrc *push_src, GstBuffer **buffer) {
  Source &source = source_of(push_src);
  const auto now = Clock::now();
  if (source.due == Clock::time_point{}) source.due = now;
  source.due += source.options.interval;
  {
    std::unique_lock lock(source.mutex);
    const bool flushing =
        source.options.interval.count() == 0
            ? source.unlocked
            : source.unlocking.wait_until(lock, source.due, [&] { return source.unlocked; });
    if (flushing) return GST_FLOW_FLUSHING;
  }
  *buffer = source.options.stamped ? stamped_buffer() : shared_buffer();
  source.position += buffer_size;
  if (source.options.pushing) source.options.pushing(source.position);
  return GST_FLOW_OK;
}

gboolean set_unlocked(GstBaseSrc *base_src, bool unlocked) {
  Source &source = source_of(base_src);
  {
    std::lock_guard lock(source.mutex);
    source.unlocked = unlocked;
  }
  source.unlocking.notify_all();
  return TRUE;
}

void finalize(GObject *object) {
  delete &source_of(object);
  G_OBJECT_CLASS(gemlive_bench_source_parent_class)->finalize(object);
}

}  // namespace

static void gemlive_bench_source_init(GemliveBenchSource *self) {
  self->source = new Source;
  gst_base_src_set_live(GST_BASE_SRC(self), TRUE);
  gst_base_src_set_format(GST_BASE_SRC(self), GST_FORMAT_TIME);
  gst_base_src_set_do_timestamp(GST_BASE_SRC(self), TRUE);
}

static void gemlive_bench_source_class_init(GemliveBenchSourceClass *type) {
  static GstStaticPadTemplate pad = GST_STATIC_PAD_TEMPLATE(
      "src", GST_PAD_SRC, GST_PAD_ALWAYS,
      GST_STATIC_CAPS("audio/x-raw, format=S16LE, rate=16000, channels=1, layout=interleaved"));
  gst_element_class_add_static_pad_template(GST_ELEMENT_CLASS(type), &pad);
  gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(type), "Quiet live source",
                                        "Source/Audio", "Pushes 20 ms of near silence every 20 ms",
                                        "The gemlive authors");
  G_OBJECT_CLASS(type)->finalize = finalize;
  GST_PUSH_SRC_CLASS(type)->create = create;
  auto *base = GST_BASE_SRC_CLASS(type);
  base->unlock = [](GstBaseSrc *self) { return set_unlocked(self, true); };
  base->unlock_stop = [](GstBaseSrc *self) { return set_unlocked(self, false); };
}

namespace gemlive::bench {

GstElement *make_live_source(LiveSourceOptions options) {
  auto *element = GST_ELEMENT(g_object_new(gemlive_bench_source_get_type(), nullptr));
  source_of(element).options = std::move(options);
  return element;
}

}  // namespace gemlive::bench
