// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "call.hpp"

#include <algorithm>
#include <cstdlib>
#include <span>
#include <stdexcept>

#include "watermark.hpp"

namespace gemlive::chaos {

namespace {

/// Half a second of tone in two seconds: every detector finds speech and its end. 20 ms a buffer.
/// Without input-pause, since silence that gemlive adds would count as sent.
constexpr auto speaker =
    "audiotestsrc is-live=true wave=ticks freq=400 sine-periods-per-tick=200 "
    "tick-interval=2000000000 samplesperbuffer=320 ! "
    "audio/x-raw,format=S16LE,rate=16000,channels=1 ! gemlivesink name=in input-pause=0 ";

constexpr int loud = 1000;

std::string unique_session() {
  static std::atomic<int> number{0};
  return "chaos-" + std::to_string(++number);
}

}  // namespace

std::int64_t now_us() {
  return g_get_monotonic_time();
}

std::string CallStats::text() const {
  const auto number = [](const char *name, std::uint64_t value) {
    return std::string(name) + " " + std::to_string(value) + " ";
  };
  return number("pushed", pushed) + number("sent", sent) + number("dropped", dropped) +
         number("held", held) + number("acknowledged", acknowledged) +
         number("given up", given_up) + "| " + number("came", came) + number("taken", taken) +
         number("discarded", discarded) + number("dropped", lost) + number("held", kept);
}

Call::Call(const std::string &properties, std::uint32_t first) : next_(first) {
  const auto session = " session=" + unique_session() + " ";
  ErrorPtr error;
  pipeline_.reset(gst_parse_launch((speaker + session + properties + " gemlivesrc name=out" +
                                    session + "! fakesink name=speaker sync=true")
                                       .c_str(),
                                   out(error)));
  if (error) throw std::runtime_error(error->message);
  const Handle<GstBus, gst_object_unref> bus(gst_element_get_bus(pipeline_.get()));
  gst_bus_set_sync_handler(bus.get(), on_message, this, nullptr);
  const PadPtr pad(gst_element_get_static_pad(element("in"), "sink"));
  gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, on_buffer, this, nullptr);
}

Call::~Call() {
  gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
  const Handle<GstBus, gst_object_unref> bus(gst_element_get_bus(pipeline_.get()));
  gst_bus_set_sync_handler(bus.get(), nullptr, nullptr, nullptr);
}

double Call::set_state(GstState state) {
  const auto start = now_us();
  gst_element_set_state(pipeline_.get(), state);
  return static_cast<double>(now_us() - start) / 1000;
}

GstElement *Call::element(const char *name) const {
  auto *element = gst_bin_get_by_name(GST_BIN(pipeline_.get()), name);
  gst_object_unref(element);  // its bin holds it
  return element;
}

std::optional<Call::Message> Call::wait(const Predicate &matches, std::int64_t since,
                                        Milliseconds deadline) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto found = std::find_if(
        messages_.begin(), messages_.end(),
        [&](const Message &message) { return message.time >= since && matches(message); });
    if (found != messages_.end()) return *found;
    if (std::chrono::steady_clock::now() >= end) return {};
    changed_.wait_until(lock, end);
  }
}

std::optional<Call::Message> Call::wait(const std::string &name, std::int64_t since,
                                        Milliseconds deadline) {
  return wait([&](const Message &message) { return message.name == name; }, since, deadline);
}

std::size_t Call::count(const std::string &name) {
  const std::lock_guard lock(mutex_);
  return counts_[name];
}

CallStats Call::stats() const {
  Handle<GstStructure, gst_structure_free> stats;
  GstStructure *given = nullptr;
  g_object_get(element("in"), "stats", &given, nullptr);
  stats.reset(given);
  const auto number = [&](const char *name) {
    guint64 value = 0;
    guint small = 0;
    if (gst_structure_get_uint64(given, name, &value)) return std::uint64_t{value};
    if (gst_structure_get_uint(given, name, &small)) return std::uint64_t{small};
    throw std::runtime_error(std::string("stats has no ") + name);
  };
  return {.pushed = number("input-pushed"),
          .sent = number("input-sent"),
          .dropped = number("input-dropped"),
          .held = number("input-held"),
          .came = number("output-came"),
          .taken = number("output-taken"),
          .discarded = number("output-discarded"),
          .lost = number("output-dropped"),
          .kept = number("output-held"),
          .resent = number("input-replayed"),
          .acknowledged = number("input-acknowledged"),
          .given_up = number("input-given-up"),
          .connects = number("connects")};
}

GstBusSyncReply Call::on_message(GstBus *, GstMessage *message, gpointer self) {
  auto &call = *static_cast<Call *>(self);
  Message entry{.time = now_us()};
  ErrorPtr error;
  switch (GST_MESSAGE_TYPE(message)) {
    case GST_MESSAGE_ERROR:
      entry.name = "error";
      gst_message_parse_error(message, out(error), nullptr);
      break;
    case GST_MESSAGE_WARNING:
      entry.name = "warning";
      gst_message_parse_warning(message, out(error), nullptr);
      break;
    case GST_MESSAGE_EOS:
      entry.name = "eos";
      break;
    case GST_MESSAGE_ELEMENT:
      entry.name = gst_structure_get_name(gst_message_get_structure(message));
      break;
    default:
      break;
  }
  if (error) entry.text = error->message;
  if (!entry.name.empty()) {
    const std::lock_guard lock(call.mutex_);
    ++call.counts_[entry.name];
    call.messages_.push_back(std::move(entry));
    if (call.messages_.size() > 1000) call.messages_.pop_front();
    call.changed_.notify_all();
  }
  gst_message_unref(message);
  return GST_BUS_DROP;
}

GstPadProbeReturn Call::on_buffer(GstPad *, GstPadProbeInfo *info, gpointer self) {
  auto &call = *static_cast<Call *>(self);
  if (call.muted_) return GST_PAD_PROBE_DROP;
  auto *buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
  GST_PAD_PROBE_INFO_DATA(info) = buffer;
  GstMapInfo map;
  if (!gst_buffer_map(buffer, &map, GST_MAP_READWRITE)) return GST_PAD_PROBE_DROP;
  if (map.size == bytes_per_number) {
    const std::span samples(reinterpret_cast<std::int16_t *>(map.data), map.size / 2);
    if (std::ranges::any_of(samples, [](int sample) { return std::abs(sample) > loud; }))
      call.speech_.lock()->insert(call.next_);
    write_watermark(std::as_writable_bytes(samples), call.next_++);
  }
  call.handed_in_ += map.size;
  gst_buffer_unmap(buffer, &map);
  return GST_PAD_PROBE_OK;
}

}  // namespace gemlive::chaos
