// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

/**
 * SECTION:element-gemlivesink
 * @title: gemlivesink
 *
 * Sends audio, pictures or text to a Google Gemini Live model. The model's answer comes out of a
 * #gemlivesrc with the same #gemlivesink:session. The caps select the medium. EOS is posted when
 * all input has been sent and the answer is complete.
 *
 * ## Example
 *
 * |[
 * gst-launch-1.0 filesrc location=question.wav ! wavparse ! gemlivesink session=a \
 *     gemlivesrc session=a ! wavenc ! filesink location=reply.wav
 * ]| Send a question from a file, and write the answer to a file.
 */

#include "gstgemlivesink.hpp"

#include <memory>
#include <utility>

#include "action_signals.hpp"
#include "categories.hpp"
#include "conversation_client.hpp"
#include "element_shell.hpp"
#include "guarded.hpp"
#include "pipeline_util.hpp"
#include "properties.hpp"
#include "sink_input.hpp"

#define GST_CAT_DEFAULT gemlive::categories::element

using gemlive::ConversationClient;
using gemlive::SinkInput;

namespace {

void post_eos(GstElement *element);

struct Seek {
  guint32 seqnum = GST_SEQNUM_INVALID;
  gboolean result = FALSE;
};

struct Private {
  explicit Private(GstElement *element) : client(element, post_eos) {}

  ConversationClient client;
  // READY→PAUSED until PAUSED→READY. Flush events arrive on any thread.
  gemlive::Guarded<std::shared_ptr<SinkInput>> input;
  gemlive::Guarded<Seek> last_seek;
};

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

/// Any thread. Also after each change that an earlier end of the conversation may have missed.
void post_eos(GstElement *element) {
  if (const auto input = input_of(element)) input->post_eos();
}

bool open(GstElement *element) {
  auto *priv = GST_GEMLIVE_SINK(element)->priv;
  const auto config = priv->client.open();
  if (!config) return false;
  auto input = priv->client.conversation().add_input(gemlive::input_name(element));
  if (!input) {
    priv->client.messages().post_error(input.error());
    priv->client.close();
    return false;
  }
  *priv->input.lock() =
      std::make_shared<SinkInput>(GST_BASE_SINK(element), priv->client, std::move(*input), *config);
  return true;
}

void close(GstElement *element) {
  auto *priv = GST_GEMLIVE_SINK(element)->priv;
  auto input = std::exchange(*priv->input.lock(), nullptr);
  if (!input) return;
  input.reset();
  priv->client.close();
}

GstStateChangeReturn change_state(GstElement *element, GstStateChange transition) {
  if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING ||
      transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED)
    input_of(element)->set_paused(transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED);
  const auto result = gemlive::element_shell::change_state(
      element, transition, gst_gemlive_sink_parent_class, {.open = open, .close = close});
  if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING) post_eos(element);
  return result;
}

/// Every sink of a pipeline passes its seek upstream, also those behind a gemlivesrc. The first one
/// is carried out; the others get the same result.
gboolean seek(GstElement *element, GstEvent *event) {
  auto &last = GST_GEMLIVE_SINK(element)->priv->last_seek;
  const auto seqnum = gst_event_get_seqnum(event);
  if (const auto known = last.copy(); known.seqnum == seqnum) {
    gst_event_unref(event);
    return known.result;
  }
  *last.lock() = {.seqnum = seqnum};
  const auto result = GST_ELEMENT_CLASS(gst_gemlive_sink_parent_class)->send_event(element, event);
  *last.lock() = {.seqnum = seqnum, .result = result};
  return result;
}

/// EOS ends the input at once, and the application's thread does not wait for the answer. A source
/// upstream sends EOS itself after its next buffer is refused.
gboolean send_event(GstElement *element, GstEvent *event) {
  if (GST_EVENT_TYPE(event) == GST_EVENT_SEEK) return seek(element, event);
  if (GST_EVENT_TYPE(event) != GST_EVENT_EOS)
    return GST_ELEMENT_CLASS(gst_gemlive_sink_parent_class)->send_event(element, event);
  const auto input = input_of(element);
  GST_DEBUG_OBJECT(element, "EOS from the application: %s",
                   input ? "the input ends" : "ignored, because the element is not running");
  if (input) input->end(event);
  gst_event_unref(event);
  return input != nullptr;
}

/// SinkInput paces the data. The base class waits for none, whatever its property `sync` is.
void get_times(GstBaseSink *, GstBuffer *, GstClockTime *start, GstClockTime *end) {
  *start = *end = GST_CLOCK_TIME_NONE;
}

/// As a sink that does not synchronise: no latency of upstream delays the input, so none matters.
gboolean query(GstElement *element, GstQuery *query) {
  if (GST_QUERY_TYPE(query) != GST_QUERY_LATENCY)
    return GST_ELEMENT_CLASS(gst_gemlive_sink_parent_class)->query(element, query);
  gst_query_set_latency(query, FALSE, 0, GST_CLOCK_TIME_NONE);
  return TRUE;
}

gboolean set_caps(GstBaseSink *sink, GstCaps *caps) {
  input_of(sink)->set_caps(caps);
  return TRUE;
}

GstFlowReturn prepare(GstBaseSink *sink, GstBuffer *) {
  input_of(sink)->begin_wait();
  return GST_FLOW_OK;
}

GstFlowReturn render(GstBaseSink *sink, GstBuffer *buffer) {
  return input_of(sink)->render(buffer);
}

/// With the PREROLL_LOCK, before the base class continues after a gap.
GstFlowReturn wait_event(GstBaseSink *sink, GstEvent *event) {
  if (GST_EVENT_TYPE(event) != GST_EVENT_GAP) return parent_of(sink)->wait_event(sink, event);
  const auto input = input_of(sink);
  input->begin_wait();
  const auto flow = gst_base_sink_do_preroll(sink, GST_MINI_OBJECT_CAST(event));
  return flow == GST_FLOW_OK ? input->render_gap(event) : flow;
}

/// The base class would post EOS, and only on this thread. Upstream does not wait for the answer
/// here: with one thread for several pads, the other pads get their EOS.
gboolean end_of_stream(GstBaseSink *sink, GstEvent *event) {
  const auto input = input_of(sink);
  input->begin_wait();
  const bool finished =
      gst_base_sink_do_preroll(sink, GST_MINI_OBJECT_CAST(event)) == GST_FLOW_OK &&
      input->finish(event);
  gst_event_unref(event);
  return finished;
}

gboolean event(GstBaseSink *sink, GstEvent *event) {
  const auto type = GST_EVENT_TYPE(event);
  auto input = input_of(sink);
  if (input && type == GST_EVENT_EOS) return end_of_stream(sink, event);
  if (input && type == GST_EVENT_FLUSH_START) input->set_flushing(true);
  if (input && type == GST_EVENT_SEGMENT) input->start_segment(event);
  if (input && type == GST_EVENT_CUSTOM_DOWNSTREAM) input->handle_custom_event(event);
  const gboolean result = parent_of(sink)->event(sink, event);
  if (input && type == GST_EVENT_FLUSH_STOP) {
    input->set_flushing(false);
    input->post_eos();
  }
  return result;
}

template <bool unlocked>
gboolean set_unlocked(GstBaseSink *sink) {
  if (auto input = input_of(sink)) input->set_unlocked(unlocked);
  return TRUE;
}

}  // namespace

static void gst_gemlive_sink_class_init(GstGemliveSinkClass *klass) {
  auto *object_class = G_OBJECT_CLASS(klass);
  auto *element_class = GST_ELEMENT_CLASS(klass);
  auto *base_class = GST_BASE_SINK_CLASS(klass);
  object_class->set_property = gemlive::element_shell::set_property;
  object_class->get_property = gemlive::element_shell::get_property;
  object_class->finalize =
      gemlive::element_shell::finalize<GstGemliveSink, gst_gemlive_sink_parent_class>;
  element_class->change_state = change_state;
  element_class->send_event = send_event;
  element_class->query = query;
  base_class->get_times = get_times;
  base_class->set_caps = set_caps;
  base_class->prepare = prepare;
  base_class->render = render;
  base_class->wait_event = wait_event;
  base_class->event = event;
  base_class->unlock = set_unlocked<true>;
  base_class->unlock_stop = set_unlocked<false>;

  gemlive::properties::install(object_class);
  gemlive::properties::install_session(object_class);
  gemlive::action_signals::install(object_class);
  gst_element_class_add_static_pad_template(element_class, &sink_template);
  gst_element_class_set_static_metadata(
      element_class, "Gemini Live Sink", "Sink/Network/Audio",
      "Send audio, pictures or text to a Google Gemini Live model", "The gemlive authors");
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
