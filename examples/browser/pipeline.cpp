// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "pipeline.hpp"

#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

namespace gemlive::web {
namespace {

// The output leads back to the input, so the model's side is a pair.
constexpr char description[] =
    "gemlivesrc name=gemlive session=%1$s input-pause=100 idle-timeout=600000 "
    "context-compression=true ! audioconvert ! "
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

constexpr guint max_sources = 20;  // of RTP, in a call

// The browser sends a packet each 400 ms while the visitor is silent, and repairs lost packets.
constexpr char codec[] =
    "application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,payload=96,"
    "encoding-params=(string)2,usedtx=(string)1,useinbandfec=(string)1";

// The callbacks run on any thread.

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

void fail(GstElement *webrtc, const char *why) {
  post(webrtc, gst_structure_new("web/failed", "why", G_TYPE_STRING, why, nullptr));
}

void on_state(GstElement *webrtc) {
  GstWebRTCICEConnectionState state;
  g_object_get(webrtc, "ice-connection-state", &state, nullptr);
  if (state == GST_WEBRTC_ICE_CONNECTION_STATE_FAILED)
    fail(webrtc, "The network connection was lost.");
}

/// The page opens none, and what comes in on one has no limit.
void on_foreign_channel(GstElement *webrtc) {
  fail(webrtc, "The page opened a data channel.");
}

/// Each costs 30 KiB, and a page has one.
void on_source(GstElement *, guint, guint, GstElement *webrtc) {
  const guint count = 1 + GPOINTER_TO_UINT(g_object_get_data(G_OBJECT(webrtc), "sources"));
  g_object_set_data(G_OBJECT(webrtc), "sources", GUINT_TO_POINTER(count));
  if (count == max_sources) fail(webrtc, "The page sends too many streams.");
}

void watch_sources(GstElement *webrtc) {
  const Handle<GstIterator, gst_iterator_free> bins(
      gst_bin_iterate_all_by_element_factory_name(GST_BIN(webrtc), "rtpbin"));
  const auto watch = [](const GValue *bin, gpointer data) {
    g_signal_connect_object(g_value_get_object(bin), "on-new-ssrc", G_CALLBACK(on_source), data,
                            GConnectFlags(0));
  };
  gst_iterator_foreach(bins.get(), watch, webrtc);
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

void prefer_codec(GstElement *webrtc) {
  GstObject *transceiver = nullptr;
  g_signal_emit_by_name(webrtc, "get-transceiver", 0, &transceiver);
  GstCaps *caps = gst_caps_from_string(codec);
  g_object_set(transceiver, "codec-preferences", caps, nullptr);
  gst_caps_unref(caps);
  gst_object_unref(transceiver);
}

/// Media is UDP on this address, and nothing else. By default a visitor's candidate makes the agent
/// open TCP connections to wherever it says, and UPnP listens on every interface.
void restrict_network(GstElement *webrtc, const std::string &address) {
  GObject *ice = nullptr, *agent = nullptr;
  gboolean done = FALSE;
  g_object_get(webrtc, "ice-agent", &ice, nullptr);
  g_object_get(ice, "agent", &agent, nullptr);
  g_object_set(ice, "ice-tcp", FALSE, nullptr);
  g_object_set(agent, "upnp", FALSE, nullptr);
  if (!address.empty()) g_signal_emit_by_name(ice, "add-local-ip-address", address.c_str(), &done);
  g_object_unref(agent);
  g_object_unref(ice);
}

void watch_captions(GstElement *sink) {
  g_signal_connect(sink, "handoff", G_CALLBACK(on_caption), nullptr);
  const GstPtr<GstPad> pad(gst_element_get_static_pad(sink, "sink"));
  gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_caption_event, nullptr,
                    nullptr);
}

}  // namespace

GstPtr<GstElement> make_pipeline(const std::string &name, const std::string &address) {
  const StrPtr text(g_strdup_printf(description, name.c_str()));
  GstPtr<GstElement> pipeline(
      gst_parse_launch_full(text.get(), nullptr, GST_PARSE_FLAG_FATAL_ERRORS, nullptr));
  gst_object_set_name(GST_OBJECT(pipeline.get()), name.c_str());
  watch_captions(find(pipeline.get(), "model-caption").get());
  watch_captions(find(pipeline.get(), "user-caption").get());
  const auto webrtc = find(pipeline.get(), "webrtc");
  g_signal_connect(webrtc.get(), "on-negotiation-needed", G_CALLBACK(on_negotiation_needed),
                   nullptr);
  g_signal_connect(webrtc.get(), "on-ice-candidate", G_CALLBACK(on_candidate), nullptr);
  g_signal_connect(webrtc.get(), "notify::ice-connection-state", G_CALLBACK(on_state), nullptr);
  g_signal_connect(webrtc.get(), "on-data-channel", G_CALLBACK(on_foreign_channel), nullptr);
  watch_sources(webrtc.get());
  g_signal_connect(webrtc.get(), "pad-added", G_CALLBACK(on_pad_added), nullptr);
  prefer_codec(webrtc.get());
  restrict_network(webrtc.get(), address);
  return pipeline;
}

GstPtr<GstElement> find(GstElement *pipeline, const char *name) {
  return GstPtr<GstElement>(gst_bin_get_by_name(GST_BIN(pipeline), name));
}

ObjectPtr<GObject> make_channel(GstElement *webrtc) {
  GObject *channel = nullptr;
  g_signal_emit_by_name(webrtc, "create-data-channel", "events", nullptr, &channel);
  g_signal_connect_object(channel, "on-open", G_CALLBACK(on_channel_open), webrtc,
                          GConnectFlags(0));
  return ObjectPtr<GObject>(channel);
}

std::string negotiate(GstElement *webrtc) {
  const Handle<GstPromise, gst_promise_unref> promise(gst_promise_new());
  g_signal_emit_by_name(webrtc, "create-offer", nullptr, promise.get());
  if (gst_promise_wait(promise.get()) != GST_PROMISE_RESULT_REPLIED) return {};
  GstWebRTCSessionDescription *offer = nullptr;
  gst_structure_get(gst_promise_get_reply(promise.get()), "offer",
                    GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &offer, nullptr);
  if (!offer) return {};
  g_signal_emit_by_name(webrtc, "set-local-description", offer, nullptr);
  const StrPtr sdp(gst_sdp_message_as_text(offer->sdp));
  gst_webrtc_session_description_free(offer);
  return sdp.get();
}

}  // namespace gemlive::web
