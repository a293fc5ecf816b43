// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "bus_messages.hpp"

#include <algorithm>
#include <chrono>
#include <string>

#include "categories.hpp"
#include "gst_ptr.hpp"
#include "notice_detail.hpp"

#define GST_CAT_DEFAULT gemlive::categories::element

namespace gemlive {
namespace {

using std::chrono::nanoseconds;

void set(GstStructure *fields, const char *name, const std::string &text) {
  gst_structure_set(fields, name, G_TYPE_STRING, text.c_str(), nullptr);
}
void set(GstStructure *fields, const char *name, bool value) {
  gst_structure_set(fields, name, G_TYPE_BOOLEAN, static_cast<gboolean>(value), nullptr);
}
void set(GstStructure *fields, const char *name, unsigned value) {
  gst_structure_set(fields, name, G_TYPE_UINT, value, nullptr);
}
void set(GstStructure *fields, const char *name, int value) {
  gst_structure_set(fields, name, G_TYPE_INT, value, nullptr);
}
void set(GstStructure *fields, const char *name, std::int64_t value) {
  gst_structure_set(fields, name, G_TYPE_INT64, value, nullptr);
}
void set(GstStructure *fields, const char *name, GstClockTime value) {
  gst_structure_set(fields, name, G_TYPE_UINT64, value, nullptr);
}
void set(GstStructure *fields, const char *name, nanoseconds time) {
  set(fields, name, clock_time(time));
}
void set(GstStructure *fields, const char *name, std::optional<nanoseconds> time) {
  set(fields, name, time ? clock_time(*time) : GST_CLOCK_TIME_NONE);
}

/// Makes the structure of the ELEMENT message. Null for notices that have none.
class ToStructure {
 public:
  ToStructure(GstClockTime now, PausedTime &paused_time) : now_(now), paused_time_(paused_time) {}

  StructurePtr operator()(const notice::Connected &body) const {
    auto fields = named("gemlive/connected");
    set(fields.get(), "session-id", body.session_id);
    set(fields.get(), "resumed", body.resumed);
    set(fields.get(), "attempt", body.attempt);
    return fields;
  }
  StructurePtr operator()(const notice::Reconnecting &body) const {
    auto fields = named("gemlive/reconnecting");
    set(fields.get(), "attempt", body.attempt);
    set(fields.get(), "close-code", body.close_code);
    set(fields.get(), "close-reason", body.close_reason);
    set(fields.get(), "delay", body.delay);
    set(fields.get(), "error", body.error);
    return fields;
  }
  StructurePtr operator()(const notice::TurnStarted &body) const {
    auto fields = named("gemlive/turn-started");
    set(fields.get(), "input-end", time_before(body.since_input_end));
    set(fields.get(), "first-audio-delay", body.since_input_end);
    return fields;
  }
  StructurePtr operator()(const notice::GenerationComplete &) const {
    return named("gemlive/generation-complete");
  }
  StructurePtr operator()(const notice::TurnComplete &body) const {
    auto fields = named("gemlive/turn-complete");
    set(fields.get(), "interrupted", body.interrupted);
    set(fields.get(), "reason", body.reason);
    set(fields.get(), "audio-duration", body.audio_duration);
    set(fields.get(), "audio-bytes", static_cast<GstClockTime>(body.audio_bytes));
    set(fields.get(), "first-audio-delay", body.first_audio_delay);
    set(fields.get(), "interaction-status", body.status);
    set(fields.get(), "input-end", time_before(body.since_input_end));
    set(fields.get(), "first-byte", time_before(body.since_first_byte));
    set(fields.get(), "first-audible-sample", time_before(body.since_first_audible));
    set(fields.get(), "generation-end", time_before(body.since_generation_end));
    set(fields.get(), "turn-end", now_);
    set(fields.get(), "text", body.text);
    set(fields.get(), "input-transcript", body.input_transcript);
    set(fields.get(), "output-transcript", body.output_transcript);
    set(fields.get(), "heard-duration", body.heard_duration);
    set(fields.get(), "heard-transcript", body.heard_transcript);
    return fields;
  }
  StructurePtr operator()(const notice::Interrupted &body) const {
    auto fields = named("gemlive/interrupted");
    set(fields.get(), "discarded-duration", body.discarded_duration);
    return fields;
  }
  StructurePtr operator()(const notice::BacklogDropped &body) const {
    auto fields = named("gemlive/backlog-dropped");
    set(fields.get(), "duration", body.duration);
    set(fields.get(), "total", body.total);
    return fields;
  }
  StructurePtr operator()(const notice::OutputSkipped &body) const {
    auto fields = named("gemlive/output-skipped");
    set(fields.get(), "duration", body.duration);
    set(fields.get(), "audible-duration", body.audible_duration);
    set(fields.get(), "total", body.total);
    return fields;
  }
  StructurePtr operator()(const Transcript &body) const {
    auto fields = named(body.speaker == Speaker::user ? "gemlive/input-transcript"
                                                      : "gemlive/output-transcript");
    set(fields.get(), "text", body.text);
    set(fields.get(), "finished", body.finished);
    set(fields.get(), "language-code", body.language_code);
    set(fields.get(), "speaker-label", body.speaker_label);
    set(fields.get(), "words", body.words);
    set(fields.get(), "start-offset", std::optional<nanoseconds>(body.start_offset));
    set(fields.get(), "end-offset", std::optional<nanoseconds>(body.end_offset));
    return fields;
  }
  StructurePtr operator()(const InterimTranscript &body) const {
    auto fields = named("gemlive/interim-transcript");
    set(fields.get(), "text", body.text);
    set(fields.get(), "language-code", body.language_code);
    set(fields.get(), "start-offset", std::optional<nanoseconds>(body.start_offset));
    set(fields.get(), "end-offset", std::optional<nanoseconds>(body.end_offset));
    return fields;
  }
  StructurePtr operator()(const Text &body) const {
    auto fields = named("gemlive/text");
    set(fields.get(), "text", body.text);
    set(fields.get(), "finished", false);
    set(fields.get(), "language-code", std::string());
    return fields;
  }
  StructurePtr operator()(const ToolCall &body) const {
    auto fields = named("gemlive/tool-call");
    set(fields.get(), "id", body.id);
    set(fields.get(), "name", body.name);
    set(fields.get(), "args", body.args);
    return fields;
  }
  StructurePtr operator()(const ToolCallCancelled &body) const {
    auto fields = named("gemlive/tool-call-cancelled");
    set(fields.get(), "id", body.id);
    return fields;
  }
  StructurePtr operator()(const Usage &body) const {
    auto fields = named("gemlive/usage");
    for (std::size_t i = 0; i < body.counts.size(); ++i)
      if (body.counts[i]) set(fields.get(), Usage::names[i], *body.counts[i]);
    set(fields.get(), "json", body.json);
    return fields;
  }
  StructurePtr operator()(const notice::Activity &body) const {
    auto fields = named("gemlive/activity");
    set(fields.get(), "type", std::string(body.start ? "start" : "end"));
    set(fields.get(), "audio-offset",
        body.running_time ? clock_time(*body.running_time) : time_before(body.since));
    return fields;
  }
  StructurePtr operator()(const GoAway &body) const {
    auto fields = named("gemlive/go-away");
    set(fields.get(), "time-left", std::optional<nanoseconds>(body.time_left));
    return fields;
  }
  StructurePtr operator()(const ResumptionUpdate &body) const {
    auto fields = named("gemlive/resumption");
    set(fields.get(), "resumable", body.resumable);
    return fields;
  }
  StructurePtr operator()(const ServerMessage &body) const {
    auto fields = named("gemlive/server-message");
    set(fields.get(), "json", body.json);
    return fields;
  }
  StructurePtr operator()(const notice::StateChanged &) const { return nullptr; }
  StructurePtr operator()(const notice::Ended &) const { return nullptr; }
  StructurePtr operator()(const notice::Warning &) const { return nullptr; }
  StructurePtr operator()(const notice::Failed &) const { return nullptr; }

 private:
  static StructurePtr named(const char *name) {
    return StructurePtr(gst_structure_new_empty(name));
  }
  GstClockTime time_before(std::optional<nanoseconds> age) const {
    if (!GST_CLOCK_TIME_IS_VALID(now_) || !age) return GST_CLOCK_TIME_NONE;
    if (*age < nanoseconds(0)) return now_ + clock_time(-*age);
    const nanoseconds time = std::chrono::microseconds(g_get_monotonic_time());
    return now_ - std::min(now_, clock_time(*age - paused_time_.since(time - *age, time)));
  }

  GstClockTime now_;
  PausedTime &paused_time_;
};

struct Code {
  GQuark domain;
  int code;
};

Code code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::not_authorized:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED};
    case ErrorKind::not_found:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND};
    case ErrorKind::cannot_connect:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ_WRITE};
    case ErrorKind::lost:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ};
    case ErrorKind::not_sent:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_WRITE};
    case ErrorKind::busy:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_BUSY};
    case ErrorKind::bad_setting:
      return {GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS};
    case ErrorKind::bad_format:
      return {GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT};
    case ErrorKind::bad_data:
      return {GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE};
  }
  return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_FAILED};
}

void post_full(GstElement *element, GstMessageType type, const Error &error) {
  StructurePtr details(gst_structure_new_empty("details"));
  if (error.http_status != 0)
    gst_structure_set(details.get(), "http-status", G_TYPE_INT, error.http_status, nullptr);
  if (error.close_code != 0)
    gst_structure_set(details.get(), "close-code", G_TYPE_INT, error.close_code, nullptr);
  if (!error.close_reason.empty()) set(details.get(), "close-reason", error.close_reason);
  const auto [domain, code] = code_of(error.kind);
  gst_element_message_full_with_details(
      element, type, domain, code, g_strdup(error.message.c_str()),
      error.detail.empty() ? nullptr : g_strdup(error.detail.c_str()), __FILE__, GST_FUNCTION,
      __LINE__, details.release());
}

}  // namespace

BusMessages::BusMessages(GstElement *element, PausedTime &paused_time)
    : element_(element),
      paused_time_(paused_time),
      backlog_(element, [this](const std::string &text) {
        post_warning({.kind = ErrorKind::bad_data, .message = text});
      }) {}

void BusMessages::post(const Notice &notice) {
  if (auto *changed = std::get_if<notice::StateChanged>(&notice.body)) {
    if (changed->state == ConnectionState::connecting)
      post_progress(GST_PROGRESS_TYPE_START, "Connecting to the service");
  } else if (std::holds_alternative<notice::Connected>(notice.body)) {
    has_connected_ = true;
    if (connecting_) post_progress(GST_PROGRESS_TYPE_COMPLETE, "Connected to the service");
  } else if (std::holds_alternative<notice::Reconnecting>(notice.body)) {
    // gst-launch-1.0 waits in PAUSED for the end of the progress.
    if (has_connected_)
      post_progress(GST_PROGRESS_TYPE_CONTINUE, "Reconnecting to the service");
    else
      cancel_progress("Could not connect yet, trying again");
  } else if (std::holds_alternative<notice::Ended>(notice.body)) {
    cancel_progress();  // without a connection: gst-launch-1.0 waits for it in PAUSED
  } else if (auto *warned = std::get_if<notice::Warning>(&notice.body)) {
    post_warning(warned->error);
  } else if (auto *failed = std::get_if<notice::Failed>(&notice.body)) {
    post_error(failed->error);
  }

  // Before PLAYING the clock and the base time are those of the last time.
  GST_OBJECT_LOCK(element_);
  const bool is_playing = GST_STATE(element_) == GST_STATE_PLAYING;
  GST_OBJECT_UNLOCK(element_);
  const GstClockTime now =
      is_playing ? gst_element_get_current_running_time(element_) : GST_CLOCK_TIME_NONE;
  auto fields = std::visit(ToStructure(now, paused_time_), notice.body);
  if (!fields) return;
  set(fields.get(), "running-time", now);
  if (notice.turn != 0) set(fields.get(), "turn", notice.turn);
  GST_DEBUG_OBJECT(element_, "post %s, turn %u", gst_structure_get_name(fields.get()), notice.turn);
  backlog_.post(
      MessagePtr(gst_message_new_element(GST_OBJECT(element_), fields.release())),
      is_detail(notice) ? BusBacklog::Importance::detail : BusBacklog::Importance::essential);
}

void BusMessages::post_error(const Error &error) {
  if (connecting_) post_progress(GST_PROGRESS_TYPE_ERROR, "Could not connect to the service");
  post_full(element_, GST_MESSAGE_ERROR, error);
}

void BusMessages::post_warning(const Error &error) {
  post_full(element_, GST_MESSAGE_WARNING, error);
}

void BusMessages::leave() {
  cancel_progress();
  has_connected_ = false;
}

void BusMessages::cancel_progress(const char *text) {
  if (connecting_) post_progress(GST_PROGRESS_TYPE_CANCELED, text);
}

void BusMessages::post_progress(GstProgressType type, const char *text) {
  connecting_ = type == GST_PROGRESS_TYPE_START || type == GST_PROGRESS_TYPE_CONTINUE;
  backlog_.post(MessagePtr(gst_message_new_progress(GST_OBJECT(element_), type, "connect", text)),
                BusBacklog::Importance::essential);
}

}  // namespace gemlive
