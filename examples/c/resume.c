/* SPDX-FileCopyrightText: 2026 The gemlive authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Resume: asks a question, and continues the conversation of the last call.
 *   resume HANDLE_FILE QUESTION.wav REPLY.wav     the file is created; keep it secret
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <locale.h>

#include "pipeline.h"
#include "simulator.h"

static const char *handle_file;
static gboolean is_kept = TRUE;

static void on_message(GstElement *pipeline, GstMessage *message) {
  const GstStructure *fields = gst_message_get_structure(message);
  gboolean flag = FALSE;
  char *handle = NULL;
  GError *error = NULL;

  if (gst_message_has_name(message, "gemlive/connected")) {
    gst_structure_get_boolean(fields, "resumed", &flag);
    g_print(flag ? "The conversation continues\n" : "A new conversation\n");
  } else if (gst_structure_get_boolean(fields, "resumable", &flag) && flag) {
    g_object_get(element(pipeline, "gemlive"), "resumption-handle", &handle, NULL);
    is_kept = g_file_set_contents_full(handle_file, handle, -1, G_FILE_SET_CONTENTS_CONSISTENT,
                                       0600, &error);
    if (!is_kept) g_printerr("%s\n", error->message);
    g_clear_error(&error);
    g_free(handle);
  }
}

/* "" if there is none yet. NULL: the file cannot be read or written, and an error was printed. */
static char *load_handle(void) {
  char *handle = NULL;
  GError *error = NULL;
  const int file = g_open(handle_file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (file < 0) return g_printerr("%s: %s\n", handle_file, g_strerror(errno)), NULL;
  g_close(file, NULL);
  if (g_file_get_contents(handle_file, &handle, NULL, &error)) return g_strstrip(handle);
  g_printerr("%s\n", error->message);
  g_error_free(error);
  return NULL;
}

int main(int argc, char **argv) {
  GstElement *pipeline;
  char *handle;

  if (argc != 4) return g_printerr("usage: %s HANDLE_FILE QUESTION.wav REPLY.wav\n", argv[0]), 2;
  setlocale(LC_CTYPE, "");
  if (!use_simulator_unless_configured(NULL)) return 1;
  gst_init(&argc, &argv);
  handle_file = argv[1];
  handle = load_handle();
  if (!handle) return 1;
  pipeline = make_pipeline(
      "filesrc location=\"%s\" ! wavparse ! gemlive name=gemlive pacing=none ! "
      "wavenc ! filesink location=\"%s\"",
      argv[2], argv[3]);
  g_object_set(element(pipeline, "gemlive"), "resumption-handle", handle, NULL);
  g_free(handle);
  return play(pipeline, on_message) || !is_kept;
}
