// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/**
 * SECTION:element-gemlivesrc
 * @title: gemlivesrc
 *
 * Outputs the speech of a Google Gemini Live model, a transcript, or text that the model writes.
 * #gemlivesrc:stream selects which. The input comes from a #gemlivesink with the same
 * #gemlivesrc:session.
 *
 * ## Example
 *
 * |[
 * gst-launch-1.0 filesrc location=question.wav ! wavparse ! gemlivesink session=a \
 *     gemlivesrc session=a ! wavenc ! filesink location=reply.wav
 * ]| Send a question from a file, and write the answer to a file.
 */

#include "gstgemlivesrc.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "categories.hpp"
#include "conversation_client.hpp"
#include "element_shell.hpp"
#include "gst_ptr.hpp"
#include "guarded.hpp"
#include "pipeline_util.hpp"
#include "playout.hpp"
#include "properties.hpp"
#include "stream_identity.hpp"
#include "stream_kind.hpp"

#define GST_CAT_DEFAULT gemlive::categories::element

using gemlive::ConversationClient;
using gemlive::Playout;
using gemlive::properties::StreamKind;

namespace {

struct Private {
  explicit Private(GstElement *element) : client(element) {}

  ConversationClient client;
  std::atomic<StreamKind> kind = StreamKind::audio;
  std::atomic<int> rate = Playout::default_rate;
  std::atomic<std::int64_t> latency = 0;           // ns, for LATENCY queries
  std::atomic<std::int64_t> pipeline_latency = 0;  // ns

  // READY→PAUSED until PAUSED→READY
  std::shared_ptr<gemlive::OutputStream> stream;
  gemlive::Guarded<std::shared_ptr<Playout>> playout;  // unlock() runs on any thread
};

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
  const auto before = std::to_string(self->priv->rate.exchange(rate));
  GST_DEBUG_OBJECT(self, "sample rate changes from %s to %d Hz", before.c_str(), rate);
  if (gst_base_src_negotiate(GST_BASE_SRC(self))) return true;
  self->priv->client.messages().post_error(
      {.kind = gemlive::ErrorKind::bad_format,
       .message = "The service sends audio at " + std::to_string(rate) +
                  " Hz, but downstream cannot change from " + before +
                  " Hz: put audioresample and a capsfilter with rate=" + before +
                  " after gemlivesrc"});
  return false;
}

gemlive::StreamIdentity identify(GstGemliveSrc *self) {
  auto &client = self->priv->client;
  auto *element = GST_ELEMENT(self);
  const StreamKind kind = self->priv->kind;
  const auto streams = client.conversation().streams();
  return {.id = gemlive::stream_id(element, client.session(), gemlive::nick_of(kind)),
          .group = streams->groups.settle(gemlive::top_parent(element),
                                          gemlive::propose_group(element, client.session())),
          .sparse = kind != StreamKind::audio};
}

void set_kind(GstGemliveSrc *self, StreamKind kind, const GParamSpec &pspec) {
  auto &client = self->priv->client;
  if (!client.require(gemlive::required_settings(kind))) return client.reject_change(pspec);
  self->priv->kind = kind;
}

bool open(GstElement *element) {
  auto *self = GST_GEMLIVE_SRC(element);
  auto *priv = self->priv;
  const auto config = priv->client.open();
  if (!config) return false;
  const StreamKind kind = priv->kind;
  const auto streams = priv->client.conversation().streams();
  const std::shared_ptr<gemlive::OutputStream> stream(streams,
                                                      &gemlive::select_stream(*streams, kind));
  if (!stream->attach()) {
    priv->client.messages().post_error(
        {.kind = gemlive::ErrorKind::bad_setting,
         .message = "Another gemlivesrc already outputs this stream of session \"" +
                    priv->client.session() + "\": set another session or stream, or use a tee"});
    priv->client.close();
    return false;
  }
  priv->stream = stream;
  priv->rate = Playout::default_rate;
  priv->latency = latency_of(*config);
  *priv->playout.lock() = std::make_shared<Playout>(
      GST_BASE_SRC(self), stream, streams->start, priv->client.paused_time(),
      Playout::Options{.text = kind != StreamKind::audio,
                       .pacing = *config->pacing,
                       .gaps = *config->gaps,
                       .on_interrupt = *config->on_interrupt,
                       .latency = *config->latency,
                       .buffer_duration = *config->buffer_duration,
                       .max_lag = *config->max_lag,
                       .captions = *config->captions,
                       .caption_width = *config->caption_width},
      [self](int rate) { return set_rate(self, rate); }, [self] { return identify(self); });
  return true;
}

void close(GstElement *element) {
  auto *priv = GST_GEMLIVE_SRC(element)->priv;
  if (!priv->stream) return;
  priv->playout.lock()->reset();
  std::exchange(priv->stream, nullptr)->detach();
  priv->client.close();
}

/// Before its caps arrive, an input gets what its upstream can send.
bool is_audio(GstElement *input) {
  const gemlive::PadPtr pad(gst_element_get_static_pad(input, "sink"));
  gemlive::CapsPtr caps(gst_pad_get_current_caps(pad.get()));
  if (!caps) caps.reset(gst_pad_get_allowed_caps(pad.get()));
  return caps && !gst_caps_is_empty(caps.get()) &&
         gst_structure_has_name(gst_caps_get_structure(caps.get(), 0), "audio/x-raw");
}

/// A seek goes to the audio input in this pipeline.
gboolean seek(GstElement *element, GstEvent *event) {
  gboolean result = FALSE;
  ConversationClient::for_each_input(
      element, GST_GEMLIVE_SRC(element)->priv->client.session(), [&](GstElement *input) {
        if (is_audio(input)) result = gst_element_send_event(input, gst_event_ref(event));
      });
  return result;
}

/// EOS ends the inputs in this pipeline, and the answer to them ends the stream. Without an input
/// the stream ends after the data that has arrived. The base class would wait for the streaming
/// thread. That can wait for a state change, which waits for the sender of the event.
gboolean end(GstElement *element, GstEvent *event) {
  auto *priv = GST_GEMLIVE_SRC(element)->priv;
  const auto forward = [event](GstElement *input) {
    gst_element_send_event(input, gst_event_ref(event));
  };
  const auto stream = priv->stream;  // the caller holds the STATE_LOCK
  const bool has_input =
      ConversationClient::for_each_input(element, priv->client.session(), forward);
  GST_DEBUG_OBJECT(element, "EOS from the application: %s",
                   has_input ? "the input ends"
                   : stream  ? "the stream ends after the data that has arrived"
                             : "ignored, because the element is not running");
  if (!has_input && stream) stream->end_after_queued();
  return has_input || stream;
}

/// The base class would flush downstream before it refuses a seek, and send no segment after that.
gboolean send_event(GstElement *element, GstEvent *event) {
  const auto type = GST_EVENT_TYPE(event);
  const auto playout = GST_GEMLIVE_SRC(element)->priv->playout.copy();
  if (type == GST_EVENT_FLUSH_STOP && playout) playout->set_flushed(gst_event_get_seqnum(event));
  if (type != GST_EVENT_EOS && type != GST_EVENT_SEEK)
    return GST_ELEMENT_CLASS(gst_gemlive_src_parent_class)->send_event(element, event);
  const auto result = type == GST_EVENT_EOS ? end(element, event) : seek(element, event);
  gst_event_unref(event);
  return result;
}

/// PAUSED interrupts Playout. When PLAYING follows before this thread has noticed, the base class
/// takes FLUSHING for a flush and stops the stream.
GstFlowReturn create(GstPushSrc *source, GstBuffer **buffer) {
  auto *base = GST_BASE_SRC(source);
  auto *priv = GST_GEMLIVE_SRC(source)->priv;
  const auto playout = priv->playout.copy();
  for (;;) {
    const auto flow = playout->create(buffer, std::chrono::nanoseconds(priv->pipeline_latency));
    if (flow != GST_FLOW_FLUSHING || GST_PAD_IS_FLUSHING(GST_BASE_SRC_PAD(base))) return flow;
    if (const auto playing = gst_base_src_wait_playing(base); playing != GST_FLOW_OK)
      return playing;
  }
}

template <bool unlocked>
gboolean set_unlocked(GstBaseSrc *source) {
  if (auto playout = GST_GEMLIVE_SRC(source)->priv->playout.copy()) playout->set_unlocked(unlocked);
  return TRUE;
}

GstStateChangeReturn change_state(GstElement *element, GstStateChange transition) {
  // Not each version of GstBaseSrc does this, and in PAUSED the running time stands still.
  if (transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED) set_unlocked<true>(GST_BASE_SRC(element));
  const auto result = gemlive::element_shell::change_state(
      element, transition, gst_gemlive_src_parent_class, {.open = open, .close = close});
  if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING) set_unlocked<false>(GST_BASE_SRC(element));
  return result;
}

GstCaps *get_caps(GstBaseSrc *source, GstCaps *filter) {
  auto *priv = GST_GEMLIVE_SRC(source)->priv;
  auto caps = gemlive::caps_of(priv->kind, priv->rate);
  if (!filter) return caps.release();
  return gst_caps_intersect_full(filter, caps.get(), GST_CAPS_INTERSECT_FIRST);
}

/// Caps follow STREAM_START, which Playout sends.
gboolean negotiate(GstBaseSrc *source) {
  const auto playout = GST_GEMLIVE_SRC(source)->priv->playout.copy();
  if (!playout || !playout->is_announced()) return TRUE;
  return GST_BASE_SRC_CLASS(gst_gemlive_src_parent_class)->negotiate(source);
}

/// Buffers of a proposed pool hold at least as much audio, or silence, as each of ours.
gboolean decide_allocation(GstBaseSrc *source, GstQuery *query) {
  auto *priv = GST_GEMLIVE_SRC(source)->priv;
  const auto playout = priv->playout.copy();
  const auto wanted = playout ? playout->largest_buffer_bytes(priv->rate) : 0;
  for (guint i = 0; i < gst_query_get_n_allocation_pools(query); ++i) {
    GstBufferPool *pool = nullptr;
    guint size = 0, min = 0, max = 0;
    gst_query_parse_nth_allocation_pool(query, i, &pool, &size, &min, &max);
    gst_query_set_nth_allocation_pool(query, i, pool, std::max(size, wanted), min, max);
    if (pool) gst_object_unref(pool);
  }
  return GST_BASE_SRC_CLASS(gst_gemlive_src_parent_class)->decide_allocation(source, query);
}

gboolean is_seekable(GstBaseSrc *) {
  return FALSE;
}

gboolean event(GstBaseSrc *source, GstEvent *event) {
  if (GST_EVENT_TYPE(event) == GST_EVENT_SEEK) return seek(GST_ELEMENT(source), event);
  if (GST_EVENT_TYPE(event) == GST_EVENT_LATENCY) {
    GstClockTime latency = 0;
    gst_event_parse_latency(event, &latency);
    GST_DEBUG_OBJECT(source, "latency of the pipeline: %" GST_TIME_FORMAT, GST_TIME_ARGS(latency));
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
  // A bin then asks its other sinks: the input of a file knows its duration.
  if (GST_QUERY_TYPE(query) == GST_QUERY_DURATION) return FALSE;
  return GST_BASE_SRC_CLASS(gst_gemlive_src_parent_class)->query(source, query);
}

void set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec) {
  auto *self = GST_GEMLIVE_SRC(object);
  auto &client = self->priv->client;
  if (gemlive::properties::is_stream(id))
    return set_kind(self, static_cast<StreamKind>(g_value_get_enum(value)), *pspec);
  gemlive::element_shell::set_property(object, id, value, pspec);
  if (!client.is_open()) self->priv->latency = latency_of(client.config());
}

void get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec) {
  if (gemlive::properties::is_stream(id))
    g_value_set_enum(value, static_cast<int>(GST_GEMLIVE_SRC(object)->priv->kind.load()));
  else
    gemlive::element_shell::get_property(object, id, value, pspec);
}

}  // namespace

static void gst_gemlive_src_class_init(GstGemliveSrcClass *klass) {
  auto *object_class = G_OBJECT_CLASS(klass);
  auto *element_class = GST_ELEMENT_CLASS(klass);
  auto *base_class = GST_BASE_SRC_CLASS(klass);
  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->finalize =
      gemlive::element_shell::finalize<GstGemliveSrc, gst_gemlive_src_parent_class>;
  element_class->change_state = change_state;
  element_class->send_event = send_event;
  base_class->unlock = set_unlocked<true>;
  base_class->unlock_stop = set_unlocked<false>;
  base_class->get_caps = get_caps;
  base_class->negotiate = negotiate;
  base_class->decide_allocation = decide_allocation;
  base_class->is_seekable = is_seekable;
  base_class->event = event;
  base_class->query = query;
  GST_PUSH_SRC_CLASS(klass)->create = create;

  gemlive::properties::install(object_class);
  gemlive::properties::install_session(object_class);
  gemlive::properties::install_stream(object_class);
  gst_element_class_add_static_pad_template(element_class, &src_template);
  gst_element_class_set_static_metadata(element_class, "Gemini Live Source", "Source/Network/Audio",
                                        "Receive speech or text from a Google Gemini Live model",
                                        "The gemlive authors");
}

static void gst_gemlive_src_init(GstGemliveSrc *self) {
  self->priv = new Private(GST_ELEMENT(self));
  self->priv->latency = latency_of({});
  gst_base_src_set_live(GST_BASE_SRC(self), TRUE);
  gst_base_src_set_format(GST_BASE_SRC(self), GST_FORMAT_TIME);
}
