/* SPDX-FileCopyrightText: 2026 The gemlive authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Push to talk: press Enter, speak, press Enter again, and the model answers. Ctrl-D ends.
 *   push-to-talk [SOURCE [SINK]]     elements to use in place of microphone and loudspeaker
 */
#include <gst/gst.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  GMainLoop *loop;
  GstElement *gemlive;
  gboolean talking;
  int status;
} Talk;

static gboolean on_key(GIOChannel *keys, GIOCondition condition, gpointer data) {
  Talk *talk = data;
  char *line = NULL;

  (void)condition;
  if (g_io_channel_read_line(keys, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL) {
    g_main_loop_quit(talk->loop);
    return G_SOURCE_REMOVE;
  }
  g_free(line);
  talk->talking = !talk->talking;
  g_signal_emit_by_name(talk->gemlive, talk->talking ? "activity-start" : "activity-end");
  g_print(talk->talking ? "Speak, then press Enter\n" : "...\n");
  return G_SOURCE_CONTINUE;
}

static gboolean on_message(GstBus *bus, GstMessage *message, gpointer data) {
  Talk *talk = data;

  (void)bus;
  if (gst_message_has_name(message, "gemlive/connected")) {
    g_print("Press Enter, and speak\n");
  } else if (gst_message_has_name(message, "gemlive/turn-complete")) {
    const GstStructure *turn = gst_message_get_structure(message);
    g_print("%s\nPress Enter, and speak\n", gst_structure_get_string(turn, "output-transcript"));
  } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
    GError *error = NULL;
    gst_message_parse_error(message, &error, NULL);
    g_printerr("%s\n", error->message);
    g_error_free(error);
    talk->status = 1;
    g_main_loop_quit(talk->loop);
  }
  return G_SOURCE_CONTINUE;
}

int main(int argc, char **argv) {
  const char *source, *sink;
  char *description;
  GError *error = NULL;
  GstElement *pipeline;
  GstBus *bus;
  GIOChannel *keys;
  Talk talk = {0};

  gst_init(&argc, &argv);
  setvbuf(stdout, NULL, _IOLBF, 0);
  source = argc > 1 ? argv[1] : "autoaudiosrc";
  sink = argc > 2 ? argv[2] : "audioconvert ! audioresample ! autoaudiosink";
  description = g_strdup_printf(
      "%s ! gemlive name=gemlive activity-detection=manual output-transcription=true ! %s", source,
      sink);
  pipeline = gst_parse_launch(description, &error);
  g_free(description);
  if (error) {
    g_printerr("%s\n", error->message);
    return 1;
  }
  talk.loop = g_main_loop_new(NULL, FALSE);
  talk.gemlive = gst_bin_get_by_name(GST_BIN(pipeline), "gemlive");
  bus = gst_element_get_bus(pipeline);
  gst_bus_add_watch(bus, on_message, &talk);
  keys = g_io_channel_unix_new(fileno(stdin));
  g_io_add_watch(keys, G_IO_IN | G_IO_HUP, on_key, &talk);

  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  g_main_loop_run(talk.loop);
  gst_element_set_state(pipeline, GST_STATE_NULL);

  gst_bus_remove_watch(bus);
  g_io_channel_unref(keys);
  gst_object_unref(bus);
  gst_object_unref(talk.gemlive);
  gst_object_unref(pipeline);
  g_main_loop_unref(talk.loop);
  return talk.status;
}
