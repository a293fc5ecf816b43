// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "load.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "audio_stamp.hpp"
#include "live_source.hpp"

namespace gemlive::bench {

namespace {

constexpr std::size_t stamps_at_once = 4096;  // 80 s: no allocation while measuring

GstElement *make(GstElement *pipeline, const char *factory) {
  auto *element = gst_element_factory_make(factory, nullptr);
  if (!element) g_error("No element \"%s\": set GST_PLUGIN_PATH to the plugin's folder", factory);
  gst_bin_add(GST_BIN(pipeline), element);
  return element;
}

}  // namespace

Load::Load(LoadOptions options)
    : options_(std::move(options)),
      pipeline_(GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new(nullptr)))),
      bus_(gst_element_get_bus(pipeline_.get())) {
  if (options_.active) add_input();
  if (!options_.uri.empty()) add_output();
}

Load::~Load() {
  stop();
}

void Load::add_input() {
  if (options_.record) pushed_.reserve(stamps_at_once);
  const auto pushing = [this](std::uint64_t end) {
    pushed_bytes_ = end;
    if (options_.record) pushed_.push_back({end, g_get_monotonic_time(), 0});
  };
  auto *source = make_live_source({options_.interval, pushing, options_.stamped});
  gst_bin_add(GST_BIN(pipeline_.get()), source);
  input_ = make(pipeline_.get(), options_.uri.empty() ? "fakesink" : "gemlivesink");
  if (options_.uri.empty()) {
    g_object_set(input_, "sync", FALSE, "async", FALSE, nullptr);
  } else {
    g_object_set(input_, "session", options_.name.c_str(), "chunk-duration", options_.chunk_ms,
                 nullptr);
  }
  gst_element_link(source, input_);
}

void Load::add_output() {
  if (options_.record) heard_.reserve(stamps_at_once);
  if (options_.stamped) heard_stamps_.reserve(stamps_at_once);
  output_ = make(pipeline_.get(), "gemlivesrc");
  g_object_set(output_, "session", options_.name.c_str(), "uri", options_.uri.c_str(),
               "system-instruction", options_.name.c_str(), nullptr);
  gst_util_set_object_arg(G_OBJECT(output_), "pacing", options_.clock_pacing ? "clock" : "none");
  if (!options_.gaps.empty())
    gst_util_set_object_arg(G_OBJECT(output_), "gaps", options_.gaps.c_str());
  if (!options_.ca_file.empty())
    g_object_set(output_, "tls-ca-file", options_.ca_file.c_str(), nullptr);
  auto *sink = make(pipeline_.get(), "fakesink");
  g_object_set(sink, "sync", FALSE, "async", FALSE, nullptr);
  gst_element_link(output_, sink);

  Owned<GstPad> pad(gst_element_get_static_pad(output_, "src"));
  gst_pad_add_probe(
      pad.get(), GST_PAD_PROBE_TYPE_BUFFER,
      [](GstPad *, GstPadProbeInfo *info, gpointer self) {
        static_cast<Load *>(self)->on_heard(GST_PAD_PROBE_INFO_BUFFER(info));
        return GST_PAD_PROBE_OK;
      },
      this, nullptr);
}

void Load::on_heard(GstBuffer *buffer) {
  GstMapInfo map = GST_MAP_INFO_INIT;
  if (!gst_buffer_map(buffer, &map, GST_MAP_READ)) return;
  const auto audio = std::as_bytes(std::span(map.data, map.size));
  // What gaps=silence puts between answers: the server has not sent it.
  const bool is_silence =
      std::ranges::all_of(audio, [](std::byte byte) { return byte == std::byte{}; });
  const auto end = is_silence ? heard_bytes_.load() : heard_bytes_ += audio.size();
  if (!is_silence) record_heard(audio, end, buffer);
  gst_buffer_unmap(buffer, &map);
  const auto awaited = awaited_.load();
  if (awaited == 0 || end < awaited) return;
  {
    std::lock_guard lock(mutex_);
    awaited_ = 0;
  }
  heard_more_.notify_all();
}

void Load::record_heard(std::span<const std::byte> audio, std::uint64_t end, GstBuffer *buffer) {
  if (!options_.record && !options_.stamped) return;
  const auto now = g_get_monotonic_time();
  const auto due = options_.clock_pacing && GST_BUFFER_PTS_IS_VALID(buffer)
                       ? gst_element_get_base_time(output_) + GST_BUFFER_PTS(buffer)
                       : 0;
  const auto due_us = static_cast<std::int64_t>(due / 1000);
  if (options_.record) heard_.push_back({end, now, due_us});
  if (!options_.stamped) return;
  if (const auto stamp = find_last_stamp(audio)) heard_stamps_.push_back({now, *stamp, due_us});
}

void Load::play() {
  gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING);
}

std::string Load::wait_connected(std::chrono::steady_clock::time_point until) {
  constexpr auto kinds = static_cast<GstMessageType>(GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR);
  for (;;) {
    const auto left = std::chrono::nanoseconds(until - std::chrono::steady_clock::now()).count();
    const auto message = std::unique_ptr<GstMessage, decltype(&gst_message_unref)>(
        gst_bus_timed_pop_filtered(bus_.get(), static_cast<GstClockTime>(left > 0 ? left : 0),
                                   kinds),
        gst_message_unref);
    if (!message) return options_.name + ": no connection in time";
    if (GST_MESSAGE_TYPE(message.get()) == GST_MESSAGE_ERROR) return error_text(message.get());
    if (gst_message_has_name(message.get(), "gemlive/connected")) return {};
  }
}

bool Load::ask() {
  gboolean sent = FALSE;
  g_signal_emit_by_name(input_, "send-text", "Speak.", TRUE, &sent);
  return sent;
}

bool Load::wait_heard(std::uint64_t bytes, std::chrono::steady_clock::time_point until) {
  std::unique_lock lock(mutex_);
  awaited_ = bytes;
  const bool heard = heard_more_.wait_until(lock, until, [&] { return heard_bytes_ >= bytes; });
  awaited_ = 0;
  return heard;
}

std::string Load::error_text(GstMessage *message) const {
  GError *error = nullptr;
  gst_message_parse_error(message, &error, nullptr);
  const std::string text = options_.name + ": " + error->message;
  g_error_free(error);
  return text;
}

std::string Load::error() {
  auto *message = gst_bus_pop_filtered(bus_.get(), GST_MESSAGE_ERROR);
  if (!message) return {};
  auto text = error_text(message);
  gst_message_unref(message);
  return text;
}

void Load::block_output() {
  Owned<GstPad> pad(gst_element_get_static_pad(output_, "src"));
  constexpr auto kind =
      static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER);
  gst_pad_add_probe(
      pad.get(), kind, [](GstPad *, GstPadProbeInfo *, gpointer) { return GST_PAD_PROBE_OK; },
      nullptr, nullptr);
}

void Load::stop() {
  gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
}

}  // namespace gemlive::bench
