// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tap.hpp"

#include <utility>

#include "pipeline.hpp"

namespace gemlive::test {

Tap::Tap(GstElement *element, const char *pad) : pad_(gst_element_get_static_pad(element, pad)) {
  // ThreadSanitizer does not see how GStreamer hands this over to the streaming thread.
  std::lock_guard lock(mutex_);
  const auto types = GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM |
                     GST_PAD_PROBE_TYPE_EVENT_FLUSH;
  id_ = gst_pad_add_probe(pad_.get(), static_cast<GstPadProbeType>(types), probe, this, nullptr);
}

/// Stops the pipeline, since its streaming thread may be in a probe.
Tap::~Tap() {
  auto *top = GST_OBJECT(gst_pad_get_parent_element(pad_.get()));
  while (GstObject *parent = top ? gst_object_get_parent(top) : nullptr) {
    gst_object_unref(top);
    top = parent;
  }
  if (top) {
    gst_element_set_state(GST_ELEMENT(top), GST_STATE_NULL);
    gst_object_unref(top);
  }
  gst_pad_remove_probe(pad_.get(), id_);
}

namespace {

Tap::Item from_buffer(GstBuffer *buffer) {
  Tap::Item item = {.kind = Tap::Item::buffer,
                    .start = GST_BUFFER_PTS(buffer),
                    .duration = GST_BUFFER_DURATION(buffer),
                    .discont = GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DISCONT),
                    .is_gap = GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_GAP),
                    .offset = GST_BUFFER_OFFSET(buffer),
                    .offset_end = GST_BUFFER_OFFSET_END(buffer)};
  item.bytes.resize(gst_buffer_get_size(buffer));
  gst_buffer_extract(buffer, 0, item.bytes.data(), item.bytes.size());
  if (item.bytes.find_first_not_of('\0') == std::string::npos) item.kind = Tap::Item::silence;
  return item;
}

Tap::Item from_event(GstEvent *event) {
  Tap::Item item;
  switch (GST_EVENT_TYPE(event)) {
    case GST_EVENT_GAP:
      item.kind = Tap::Item::gap;
      gst_event_parse_gap(event, &item.start, &item.duration);
      break;
    case GST_EVENT_SEGMENT:
      item.kind = Tap::Item::segment;
      break;
    case GST_EVENT_CAPS: {
      item.kind = Tap::Item::caps;
      GstCaps *caps = nullptr;
      gst_event_parse_caps(event, &caps);
      gst_structure_get_int(gst_caps_get_structure(caps, 0), "rate", &item.rate);
      break;
    }
    case GST_EVENT_FLUSH_START:
      item.kind = Tap::Item::flush_start;
      break;
    case GST_EVENT_FLUSH_STOP:
      item.kind = Tap::Item::flush_stop;
      break;
    case GST_EVENT_EOS:
      item.kind = Tap::Item::eos;
      break;
    case GST_EVENT_STREAM_START:
      item.kind = Tap::Item::stream_start;
      break;
    case GST_EVENT_CUSTOM_DOWNSTREAM:
      item.name = gst_structure_get_name(gst_event_get_structure(event));
      break;
    default:
      break;
  }
  return item;
}

}  // namespace

GstPadProbeReturn Tap::probe(GstPad *, GstPadProbeInfo *info, gpointer self) {
  auto *tap = static_cast<Tap *>(self);
  const bool is_buffer = GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER;
  std::function<GstPadProbeReturn()> act;
  {
    std::lock_guard lock(tap->mutex_);
    tap->items_.push_back(is_buffer ? from_buffer(GST_PAD_PROBE_INFO_BUFFER(info))
                                    : from_event(GST_PAD_PROBE_INFO_EVENT(info)));
    if (tap->items_.back().kind == Item::buffer) act = tap->on_buffer_;
  }
  tap->changed_.notify_all();
  return act ? act() : GST_PAD_PROBE_OK;
}

std::vector<Tap::Item> Tap::items() {
  std::lock_guard lock(mutex_);
  return items_;
}

std::vector<Tap::Item> Tap::items(Item::Kind kind) {
  auto all = items();
  std::erase_if(all, [kind](const Item &item) { return item.kind != kind; });
  return all;
}

std::string Tap::bytes() {
  std::string all;
  for (const auto &item : items(Item::buffer))
    all += item.bytes;
  return all;
}

bool Tap::wait(const std::function<bool(const std::vector<Item> &)> &enough) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, std::chrono::steady_clock::now() + deadline,
                             [&] { return enough(items_); });
}

void Tap::on_buffer(std::function<GstPadProbeReturn()> act) {
  std::lock_guard lock(mutex_);
  on_buffer_ = std::move(act);
}

}  // namespace gemlive::test
