// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/**
 * SECTION:element-gemlivesink
 * @title: gemlivesink
 *
 * One medium into a conversation with a Gemini Live model. The other end of the conversation is a
 * #gemlivesrc with the same #gemlivesink:session. EOS is posted when all has been sent and the
 * answer is complete.
 *
 * ## Example
 *
 * |[
 * gst-launch-1.0 filesrc location=question.wav ! wavparse ! gemlivesink session=a \
 *     gemlivesrc session=a ! wavenc ! filesink location=reply.wav
 * ]|
 */

#include "gstgemlivesink.hpp"

#include <memory>
#include <utility>

#include "action_signals.hpp"
#include "conversation_client.hpp"
#include "guarded.hpp"
#include "pipeline_util.hpp"
#include "properties.hpp"
#include "sink_input.hpp"

GST_DEBUG_CATEGORY_STATIC(gst_gemlive_sink_debug);
#define GST_CAT_DEFAULT gst_gemlive_sink_debug

using gemlive::ConversationClient;
using gemlive::SinkInput;

namespace {

struct Private {
  explicit Private(GstElement *element) : client(element) {}

  ConversationClient client;
  // READY→PAUSED until PAUSED→READY; flush events come from any thread
  gemlive::Guarded<std::shared_ptr<SinkInput>> input;
};

guint prop_session;

GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE(
    "sink", GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS("audio/x-raw, format = (string) S16LE, "
                    "rate = (int) { 16000, 8000, 24000, 48000 }, channels = (int) 1, "
                    "layout = (string) interleaved; "
                    "image/jpeg; "
                    "text/x-raw, format = (string) utf8"));

}  // namespace

struct _GstGemliveSink {
  GstBaseSink parent;
  Private *priv;
};

G_DEFINE_TYPE(GstGemliveSink, gst_gemlive_sink, GST_TYPE_BASE_SINK)
GST_ELEMENT_REGISTER_DEFINE(gemlivesink, "gemlivesink", GST_RANK_NONE, GST_TYPE_GEMLIVE_SINK)

namespace {

GstBaseSinkClass *parent_of(gpointer) {
  return GST_BASE_SINK_CLASS(gst_gemlive_sink_parent_class);
}

std::shared_ptr<SinkInput> input_of(gpointer self) {
  return GST_GEMLIVE_SINK(self)->priv->input.copy();
}

bool open(GstGemliveSink *self) {
  auto *priv = self->priv;
  const auto config = priv->client.open();
  if (!config) return false;
  auto input = priv->client.conversation().add_input();
  if (!input) {
    priv->client.messages().post_error(input.error());
    priv->client.close();
    return false;
  }
  *priv->input.lock() = std::make_shared<SinkInput>(GST_BASE_SINK(self), priv->client,
                                                    std::move(*input), *config->pacing);
  return true;
}

void close(GstGemliveSink *self) {
  auto *priv = self->priv;
  auto input = std::exchange(*priv->input.lock(), nullptr);
  if (!input) return;
  input.reset();
  priv->client.close();
}

GstStateChangeReturn change_state(GstElement *element, GstStateChange transition) {
  auto *self = GST_GEMLIVE_SINK(element);
  auto &client = self->priv->client;
  if (transition == GST_STATE_CHANGE_NULL_TO_READY) client.join();
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !open(self))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING ||
      transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED)
    input_of(self)->set_paused(transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED);

  const auto result =
      GST_ELEMENT_CLASS(gst_gemlive_sink_parent_class)->change_state(element, transition);

  const bool failed = result == GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY ||
      (failed && transition == GST_STATE_CHANGE_READY_TO_PAUSED))
    close(self);
  if (transition == GST_STATE_CHANGE_READY_TO_NULL ||
      (failed && transition == GST_STATE_CHANGE_NULL_TO_READY))
    client.leave();
  return result;
}

void receive(GstElement *element, gpointer event) {
  gst_pad_send_event(GST_BASE_SINK_PAD(element), gst_event_ref(GST_EVENT(event)));
}

/// EOS ends the input at once; the application's thread is not to wait for the answer. Upstream
/// sends its own when its next buffer is refused; where there is none, it is stood in for.
gboolean send_event(GstElement *element, GstEvent *event) {
  if (GST_EVENT_TYPE(event) != GST_EVENT_EOS)
    return GST_ELEMENT_CLASS(gst_gemlive_sink_parent_class)->send_event(element, event);
  const auto input = input_of(element);
  GST_INFO_OBJECT(element, "EOS from the application%s", input ? "" : ", but nothing runs");
  if (input) input->end();
  if (input && !gemlive::has_source(GST_BASE_SINK_PAD(element)))
    gst_element_call_async(element, receive, event,
                           [](gpointer event) { gst_event_unref(GST_EVENT(event)); });
  else
    gst_event_unref(event);
  return input != nullptr;
}

gboolean set_caps(GstBaseSink *sink, GstCaps *caps) {
  GST_DEBUG_OBJECT(sink, "caps %" GST_PTR_FORMAT, caps);
  input_of(sink)->set_caps(caps);
  return TRUE;
}

GstFlowReturn render(GstBaseSink *sink, GstBuffer *buffer) {
  return input_of(sink)->render(buffer);
}

/// With the PREROLL_LOCK, before the base class posts EOS or goes on after a gap.
GstFlowReturn wait_event(GstBaseSink *sink, GstEvent *event) {
  const auto flow = parent_of(sink)->wait_event(sink, event);
  if (flow != GST_FLOW_OK) return flow;
  if (GST_EVENT_TYPE(event) == GST_EVENT_EOS) {
    GST_INFO_OBJECT(sink, "the input has ended; its answer is awaited");
    const auto ended = input_of(sink)->drain();
    GST_INFO_OBJECT(sink, "the wait for the answer is over: %s", gst_flow_get_name(ended));
    return ended;
  }
  if (GST_EVENT_TYPE(event) == GST_EVENT_GAP) {
    GstClockTime duration = GST_CLOCK_TIME_NONE;
    gst_event_parse_gap(event, nullptr, &duration);
    return input_of(sink)->render_gap(duration);
  }
  return GST_FLOW_OK;
}

gboolean event(GstBaseSink *sink, GstEvent *event) {
  const auto type = GST_EVENT_TYPE(event);
  auto input = input_of(sink);
  if (input && type == GST_EVENT_FLUSH_START) input->set_flushing(true);
  if (input && type == GST_EVENT_SEGMENT) input->start_segment();
  if (input && type == GST_EVENT_CUSTOM_DOWNSTREAM) input->handle_custom_event(event);
  const gboolean result = parent_of(sink)->event(sink, event);
  if (input && type == GST_EVENT_FLUSH_STOP) input->set_flushing(false);
  return result;
}

gboolean set_unlocked(GstBaseSink *sink, bool unlocked) {
  if (auto input = input_of(sink)) input->set_unlocked(unlocked);
  return TRUE;
}

gboolean unlock(GstBaseSink *sink) {
  return set_unlocked(sink, true);
}
gboolean unlock_stop(GstBaseSink *sink) {
  return set_unlocked(sink, false);
}

void set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec) {
  auto &client = GST_GEMLIVE_SINK(object)->priv->client;
  if (id == prop_session)
    client.set_session(g_value_get_string(value), *pspec);
  else if (gemlive::properties::is_setting(id))
    client.set_property(id, *value, *pspec);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
}

void get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec) {
  auto &client = GST_GEMLIVE_SINK(object)->priv->client;
  if (id == prop_session)
    g_value_set_string(value, client.session().c_str());
  else if (!client.get_property(id, *value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
}

void finalize(GObject *object) {
  delete GST_GEMLIVE_SINK(object)->priv;
  G_OBJECT_CLASS(gst_gemlive_sink_parent_class)->finalize(object);
}

}  // namespace

static void gst_gemlive_sink_class_init(GstGemliveSinkClass *klass) {
  GST_DEBUG_CATEGORY_INIT(gst_gemlive_sink_debug, "gemlivesink", 0, "Gemini Live sink");
  auto *object_class = G_OBJECT_CLASS(klass);
  auto *element_class = GST_ELEMENT_CLASS(klass);
  auto *base_class = GST_BASE_SINK_CLASS(klass);
  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->finalize = finalize;
  element_class->change_state = change_state;
  element_class->send_event = send_event;
  base_class->set_caps = set_caps;
  base_class->render = render;
  base_class->wait_event = wait_event;
  base_class->event = event;
  base_class->unlock = unlock;
  base_class->unlock_stop = unlock_stop;

  prop_session = gemlive::properties::install(object_class);
  g_object_class_install_property(
      object_class, prop_session,
      g_param_spec_string("session", "session",
                          "Names the conversation, by which gemlivesink and gemlivesrc of this "
                          "process find each other.",
                          "default",
                          static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                   GST_PARAM_MUTABLE_READY)));
  gemlive::actions::install(object_class);
  gst_element_class_add_static_pad_template(element_class, &sink_template);
  gst_element_class_set_static_metadata(element_class, "Gemini Live sink", "Sink/Network/Audio",
                                        "What is said to a Gemini Live model",
                                        "The gemlive authors");
}

static void gst_gemlive_sink_init(GstGemliveSink *self) {
  self->priv = new Private(GST_ELEMENT(self));
  auto *base = GST_BASE_SINK(self);
  // With async state changes a file pipeline deadlocks: downstream of the source prerolls on the
  // answer, the answer needs the input, the input waits for preroll.
  gst_base_sink_set_async_enabled(base, FALSE);
  gst_base_sink_set_processing_deadline(base, 0);
  gst_base_sink_set_last_sample_enabled(base, FALSE);
}
