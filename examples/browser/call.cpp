// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "call.hpp"

#include "answer.hpp"
#include "json.hpp"
#include "page_event.hpp"
#include "tools.hpp"

namespace web {
namespace {

// The output leads back to the input, so the model's side is a pair.
constexpr char description[] =
    "gemlivesrc name=gemlive session=%1$s input-pause=100 idle-timeout=600000 ! audioconvert ! "
    "audioresample ! "
    "audio/x-raw,rate=48000 ! level name=model ! opusenc dtx=true ! rtpopuspay dtx=true pt=96 ! "
    "webrtcbin name=webrtc bundle-policy=max-bundle latency=60 "
    "gemlivesrc session=%1$s stream=output-transcript ! "
    "fakesink name=model-caption sync=true async=false signal-handoffs=true "
    "gemlivesrc session=%1$s stream=input-transcript ! "
    "fakesink name=user-caption sync=true async=false signal-handoffs=true "
    "appsrc name=pictures is-live=true format=time do-timestamp=true caps=image/jpeg "
    "max-buffers=2 leaky-type=downstream ! gemlivesink name=input session=%1$s";
constexpr char ear[] =
    "rtpopusdepay ! opusdec use-inband-fec=true ! audioconvert ! audioresample ! "
    "audio/x-raw,rate=16000,channels=1 ! level name=user ! gemlivesink session=%s";

// The browser sends a packet each 400 ms while the visitor is silent, and repairs lost packets.
constexpr char codec[] =
    "application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,payload=96,"
    "encoding-params=(string)2,usedtx=(string)1,useinbandfec=(string)1";

constexpr guint64 max_unsent = 1 << 20;  // bytes of events that the page does not take

// What follows runs on any thread.

void post(GstElement *element, GstStructure *fields) {
  gst_element_post_message(element, gst_message_new_application(GST_OBJECT(element), fields));
}

void on_negotiation_needed(GstElement *webrtc) {
  post(webrtc, gst_structure_new_empty("web/negotiate"));
}

void on_candidate(GstElement *webrtc, guint line, const char *candidate) {
  post(webrtc, gst_structure_new("web/candidate", "line", G_TYPE_UINT, line, "candidate",
                                 G_TYPE_STRING, candidate, nullptr));
}

void on_offer(GstPromise *promise, gpointer data) {
  auto *webrtc = static_cast<GstElement *>(data);
  GstWebRTCSessionDescription *offer = nullptr;
  const GstStructure *reply = gst_promise_get_reply(promise);
  if (reply &&
      gst_structure_get(reply, "offer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &offer, nullptr)) {
    g_signal_emit_by_name(webrtc, "set-local-description", offer, nullptr);
    post(webrtc, gst_structure_new("web/offer", "sdp", G_TYPE_STRING,
                                   StrPtr(gst_sdp_message_as_text(offer->sdp)).get(), nullptr));
    gst_webrtc_session_description_free(offer);
  }
  gst_promise_unref(promise);
}

void on_state(GstElement *webrtc) {
  GstWebRTCICEConnectionState state;
  g_object_get(webrtc, "ice-connection-state", &state, nullptr);
  if (state == GST_WEBRTC_ICE_CONNECTION_STATE_FAILED)
    post(webrtc, gst_structure_new_empty("web/failed"));
}

void on_channel_open(GObject *, gpointer webrtc) {
  post(GST_ELEMENT(webrtc), gst_structure_new_empty("web/open"));
}

/// The audio of the visitor. The pipeline has the name of the session. A second stream is ignored.
void on_pad_added(GstElement *webrtc, GstPad *pad) {
  if (GST_PAD_DIRECTION(pad) != GST_PAD_SRC) return;
  const GstPtr<GstObject> pipeline(gst_object_get_parent(GST_OBJECT(webrtc)));
  const StrPtr text(g_strdup_printf(ear, GST_OBJECT_NAME(pipeline.get())));
  GstElement *bin = gst_parse_bin_from_description(text.get(), TRUE, nullptr);
  gst_object_set_name(GST_OBJECT(bin), "ear");
  if (!gst_bin_add(GST_BIN(pipeline.get()), bin)) return;
  gst_element_sync_state_with_parent(bin);
  const GstPtr<GstPad> sink(gst_element_get_static_pad(bin, "sink"));
  gst_pad_link(pad, sink.get());
}

/// A caption is due: the fakesink waited until its words are heard.
void on_caption(GstElement *sink, GstBuffer *buffer) {
  GstMapInfo map;
  if (!gst_buffer_map(buffer, &map, GST_MAP_READ)) return;
  const std::string text(reinterpret_cast<const char *>(map.data), map.size);
  gst_buffer_unmap(buffer, &map);
  const bool is_model = g_str_has_prefix(GST_OBJECT_NAME(sink), "model");
  post(sink, gst_structure_new("web/caption", "of", G_TYPE_STRING, is_model ? "model" : "user",
                               "text", G_TYPE_STRING, text.c_str(), nullptr));
}

GstPadProbeReturn on_caption_event(GstPad *pad, GstPadProbeInfo *info, gpointer) {
  const GstStructure *fields = gst_event_get_structure(GST_PAD_PROBE_INFO_EVENT(info));
  if (!fields || !gst_structure_has_name(fields, "rstranscribe/final-transcript"))
    return GST_PAD_PROBE_OK;
  const GstPtr<GstElement> sink(gst_pad_get_parent_element(pad));
  const bool is_model = g_str_has_prefix(GST_OBJECT_NAME(sink.get()), "model");
  post(sink.get(), gst_structure_new("web/caption-end", "of", G_TYPE_STRING,
                                     is_model ? "model" : "user", nullptr));
  return GST_PAD_PROBE_OK;
}

}  // namespace

Call::Call(const std::string &name, const std::string &handle, const std::string &address,
           Events events)
    : events_(std::move(events)) {
  const StrPtr text(g_strdup_printf(description, name.c_str()));
  pipeline_.reset(gst_parse_launch_full(text.get(), nullptr, GST_PARSE_FLAG_FATAL_ERRORS, nullptr));
  gst_object_set_name(GST_OBJECT(pipeline_.get()), name.c_str());
  webrtc_ = element("webrtc");
  g_object_set(element("gemlive").get(), "tools", tool_declarations, "resumption-handle",
               handle.c_str(), nullptr);
  watch_captions("model-caption");
  watch_captions("user-caption");

  const GstPtr<GstBus> bus(gst_element_get_bus(pipeline_.get()));
  gst_bus_add_watch(
      bus.get(),
      [](GstBus *, GstMessage *message, gpointer data) -> gboolean {
        static_cast<Call *>(data)->on_message(message);
        return G_SOURCE_CONTINUE;
      },
      this);
  g_signal_connect(webrtc_.get(), "on-negotiation-needed", G_CALLBACK(on_negotiation_needed),
                   nullptr);
  g_signal_connect(webrtc_.get(), "on-ice-candidate", G_CALLBACK(on_candidate), nullptr);
  g_signal_connect(webrtc_.get(), "notify::ice-connection-state", G_CALLBACK(on_state), nullptr);
  g_signal_connect(webrtc_.get(), "pad-added", G_CALLBACK(on_pad_added), nullptr);
  listen_on(address);
  gst_element_set_state(pipeline_.get(), GST_STATE_READY);
  open_channel();
  gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING);
}

Call::~Call() {
  const GstPtr<GstBus> bus(gst_element_get_bus(pipeline_.get()));
  gst_bus_remove_watch(bus.get());
  gst_element_set_state(pipeline_.get(), GST_STATE_NULL);
}

GstPtr<GstElement> Call::element(const char *name) const {
  return GstPtr<GstElement>(gst_bin_get_by_name(GST_BIN(pipeline_.get()), name));
}

void Call::listen_on(const std::string &address) {
  GstObject *transceiver = nullptr;
  g_signal_emit_by_name(webrtc_.get(), "get-transceiver", 0, &transceiver);
  GstCaps *caps = gst_caps_from_string(codec);
  g_object_set(transceiver, "codec-preferences", caps, nullptr);
  gst_caps_unref(caps);
  gst_object_unref(transceiver);
  if (address.empty()) return;
  GstObject *ice = nullptr;
  gboolean done = FALSE;
  g_object_get(webrtc_.get(), "ice-agent", &ice, nullptr);
  g_signal_emit_by_name(ice, "add-local-ip-address", address.c_str(), &done);
  gst_object_unref(ice);
}

void Call::watch_captions(const char *name) {
  const auto sink = element(name);
  g_signal_connect(sink.get(), "handoff", G_CALLBACK(on_caption), nullptr);
  const GstPtr<GstPad> pad(gst_element_get_static_pad(sink.get(), "sink"));
  gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_caption_event, nullptr,
                    nullptr);
}

void Call::open_channel() {
  GObject *channel = nullptr;
  g_signal_emit_by_name(webrtc_.get(), "create-data-channel", "events", nullptr, &channel);
  channel_.reset(channel);
  g_signal_connect_object(channel, "on-open", G_CALLBACK(on_channel_open), webrtc_.get(),
                          GConnectFlags(0));
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
  if (is("web/negotiate") && negotiation_ == Negotiation::none) {
    negotiation_ = Negotiation::offering;
    g_signal_emit_by_name(webrtc_.get(), "create-offer", nullptr,
                          gst_promise_new_with_change_func(on_offer, gst_object_ref(webrtc_.get()),
                                                           gst_object_unref));
  } else if (is("web/offer")) {
    negotiation_ = Negotiation::offered;
    events_.signal(to_json({{"type", "offer"}, {"sdp", gst_structure_get_string(fields, "sdp")}}));
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
    events_.ended("The network connection was lost.");
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
  const auto answer = parse_answer(sdp);
  if (!answer || negotiation_ != Negotiation::offered) return false;
  negotiation_ = Negotiation::answered;
  g_signal_emit_by_name(webrtc_.get(), "set-remote-description", answer.get(), nullptr);
  return true;
}

void Call::add_candidate(unsigned line, const std::string &candidate) {
  g_signal_emit_by_name(webrtc_.get(), "add-ice-candidate", line, candidate.c_str());
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

}  // namespace web
