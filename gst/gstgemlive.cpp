// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/**
 * SECTION:element-gemlive
 * @title: gemlive
 *
 * A conversation with a Gemini Live model: speech in, speech out. Any raw audio goes in; the
 * model's voice comes out, and on request pads the text of what it and the user say.
 *
 * ## Examples
 *
 * |[
 * gst-launch-1.0 filesrc location=question.wav ! wavparse ! gemlive pacing=none ! wavenc ! filesink
 * location=reply.wav
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

#include "actions.hpp"
#include "gst_ptr.hpp"
#include "gstgemlivesink.hpp"
#include "gstgemlivesrc.hpp"
#include "participant.hpp"
#include "properties.hpp"

GST_DEBUG_CATEGORY_STATIC(gst_gemlive_debug);
#define GST_CAT_DEFAULT gst_gemlive_debug

using gemlive::Config;
using gemlive::ElementPtr;
using gemlive::PadPtr;
using gemlive::Participant;

namespace {

#define TEXT_CAPS "text/x-raw, format = (string) utf8"

GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS("audio/x-raw"));
GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE(
    "src", GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS("audio/x-raw, format = (string) S16LE, rate = (int) [ 1, MAX ], "
                    "channels = (int) 1, layout = (string) interleaved"));

/// A request pad and what stands behind it.
struct TextPad {
  GstStaticPadTemplate pad_template;
  const char *stream;                                       // nick
  gemlive::Setting<bool> Config::*transcription = nullptr;  // what must be on for it
};
TextPad text_pads[] = {
    {GST_STATIC_PAD_TEMPLATE("input_transcript", GST_PAD_SRC, GST_PAD_REQUEST,
                             GST_STATIC_CAPS(TEXT_CAPS)),
     "input-transcript", &Config::input_transcription},
    {GST_STATIC_PAD_TEMPLATE("output_transcript", GST_PAD_SRC, GST_PAD_REQUEST,
                             GST_STATIC_CAPS(TEXT_CAPS)),
     "output-transcript", &Config::output_transcription},
    {GST_STATIC_PAD_TEMPLATE("model_text", GST_PAD_SRC, GST_PAD_REQUEST,
                             GST_STATIC_CAPS(TEXT_CAPS)),
     "text", nullptr},
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

GstPad *add_ghost(GstGemlive *self, GstStaticPadTemplate *pad_template, GstElement *inner,
                  const char *inner_pad) {
  PadPtr target(gst_element_get_static_pad(inner, inner_pad));
  gemlive::ObjectPtr<GstPadTemplate> made(gst_static_pad_template_get(pad_template));
  GstPad *ghost =
      gst_ghost_pad_new_from_template(pad_template->name_template, target.get(), made.get());
  if (pad_template->direction == GST_PAD_SRC) {
    gemlive::ObjectPtr<GstProxyPad> internal(gst_proxy_pad_get_internal(GST_PROXY_PAD(ghost)));
    gst_pad_set_chain_function(GST_PAD(internal.get()), chain);
  }
  gst_pad_set_active(ghost, TRUE);
  gst_element_add_pad(GST_ELEMENT(self), ghost);
  return ghost;
}

template <typename Do>
void each_participant(GstGemlive *self, Do &&act) {
  act(Participant::of(self->priv->sink.get()));
  act(Participant::of(self->priv->src.get()));
  for (const auto &pad : text_pads) {
    ElementPtr src(gst_bin_get_by_name(GST_BIN(self), pad.pad_template.name_template));
    if (src) act(Participant::of(src.get()));
  }
}

void notify_state(GObject *, GParamSpec *, GstGemlive *self) {
  g_object_notify(G_OBJECT(self), "connection-state");
}

/// An inner element of the private session; of all of them the conversation tells only one.
GstElement *make_inner(GstGemlive *self, GType type, const char *name, const char *stream) {
  auto *element = GST_ELEMENT(
      g_object_new(type, "name", name, "session", self->priv->session.c_str(), nullptr));
  if (stream) gst_util_set_object_arg(G_OBJECT(element), "stream", stream);
  g_signal_connect(element, "notify::connection-state", G_CALLBACK(notify_state), self);
  return element;
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
  add_ghost(self, &sink_template, chain[0], "sink");
}

GstPad *request_new_pad(GstElement *element, GstPadTemplate *pad_template, const char *,
                        const GstCaps *) {
  auto *self = GST_GEMLIVE(element);
  const char *name = GST_PAD_TEMPLATE_NAME_TEMPLATE(pad_template);
  auto *pad = std::find_if(std::begin(text_pads), std::end(text_pads), [&](const TextPad &p) {
    return std::string_view(p.pad_template.name_template) == name;
  });
  if (pad == std::end(text_pads)) return nullptr;
  ElementPtr there(gst_bin_get_by_name(GST_BIN(self), name));
  if (there) return nullptr;

  auto &settings = Participant::of(self);
  if (settings.is_open() && pad->transcription && !*(settings.config().*pad->transcription)) {
    GST_ELEMENT_WARNING(
        self, LIBRARY, SETTINGS,
        ("Pad \"%s\" cannot be added now: set property \"%s-transcription\" before "
         "starting",
         name, pad->transcription == &Config::input_transcription ? "input" : "output"),
        (nullptr));
    return nullptr;
  }
  auto *src = make_inner(self, GST_TYPE_GEMLIVE_SRC, name, pad->stream);
  Participant::of(src).configure(settings.config());
  gst_bin_add(GST_BIN(self), src);
  GstPad *ghost = add_ghost(self, &pad->pad_template, src, "src");
  gst_element_sync_state_with_parent(src);
  return ghost;
}

void release_pad(GstElement *element, GstPad *pad) {
  auto *self = GST_GEMLIVE(element);
  ElementPtr src(gst_bin_get_by_name(GST_BIN(self), GST_PAD_NAME(pad)));
  if (src) {
    gst_element_set_locked_state(src.get(), TRUE);
    gst_element_set_state(src.get(), GST_STATE_NULL);
  }
  gst_pad_set_active(pad, FALSE);
  gst_element_remove_pad(element, pad);
  if (src) gst_bin_remove(GST_BIN(self), src.get());
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
  return GST_ELEMENT_CLASS(gst_gemlive_parent_class)->change_state(element, transition);
}

void set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec) {
  auto *self = GST_GEMLIVE(object);
  if (!gemlive::properties::is_setting(id)) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    return;
  }
  if (!Participant::of(self).set_property(id, *value, *pspec)) return;
  const auto config = Participant::of(self).config();
  each_participant(self, [&](Participant &inner) { inner.configure(config); });
}

void get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec) {
  if (!Participant::of(object).get_property(id, *value))
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
  element_class->request_new_pad = request_new_pad;
  element_class->release_pad = release_pad;

  gemlive::properties::install(object_class);
  gemlive::actions::install(object_class);
  gst_element_class_add_static_pad_template(element_class, &sink_template);
  gst_element_class_add_static_pad_template(element_class, &src_template);
  for (auto &pad : text_pads)
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
  Participant::set_of(GST_ELEMENT(self), Participant::of(priv->sink.get()));
  gst_bin_add_many(GST_BIN(self), priv->sink.get(), priv->src.get(), nullptr);
  add_ghost(self, &src_template, priv->src.get(), "src");
  build_input(self);
}
