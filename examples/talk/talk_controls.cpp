// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What the user can do, and how a conversation ends.

#include <utility>

#include "problem.hpp"
#include "talk.hpp"

namespace gemlive::talk {
namespace {

/// What comes before the first audio, if none came: an empty file has a header, too.
void begin_stream(GstPad *pad) {
  if (auto *event = gst_pad_get_sticky_event(pad, GST_EVENT_SEGMENT, 0))
    return gst_event_unref(event);
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  auto *caps =
      gst_caps_from_string("audio/x-raw,format=S16LE,rate=24000,channels=1,layout=interleaved");
  gst_pad_send_event(pad, gst_event_new_stream_start("gemlive-talk"));
  gst_pad_send_event(pad, gst_event_new_caps(caps));
  gst_pad_send_event(pad, gst_event_new_segment(&segment));
  gst_caps_unref(caps);
}

}  // namespace

void Talk::set_muted(bool is_muted) {
  const auto valve = find(pipeline_.get(), "mute");
  if (!valve) return view_->note("There is no microphone that could be muted.");
  if (std::exchange(is_muted_, is_muted) == is_muted) return;
  g_object_set(valve.get(), "drop", is_muted, nullptr);
  // What was said before gets its answer now.
  if (is_muted && !options_.push_to_talk) g_signal_emit_by_name(gemlive_.get(), "audio-stream-end");
  narrator_->set_muted(is_muted);
  view_->muted(is_muted);
}

void Talk::set_talking(bool is_talking) {
  if (!options_.push_to_talk)
    return view_->note("The microphone is open all the time. --push-to-talk changes that.");
  if (std::exchange(is_talking_, is_talking) == is_talking) return;
  g_signal_emit_by_name(gemlive_.get(), is_talking ? "activity-start" : "activity-end");
  view_->talking(is_talking);
}

void Talk::interrupt() {
  g_signal_emit_by_name(gemlive_.get(), "interrupt");
}

void Talk::send_text(const std::string &line) {
  gboolean is_taken = FALSE;
  g_signal_emit_by_name(gemlive_.get(), "send-text", line.c_str(), TRUE, &is_taken);
  if (!is_taken) return view_->note("The line was not sent.");
  show_typed(line);
}

void Talk::show_typed(const std::string &line) {
  keep_event(gst_structure_new("typed", "text", G_TYPE_STRING, line.c_str(), nullptr));
  view_->words({Speaker::User, line, true});
}

/// The conversation goes on with its handle, on a new connection. What is around it keeps running.
void Talk::reconnect() {
  if (has_file_input()) return view_->note("A file does not wait: reconnect with a microphone.");
  view_->connection(Connection::Reconnecting, "as you asked");
  narrator_->begin_again();
  if (recording_) recording_->begin_again();
  const auto handle = resumption_handle();
  gst_element_set_locked_state(gemlive_.get(), TRUE);
  gst_element_set_state(gemlive_.get(), GST_STATE_READY);
  g_object_set(gemlive_.get(), "resumption-handle", handle.c_str(), nullptr);
  gst_element_set_locked_state(gemlive_.get(), FALSE);
  gst_element_sync_state_with_parent(gemlive_.get());
}

void Talk::quit() {
  end();
}

void Talk::end() {
  is_over_ = true;
  g_main_loop_quit(loop_.get());
}

/// The model will say no more (max-turns, a limit of time): the input must end, too.
void Talk::end_input() {
  const auto valve = find(pipeline_.get(), "mute");
  if (!valve) return;
  const GstPtr<GstPad> pad(gst_element_get_static_pad(valve.get(), "sink"));
  gst_pad_send_event(pad.get(), gst_event_new_eos());
}

/// The output gets its end of stream before the pipeline stops, so that a file has its header. The
/// elements behind the tee have no thread of their own: when the event returns, it is written.
void Talk::close_files() {
  if (is_complete_ || places_.output != Place::File) return;
  const GstPtr<GstPad> answers(gst_element_get_static_pad(gemlive_.get(), "src"));
  gst_pad_add_probe(
      answers.get(),
      GstPadProbeType(GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM),
      [](GstPad *, GstPadProbeInfo *, gpointer) { return GST_PAD_PROBE_DROP; }, nullptr, nullptr);
  const auto level = find(pipeline_.get(), "model-level");
  const GstPtr<GstPad> pad(gst_element_get_static_pad(level.get(), "sink"));
  begin_stream(pad.get());
  gst_pad_send_event(pad.get(), gst_event_new_eos());
}

void Talk::finish_recording() {
  if (!recording_) return;
  try {
    recording_->finish();
  } catch (const Problem &problem) {
    fail(problem.what(), problem.what_to_do());
  }
}

void Talk::keep_event(GstStructure *fields) {
  if (recording_) recording_->add(fields);
  gst_structure_free(fields);
}

}  // namespace gemlive::talk
