// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "talk.hpp"

#include <utility>

#include "handle_file.hpp"
#include "json.hpp"
#include "metrics_place.hpp"
#include "problem.hpp"

namespace gemlive::talk {
namespace {

constexpr guint tick = 250;          // ms
constexpr guint retry_ticks = 8;     // between attempts to find a device
constexpr guint metrics_ticks = 40;  // gemlive writes them every ten seconds

GstPadProbeReturn on_output_event(GstPad *pad, GstPadProbeInfo *info, gpointer) {
  const GstPtr<GstElement> element(gst_pad_get_parent_element(pad));
  if (GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) == GST_EVENT_EOS)
    gst_element_post_message(
        element.get(), gst_message_new_application(GST_OBJECT(element.get()),
                                                   gst_structure_new_empty("talk/answers-over")));
  return GST_PAD_PROBE_OK;
}

/// Elements of GStreamer do not say it. gemlive does.
std::string what_to_do(GstElement *pipeline, GstObject *source, const GError *error) {
  const auto is_part_of = [&](const char *name) {
    const auto element = find(pipeline, name);
    return element && (source == GST_OBJECT(element.get()) ||
                       gst_object_has_as_ancestor(source, GST_OBJECT(element.get())));
  };
  if (is_part_of("gemlive")) return "";
  if (g_error_matches(error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN))
    return "Install gstreamer1.0-plugins-good, -bad, -ugly and gstreamer1.0-libav.";
  if (is_part_of("written"))
    return "The answer was not written: make room, or name another place with --output.";
  return "Name another file with --input, of any format that GStreamer decodes.";
}

}  // namespace

Talk::Talk(const Options &options)
    : options_(options),
      places_(find_places(options)),
      plan_(make_plan(options, places_)),
      tools_(options.tools, options.tool_timeout,
             [this](const ToolResult &result, const std::string &complaint) {
               answer(result, complaint);
             }),
      loop_(g_main_loop_new(nullptr, FALSE)) {
  std::string handle;
  if (!options.resume_file.empty()) handle = read_handle(options.resume_file);
  std::string first_bytes;
  const auto input = describe_input(options, places_, first_bytes);
  pipeline_ = make_pipeline(options, places_, plan_, first_bytes, input);
  gemlive_ = find(pipeline_.get(), "gemlive");
  has_metrics_ = is_metrics_file(options.metrics);
  if (!handle.empty()) g_object_set(gemlive_.get(), "resumption-handle", handle.c_str(), nullptr);
  has_handle_ = !resumption_handle().empty();
  const auto declaration = tools_.declaration();
  if (!declaration.empty() && !options.has_property("tools"))
    g_object_set(gemlive_.get(), "tools", declaration.c_str(), nullptr);
  if (!options.record_folder.empty()) {
    recording_ = std::make_unique<Recording>(options.record_folder);
    g_object_set(gemlive_.get(), "capture-location", recording_->capture_location().c_str(),
                 nullptr);
    recording_->take_audio(pipeline_.get());
  }
  const auto add_device = [this](Side side, const char *neighbour, const std::string &name) {
    devices_.push_back(std::make_unique<DevicePart>(
        side, pipeline_.get(), find(pipeline_.get(), neighbour).get(), places_.devices, name));
  };
  if (places_.input == Place::Device) add_device(Side::Input, "mute", options.input);
  if (places_.output == Place::Device) add_device(Side::Output, "heard", options.output);
}

Talk::~Talk() {
  gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
}

bool Talk::run(View &view) {
  view_ = &view;
  narrator_ = std::make_unique<Narrator>(view);
  const GstPtr<GstBus> bus(gst_element_get_bus(pipeline_.get()));
  const auto watch = gst_bus_add_watch(bus.get(), on_message, this);
  const auto timer = g_timeout_add(tick, on_tick, this);
  if (places_.devices) places_.devices->watch([this] { look_after_devices(); });
  watch_answers();
  start();
  if (!is_over_) g_main_loop_run(loop_.get());
  close_files();
  keep_handle();
  gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
  g_source_remove(timer);
  g_source_remove(watch);
  finish_recording();
  check_metrics();
  if (is_complete_ && has_file_input() && narrator_->complete_turns() == 0)
    fail(narrator_->turns() > 0 ? "The answer is not complete." : "The model gave no answer.",
         narrator_->turns() > 0 ? "Try again." : "Check that there is speech in the input.");
  view.connection(Connection::Disconnected, "");
  narrator_.reset();
  view_ = nullptr;
  return !has_failed_;
}

void Talk::watch_answers() {
  const GstPtr<GstPad> pad(gst_element_get_static_pad(gemlive_.get(), "src"));
  gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_output_event, nullptr,
                    nullptr);
}

void Talk::start() {
  view_->connection(Connection::Connecting, "");
  if (places_.is_conversation() && !plan_.cancels_echo)
    view_->note(options_.echo_cancel == false
                    ? "Wear headphones: a model that hears itself interrupts itself."
                    : "Wear headphones, or install gstreamer1.0-plugins-bad for echo cancellation: "
                      "a model that hears itself interrupts itself.");
  gst_pipeline_use_clock(GST_PIPELINE(pipeline_.get()), clock_.get());
  for (auto &device : devices_)
    connect(*device);
  if (is_over_) return;
  gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING);
  if (places_.input == Place::Typed) say_first_line();
}

/// The typed line in place of a microphone.
void Talk::say_first_line() {
  const auto typed = find(pipeline_.get(), "typed");
  GstFlowReturn flow = GST_FLOW_OK;
  auto *buffer = gst_buffer_new_memdup(options_.text.data(), options_.text.size());
  has_typed_ = true;
  g_signal_emit_by_name(typed.get(), "push-buffer", buffer, &flow);
  g_signal_emit_by_name(typed.get(), "end-of-stream", &flow);
  gst_buffer_unref(buffer);
  show_typed(options_.text);
}

gboolean Talk::on_message(GstBus *, GstMessage *message, gpointer self) {
  static_cast<Talk *>(self)->handle(message);
  return G_SOURCE_CONTINUE;
}

void Talk::handle(GstMessage *message) {
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_LATENCY)
    gst_bin_recalculate_latency(GST_BIN(pipeline_.get()));
  const bool is_of_pipeline =
      gst_object_has_as_ancestor(GST_MESSAGE_SRC(message), GST_OBJECT(pipeline_.get()));
  if (is_over_ || !is_of_pipeline) return;  // such as a device that was taken out
  if (DevicePart *device = device_of(message)) return handle_device(*device, message);
  if (recording_) recording_->add(message);
  narrator_->tell(message);
  switch (GST_MESSAGE_TYPE(message)) {
    case GST_MESSAGE_EOS:
      is_complete_ = true;
      return end();
    case GST_MESSAGE_ERROR:
      return handle_error(message);
    case GST_MESSAGE_WARNING:
      return handle_warning(message);
    case GST_MESSAGE_ELEMENT:
      return handle_gemlive(message);
    case GST_MESSAGE_APPLICATION:
      if (gst_message_has_name(message, "talk/answers-over")) end_input();
      return;
    default:
      return;
  }
}

void Talk::handle_gemlive(GstMessage *message) {
  const auto *fields = gst_message_get_structure(message);
  const auto text = [fields](const char *name) {
    const char *value = gst_structure_get_string(fields, name);
    return std::string(value ? value : "");
  };
  gboolean flag = FALSE;
  if (gst_structure_has_name(fields, "gemlive/tool-call")) {
    tools_.call({text("name"), text("args"), text("id")});
  } else if (gst_structure_has_name(fields, "gemlive/tool-call-cancelled")) {
    tools_.cancel(text("id"));
  } else if (gst_structure_has_name(fields, "gemlive/resumption")) {
    if (gst_structure_get_boolean(fields, "resumable", &flag) && flag) keep_handle();
  } else if (gst_structure_has_name(fields, "gemlive/connected")) {
    gst_structure_get_boolean(fields, "resumed", &flag);
    const auto &file = options_.resume_file;
    if (std::exchange(has_handle_, false) && !flag)
      fail("The service did not accept the handle" + (file.empty() ? "" : " in " + file) +
               ": this is a new conversation.",
           file.empty() ? "Give its newest handle, as the service forgets handles in time."
                        : "Its handle replaces the old one.");
    if (!options_.text.empty() && !std::exchange(has_typed_, true)) send_text(options_.text);
  }
}

void Talk::handle_error(GstMessage *message) {
  GError *error = nullptr;
  gst_message_parse_error(message, &error, nullptr);
  const ErrorPtr owner(error);
  fail(error->message, what_to_do(pipeline_.get(), GST_MESSAGE_SRC(message), error));
  end();
}

/// A setting without effect: not all that was asked for happens.
void Talk::handle_warning(GstMessage *message) {
  GError *error = nullptr;
  gst_message_parse_warning(message, &error, nullptr);
  const ErrorPtr owner(error);
  view_->note(error->message);
  if (g_error_matches(error, GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS)) has_failed_ = true;
}

void Talk::answer(const ToolResult &result, const std::string &complaint) {
  gboolean is_taken = FALSE;
  g_signal_emit_by_name(gemlive_.get(), "send-tool-response", result.id.c_str(),
                        result.name.c_str(), result.result.c_str(), &is_taken);
  if (!is_taken && !result.failed)
    return answer({result.name, result.id,
                   to_json("error", "The output of this function's program cannot be sent."), true},
                  "The output of the program of " + result.name +
                      " cannot be sent. Let it write strict JSON, or text.");
  keep_event(gst_structure_new("gemlive/tool-response", "id", G_TYPE_STRING, result.id.c_str(),
                               "name", G_TYPE_STRING, result.name.c_str(), "response",
                               G_TYPE_STRING, result.result.c_str(), "failed", G_TYPE_BOOLEAN,
                               result.failed, nullptr));
  if (!view_) return;
  view_->tool_result(result);
  if (result.failed) fail(complaint, "The model was told so.");
}

std::string Talk::resumption_handle() const {
  char *handle = nullptr;
  g_object_get(gemlive_.get(), "resumption-handle", &handle, nullptr);
  const StrPtr owner(handle);
  return handle ? handle : "";
}

void Talk::keep_handle() {
  const auto handle = resumption_handle();
  if (options_.resume_file.empty() || handle.empty()) return;
  try {
    talk::keep_handle(options_.resume_file, handle);
  } catch (const Problem &problem) {
    fail(problem.what(), problem.what_to_do());
  }
}

gboolean Talk::on_tick(gpointer self) {
  auto *talk = static_cast<Talk *>(self);
  talk->tell_progress();
  talk->clock_.adjust();
  if (++talk->ticks_ % retry_ticks == 0) talk->look_after_devices();
  if (talk->ticks_ % metrics_ticks == 0) talk->check_metrics();
  return G_SOURCE_CONTINUE;
}

void Talk::tell_progress() {
  const auto decoded = find(pipeline_.get(), "decoded");
  if (!decoded) return;
  const GstPtr<GstPad> pad(gst_element_get_static_pad(decoded.get(), "sink"));
  gint64 position = 0, duration = 0;
  if (gst_pad_peer_query_position(pad.get(), GST_FORMAT_TIME, &position) &&
      gst_pad_peer_query_duration(pad.get(), GST_FORMAT_TIME, &duration))
    view_->progress(std::chrono::nanoseconds(position), std::chrono::nanoseconds(duration));
}

void Talk::check_metrics() {
  if (!has_metrics_) return;
  try {
    check_metrics_place(options_.metrics);
  } catch (const Problem &problem) {
    has_metrics_ = false;
    fail(problem.what(), problem.what_to_do());
  }
}

void Talk::fail(const std::string &what, const std::string &what_to_do) {
  has_failed_ = true;
  view_->problem(what, what_to_do);
}

}  // namespace gemlive::talk
