// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "pipeline.hpp"

#include <glib/gstdio.h>
#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <sstream>

namespace gemlive::test {

Pipeline::Pipeline(const std::string &description) {
  ErrorPtr error;
  pipeline_.reset(gst_parse_launch(description.c_str(), out(error)));
  if (error) g_error("%s: %s", description.c_str(), error->message);
  if (!GST_IS_PIPELINE(pipeline_.get())) {
    auto *pipeline = gst_pipeline_new(nullptr);
    gst_bin_add(GST_BIN(pipeline), pipeline_.release());
    pipeline_.reset(pipeline);
  }
}

Pipeline::~Pipeline() {
  gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
}

GstElement *Pipeline::operator[](const char *name) const {
  auto *element = gst_bin_get_by_name(GST_BIN(pipeline_.get()), name);
  if (!element) g_error("no element \"%s\"", name);
  gst_object_unref(element);  // its bin holds it
  return element;
}

bool Pipeline::set_state(GstState state) {
  return gst_element_set_state(pipeline_.get(), state) != GST_STATE_CHANGE_FAILURE;
}

bool Pipeline::reaches(GstState state) {
  GstState now = GST_STATE_NULL;
  const auto timeout = std::chrono::nanoseconds(deadline).count();
  gst_element_get_state(pipeline_.get(), &now, nullptr, static_cast<GstClockTime>(timeout));
  return now == state;
}

void Pipeline::send(const char *element, GstEvent *event) {
  gst_element_send_event((*this)[element], event);
}

void Pipeline::drain() {
  Handle<GstBus, gst_object_unref> bus(gst_element_get_bus(pipeline_.get()));
  while (auto *message = gst_bus_pop(bus.get()))
    seen_.emplace_back(message);
}

MessagePtr Pipeline::wait(const Fits &fits) {
  Handle<GstBus, gst_object_unref> bus(gst_element_get_bus(pipeline_.get()));
  const auto until = std::chrono::steady_clock::now() + deadline;
  std::size_t next = 0;
  for (;;) {
    drain();
    for (; next < seen_.size(); ++next) {
      if (fits(seen_[next].get())) {
        MessagePtr found = std::move(seen_[next]);
        seen_.erase(seen_.begin() + static_cast<std::ptrdiff_t>(next));
        return found;
      }
      if (GST_MESSAGE_TYPE(seen_[next].get()) == GST_MESSAGE_ERROR) return nullptr;
    }
    const auto left = until - std::chrono::steady_clock::now();
    if (left <= left.zero()) return nullptr;
    const auto ns = std::chrono::nanoseconds(left).count();
    if (auto *message = gst_bus_timed_pop(bus.get(), static_cast<GstClockTime>(ns)))
      seen_.emplace_back(message);
  }
}

MessagePtr Pipeline::wait(GstMessageType type) {
  return wait([type](GstMessage *message) { return GST_MESSAGE_TYPE(message) == type; });
}

MessagePtr Pipeline::wait(const char *name) {
  return wait([name](GstMessage *message) {
    return GST_MESSAGE_TYPE(message) == GST_MESSAGE_ELEMENT && gst_message_has_name(message, name);
  });
}

std::string Pipeline::run() {
  if (play()) return wait_eos();
  auto error = wait(GST_MESSAGE_ERROR);
  return error ? describe(error.get()) : "the state change failed without a word";
}

std::string Pipeline::wait_eos() {
  if (wait(GST_MESSAGE_EOS)) return "";
  auto error = wait(GST_MESSAGE_ERROR);
  return error ? describe(error.get()) : "no EOS";
}

int Pipeline::count(const Fits &fits) {
  drain();
  int fitting = 0;
  for (auto &message : seen_)
    fitting += fits(message.get());
  return fitting;
}

namespace {

ErrorPtr error_of(GstMessage *message) {
  ErrorPtr error;
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR)
    gst_message_parse_error(message, out(error), nullptr);
  else
    gst_message_parse_warning(message, out(error), nullptr);
  return error;
}

}  // namespace

std::string describe(GstMessage *message) {
  auto error = error_of(message);
  return std::string(g_quark_to_string(error->domain)) + "/" + std::to_string(error->code) + ": " +
         error->message;
}

GQuark error_domain(GstMessage *message) {
  return error_of(message)->domain;
}
int error_code(GstMessage *message) {
  return error_of(message)->code;
}

const GstStructure *error_details(GstMessage *message) {
  const GstStructure *details = nullptr;
  gst_message_parse_error_details(message, &details);
  return details;
}

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
                    .is_gap = GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_GAP)};
  item.bytes.resize(gst_buffer_get_size(buffer));
  gst_buffer_extract(buffer, 0, item.bytes.data(), item.bytes.size());
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
    if (is_buffer) act = tap->on_buffer_;
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
    if (!item.is_gap) all += item.bytes;
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

std::string read_file(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

std::string wav_samples(const std::string &path) {
  const auto file = read_file(path);
  const auto data = file.find("data");
  if (file.rfind("RIFF", 0) != 0 || data == std::string::npos || data + 8 > file.size()) return "";
  std::uint32_t size = 0;
  std::memcpy(&size, file.data() + data + 4, 4);
  return file.substr(data + 8, size);
}

std::string wav(const std::string &samples, int rate) {
  const auto le = [](std::uint32_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i)
      text += static_cast<char>(value >> (8 * i) & 0xff);
    return text;
  };
  const auto size = static_cast<std::uint32_t>(samples.size());
  const auto hz = static_cast<std::uint32_t>(rate);
  return "RIFF" + le(36 + size, 4) + "WAVEfmt " + le(16, 4) + le(1, 2) + le(1, 2) + le(hz, 4) +
         le(hz * 2, 4) + le(2, 2) + le(16, 2) + "data" + le(size, 4) + samples;
}

std::string as_string(const std::vector<std::byte> &bytes) {
  return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

bool is_followed_by_silence(const std::string &heard, const std::string &said) {
  return heard.compare(0, said.size(), said) == 0 &&
         heard.find_first_not_of('\0', said.size()) == std::string::npos;
}

std::string loud(std::chrono::milliseconds duration, int rate) {
  std::string samples;
  const auto count = duration.count() * rate / 1000;
  for (long i = 0; i < count; ++i) {
    const auto value =
        static_cast<int>(12000 * std::sin(2 * M_PI * 200 * i / rate)) + static_cast<int>(i % 997);
    samples += static_cast<char>(value & 0xff);
    samples += static_cast<char>(value >> 8 & 0xff);
  }
  return samples;
}

TempFile::TempFile(const std::string &content, const char *suffix) {
  StrPtr name(
      g_build_filename(g_get_tmp_dir(), ("gemlive-XXXXXX" + std::string(suffix)).c_str(), nullptr));
  const int file = g_mkstemp(name.get());
  if (file >= 0) close(file);
  path_ = name.get();
  std::ofstream(path_, std::ios::binary) << content;
}

TempFile::~TempFile() {
  unlink(path_.c_str());
}

}  // namespace gemlive::test
