/* SPDX-FileCopyrightText: 2026 The gemlive authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Captions: prints what both sides say, line by line, when it is heard.
 *   captions [SOURCE [SINK]]     elements to use in place of microphone and loudspeaker
 */
#include <locale.h>

#include "pipeline.h"
#include "simulator.h"

static void on_line(GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer speaker) {
  GstMapInfo line;

  (void)sink, (void)pad;
  if (!gst_buffer_map(buffer, &line, GST_MAP_READ)) return;
  g_print("%s: %.*s\n", (const char *)speaker, (int)line.size, (const char *)line.data);
  gst_buffer_unmap(buffer, &line);
}

int main(int argc, char **argv) {
  GstElement *pipeline;

  setlocale(LC_CTYPE, "");
  if (!use_simulator_unless_configured(NULL)) return 1;
  gst_init(&argc, &argv);
  pipeline = make_pipeline(
      "%s ! gemlive name=gemlive captions=lines ! %s  "
      "gemlive.input_transcript ! fakesink name=user signal-handoffs=true  "
      "gemlive.output_transcript ! fakesink name=model signal-handoffs=true",
      argc > 1 ? argv[1] : "autoaudiosrc",
      argc > 2 ? argv[2] : "audioconvert ! audioresample ! autoaudiosink");
  g_signal_connect(element(pipeline, "user"), "handoff", G_CALLBACK(on_line), "user");
  g_signal_connect(element(pipeline, "model"), "handoff", G_CALLBACK(on_line), "model");
  return play(pipeline, NULL);
}
