/* SPDX-FileCopyrightText: 2026 The gemlive authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Push to talk: press Enter, speak, press Enter again, and the model answers. Ctrl-D ends.
 *   push-to-talk [SOURCE [SINK]]     elements to use in place of microphone and loudspeaker
 */
#include <locale.h>
#include <stdio.h>

#include "pipeline.h"
#include "simulator.h"

static gboolean on_key(GIOChannel *keys, GIOCondition condition, gpointer pipeline) {
  static gboolean talks = FALSE;
  char *line = NULL;

  (void)condition;
  if (g_io_channel_read_line(keys, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL) {
    gst_element_send_event(pipeline, gst_event_new_eos());
    return G_SOURCE_REMOVE;
  }
  g_free(line);
  talks = !talks;
  g_signal_emit_by_name(element(pipeline, "gemlive"), talks ? "activity-start" : "activity-end");
  g_print(talks ? "Speak, then press Enter\n" : "...\n");
  return G_SOURCE_CONTINUE;
}

static void on_message(GstElement *pipeline, GstMessage *message) {
  const GstStructure *fields = gst_message_get_structure(message);

  (void)pipeline;
  if (gst_message_has_name(message, "gemlive/connected"))
    g_print("Press Enter, and speak\n");
  else if (gst_message_has_name(message, "gemlive/turn-complete"))
    g_print("%s\nPress Enter, and speak\n", gst_structure_get_string(fields, "output-transcript"));
}

int main(int argc, char **argv) {
  GstElement *pipeline;
  GIOChannel *keys = g_io_channel_unix_new(fileno(stdin));

  setlocale(LC_CTYPE, "");
  if (!use_simulator_unless_configured(NULL)) return 1;
  gst_init(&argc, &argv);
  setvbuf(stdout, NULL, _IOLBF, 0);
  pipeline = make_pipeline(
      "%s ! gemlive name=gemlive activity-detection=manual output-transcription=true ! %s",
      argc > 1 ? argv[1] : "autoaudiosrc",
      argc > 2 ? argv[2] : "audioconvert ! audioresample ! autoaudiosink");
  g_io_add_watch(keys, G_IO_IN | G_IO_HUP, on_key, pipeline);
  return play(pipeline, on_message);
}
