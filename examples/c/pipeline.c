/* SPDX-FileCopyrightText: 2026 The gemlive authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "pipeline.h"

#include <stdlib.h>
#include <string.h>

GstElement *make_pipeline(const char *format, ...) {
  GError *error = NULL;
  GstElement *pipeline;
  char *description;
  va_list arguments;

  va_start(arguments, format);
  description = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  pipeline = gst_parse_launch_full(description, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &error);
  g_free(description);
  if (pipeline) return pipeline;
  g_printerr("%s\n", error->message);
  exit(1);
}

GstElement *element(GstElement *pipeline, const char *name) {
  GstElement *found = gst_bin_get_by_name(GST_BIN(pipeline), name);

  gst_object_unref(found); /* the pipeline has another reference */
  return found;
}

typedef struct {
  GMainLoop *loop;
  GstElement *pipeline;
  OnMessage on_message;
  int status;
} Player;

static void print_error(GstMessage *message) {
  GError *error = NULL;
  char *details = NULL, *second_line;

  gst_message_parse_error(message, &error, &details);
  second_line = details ? strchr(details, '\n') : NULL; /* such as the name of a file */
  g_printerr("%s%s\n", error->message, second_line ? second_line : "");
  g_error_free(error);
  g_free(details);
}

static gboolean watch(GstBus *bus, GstMessage *message, gpointer data) {
  Player *player = data;

  (void)bus;
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ELEMENT) {
    if (player->on_message) player->on_message(player->pipeline, message);
  } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
    print_error(message);
    player->status = 1;
    g_main_loop_quit(player->loop);
  } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) {
    g_main_loop_quit(player->loop);
  }
  return G_SOURCE_CONTINUE;
}

int play(GstElement *pipeline, OnMessage on_message) {
  Player player = {g_main_loop_new(NULL, FALSE), pipeline, on_message, 0};
  GstBus *bus = gst_element_get_bus(pipeline);

  gst_bus_add_watch(bus, watch, &player);
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  g_main_loop_run(player.loop);
  gst_element_set_state(pipeline, GST_STATE_NULL);

  gst_bus_remove_watch(bus);
  gst_object_unref(bus);
  gst_object_unref(pipeline);
  g_main_loop_unref(player.loop);
  return player.status;
}
