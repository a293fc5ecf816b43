// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "dub.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace dubbing {

using gemlive::GstPtr;

namespace {

using std::chrono::milliseconds;

/// A smaller change is not worth it: the picture would never run at its own speed.
constexpr ns least_change = milliseconds(30);

/// s. The first PMT of a stream that has just begun may lack the picture, or the sound.
constexpr guint settling_time = 3;

GstElement *parse(const std::string &description, bool as_bin) {
  GError *error = nullptr;
  auto *made = as_bin ? gst_parse_bin_from_description_full(description.c_str(), FALSE, nullptr,
                                                            GST_PARSE_FLAG_FATAL_ERRORS, &error)
                      : gst_parse_launch_full(description.c_str(), nullptr,
                                              GST_PARSE_FLAG_FATAL_ERRORS, &error);
  if (made) return made;
  const std::string reason = error->message;
  g_error_free(error);
  throw std::runtime_error(reason);
}

long in_ms(ns time) {
  return static_cast<long>(time / milliseconds(1));
}

/// Adds a buffer of S16LE mono, by its running time.
void add_to(Envelope &envelope, GstPad *pad, GstBuffer *buffer) {
  auto *caps = gst_pad_get_current_caps(pad);
  auto *event = gst_pad_get_sticky_event(pad, GST_EVENT_SEGMENT, 0);
  const GstSegment *segment = nullptr;
  GstMapInfo map;
  int rate = 0;
  if (event) gst_event_parse_segment(event, &segment);
  if (caps) gst_structure_get_int(gst_caps_get_structure(caps, 0), "rate", &rate);
  const auto time =
      segment ? gst_segment_to_running_time(segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer))
              : GST_CLOCK_TIME_NONE;
  if (rate > 0 && GST_CLOCK_TIME_IS_VALID(time) && gst_buffer_map(buffer, &map, GST_MAP_READ)) {
    envelope.add(ns(time), {reinterpret_cast<const std::int16_t *>(map.data), map.size / 2}, rate);
    gst_buffer_unmap(buffer, &map);
  }
  if (caps) gst_caps_unref(caps);
  if (event) gst_event_unref(event);
}

}  // namespace

Dub::Dub(const Options &options)
    : options_(options),
      shared_{.mutex = {}, .hold_back = HoldBack(milliseconds(std::max(0, options.delay)))},
      pipeline_(parse(describe_input(options.input), false)),
      input_(streams().get(), options.input),
      picture_(pipeline_.get()),
      sound_(pipeline_.get()),
      loop_(g_main_loop_new(nullptr, FALSE)) {
  const auto demuxer = streams();
  g_signal_connect(demuxer.get(), "pad-added", G_CALLBACK(on_pad), this);
  g_signal_connect(demuxer.get(), "no-more-pads", G_CALLBACK(on_all_pads), this);
}

/// The demuxer.
GstPtr<GstElement> Dub::streams() const {
  return GstPtr<GstElement>(gst_bin_get_by_name(GST_BIN(pipeline_.get()), "streams"));
}

Dub::~Dub() {
  stop();
  g_main_loop_unref(loop_);
}

/// A pipeline stops by way of PAUSED, which fails if a part of it that could not start fails again:
/// the dubbing stops before it, and no other one is made.
void Dub::stop() {
  std::unique_lock lock(streams_mutex_);
  has_dubbing_ = true;
  if (dubbing_) {
    gst_element_set_locked_state(dubbing_.get(), TRUE);
    gst_element_set_state(dubbing_.get(), GST_STATE_NULL);
  }
  lock.unlock();
  gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
}

int Dub::run() {
  auto *bus = gst_element_get_bus(pipeline_.get());
  const auto watch = gst_bus_add_watch(bus, on_message, this);
  const auto timer = options_.delay < 0 ? g_timeout_add_seconds(1, on_second, this) : 0;
  g_print("Waiting for the input\n");
  gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING);
  g_main_loop_run(loop_);
  stop();
  if (timer) g_source_remove(timer);
  g_clear_handle_id(&settling_, g_source_remove);
  g_source_remove(watch);
  gst_object_unref(bus);
  return status_;
}

/// Behind the source: srtsrc takes no event while it waits for its peer.
void Dub::end() {
  if (!has_dubbing_ || std::exchange(is_ending_, true)) return finish(0);
  const GstPtr<GstPad> input(gst_element_get_static_pad(streams().get(), "sink"));
  gst_pad_send_event(input.get(), gst_event_new_eos());
}

void Dub::finish(int status) {
  status_ = status;
  g_main_loop_quit(loop_);
}

gboolean Dub::on_message(GstBus *, GstMessage *message, gpointer self) {
  auto *dub = static_cast<Dub *>(self);
  GError *error = nullptr;
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) dub->finish(0);
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error(message, &error, nullptr);
    g_printerr("%s\n", error->message);
    g_error_free(error);
    dub->finish(1);
  }
  return G_SOURCE_CONTINUE;
}

/// The first stream of each kind. The others are left out.
void Dub::on_pad(GstElement *, GstPad *pad, gpointer self) {
  auto *dub = static_cast<Dub *>(self);
  dub->input_.end();
  std::lock_guard lock(dub->streams_mutex_);
  auto &stream = g_str_has_prefix(GST_PAD_NAME(pad), "video") ? dub->picture_ : dub->sound_;
  if (&stream == &dub->sound_ && !g_str_has_prefix(GST_PAD_NAME(pad), "audio")) return;
  if (dub->has_dubbing_ && !stream.is_there()) return;  // it is too late for a picture
  stream.offer(pad);
  if (dub->picture_.is_there() && dub->sound_.is_there()) dub->make_dubbing_or_fail();
}

/// All of a PMT. The next one may have more.
void Dub::on_all_pads(GstElement *, gpointer self) {
  auto *dub = static_cast<Dub *>(self);
  std::lock_guard lock(dub->streams_mutex_);
  if (!dub->has_dubbing_ && dub->settling_ == 0)
    dub->settling_ = g_timeout_add_seconds(settling_time, on_settled, dub);
}

gboolean Dub::on_settled(gpointer self) {
  auto *dub = static_cast<Dub *>(self);
  std::lock_guard lock(dub->streams_mutex_);
  dub->settling_ = 0;
  dub->make_dubbing_or_fail();
  return G_SOURCE_REMOVE;
}

void Dub::make_dubbing_or_fail() {
  if (has_dubbing_.exchange(true)) return;
  try {
    if (!sound_.is_there()) throw std::runtime_error("The input has no audio that can be read");
    make_dubbing();
  } catch (const std::runtime_error &error) {
    GST_ELEMENT_ERROR(pipeline_.get(), STREAM, FAILED, ("%s", error.what()), (nullptr));
  }
}

void Dub::make_dubbing() {
  auto *bin = parse(describe_dubbing(options_, picture_.parser(), sound_.parser()), true);
  if (picture_.is_there()) probe(bin, "held-picture", "sink", on_held);
  probe(bin, "held-sound", "sink", on_held);
  probe(bin, "speech", "src", on_speech);
  probe(bin, "interpreter", "src", on_voice);
  gst_bin_add(GST_BIN(pipeline_.get()), bin);
  dubbing_.reset(GST_ELEMENT(gst_object_ref(bin)));
  gst_element_sync_state_with_parent(bin);
  if (picture_.is_there()) link(picture_, bin, "picture");
  link(sound_, bin, "sound");
}

void Dub::link(HeldStream &stream, GstElement *bin, const char *parser) {
  const GstPtr<GstElement> element(gst_bin_get_by_name(GST_BIN(bin), parser));
  const GstPtr<GstPad> sink(gst_element_get_static_pad(element.get(), "sink"));
  auto *ghost = gst_ghost_pad_new(parser, sink.get());
  gst_pad_set_active(ghost, TRUE);
  gst_element_add_pad(bin, ghost);
  stream.flow_to(ghost);
}

void Dub::probe(GstElement *bin, const char *element, const char *pad, GstPadProbeCallback act) {
  const GstPtr<GstElement> found(gst_bin_get_by_name(GST_BIN(bin), element));
  const GstPtr<GstPad> at(gst_element_get_static_pad(found.get(), pad));
  gst_pad_add_probe(at.get(), GST_PAD_PROBE_TYPE_BUFFER, act, this, nullptr);
}

GstPadProbeReturn Dub::on_held(GstPad *, GstPadProbeInfo *info, gpointer self) {
  auto &shared = static_cast<Dub *>(self)->shared_;
  auto *buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
  std::lock_guard lock(shared.mutex);
  const auto delay =
      static_cast<GstClockTime>(shared.hold_back.at(ns(GST_BUFFER_DTS_OR_PTS(buffer))).count());
  if (GST_BUFFER_PTS_IS_VALID(buffer)) GST_BUFFER_PTS(buffer) += delay;
  if (GST_BUFFER_DTS_IS_VALID(buffer)) GST_BUFFER_DTS(buffer) += delay;
  GST_PAD_PROBE_INFO_DATA(info) = buffer;
  return GST_PAD_PROBE_OK;
}

GstPadProbeReturn Dub::on_speech(GstPad *pad, GstPadProbeInfo *info, gpointer self) {
  auto &shared = static_cast<Dub *>(self)->shared_;
  std::lock_guard lock(shared.mutex);
  add_to(shared.speech, pad, GST_PAD_PROBE_INFO_BUFFER(info));
  return GST_PAD_PROBE_OK;
}

GstPadProbeReturn Dub::on_voice(GstPad *pad, GstPadProbeInfo *info, gpointer self) {
  auto &shared = static_cast<Dub *>(self)->shared_;
  std::lock_guard lock(shared.mutex);
  add_to(shared.voice, pad, GST_PAD_PROBE_INFO_BUFFER(info));
  return GST_PAD_PROBE_OK;
}

gboolean Dub::on_second(gpointer self) {
  static_cast<Dub *>(self)->learn();
  return G_SOURCE_CONTINUE;
}

void Dub::learn() {
  std::unique_lock lock(shared_.mutex);
  const auto voice = shared_.voice, speech = shared_.speech;
  lock.unlock();  // the search takes longer than a streaming thread may wait
  const auto lag = lag_of(voice, speech);
  if (!lag) return;
  const bool confirmed = last_lag_ && std::chrono::abs(*lag - *last_lag_) < milliseconds(100);
  last_lag_ = lag;
  lock.lock();
  if (!confirmed || std::chrono::abs(*lag - shared_.hold_back.target()) < least_change) return;
  shared_.hold_back.aim(*lag);
  g_print("The voice is %ld ms behind. The picture follows\n", in_ms(*lag));
}

}  // namespace dubbing
