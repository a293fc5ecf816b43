// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "recording.hpp"

#include <fcntl.h>
#include <glib/gstdio.h>

#include <algorithm>
#include <cerrno>
#include <cinttypes>

#include "handle.hpp"
#include "json.hpp"
#include "problem.hpp"
#ifdef GEMLIVE_TALK_TIMELINE
#include "write_timeline.hpp"
#endif

namespace gemlive::talk {
namespace {

std::string fields_of_error(GstMessage *message) {
  GError *error = nullptr;
  char *debug = nullptr;
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR)
    gst_message_parse_error(message, &error, &debug);
  else
    gst_message_parse_warning(message, &error, &debug);
  const ErrorPtr owner(error);
  const StrPtr details(debug);
  auto *fields = gst_structure_new("e", "text", G_TYPE_STRING, error->message, "debug",
                                   G_TYPE_STRING, debug ? debug : "", nullptr);
  const auto json = to_json(fields);
  gst_structure_free(fields);
  return json;
}

}  // namespace

Recording::Recording(const std::string &folder) : folder_(folder) {
  if (g_mkdir_with_parents(folder.c_str(), 0700) != 0)
    throw Problem("--record: the folder " + folder + " cannot be made: " + g_strerror(errno) + ".",
                  "Name a folder that you can write to.");
  for (const char *name : {"conversation.wav", "events.jsonl", "session.websocket.log"})
    if (g_file_test((folder + '/' + name).c_str(), G_FILE_TEST_EXISTS))
      throw Problem("--record: " + folder + " has a recording already.", "Name a new folder.");
  audio_ = std::make_unique<StereoFile>(folder + "/conversation.wav");
  const int file =
      open((folder + "/events.jsonl").c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  events_ = file < 0 ? nullptr : fdopen(file, "w");
  if (!events_)
    throw Problem(
        "--record: " + folder + "/events.jsonl cannot be written: " + g_strerror(errno) + ".",
        "Name a folder that you can write to.");
  setvbuf(events_, nullptr, _IOLBF, 0);
}

Recording::~Recording() {
  if (events_) fclose(events_);
}

std::string Recording::capture_location() const {
  return StrPtr(g_canonicalize_filename((folder_ + "/session.websocket.log").c_str(), nullptr))
      .get();
}

void Recording::take_audio(GstElement *pipeline) {
  pipeline_ = pipeline;
  for (const char *name : {"record-user", "record-model"}) {
    const GstPtr<GstElement> sink(gst_bin_get_by_name(GST_BIN(pipeline), name));
    if (!sink) continue;  // a typed line in place of the user's audio
    g_signal_connect(sink.get(), "handoff", G_CALLBACK(on_audio), audio_.get());
  }
}

/// On a streaming thread.
void Recording::on_audio(GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer file) {
  auto *event = gst_pad_get_sticky_event(pad, GST_EVENT_SEGMENT, 0);
  if (!event) return;
  const GstSegment *segment = nullptr;
  gst_event_parse_segment(event, &segment);
  const auto time = gst_segment_to_running_time(segment, GST_FORMAT_TIME, GST_BUFFER_PTS(buffer));
  gst_event_unref(event);
  GstMapInfo map;
  if (!GST_CLOCK_TIME_IS_VALID(time) || !gst_buffer_map(buffer, &map, GST_MAP_READ)) return;
  static_cast<StereoFile *>(file)->write(
      g_str_equal(GST_OBJECT_NAME(sink), "record-model") ? 1 : 0,
      std::chrono::nanoseconds(static_cast<std::int64_t>(time)),
      {reinterpret_cast<const std::int16_t *>(map.data), map.size / 2});
  gst_buffer_unmap(buffer, &map);
}

GstClockTime Recording::now() const {
  const auto time = pipeline_ ? gst_element_get_current_running_time(pipeline_) : 0;
  return GST_CLOCK_TIME_IS_VALID(time) ? time : 0;
}

void Recording::add(GstMessage *message) {
  const auto type = GST_MESSAGE_TYPE(message);
  if (type == GST_MESSAGE_ERROR || type == GST_MESSAGE_WARNING)
    return write(now(), type == GST_MESSAGE_ERROR ? "error" : "warning", fields_of_error(message));
  const auto *fields = gst_message_get_structure(message);
  if (type != GST_MESSAGE_ELEMENT || !g_str_has_prefix(gst_structure_get_name(fields), "gemlive/"))
    return;
  GstClockTime at = GST_CLOCK_TIME_NONE;
  gst_structure_get_clock_time(fields, "running-time", &at);
  const Handle<GstStructure, gst_structure_free> event(gst_structure_copy(fields));
  guint turn = 0;
  if (gst_structure_get_uint(fields, "turn", &turn)) {
    turns_ = std::max(turns_, turn + turns_before_);
    gst_structure_set(event.get(), "turn", G_TYPE_UINT, turn + turns_before_, nullptr);
  }
  write(GST_CLOCK_TIME_IS_VALID(at) ? at : now(), gst_structure_get_name(fields),
        to_json(event.get()));
}

void Recording::add(const GstStructure *event) {
  write(now(), gst_structure_get_name(event), to_json(event));
}

void Recording::write(GstClockTime at, const std::string &name, const std::string &json_fields) {
  has_events_ = true;
  if (fprintf(events_, "{\"at\": %" PRIu64 ".%06" PRIu64 ", \"message\": \"%s\", \"fields\": %s}\n",
              at / GST_SECOND, at % GST_SECOND / 1000, name.c_str(), json_fields.c_str()) < 0)
    failure_ = g_strerror(errno);
}

void Recording::finish() {
  if (fclose(events_) != 0) failure_ = g_strerror(errno);
  events_ = nullptr;
  if (failure_.empty()) failure_ = audio_->failure();
  audio_.reset();
  if (!failure_.empty())
    throw Problem("The recording in " + folder_ + " is not complete: " + failure_ + ".",
                  "Make room, or name another folder with --record.");
#ifdef GEMLIVE_TALK_TIMELINE
  std::string error;
  if (has_events_ && !timeline::write_timeline(folder_, error))
    throw Problem("The recording in " + folder_ + " has no timeline.svg.", error);
#endif
}

}  // namespace gemlive::talk
