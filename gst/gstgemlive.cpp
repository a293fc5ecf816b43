// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/**
 * SECTION:element-gemlive
 * @title: gemlive
 *
 * Talks with a Google Gemini Live model: sends audio, and outputs the speech of the model. Any raw
 * audio can be linked. Request pads send pictures and typed turns, and output transcripts and text.
 *
 * ## Examples
 *
 * |[
 * gst-launch-1.0 filesrc location=question.wav ! wavparse ! \
 *     gemlive pacing=none ! wavenc ! filesink location=reply.wav
 * ]| Send a question from a file, and write the answer to a file as fast as the service answers.
 *
 * |[
 * gst-launch-1.0 autoaudiosrc ! gemlive ! audioconvert ! audioresample ! autoaudiosink
 * ]| Talk with the model through microphone and headphones.
 *
 * |[
 * gst-launch-1.0 filesrc location=question.wav ! wavparse ! gemlive name=g ! fakesink \
 *     g.output_transcript ! filesink location=reply.txt
 * ]| Write the transcript of the answer to a file.
 */

#include "gstgemlive.hpp"

#include <gst/pbutils/missing-plugins.h>

#include <algorithm>
#include <atomic>
#include <string>

#include "action_signals.hpp"
#include "categories.hpp"
#include "conversation_client.hpp"
#include "element_shell.hpp"
#include "gst_ptr.hpp"
#include "gstgemlivesink.hpp"
#include "gstgemlivesrc.hpp"
#include "properties.hpp"
#include "request_pad.hpp"

#define GST_CAT_DEFAULT gemlive::categories::element

using gemlive::Config;
using gemlive::ConversationClient;
using gemlive::ElementPtr;
using gemlive::PadPtr;
using gemlive::RequestPad;

namespace {

GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS("audio/x-raw"));
GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE(
    "src", GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS("audio/x-raw, format = (string) S16LE, rate = (int) [ 1, MAX ], "
                    "channels = (int) 1, layout = (string) interleaved"));

/// A request pad that exists, and its element.
struct Added {
  const RequestPad *pad = nullptr;
  ElementPtr inner = {};
};

struct Private {
  std::string session = {};
  ElementPtr sink;
  ElementPtr src;
  ElementPtr convert;
  gemlive::Guarded<std::vector<Added>> added;
  std::string missing = {};  // name of a factory that is not installed
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

/// Drops the data of an unlinked pad. NOT_LINKED would stop the source.
GstFlowReturn chain(GstPad *pad, GstObject *parent, GstBuffer *buffer) {
  const auto flow = gst_proxy_pad_chain_default(pad, parent, buffer);
  return flow == GST_FLOW_NOT_LINKED ? GST_FLOW_OK : flow;
}

GstPad *add_ghost_pad(GstGemlive *self, const GstStaticPadTemplate &pad_template, GstElement *inner,
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
  return ghost;
}

/// Null if there is no such pad.
ElementPtr inner_of(GstGemlive *self, const RequestPad &pad) {
  const auto added = self->priv->added.lock();
  for (const auto &each : *added)
    if (each.pad == &pad) return ElementPtr(GST_ELEMENT(gst_object_ref(each.inner.get())));
  return {};
}

std::vector<ElementPtr> inner_elements(GstGemlive *self) {
  std::vector<ElementPtr> all;
  const auto add = [&](const ElementPtr &inner) {
    all.emplace_back(GST_ELEMENT(gst_object_ref(inner.get())));
  };
  add(self->priv->sink);
  add(self->priv->src);
  for (const auto &each : *self->priv->added.lock())
    add(each.inner);
  return all;
}

void notify_connection_state(GObject *, GParamSpec *, GstGemlive *self) {
  g_object_notify(G_OBJECT(self), "connection-state");
}

/// Makes an inner element, which belongs to the private session.
GstElement *make_inner(GstGemlive *self, GType type, const char *name, const char *stream) {
  auto *element = GST_ELEMENT(
      g_object_new(type, "name", name, "session", self->priv->session.c_str(), nullptr));
  if (stream) gst_util_set_object_arg(G_OBJECT(element), "stream", stream);
  return element;
}

/// Undoes exclude_audio(): when audio is linked, and when the bin stops.
void include_audio(GstGemlive *self) {
  auto *sink = self->priv->sink.get();
  if (!gst_element_set_locked_state(sink, FALSE)) return;
  GST_DEBUG_OBJECT(self, "the audio sink takes part again");
  GST_OBJECT_FLAG_SET(sink, GST_ELEMENT_FLAG_SINK);
  gst_element_sync_state_with_parent(sink);
}

/// Accepts any raw audio: audioconvert ! audioresample ! capsfilter before the sink.
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
  GstPad *ghost = add_ghost_pad(self, sink_template, chain[0], "sink");
  g_signal_connect_object(ghost, "linked", G_CALLBACK(include_audio), self, G_CONNECT_SWAPPED);
}

GstPad *request_new_pad(GstElement *element, GstPadTemplate *pad_template, const char *,
                        const GstCaps *) {
  auto *self = GST_GEMLIVE(element);
  const auto *pad = gemlive::find_request_pad(GST_PAD_TEMPLATE_NAME_TEMPLATE(pad_template));
  if (!pad || inner_of(self, *pad)) return nullptr;

  auto &client = ConversationClient::of(self);
  const auto config = client.config();
  if (client.is_open() && pad->transcription && !*(config.*pad->transcription)) {
    GST_ELEMENT_WARNING(
        self, LIBRARY, SETTINGS,
        ("Pad \"%s\" cannot be added now, because property \"%s-transcription\" is off: set it "
         "before the element starts",
         pad->name(), pad->transcription == &Config::input_transcription ? "input" : "output"),
        (nullptr));
    return nullptr;
  }
  const auto type = pad->is_input() ? GST_TYPE_GEMLIVE_SINK : GST_TYPE_GEMLIVE_SRC;
  auto *inner = make_inner(self, type, pad->name(), pad->stream);
  ConversationClient::of(inner).configure(config);
  GST_DEBUG_OBJECT(self, "add pad %s", pad->name());
  gst_bin_add(GST_BIN(self), inner);
  GstPad *ghost = add_ghost_pad(self, pad->pad_template, inner, pad->is_input() ? "sink" : "src");
  gst_element_sync_state_with_parent(inner);
  return ghost;
}

void release_pad(GstElement *element, GstPad *pad) {
  auto *self = GST_GEMLIVE(element);
  ElementPtr inner(gst_bin_get_by_name(GST_BIN(self), GST_PAD_NAME(pad)));
  GST_DEBUG_OBJECT(self, "release pad %s", GST_PAD_NAME(pad));
  if (inner) {
    gst_element_set_locked_state(inner.get(), TRUE);
    gst_element_set_state(inner.get(), GST_STATE_NULL);
  }
  gst_pad_set_active(pad, FALSE);
  gst_element_remove_pad(element, pad);
  if (inner) gst_bin_remove(GST_BIN(self), inner.get());
}

/// Whether there is other input, and no audio is linked. Then neither the conversation nor the EOS
/// of the bin must wait for the audio sink.
bool is_audio_unused(GstGemlive *self) {
  PadPtr audio(gst_element_get_static_pad(GST_ELEMENT(self), "sink"));
  if (!audio || gst_pad_is_linked(audio.get())) return false;
  return std::ranges::any_of(gemlive::request_pads(), [&](const RequestPad &pad) {
    return pad.is_input() && inner_of(self, pad);
  });
}

void exclude_audio(GstGemlive *self) {
  GST_DEBUG_OBJECT(self, "no audio is linked: the audio sink does not take part");
  GST_OBJECT_FLAG_UNSET(self->priv->sink.get(), GST_ELEMENT_FLAG_SINK);
  gst_element_set_locked_state(self->priv->sink.get(), TRUE);
}

GstStateChangeReturn change_state(GstElement *element, GstStateChange transition) {
  auto *self = GST_GEMLIVE(element);
  const auto &missing = self->priv->missing;
  if (transition == GST_STATE_CHANGE_NULL_TO_READY && !missing.empty()) {
    gst_element_post_message(element, gst_missing_element_message_new(element, missing.c_str()));
    GST_ELEMENT_ERROR(element, CORE, MISSING_PLUGIN,
                      ("Element \"%s\" is missing: install gst-plugins-base", missing.c_str()),
                      (nullptr));
    return GST_STATE_CHANGE_FAILURE;
  }
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && is_audio_unused(self)) exclude_audio(self);
  const auto result =
      GST_ELEMENT_CLASS(gst_gemlive_parent_class)->change_state(element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) include_audio(self);
  return result;
}

/// EOS ends the input. GstBin would also send it into the sink pads, and wait there.
gboolean send_event(GstElement *element, GstEvent *event) {
  if (GST_EVENT_TYPE(event) != GST_EVENT_EOS)
    return GST_ELEMENT_CLASS(gst_gemlive_parent_class)->send_event(element, event);
  const bool has_input = ConversationClient::for_each_input(
      element, GST_GEMLIVE(element)->priv->session,
      [event](GstElement *input) { gst_element_send_event(input, gst_event_ref(event)); });
  gst_event_unref(event);
  return has_input;
}

void set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec) {
  gemlive::element_shell::set_property(object, id, value, pspec);
  const auto config = ConversationClient::of(object).config();
  for_each_client(GST_GEMLIVE(object), [&](ConversationClient &inner) { inner.configure(config); });
}

}  // namespace

static void gst_gemlive_class_init(GstGemliveClass *klass) {
  auto *object_class = G_OBJECT_CLASS(klass);
  auto *element_class = GST_ELEMENT_CLASS(klass);
  object_class->set_property = set_property;
  object_class->get_property = gemlive::element_shell::get_property;
  object_class->finalize = gemlive::element_shell::finalize<GstGemlive, gst_gemlive_parent_class>;
  element_class->change_state = change_state;
  element_class->send_event = send_event;
  element_class->request_new_pad = request_new_pad;
  element_class->release_pad = release_pad;

  gemlive::properties::install(object_class);
  gemlive::action_signals::install(object_class);
  gst_element_class_add_static_pad_template(element_class, &sink_template);
  gst_element_class_add_static_pad_template(element_class, &src_template);
  for (auto &pad : gemlive::request_pads())
    gst_element_class_add_static_pad_template(element_class, &pad.pad_template);
  gst_element_class_set_static_metadata(
      element_class, "Gemini Live", "Filter/Network/Audio",
      "Send audio, pictures and text to a Google Gemini Live model and receive its speech and text",
      "The gemlive authors");
}

static void gst_gemlive_init(GstGemlive *self) {
  auto *priv = self->priv = new Private;
  priv->session = unique_session();
  priv->sink.reset(
      GST_ELEMENT(gst_object_ref_sink(make_inner(self, GST_TYPE_GEMLIVE_SINK, "sink", nullptr))));
  priv->src.reset(
      GST_ELEMENT(gst_object_ref_sink(make_inner(self, GST_TYPE_GEMLIVE_SRC, "src", nullptr))));
  g_signal_connect(priv->src.get(), "notify::connection-state", G_CALLBACK(notify_connection_state),
                   self);
  ConversationClient::of(priv->sink.get()).share_with(GST_ELEMENT(self));
  gst_bin_add_many(GST_BIN(self), priv->sink.get(), priv->src.get(), nullptr);
  add_ghost_pad(self, src_template, priv->src.get(), "src");
  build_input(self);
}
