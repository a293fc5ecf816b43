/* SPDX-FileCopyrightText: 2026 The gemlive authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tool call: the model asks the application for the weather and speaks the result.
 *   tool-call QUESTION.wav ANSWER.wav
 * To get a call from the local service, run gemlive-simulator --script FILE. FILE contains:
 *   [{"when": {"on": "turn"}, "do": {"tool-call": "weather", "args": {"city": "Bonn"}}}]
 */
#include <gst/gst.h>

static const char tools[] =
    "[{\"functionDeclarations\": [{\"name\": \"weather\","
    " \"description\": \"Tells the weather in a city\","
    " \"parameters\": {\"type\": \"OBJECT\","
    "                  \"properties\": {\"city\": {\"type\": \"STRING\"}}}}]}]";

static void answer(GstElement *gemlive, const GstStructure *call) {
  const char *id = gst_structure_get_string(call, "id");
  const char *name = gst_structure_get_string(call, "name");
  gboolean sent = FALSE;

  g_print("The model calls %s(%s)\n", name, gst_structure_get_string(call, "args"));
  g_signal_emit_by_name(gemlive, "send-tool-response", id, name,
                        "{\"degrees\": 21, \"sky\": \"clear\"}", &sent);
  g_print(sent ? "It was answered\n" : "The call was cancelled\n");
}

/* Handles messages until the end of stream (TRUE) or an error (FALSE). */
static gboolean attend(GstElement *pipeline, GstElement *gemlive) {
  GstBus *bus = gst_element_get_bus(pipeline);
  gboolean going_on = TRUE, success = FALSE;

  while (going_on) {
    GstMessage *message = gst_bus_timed_pop_filtered(
        bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_ELEMENT | GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
    if (gst_message_has_name(message, "gemlive/tool-call")) {
      answer(gemlive, gst_message_get_structure(message));
    } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) {
      success = TRUE;
      going_on = FALSE;
    } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
      GError *error = NULL;
      gst_message_parse_error(message, &error, NULL);
      g_printerr("%s\n", error->message);
      g_error_free(error);
      going_on = FALSE;
    }
    gst_message_unref(message);
  }
  gst_object_unref(bus);
  return success;
}

int main(int argc, char **argv) {
  GstElement *pipeline, *question, *gemlive, *reply;
  GError *error = NULL;
  gboolean success;

  gst_init(&argc, &argv);
  if (argc != 3) {
    g_printerr("usage: %s QUESTION.wav ANSWER.wav\n", argv[0]);
    return 2;
  }
  pipeline = gst_parse_launch(
      "filesrc name=question ! wavparse ! gemlive name=gemlive pacing=none ! "
      "wavenc ! filesink name=reply",
      &error);
  if (error) {
    g_printerr("%s\n", error->message);
    return 1;
  }
  question = gst_bin_get_by_name(GST_BIN(pipeline), "question");
  gemlive = gst_bin_get_by_name(GST_BIN(pipeline), "gemlive");
  reply = gst_bin_get_by_name(GST_BIN(pipeline), "reply");
  g_object_set(question, "location", argv[1], NULL);
  g_object_set(gemlive, "tools", tools, NULL);
  g_object_set(reply, "location", argv[2], NULL);

  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  success = attend(pipeline, gemlive);
  gst_element_set_state(pipeline, GST_STATE_NULL);

  gst_object_unref(question);
  gst_object_unref(gemlive);
  gst_object_unref(reply);
  gst_object_unref(pipeline);
  return success ? 0 : 1;
}
