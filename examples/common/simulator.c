/* SPDX-FileCopyrightText: 2026 The gemlive authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "simulator.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static gboolean is_configured(void) {
  static const char *const variables[] = {"GEMLIVE_URI",
                                          "GOOGLE_API_KEY",
                                          "GEMINI_API_KEY",
                                          "GOOGLE_APPLICATION_CREDENTIALS",
                                          "GOOGLE_CLOUD_PROJECT",
                                          "GCLOUD_PROJECT",
                                          "GOOGLE_GENAI_USE_VERTEXAI",
                                          "GOOGLE_GENAI_USE_ENTERPRISE"};
  gsize i;

  for (i = 0; i < G_N_ELEMENTS(variables); ++i) {
    const char *value = g_getenv(variables[i]);
    if (value && *value) return TRUE;
  }
  return FALSE;
}

/* In the child. In a session of its own, Ctrl-C does not end it before the last answer. */
static void leave_terminal(gpointer parent) {
  setsid();
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != GPOINTER_TO_INT(parent)) _exit(1);
}

/* A file that only the simulator reads, once. */
static char *write_script(const char *script, GError **error) {
  char *path = NULL;
  const int file = g_file_open_tmp("gemlive-script-XXXXXX", &path, error);

  if (file < 0) return NULL;
  close(file);
  if (!g_file_set_contents(path, script, -1, error)) g_clear_pointer(&path, g_free);
  return path;
}

/* The address in the first line, "gemlive-simulator: listening on ws://127.0.0.1:PORT". */
static gboolean read_uri(int output) {
  GString *line = g_string_new(NULL);
  const char *uri;
  char c;

  while (read(output, &c, 1) == 1 && c != '\n')
    g_string_append_c(line, c);
  uri = strstr(line->str, "ws://");
  if (uri) g_setenv("GEMLIVE_URI", uri, TRUE);
  g_string_free(line, TRUE);
  return uri != NULL;
}

static gboolean start(const char *script_file, GError **error) {
  const char *argv[] = {"gemlive-simulator", "--quiet", "--port", "0", NULL, NULL, NULL};
  int output = -1;

  if (script_file) argv[4] = "--script", argv[5] = script_file;
  if (!g_spawn_async_with_pipes(NULL, (char **)argv, NULL,
                                G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, leave_terminal,
                                GINT_TO_POINTER(getpid()), NULL, NULL, &output, NULL, error))
    return FALSE;
  if (read_uri(output)) return TRUE; /* the pipe stays open: the simulator may write more */
  close(output);
  g_set_error(error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED, "it does not start");
  return FALSE;
}

gboolean use_simulator_unless_configured(const char *script) {
  GError *error = NULL;
  char *file = NULL;
  gboolean started;

  if (is_configured()) return TRUE;
  if (script) file = write_script(script, &error);
  started = !error && start(file, &error);
  if (file) unlink(file);
  g_free(file);
  if (started) {
    g_printerr("Using gemlive-simulator, the local service (set GOOGLE_API_KEY to use Google's)\n");
    return TRUE;
  }
  g_printerr(
      "No service is configured, and gemlive-simulator does not run (%s). "
      "Set GOOGLE_API_KEY, or work in the shell of: meson devenv -C build -w .\n",
      error->message);
  g_error_free(error);
  return FALSE;
}
