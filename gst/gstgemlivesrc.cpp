// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/**
 * SECTION:element-gemlivesrc
 * @title: gemlivesrc
 *
 * One stream out of a conversation with a Gemini Live model: what the model says, or the text of
 * what it or the user says. The other end of the conversation is a #gemlivesink with the same
 * #gemlivesrc:session.
 *
 * ## Example
 *
 * |[
 * gst-launch-1.0 filesrc location=question.wav ! wavparse ! gemlivesink session=a \
 *     gemlivesrc session=a ! wavenc ! filesink location=reply.wav
 * ]|
 */

#include "gstgemlivesrc.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "conversation_client.hpp"
#include "guarded.hpp"
#include "pipeline_util.hpp"
#include "playout.hpp"
#include "properties.hpp"
#include "stream_kind.hpp"

GST_DEBUG_CATEGORY_STATIC(gst_gemlive_src_debug);
#define GST_CAT_DEFAULT gst_gemlive_src_debug

using gemlive::ConversationClient;
using gemlive::Playout;
using gemlive::properties::StreamKind;

namespace {

struct Private {
  explicit Private(GstElement *element) : client(element) {}

  ConversationClient client;
  std::atomic<StreamKind> kind = StreamKind::audio;
  std::atomic<int> rate = Playout::default_rate;
  std::atomic<std::int64_t> latency = 0;           // ns, as told to LATENCY queries
  std::atomic<std::int64_t> pipeline_latency = 0;  // ns

  // READY→PAUSED until PAUSED→READY
  std::shared_ptr<gemlive::OutputStream> stream;
  gemlive::Guarded<std::shared_ptr<Playout>> playout;  // flush events come from any thread
};

guint prop_session;
guint prop_stream;

GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE(
    "src", GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS("audio/x-raw, format = (string) S16LE, rate = (int) [ 1, MAX ], "
                    "channels = (int) 1, layout = (string) interleaved; "
                    "text/x-raw, format = (string) utf8"));

}  // namespace

struct _GstGemliveSrc {
  GstPushSrc parent;
  Private *priv;
};

G_DEFINE_TYPE(GstGemliveSrc, gst_gemlive_src, GST_TYPE_PUSH_SRC)
GST_ELEMENT_REGISTER_DEFINE(gemlivesrc, "gemlivesrc", GST_RANK_NONE, GST_TYPE_GEMLIVE_SRC)

namespace {

std::int64_t latency_of(const gemlive::Config &config) {
  if (*config.pacing == gemlive::Pacing::none) return 0;
  return std::chrono::nanoseconds(*config.latency).count();
}

bool set_rate(GstGemliveSrc *self, int rate) {
  GST_INFO_OBJECT(self, "%d Hz from now on", rate);
  const auto before = std::to_string(self->priv->rate.exchange(rate));
  if (gst_base_src_negotiate(GST_BASE_SRC(self))) return true;
  self->priv->client.messages().error(
      {.kind = gemlive::ErrorKind::bad_format,
       .message = "The service sends audio at " + std::to_string(rate) +
                  " Hz, and what comes behind cannot change to that from " + before +
                  " Hz: put audioresample and a capsfilter with rate=" + before + " before it"});
  return false;
}

void set_kind(GstGemliveSrc *self, StreamKind kind, const GParamSpec &pspec) {
  auto &client = self->priv->client;
  if (client.is_open()) {
    client.refuse(pspec);
    return;
  }
  self->priv->kind = kind;
  client.require(gemlive::required_by(kind));
}

bool open(GstGemliveSrc *self) {
  auto *priv = self->priv;
  const auto config = priv->client.open();
  if (!config) return false;
  const StreamKind kind = priv->kind;
  const auto streams = priv->client.conversation().streams();
  const std::shared_ptr<gemlive::OutputStream> stream(streams, &gemlive::stream_of(*streams, kind));
  if (!stream->attach()) {
    priv->client.messages().error(
        {.kind = gemlive::ErrorKind::bad_setting,
         .message = "Another gemlivesrc has this stream of session \"" + priv->client.session() +
                    "\" already: set another session or stream, or use a tee"});
    priv->client.close();
    return false;
  }
  priv->stream = stream;
  priv->rate = Playout::default_rate;
  priv->latency = latency_of(*config);
  *priv->playout.lock() =
      std::make_shared<Playout>(GST_BASE_SRC(self), stream,
                                Playout::Rules{.text = kind != StreamKind::audio,
                                               .pacing = *config->pacing,
                                               .gaps = *config->gaps,
                                               .on_interrupt = *config->on_interrupt,
                                               .latency = *config->latency},
                                [self](int rate) { return set_rate(self, rate); });
  return true;
}

void close(GstGemliveSrc *self) {
  auto *priv = self->priv;
  if (!priv->stream) return;
  priv->playout.lock()->reset();
  std::exchange(priv->stream, nullptr)->detach();
  priv->client.close();
}

GstStateChangeReturn change_state(GstElement *element, GstStateChange transition) {
  auto *self = GST_GEMLIVE_SRC(element);
  auto &client = self->priv->client;
  if (transition == GST_STATE_CHANGE_NULL_TO_READY) client.join();
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !open(self))
    return GST_STATE_CHANGE_FAILURE;

  const auto result =
      GST_ELEMENT_CLASS(gst_gemlive_src_parent_class)->change_state(element, transition);

  const bool failed = result == GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY ||
      (failed && transition == GST_STATE_CHANGE_READY_TO_PAUSED))
    close(self);
  if (transition == GST_STATE_CHANGE_READY_TO_NULL ||
      (failed && transition == GST_STATE_CHANGE_NULL_TO_READY))
    client.leave();
  return result;
}

/// EOS is the end of the input, where there is any: the answer to it ends the stream. Else what has
/// come is the last. The base class would wait for the streaming thread, which may wait for a state
/// change, which waits for who sends the event.
gboolean send_event(GstElement *element, GstEvent *event) {
  auto *priv = GST_GEMLIVE_SRC(element)->priv;
  if (GST_EVENT_TYPE(event) != GST_EVENT_EOS)
    return GST_ELEMENT_CLASS(gst_gemlive_src_parent_class)->send_event(element, event);
  const auto forward = [event](GstElement *input) {
    gst_element_send_event(input, gst_event_ref(event));
  };
  const auto stream = priv->stream;  // behind the STATE_LOCK, which the caller holds
  const bool has_input =
      gemlive::ConversationClient::each_input(element, priv->client.session(), forward);
  if (!has_input && stream) stream->end_after_queued();
  gst_event_unref(event);
  return has_input || stream;
}

GstFlowReturn create(GstPushSrc *source, GstBuffer **buffer) {
  auto *priv = GST_GEMLIVE_SRC(source)->priv;
  return priv->playout.copy()->create(buffer, std::chrono::nanoseconds(priv->pipeline_latency));
}

gboolean set_unlocked(GstBaseSrc *source, bool unlocked) {
  if (auto playout = GST_GEMLIVE_SRC(source)->priv->playout.copy()) playout->set_unlocked(unlocked);
  return TRUE;
}

gboolean unlock(GstBaseSrc *source) {
  return set_unlocked(source, true);
}
gboolean unlock_stop(GstBaseSrc *source) {
  return set_unlocked(source, false);
}

GstCaps *get_caps(GstBaseSrc *source, GstCaps *filter) {
  auto *priv = GST_GEMLIVE_SRC(source)->priv;
  auto caps = gemlive::caps_of(priv->kind, priv->rate);
  if (!filter) return caps.release();
  return gst_caps_intersect_full(filter, caps.get(), GST_CAPS_INTERSECT_FIRST);
}

gboolean is_seekable(GstBaseSrc *) {
  return FALSE;
}

gboolean event(GstBaseSrc *source, GstEvent *event) {
  if (GST_EVENT_TYPE(event) == GST_EVENT_LATENCY) {
    GstClockTime latency = 0;
    gst_event_parse_latency(event, &latency);
    GST_GEMLIVE_SRC(source)->priv->pipeline_latency = static_cast<std::int64_t>(latency);
  }
  return GST_BASE_SRC_CLASS(gst_gemlive_src_parent_class)->event(source, event);
}

gboolean query(GstBaseSrc *source, GstQuery *query) {
  if (GST_QUERY_TYPE(query) == GST_QUERY_LATENCY) {
    const auto latency = static_cast<GstClockTime>(GST_GEMLIVE_SRC(source)->priv->latency.load());
    gst_query_set_latency(query, TRUE, latency, GST_CLOCK_TIME_NONE);
    return TRUE;
  }
  return GST_BASE_SRC_CLASS(gst_gemlive_src_parent_class)->query(source, query);
}

void set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec) {
  auto *self = GST_GEMLIVE_SRC(object);
  auto &client = self->priv->client;
  if (id == prop_session) {
    client.set_session(g_value_get_string(value), *pspec);
  } else if (id == prop_stream) {
    set_kind(self, static_cast<StreamKind>(g_value_get_enum(value)), *pspec);
  } else if (gemlive::properties::is_setting(id)) {
    client.set_property(id, *value, *pspec);
    if (!client.is_open()) self->priv->latency = latency_of(client.config());
  } else {
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
}

void get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec) {
  auto *priv = GST_GEMLIVE_SRC(object)->priv;
  if (id == prop_session)
    g_value_set_string(value, priv->client.session().c_str());
  else if (id == prop_stream)
    g_value_set_enum(value, static_cast<int>(priv->kind.load()));
  else if (!priv->client.get_property(id, *value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
}

void finalize(GObject *object) {
  delete GST_GEMLIVE_SRC(object)->priv;
  G_OBJECT_CLASS(gst_gemlive_src_parent_class)->finalize(object);
}

}  // namespace

static void gst_gemlive_src_class_init(GstGemliveSrcClass *klass) {
  GST_DEBUG_CATEGORY_INIT(gst_gemlive_src_debug, "gemlivesrc", 0, "Gemini Live source");
  auto *object_class = G_OBJECT_CLASS(klass);
  auto *element_class = GST_ELEMENT_CLASS(klass);
  auto *base_class = GST_BASE_SRC_CLASS(klass);
  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->finalize = finalize;
  element_class->change_state = change_state;
  element_class->send_event = send_event;
  base_class->unlock = unlock;
  base_class->unlock_stop = unlock_stop;
  base_class->get_caps = get_caps;
  base_class->is_seekable = is_seekable;
  base_class->event = event;
  base_class->query = query;
  GST_PUSH_SRC_CLASS(klass)->create = create;

  prop_session = gemlive::properties::install(object_class);
  prop_stream = prop_session + 1;
  const auto flags = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                              GST_PARAM_MUTABLE_READY);
  g_object_class_install_property(
      object_class, prop_session,
      g_param_spec_string("session", "session",
                          "Names the conversation, by which gemlivesink and gemlivesrc of this "
                          "process find each other.",
                          "default", flags));
  g_object_class_install_property(
      object_class, prop_stream,
      g_param_spec_enum(
          "stream", "stream",
          "Says which stream of the conversation to deliver; a transcript switches its "
          "transcription on.",
          gemlive::properties::stream_kind_type(), static_cast<int>(StreamKind::audio), flags));
  gst_element_class_add_static_pad_template(element_class, &src_template);
  gst_element_class_set_static_metadata(element_class, "Gemini Live source", "Source/Network/Audio",
                                        "What a Gemini Live model says, as audio or text",
                                        "The gemlive authors");
}

static void gst_gemlive_src_init(GstGemliveSrc *self) {
  self->priv = new Private(GST_ELEMENT(self));
  self->priv->latency = latency_of({});
  gst_base_src_set_live(GST_BASE_SRC(self), TRUE);
  gst_base_src_set_format(GST_BASE_SRC(self), GST_FORMAT_TIME);
}
