/* SPDX-FileCopyrightText: 2026 The gemlive authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tool call: the model asks the application for the weather, and speaks the result.
 *   tool-call QUESTION.wav REPLY.wav
 */
#include <locale.h>

#include "pipeline.h"
#include "simulator.h"

static const char tools[] =
    "[{\"functionDeclarations\": [{\"name\": \"weather\","
    " \"description\": \"Tells the weather in a city\","
    " \"parameters\": {\"type\": \"OBJECT\","
    "                  \"properties\": {\"city\": {\"type\": \"STRING\"}}}}]}]";
/* Makes the simulator call the function. */
static const char script[] =
    "[{\"when\": {\"on\": \"turn\"},"
    "  \"do\": {\"tool-call\": \"weather\", \"args\": {\"city\": \"Bonn\"}}}]";

static void on_message(GstElement *pipeline, GstMessage *message) {
  const GstStructure *call = gst_message_get_structure(message);
  gboolean sent = FALSE;

  if (!gst_message_has_name(message, "gemlive/tool-call")) return;
  g_print("The model calls %s(%s)\n", gst_structure_get_string(call, "name"),
          gst_structure_get_string(call, "args"));
  g_signal_emit_by_name(
      element(pipeline, "gemlive"), "send-tool-response", gst_structure_get_string(call, "id"),
      gst_structure_get_string(call, "name"), "{\"degrees\": 21, \"sky\": \"clear\"}", &sent);
  g_print(sent ? "It was answered\n" : "The call was cancelled\n");
}

int main(int argc, char **argv) {
  GstElement *pipeline;

  if (argc != 3) return g_printerr("usage: %s QUESTION.wav REPLY.wav\n", argv[0]), 2;
  setlocale(LC_CTYPE, "");
  if (!use_simulator_unless_configured(script)) return 1;
  gst_init(&argc, &argv);
  pipeline = make_pipeline(
      "filesrc location=\"%s\" ! wavparse ! gemlive name=gemlive pacing=none ! "
      "wavenc ! filesink location=\"%s\"",
      argv[1], argv[2]);
  g_object_set(element(pipeline, "gemlive"), "tools", tools, NULL);
  return play(pipeline, on_message);
}
