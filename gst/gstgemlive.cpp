// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/**
 * SECTION:element-gemlive
 * @title: gemlive
 *
 * A conversation with a Gemini Live model: speech in, speech out. Any raw audio goes in; the
 * model's voice comes out. On request pads pictures and typed turns go in, and the text of what the
 * user and the model say comes out.
 *
 * ## Examples
 *
 * |[
 * gst-launch-1.0 filesrc location=question.wav ! wavparse ! \
 *     gemlive pacing=none ! wavenc ! filesink location=reply.wav
 * ]| A file in, a file out, as fast as the service answers.
 * |[
 * gst-launch-1.0 autoaudiosrc ! gemlive ! audioconvert ! audioresample ! autoaudiosink
 * ]| A conversation.
 */

#include "gstgemlive.hpp"

#include <gst/pbutils/missing-plugins.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <string>
#include <string_view>

#include "action_signals.hpp"
#include "conversation_client.hpp"
#include "gst_ptr.hpp"
#include "gstgemlivesink.hpp"
#include "gstgemlivesrc.hpp"
#include "pipeline_util.hpp"
#include "properties.hpp"

GST_DEBUG_CATEGORY_STATIC(gst_gemlive_debug);
#define GST_CAT_DEFAULT gst_gemlive_debug

using gemlive::Config;
using gemlive::ConversationClient;
using gemlive::ElementPtr;
using gemlive::PadPtr;

namespace {

#define TEXT_CAPS "text/x-raw, format = (string) utf8"

GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS("audio/x-raw"));
GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE(
    "src", GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS("audio/x-raw, format = (string) S16LE, rate = (int) [ 1, MAX ], "
                    "channels = (int) 1, layout = (string) interleaved"));

/// A request pad and what stands behind it: a sink, or a source of that stream.
struct RequestPad {
  GstStaticPadTemplate pad_template;
  const char *stream = nullptr;                             // nick
  gemlive::Setting<bool> Config::*transcription = nullptr;  // what must be on for it

  const char *name() const { return pad_template.name_template; }
  bool is_input() const { return pad_template.direction == GST_PAD_SINK; }
};
RequestPad request_pads[] = {
    {GST_STATIC_PAD_TEMPLATE("video", GST_PAD_SINK, GST_PAD_REQUEST,
                             GST_STATIC_CAPS("image/jpeg"))},
    {GST_STATIC_PAD_TEMPLATE("text", GST_PAD_SINK, GST_PAD_REQUEST, GST_STATIC_CAPS(TEXT_CAPS))},
    {GST_STATIC_PAD_TEMPLATE("input_transcript", GST_PAD_SRC, GST_PAD_REQUEST,
                             GST_STATIC_CAPS(TEXT_CAPS)),
     "input-transcript", &Config::input_transcription},
    {GST_STATIC_PAD_TEMPLATE("output_transcript", GST_PAD_SRC, GST_PAD_REQUEST,
                             GST_STATIC_CAPS(TEXT_CAPS)),
     "output-transcript", &Config::output_transcription},
    {GST_STATIC_PAD_TEMPLATE("model_text", GST_PAD_SRC, GST_PAD_REQUEST,
                             GST_STATIC_CAPS(TEXT_CAPS)),
     "text"},
};

struct Private {
  std::string session = {};
  ElementPtr sink;
  ElementPtr src;
  std::string missing = {};  // factory that this installation does not have
};

std::string unique_session() {
  static std::atomic<unsigned> count = 0;
  return "gemlive bin " + std::to_string(++count);
}

}  // namespace

struct _GstGemlive {
  GstBin parent;
  Private *priv;
};

G_DEFINE_TYPE(GstGemlive, gst_gemlive, GST_TYPE_BIN)
GST_ELEMENT_REGISTER_DEFINE(gemlive, "gemlive", GST_RANK_NONE, GST_TYPE_GEMLIVE)

namespace {

/// What nobody takes is counted and let go, instead of stopping the source with NOT_LINKED.
GstFlowReturn chain(GstPad *pad, GstObject *parent, GstBuffer *buffer) {
  const auto flow = gst_proxy_pad_chain_default(pad, parent, buffer);
  return flow == GST_FLOW_NOT_LINKED ? GST_FLOW_OK : flow;
}

GstPad *add_ghost(GstGemlive *self, const GstStaticPadTemplate &pad_template, GstElement *inner,
                  const char *inner_pad) {
  PadPtr target(gst_element_get_static_pad(inner, inner_pad));
  gemlive::ObjectPtr<GstPadTemplate> made(
      gst_static_pad_template_get(const_cast<GstStaticPadTemplate *>(&pad_template)));
  GstPad *ghost =
      gst_ghost_pad_new_from_template(pad_template.name_template, target.get(), made.get());
  if (pad_template.direction == GST_PAD_SRC) {
    gemlive::ObjectPtr<GstProxyPad> internal(gst_proxy_pad_get_internal(GST_PROXY_PAD(ghost)));
    gst_pad_set_chain_function(GST_PAD(internal.get()), chain);
  }
  gst_pad_set_active(ghost, TRUE);
  gst_element_add_pad(GST_ELEMENT(self), ghost);
  return ghost;
}

template <typename Do>
void each_participant(GstGemlive *self, Do &&act) {
  act(ConversationClient::of(self->priv->sink.get()));
  act(ConversationClient::of(self->priv->src.get()));
  for (const auto &pad : request_pads) {
    ElementPtr inner(gst_bin_get_by_name(GST_BIN(self), pad.name()));
    if (inner) act(ConversationClient::of(inner.get()));
  }
}

void notify_state(GObject *, GParamSpec *, GstGemlive *self) {
  g_object_notify(G_OBJECT(self), "connection-state");
}

/// An inner element of the private session.
GstElement *make_inner(GstGemlive *self, GType type, const char *name, const char *stream) {
  auto *element = GST_ELEMENT(
      g_object_new(type, "name", name, "session", self->priv->session.c_str(), nullptr));
  if (stream) gst_util_set_object_arg(G_OBJECT(element), "stream", stream);
  return element;
}

/// Audio is linked after it was left out, or may be when we start again.
void take_audio(GstGemlive *self) {
  auto *sink = self->priv->sink.get();
  if (!gst_element_set_locked_state(sink, FALSE)) return;
  GST_OBJECT_FLAG_SET(sink, GST_ELEMENT_FLAG_SINK);
  gst_element_sync_state_with_parent(sink);
}

/// Any raw audio in: audioconvert ! audioresample ! capsfilter before the sink.
void build_input(GstGemlive *self) {
  GstElement *chain[4] = {};
  const char *factories[] = {"audioconvert", "audioresample", "capsfilter"};
  for (int i = 0; i < 3; ++i) {
    chain[i] = gst_element_factory_make(factories[i], factories[i]);
    if (!chain[i]) {
      self->priv->missing = factories[i];
      for (int made = 0; made < i; ++made)
        gst_object_unref(gst_object_ref_sink(chain[made]));
      return;
    }
  }
  gst_util_set_object_arg(G_OBJECT(chain[2]), "caps",
                          "audio/x-raw, format=S16LE, rate=16000, channels=1, layout=interleaved");
  chain[3] = self->priv->sink.get();
  for (int i = 0; i < 3; ++i)
    gst_bin_add(GST_BIN(self), chain[i]);
  for (int i = 0; i < 3; ++i)
    gst_element_link_pads(chain[i], "src", chain[i + 1], "sink");
  GstPad *ghost = add_ghost(self, sink_template, chain[0], "sink");
  g_signal_connect_object(ghost, "linked", G_CALLBACK(take_audio), self, G_CONNECT_SWAPPED);
}

GstPad *request_new_pad(GstElement *element, GstPadTemplate *pad_template, const char *,
                        const GstCaps *) {
  auto *self = GST_GEMLIVE(element);
  const char *name = GST_PAD_TEMPLATE_NAME_TEMPLATE(pad_template);
  const auto *pad = std::ranges::find_if(
      request_pads, [&](const RequestPad &p) { return std::string_view(p.name()) == name; });
  if (pad == std::end(request_pads)) return nullptr;
  ElementPtr there(gst_bin_get_by_name(GST_BIN(self), name));
  if (there) return nullptr;

  auto &settings = ConversationClient::of(self);
  if (settings.is_open() && pad->transcription && !*(settings.config().*pad->transcription)) {
    GST_ELEMENT_WARNING(
        self, LIBRARY, SETTINGS,
        ("Pad \"%s\" cannot be added now: set property \"%s-transcription\" before "
         "starting",
         name, pad->transcription == &Config::input_transcription ? "input" : "output"),
        (nullptr));
    return nullptr;
  }
  const auto type = pad->is_input() ? GST_TYPE_GEMLIVE_SINK : GST_TYPE_GEMLIVE_SRC;
  auto *inner = make_inner(self, type, name, pad->stream);
  ConversationClient::of(inner).configure(settings.config());
  GST_DEBUG_OBJECT(self, "pad %s is added", name);
  gst_bin_add(GST_BIN(self), inner);
  GstPad *ghost = add_ghost(self, pad->pad_template, inner, pad->is_input() ? "sink" : "src");
  gst_element_sync_state_with_parent(inner);
  return ghost;
}

void release_pad(GstElement *element, GstPad *pad) {
  auto *self = GST_GEMLIVE(element);
  ElementPtr inner(gst_bin_get_by_name(GST_BIN(self), GST_PAD_NAME(pad)));
  if (inner) {
    gst_element_set_locked_state(inner.get(), TRUE);
    gst_element_set_state(inner.get(), GST_STATE_NULL);
  }
  gst_pad_set_active(pad, FALSE);
  gst_element_remove_pad(element, pad);
  if (inner) gst_bin_remove(GST_BIN(self), inner.get());
}

/// Where there is other input and no audio is linked, the audio's sink must not be waited for: not
/// by the conversation, nor by the bin before it is at its end.
bool leaves_audio_out(GstGemlive *self) {
  PadPtr audio(gst_element_get_static_pad(GST_ELEMENT(self), "sink"));
  if (!audio || gst_pad_is_linked(audio.get())) return false;
  return std::ranges::any_of(request_pads, [&](const RequestPad &pad) {
    ElementPtr inner(gst_bin_get_by_name(GST_BIN(self), pad.name()));
    return pad.is_input() && inner;
  });
}

void leave_audio_out(GstGemlive *self) {
  GST_INFO_OBJECT(self, "no audio is linked: its sink does not take part");
  GST_OBJECT_FLAG_UNSET(self->priv->sink.get(), GST_ELEMENT_FLAG_SINK);
  gst_element_set_locked_state(self->priv->sink.get(), TRUE);
}

GstStateChangeReturn change_state(GstElement *element, GstStateChange transition) {
  auto *self = GST_GEMLIVE(element);
  const auto &missing = self->priv->missing;
  if (transition == GST_STATE_CHANGE_NULL_TO_READY && !missing.empty()) {
    gst_element_post_message(element, gst_missing_element_message_new(element, missing.c_str()));
    GST_ELEMENT_ERROR(
        element, CORE, MISSING_PLUGIN,
        ("Element \"%s\" is missing: install GStreamer's base plugins", missing.c_str()),
        (nullptr));
    return GST_STATE_CHANGE_FAILURE;
  }
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && leaves_audio_out(self))
    leave_audio_out(self);
  const auto result =
      GST_ELEMENT_CLASS(gst_gemlive_parent_class)->change_state(element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) take_audio(self);
  return result;
}

/// EOS ends the input. GstBin would send it into the sink pads as well, and wait there.
gboolean send_event(GstElement *element, GstEvent *event) {
  if (GST_EVENT_TYPE(event) != GST_EVENT_EOS)
    return GST_ELEMENT_CLASS(gst_gemlive_parent_class)->send_event(element, event);
  const bool takes = gemlive::ConversationClient::each_input(
      element, GST_GEMLIVE(element)->priv->session,
      [event](GstElement *input) { gst_element_send_event(input, gst_event_ref(event)); });
  gst_event_unref(event);
  return takes;
}

void set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec) {
  auto *self = GST_GEMLIVE(object);
  if (!gemlive::properties::is_setting(id)) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    return;
  }
  if (!ConversationClient::of(self).set_property(id, *value, *pspec)) return;
  const auto config = ConversationClient::of(self).config();
  each_participant(self, [&](ConversationClient &inner) { inner.configure(config); });
}

void get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec) {
  if (!ConversationClient::of(object).get_property(id, *value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
}

void finalize(GObject *object) {
  delete GST_GEMLIVE(object)->priv;
  G_OBJECT_CLASS(gst_gemlive_parent_class)->finalize(object);
}

}  // namespace

static void gst_gemlive_class_init(GstGemliveClass *klass) {
  GST_DEBUG_CATEGORY_INIT(gst_gemlive_debug, "gemlivebin", 0, "Gemini Live bin");
  auto *object_class = G_OBJECT_CLASS(klass);
  auto *element_class = GST_ELEMENT_CLASS(klass);
  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->finalize = finalize;
  element_class->change_state = change_state;
  element_class->send_event = send_event;
  element_class->request_new_pad = request_new_pad;
  element_class->release_pad = release_pad;

  gemlive::properties::install(object_class);
  gemlive::actions::install(object_class);
  gst_element_class_add_static_pad_template(element_class, &sink_template);
  gst_element_class_add_static_pad_template(element_class, &src_template);
  for (auto &pad : request_pads)
    gst_element_class_add_static_pad_template(element_class, &pad.pad_template);
  gst_element_class_set_static_metadata(element_class, "Gemini Live", "Filter/Network/Audio",
                                        "A conversation with a Gemini Live model",
                                        "The gemlive authors");
}

static void gst_gemlive_init(GstGemlive *self) {
  auto *priv = self->priv = new Private;
  priv->session = unique_session();
  priv->sink.reset(
      GST_ELEMENT(gst_object_ref_sink(make_inner(self, GST_TYPE_GEMLIVE_SINK, "sink", nullptr))));
  priv->src.reset(
      GST_ELEMENT(gst_object_ref_sink(make_inner(self, GST_TYPE_GEMLIVE_SRC, "src", nullptr))));
  g_signal_connect(priv->src.get(), "notify::connection-state", G_CALLBACK(notify_state), self);
  ConversationClient::set_of(GST_ELEMENT(self), ConversationClient::of(priv->sink.get()));
  gst_bin_add_many(GST_BIN(self), priv->sink.get(), priv->src.get(), nullptr);
  add_ghost(self, src_template, priv->src.get(), "src");
  build_input(self);
}
