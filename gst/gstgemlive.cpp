// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/**
 * SECTION:element-gemlive
 * @title: gemlive
 *
 * Talks with a Google Gemini Live model: sends audio, and outputs the speech of the model. Any raw
 * audio can be linked. Request pads send pictures and typed turns, and output transcripts and text.
 *
 * If the output leads back to the input in the same pipeline, as with webrtcbin, use #gemlivesink
 * and #gemlivesrc instead: GstBin cannot sort a loop through a bin.
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
#include <utility>
#include <vector>

#include "action_signals.hpp"
#include "audio_conversion.hpp"
#include "categories.hpp"
#include "conversation_client.hpp"
#include "element_shell.hpp"
#include "ghost_pad.hpp"
#include "gst_ptr.hpp"
#include "gstgemlivesink.hpp"
#include "gstgemlivesrc.hpp"
#include "guarded.hpp"
#include "loop_warning.hpp"
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

/// The element of a request pad.
struct Added {
  const RequestPad *pad = nullptr;
  ElementPtr element = {};
};

struct Private {
  explicit Private(GstElement *element) : loop_warning(element) {}

  std::string session = {};
  ElementPtr sink;
  ElementPtr src;
  gemlive::Guarded<std::vector<Added>> added;
  std::string missing = {};  // name of a factory that is not installed
  gemlive::LoopWarning loop_warning;
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

ElementPtr same(const ElementPtr &element) {
  return ElementPtr(GST_ELEMENT(gst_object_ref(element.get())));
}

/// Null if the pad does not exist.
ElementPtr inner_of(GstGemlive *self, const RequestPad &pad) {
  auto added = self->priv->added.lock();
  const auto found = std::ranges::find(*added, &pad, &Added::pad);
  return found == added->end() ? ElementPtr() : same(found->element);
}

std::vector<ElementPtr> inner_elements(GstGemlive *self) {
  std::vector<ElementPtr> all;
  all.push_back(same(self->priv->sink));
  all.push_back(same(self->priv->src));
  auto added = self->priv->added.lock();
  for (const auto &each : *added)
    all.push_back(same(each.element));
  return all;
}

void notify_connection_state(GstGemlive *self) {
  g_object_notify(G_OBJECT(self), "connection-state");
}

/// Makes an inner element, which belongs to the private session. No application uses its name:
/// gst_bin_get_by_name() also looks into bins.
ElementPtr make_inner(GstGemlive *self, GType type, const std::string &name, const char *stream) {
  ElementPtr element(GST_ELEMENT(gst_object_ref_sink(
      g_object_new(type, "name", name.c_str(), "session", self->priv->session.c_str(), nullptr))));
  if (stream) gst_util_set_object_arg(G_OBJECT(element.get()), "stream", stream);
  return element;
}

/// Undoes exclude_audio(). The sink stays in READY. False if it takes part already.
bool include_audio(GstGemlive *self) {
  auto *sink = self->priv->sink.get();
  if (!gst_element_set_locked_state(sink, FALSE)) return false;
  GST_DEBUG_OBJECT(self, "the audio sink takes part again");
  GST_OBJECT_LOCK(sink);
  GST_OBJECT_FLAG_SET(sink, GST_ELEMENT_FLAG_SINK);
  GST_OBJECT_UNLOCK(sink);
  return true;
}

/// Audio is linked.
void start_audio(GstGemlive *self) {
  if (include_audio(self) && !gst_element_sync_state_with_parent(self->priv->sink.get()))
    GST_WARNING_OBJECT(self, "the audio sink did not start; its error has been posted");
}

void build_input(GstGemlive *self) {
  if (const char *missing = gemlive::audio_conversion::add(GST_BIN(self), self->priv->sink.get())) {
    self->priv->missing = missing;
    return;
  }
  auto *pad = gemlive::audio_conversion::make_pad(GST_BIN(self), sink_template);
  gst_element_add_pad(GST_ELEMENT(self), pad);
  g_signal_connect_object(pad, "linked", G_CALLBACK(start_audio), self, G_CONNECT_SWAPPED);
  self->priv->loop_warning.watch(pad);
}

/// Whether a pad must be active when it is added. Otherwise the state change activates it.
bool is_running(GstElement *element) {
  return GST_STATE(element) > GST_STATE_READY || GST_STATE_NEXT(element) == GST_STATE_PAUSED;
}

void release_pad(GstElement *element, GstPad *pad) {
  auto *self = GST_GEMLIVE(element);
  GST_DEBUG_OBJECT(self, "release pad %s", GST_PAD_NAME(pad));
  const auto *request_pad = gemlive::find_request_pad(GST_PAD_NAME(pad));
  const auto inner = request_pad ? inner_of(self, *request_pad) : ElementPtr();
  if (inner) {
    gst_element_set_locked_state(inner.get(), TRUE);
    gst_element_set_state(inner.get(), GST_STATE_NULL);
  }
  gst_pad_set_active(pad, FALSE);
  gst_element_remove_pad(element, pad);
  if (!inner) return;
  // A bin that is disposed has removed its elements before its pads.
  if (gst_object_has_as_parent(GST_OBJECT(inner.get()), GST_OBJECT(self)))
    gst_bin_remove(GST_BIN(self), inner.get());
  std::erase_if(*self->priv->added.lock(),
                [&](const Added &each) { return each.pad == request_pad; });
}

GstPad *request_new_pad(GstElement *element, GstPadTemplate *pad_template, const char *,
                        const GstCaps *) {
  auto *self = GST_GEMLIVE(element);
  auto *pad = gemlive::find_request_pad(GST_PAD_TEMPLATE_NAME_TEMPLATE(pad_template));
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
  const auto inner =
      make_inner(self, pad->is_input() ? GST_TYPE_GEMLIVE_SINK : GST_TYPE_GEMLIVE_SRC,
                 pad->element_name(), pad->stream);
  ConversationClient::of(inner.get()).configure(config);
  GST_DEBUG_OBJECT(self, "add pad %s", pad->name());
  gst_bin_add(GST_BIN(self), inner.get());
  GstPad *ghost = gemlive::make_ghost_pad(pad->pad_template, inner.get());
  if (is_running(element)) gst_pad_set_active(ghost, TRUE);
  self->priv->added.lock()->push_back({pad, same(inner)});
  ConversationClient::of(inner.get()).configure(client.config());  // it may have changed meanwhile
  gst_element_add_pad(element, ghost);
  if (gst_element_sync_state_with_parent(inner.get())) return ghost;
  GST_WARNING_OBJECT(self, "pad %s did not start; its error has been posted", pad->name());
  release_pad(element, ghost);
  return nullptr;
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
  auto *sink = self->priv->sink.get();
  GST_OBJECT_LOCK(sink);
  GST_OBJECT_FLAG_UNSET(sink, GST_ELEMENT_FLAG_SINK);
  GST_OBJECT_UNLOCK(sink);
  gst_element_set_locked_state(sink, TRUE);
}

/// All inner elements get the same settings, which no other thread changes until they have started.
void prepare_start(GstGemlive *self) {
  const auto config = ConversationClient::of(self).freeze();
  for (const auto &inner : inner_elements(self))
    if (inner != self->priv->sink) ConversationClient::of(inner.get()).configure(config);
  if (is_audio_unused(self)) exclude_audio(self);
  self->priv->loop_warning.check();
}

void finish_stop(GstGemlive *self) {
  ConversationClient::of(self).unfreeze();
  self->priv->loop_warning.reset();
  include_audio(self);
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
  const bool starts = transition == GST_STATE_CHANGE_READY_TO_PAUSED;
  if (starts) prepare_start(self);
  const auto result =
      GST_ELEMENT_CLASS(gst_gemlive_parent_class)->change_state(element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY ||
      (starts && result == GST_STATE_CHANGE_FAILURE))
    finish_stop(self);
  return result;
}

/// EOS ends the input; GstBin would also send it into the sink pads, and wait there. A seek goes to
/// the audio input; GstBin would also ask the sources, which cannot seek.
gboolean send_event(GstElement *element, GstEvent *event) {
  const auto *priv = GST_GEMLIVE(element)->priv;
  if (GST_EVENT_TYPE(event) == GST_EVENT_SEEK)
    return gst_element_send_event(priv->sink.get(), event);
  if (GST_EVENT_TYPE(event) != GST_EVENT_EOS)
    return GST_ELEMENT_CLASS(gst_gemlive_parent_class)->send_event(element, event);
  const bool has_input = ConversationClient::for_each_input(
      element, priv->session,
      [event](GstElement *input) { gst_element_send_event(input, gst_event_ref(event)); });
  const PadPtr audio(gst_element_get_static_pad(element, "sink"));
  if (audio && has_input) gemlive::audio_conversion::end_input(audio.get());
  gst_event_unref(event);
  return has_input;
}

}  // namespace

static void gst_gemlive_class_init(GstGemliveClass *klass) {
  auto *object_class = G_OBJECT_CLASS(klass);
  auto *element_class = GST_ELEMENT_CLASS(klass);
  object_class->set_property = gemlive::element_shell::set_property;
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
  auto *priv = self->priv = new Private(GST_ELEMENT(self));
  priv->session = unique_session();
  priv->sink = make_inner(self, GST_TYPE_GEMLIVE_SINK, "gemlive-audio-sink", nullptr);
  priv->src = make_inner(self, GST_TYPE_GEMLIVE_SRC, "gemlive-audio-src", nullptr);
  g_signal_connect_object(priv->src.get(), "notify::connection-state",
                          G_CALLBACK(notify_connection_state), self, G_CONNECT_SWAPPED);
  ConversationClient::of(priv->sink.get()).share_with(GST_ELEMENT(self));
  gst_bin_add_many(GST_BIN(self), priv->sink.get(), priv->src.get(), nullptr);
  gst_element_add_pad(GST_ELEMENT(self), gemlive::make_ghost_pad(src_template, priv->src.get()));
  build_input(self);
}
