// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "call.hpp"

#include "answer.hpp"
#include "json.hpp"
#include "page_event.hpp"
#include "pipeline.hpp"
#include "tools.hpp"

namespace gemlive::web {
namespace {

constexpr guint64 max_unsent = 1 << 20;  // bytes of events that the page does not take

}  // namespace

Call::Call(const std::string &name, const std::string &handle, const std::string &address,
           Events events)
    : events_(std::move(events)), pipeline_(make_pipeline(name, address)) {
  webrtc_ = element("webrtc");
  g_object_set(element("gemlive").get(), "tools", tool_declarations, "resumption-handle",
               handle.c_str(), nullptr);
  const GstPtr<GstBus> bus(gst_element_get_bus(pipeline_.get()));
  gst_bus_add_watch(
      bus.get(),
      [](GstBus *, GstMessage *message, gpointer data) -> gboolean {
        static_cast<Call *>(data)->on_message(message);
        return G_SOURCE_CONTINUE;
      },
      this);
  gst_element_set_state(pipeline_.get(), GST_STATE_READY);
  channel_ = make_channel(webrtc_.get());
  gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING);
}

Call::~Call() {
  const GstPtr<GstBus> bus(gst_element_get_bus(pipeline_.get()));
  gst_bus_remove_watch(bus.get());
  gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
}

GstPtr<GstElement> Call::element(const char *name) const {
  return find(pipeline_.get(), name);
}

void Call::on_message(GstMessage *message) {
  const GstStructure *fields = gst_message_get_structure(message);
  switch (GST_MESSAGE_TYPE(message)) {
    case GST_MESSAGE_ERROR: {
      ErrorPtr error;
      GError *raw = nullptr;
      gst_message_parse_error(message, &raw, nullptr);
      error.reset(raw);
      g_printerr("%s: %s\n", GST_OBJECT_NAME(pipeline_.get()), error->message);
      return events_.ended("The conversation failed. Try again.");
    }
    case GST_MESSAGE_EOS:
      return events_.ended("The conversation has ended.");
    case GST_MESSAGE_LATENCY:  // webrtcbin has a jitter buffer
      gst_bin_recalculate_latency(GST_BIN(pipeline_.get()));
      return;
    case GST_MESSAGE_APPLICATION:
      on_application(fields);
      break;
    default:
      break;
  }
  if (const auto event = page_event(message); !event.empty()) tell(event);
  if (gst_message_has_name(message, "gemlive/tool-call")) on_tool_call(fields);
}

void Call::on_application(const GstStructure *fields) {
  const auto is = [&](const char *name) { return gst_structure_has_name(fields, name); };
  if (is("web/negotiate") && !std::exchange(negotiating_, true)) {
    offer_ = negotiate(webrtc_.get());
    events_.signal(to_json({{"type", "offer"}, {"sdp", offer_}}));
  } else if (is("web/candidate")) {
    guint line = 0;
    gst_structure_get_uint(fields, "line", &line);
    events_.signal(to_json({{"type", "candidate"},
                            {"line", static_cast<double>(line)},
                            {"candidate", gst_structure_get_string(fields, "candidate")}}));
  } else if (is("web/open")) {
    connected_ = true;
    for (const auto &event : std::exchange(waiting_, {}))
      send(event);
  } else if (is("web/failed")) {
    events_.ended(gst_structure_get_string(fields, "why"));
  }
}

void Call::on_tool_call(const GstStructure *fields) {
  gboolean accepted = FALSE;
  const char *name = gst_structure_get_string(fields, "name");
  g_signal_emit_by_name(element("input").get(), "send-tool-response",
                        gst_structure_get_string(fields, "id"), name, call_tool(name).c_str(),
                        &accepted);
}

void Call::tell(const std::string &event) {
  if (connected_)
    send(event);
  else if (waiting_.size() < 100)
    waiting_.push_back(event);
}

void Call::send(const std::string &event) {
  guint64 unsent = 0;
  g_object_get(channel_.get(), "buffered-amount", &unsent, nullptr);
  if (unsent > max_unsent) return events_.ended("The network connection is too slow.");
  g_signal_emit_by_name(channel_.get(), "send-string", event.c_str());
}

bool Call::accept_answer(const std::string &sdp) {
  const auto answer = parse_answer(std::exchange(offer_, {}), sdp);
  if (answer) g_signal_emit_by_name(webrtc_.get(), "set-remote-description", answer.get(), nullptr);
  return answer != nullptr;
}

void Call::interrupt() {
  g_signal_emit_by_name(element("input").get(), "interrupt");
}

void Call::say(const std::string &text) {
  gboolean accepted = FALSE;
  g_signal_emit_by_name(element("input").get(), "send-text", text.c_str(), TRUE, &accepted);
}

void Call::show(GBytes *jpeg) {
  GstBuffer *buffer = gst_buffer_new_wrapped_bytes(jpeg);
  GstFlowReturn flow = GST_FLOW_OK;
  g_signal_emit_by_name(element("pictures").get(), "push-buffer", buffer, &flow);
  gst_buffer_unref(buffer);
}

std::string Call::handle() const {
  char *handle = nullptr;
  g_object_get(element("gemlive").get(), "resumption-handle", &handle, nullptr);
  const StrPtr owner(handle);
  return handle ? handle : "";
}

}  // namespace gemlive::web
