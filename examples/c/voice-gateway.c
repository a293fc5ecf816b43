/* SPDX-FileCopyrightText: 2026 The gemlive authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Voice gateway: a conversation that moves from one process to another.
 *   voice-gateway HANDLE_FILE INPUT OUTPUT     the pipeline is INPUT ! gemlive ! OUTPUT
 * HANDLE_FILE contains the newest resumption handle. A process that finds the file continues the
 * conversation. Without the file a new conversation begins. The handle is a secret. SIGTERM ends
 * the input, and the program ends when the answer is complete.
 * docs/packaging/gemlive-gateway@.service is a systemd unit for it, docs/scaling.md says how
 * conversations move.
 */
#include <glib-unix.h>
#include <gst/gst.h>
#include <locale.h>

typedef struct {
  GMainLoop *loop;
  GstElement *pipeline, *gemlive;
  const char *handle_file;
  int status;
} Gateway;

static void report(const GError *error) {
  g_printerr("%s\n", error->message);
}

static void load_handle(Gateway *gateway) {
  char *handle = NULL;

  if (g_file_get_contents(gateway->handle_file, &handle, NULL, NULL))
    g_object_set(gateway->gemlive, "resumption-handle", g_strstrip(handle), NULL);
  g_free(handle);
}

static void save_handle(Gateway *gateway) {
  char *handle = NULL;
  GError *error = NULL;

  g_object_get(gateway->gemlive, "resumption-handle", &handle, NULL);
  if (handle && *handle &&
      !g_file_set_contents_full(gateway->handle_file, handle, -1, G_FILE_SET_CONTENTS_CONSISTENT,
                                0600, &error)) {
    report(error);
    g_error_free(error);
  }
  g_free(handle);
}

static void end(Gateway *gateway, int status) {
  gateway->status = status;
  g_main_loop_quit(gateway->loop);
}

static void on_error(Gateway *gateway, GstMessage *message) {
  GError *error = NULL;

  gst_message_parse_error(message, &error, NULL);
  report(error);
  g_error_free(error);
  end(gateway, 1);
}

static gboolean on_message(GstBus *bus, GstMessage *message, gpointer data) {
  Gateway *gateway = data;
  const GstStructure *fields = gst_message_get_structure(message);
  gboolean flag = FALSE;

  (void)bus;
  if (gst_message_has_name(message, "gemlive/connected")) {
    gst_structure_get_boolean(fields, "resumed", &flag);
    g_print(flag ? "Connected: the conversation continues\n" : "Connected: a new conversation\n");
  } else if (gst_message_has_name(message, "gemlive/resumption")) {
    if (gst_structure_get_boolean(fields, "resumable", &flag) && flag) save_handle(gateway);
  } else if (gst_message_has_name(message, "gemlive/turn-complete")) {
    g_print("The answer is complete\n");
  } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) {
    end(gateway, 0);
  } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
    on_error(gateway, message);
  }
  return G_SOURCE_CONTINUE;
}

static gboolean on_signal(gpointer data) {
  Gateway *gateway = data;

  gst_element_send_event(gateway->pipeline, gst_event_new_eos());
  return G_SOURCE_CONTINUE;
}

static GstElement *make_pipeline(const char *input, const char *output) {
  char *description = g_strdup_printf("%s ! gemlive name=gemlive ! %s", input, output);
  GError *error = NULL;
  GstElement *pipeline =
      gst_parse_launch_full(description, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &error);

  g_free(description);
  if (error) {
    report(error);
    g_error_free(error);
  }
  return pipeline;
}

int main(int argc, char **argv) {
  Gateway gateway = {0};
  GstBus *bus;

  setlocale(LC_CTYPE, "");
  gst_init(&argc, &argv);
  if (argc != 4) {
    g_printerr("usage: %s HANDLE_FILE INPUT OUTPUT\n", argv[0]);
    return 2;
  }
  gateway.pipeline = make_pipeline(argv[2], argv[3]);
  if (!gateway.pipeline) return 1;
  gateway.loop = g_main_loop_new(NULL, FALSE);
  gateway.gemlive = gst_bin_get_by_name(GST_BIN(gateway.pipeline), "gemlive");
  gateway.handle_file = argv[1];
  load_handle(&gateway);
  bus = gst_element_get_bus(gateway.pipeline);
  gst_bus_add_watch(bus, on_message, &gateway);
  g_unix_signal_add(SIGTERM, on_signal, &gateway);
  g_unix_signal_add(SIGINT, on_signal, &gateway);

  gst_element_set_state(gateway.pipeline, GST_STATE_PLAYING);
  g_main_loop_run(gateway.loop);
  gst_element_set_state(gateway.pipeline, GST_STATE_NULL);
  save_handle(&gateway);

  gst_bus_remove_watch(bus);
  gst_object_unref(bus);
  gst_object_unref(gateway.gemlive);
  gst_object_unref(gateway.pipeline);
  g_main_loop_unref(gateway.loop);
  return gateway.status;
}
