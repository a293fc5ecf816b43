/* SPDX-FileCopyrightText: 2026 The gemlive authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * WebRTC: the model in a call. The caller is a second pipeline in this program, in place of a
 * browser. It says a recording and writes what it hears.
 *   webrtc QUESTION.wav REPLY.wav
 * Needs webrtcbin (gstreamer1.0-plugins-bad) and its network elements (gstreamer1.0-nice).
 */
#include <gst/gst.h>
#include <locale.h>
#include <string.h>

/* The output leads back to the input, so the model side is a pair. */
static const char voice[] =
    "gemlivesrc session=call max-turns=1 ! audioconvert ! audioresample ! "
    "audio/x-raw,rate=48000 ! opusenc ! rtpopuspay pt=96 ! webrtcbin name=w";
static const char ear[] =
    "rtpopusdepay ! opusdec ! audioconvert ! audioresample ! audio/x-raw,rate=16000,channels=1 ! "
    "gemlivesink session=call";

static const char caller_voice[] =
    "filesrc name=question ! wavparse ! audioconvert ! audioresample ! audio/x-raw,rate=48000 ! "
    "clocksync ! opusenc ! rtpopuspay pt=96 ! webrtcbin name=w";
static const char caller_ear[] =
    "rtpopusdepay ! opusdec ! audioconvert ! wavenc ! filesink name=answer async=false";

typedef struct {
  GstElement *pipeline;
  GstElement *webrtc;
  GstElement *ear; /* a bin, when the other side's audio has arrived */
  const char *ear_description;
  const char *file;
} Side;

typedef struct {
  GMainLoop *loop;
  Side model, caller;
  int status;
} Call;

/* An application sends descriptions and candidates to the browser as text, over a connection of
 * its own. */
static void set_description(Side *side, const char *which, gpointer description,
                            GstPromise *promise) {
  g_signal_emit_by_name(side->webrtc, which, description, promise);
  if (promise) gst_promise_unref(promise);
}

static void on_answer(GstPromise *promise, gpointer data) {
  Call *call = data;
  const GValue *answer = gst_structure_get_value(gst_promise_get_reply(promise), "answer");

  set_description(&call->caller, "set-local-description", g_value_get_boxed(answer), NULL);
  set_description(&call->model, "set-remote-description", g_value_get_boxed(answer), NULL);
  gst_promise_unref(promise);
}

static void on_offer_arrived(GstPromise *promise, gpointer data) {
  Call *call = data;
  GstPromise *answered = gst_promise_new_with_change_func(on_answer, call, NULL);

  g_signal_emit_by_name(call->caller.webrtc, "create-answer", NULL, answered);
  (void)promise;
}

static void on_offer(GstPromise *promise, gpointer data) {
  Call *call = data;
  const GValue *offer = gst_structure_get_value(gst_promise_get_reply(promise), "offer");

  set_description(&call->model, "set-local-description", g_value_get_boxed(offer), NULL);
  set_description(&call->caller, "set-remote-description", g_value_get_boxed(offer),
                  gst_promise_new_with_change_func(on_offer_arrived, call, NULL));
  gst_promise_unref(promise);
}

/* Before the first answer, since gemlivesrc sends silence until then. */
static void on_negotiation_needed(GstElement *webrtc, gpointer data) {
  GstPromise *made = gst_promise_new_with_change_func(on_offer, data, NULL);

  g_signal_emit_by_name(webrtc, "create-offer", NULL, made);
}

/* The caller can answer an offer when webrtcbin knows his codec. */
static void on_caller_ready(GstElement *webrtc, gpointer data) {
  (void)webrtc;
  gst_element_set_state(((Call *)data)->model.pipeline, GST_STATE_PLAYING);
}

static void on_candidate(GstElement *from, guint line, const char *candidate, gpointer to) {
  (void)from;
  g_signal_emit_by_name(to, "add-ice-candidate", line, candidate);
}

/* The audio of the other side. */
static void on_pad_added(GstElement *webrtc, GstPad *pad, gpointer data) {
  Side *side = data;
  GstPad *sink;

  (void)webrtc;
  if (GST_PAD_DIRECTION(pad) != GST_PAD_SRC) return;
  side->ear = gst_parse_bin_from_description(side->ear_description, TRUE, NULL);
  if (side->file) {
    GstElement *answer = gst_bin_get_by_name(GST_BIN(side->ear), "answer");
    g_object_set(answer, "location", side->file, NULL);
    gst_object_unref(answer);
  }
  gst_bin_add(GST_BIN(side->pipeline), side->ear);
  gst_element_sync_state_with_parent(side->ear);
  sink = gst_element_get_static_pad(side->ear, "sink");
  gst_pad_link(pad, sink);
  gst_object_unref(sink);
}

/* The caller hangs up when the last audio has passed his jitter buffer. */
static gboolean hang_up(gpointer data) {
  Call *call = data;

  if (call->caller.ear) {
    GstPad *sink = gst_element_get_static_pad(call->caller.ear, "sink");
    gst_pad_send_event(sink, gst_event_new_eos());
    gst_object_unref(sink);
    call->status = 0;
  }
  g_main_loop_quit(call->loop);
  return G_SOURCE_REMOVE;
}

static gboolean on_message(GstBus *bus, GstMessage *message, gpointer data) {
  Call *call = data;

  (void)bus;
  if (gst_message_has_name(message, "gemlive/turn-complete")) {
    g_print("The answer is complete\n");
  } else if (gst_message_has_name(message, "gemlive/connected")) {
    g_print("The model is in the call\n");
  } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_LATENCY) {
    /* webrtcbin has a jitter buffer, and needs the latency of the whole pipeline. */
    gst_bin_recalculate_latency(GST_BIN(call->model.pipeline));
    gst_bin_recalculate_latency(GST_BIN(call->caller.pipeline));
  } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
    GError *error = NULL;
    char *details = NULL, *second_line;
    gst_message_parse_error(message, &error, &details);
    second_line = details ? strchr(details, '\n') : NULL; /* such as the name of a file */
    g_printerr("%s%s\n", error->message, second_line ? second_line : "");
    g_error_free(error);
    g_free(details);
    g_main_loop_quit(call->loop);
  }
  return G_SOURCE_CONTINUE;
}

/* The end of the answer on its way into the call. */
static GstPadProbeReturn on_event(GstPad *pad, GstPadProbeInfo *info, gpointer data) {
  (void)pad;
  if (GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) == GST_EVENT_EOS)
    g_timeout_add(500, hang_up, data);
  return GST_PAD_PROBE_OK;
}

static void watch_end(Call *call) {
  GstIterator *pads = gst_element_iterate_sink_pads(call->model.webrtc);
  GValue pad = G_VALUE_INIT;

  gst_iterator_next(pads, &pad);
  gst_pad_add_probe(g_value_get_object(&pad), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, call,
                    NULL);
  g_value_unset(&pad);
  gst_iterator_free(pads);
}

static gboolean make(Call *call, Side *side, const char *own_voice, const char *own_ear) {
  GError *error = NULL;
  GstBus *bus;

  side->ear_description = own_ear;
  side->pipeline = gst_parse_launch(own_voice, &error);
  if (error) {
    g_printerr("%s\n", error->message);
    g_error_free(error);
    return FALSE;
  }
  side->webrtc = gst_bin_get_by_name(GST_BIN(side->pipeline), "w");
  g_signal_connect(side->webrtc, "pad-added", G_CALLBACK(on_pad_added), side);
  bus = gst_pipeline_get_bus(GST_PIPELINE(side->pipeline));
  gst_bus_add_watch(bus, on_message, call);
  gst_object_unref(bus);
  return TRUE;
}

static void end(Side *side) {
  GstBus *bus;

  if (!side->pipeline) return;
  gst_element_set_state(side->pipeline, GST_STATE_NULL);
  bus = gst_pipeline_get_bus(GST_PIPELINE(side->pipeline));
  gst_bus_remove_watch(bus);
  gst_object_unref(bus);
  if (side->webrtc) gst_object_unref(side->webrtc);
  gst_object_unref(side->pipeline);
}

int main(int argc, char **argv) {
  Call call = {.status = 1};

  setlocale(LC_CTYPE, "");
  gst_init(&argc, &argv);
  if (argc != 3) {
    g_printerr("usage: %s QUESTION.wav REPLY.wav\n", argv[0]);
    return 2;
  }
  call.loop = g_main_loop_new(NULL, FALSE);
  if (make(&call, &call.model, voice, ear) && make(&call, &call.caller, caller_voice, caller_ear)) {
    GstElement *question = gst_bin_get_by_name(GST_BIN(call.caller.pipeline), "question");
    g_object_set(question, "location", argv[1], NULL);
    gst_object_unref(question);
    call.caller.file = argv[2];

    g_signal_connect(call.model.webrtc, "on-negotiation-needed", G_CALLBACK(on_negotiation_needed),
                     &call);
    g_signal_connect(call.caller.webrtc, "on-negotiation-needed", G_CALLBACK(on_caller_ready),
                     &call);
    g_signal_connect(call.model.webrtc, "on-ice-candidate", G_CALLBACK(on_candidate),
                     call.caller.webrtc);
    g_signal_connect(call.caller.webrtc, "on-ice-candidate", G_CALLBACK(on_candidate),
                     call.model.webrtc);
    watch_end(&call);
    gst_element_set_state(call.caller.pipeline, GST_STATE_PLAYING);
    g_main_loop_run(call.loop);
  }
  end(&call.model);
  end(&call.caller);
  g_main_loop_unref(call.loop);
  return call.status;
}
