// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "simulator.hpp"

#include <sys/prctl.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>
#include <string>

namespace {

bool is_service_configured() {
  constexpr const char *names[] = {"GEMLIVE_URI",
                                   "GOOGLE_API_KEY",
                                   "GEMINI_API_KEY",
                                   "GOOGLE_APPLICATION_CREDENTIALS",
                                   "GOOGLE_CLOUD_PROJECT",
                                   "GOOGLE_GENAI_USE_VERTEXAI",
                                   "GOOGLE_GENAI_USE_ENTERPRISE"};
  return std::any_of(std::begin(names), std::end(names), [](const char *name) {
    const char *value = g_getenv(name);
    return value && *value;
  });
}

/// The first line that the simulator prints ends with its URI.
std::string read_uri(GSubprocess *process) {
  g_autoptr(GDataInputStream) output =
      g_data_input_stream_new(g_subprocess_get_stdout_pipe(process));
  g_autofree char *line = g_data_input_stream_read_line(output, nullptr, nullptr, nullptr);
  const char *uri = line ? g_strstr_len(line, -1, "ws://") : nullptr;
  return uri ? uri : "";
}

}  // namespace

Simulator::Simulator() {
  if (is_service_configured()) return;
  g_autoptr(GError) error = nullptr;
  g_autoptr(GSubprocessLauncher) launcher =
      g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  // It ends with this process, also when that is killed.
  g_subprocess_launcher_set_child_setup(
      launcher, +[](gpointer) { prctl(PR_SET_PDEATHSIG, SIGTERM); }, nullptr, nullptr);
  process_ = g_subprocess_launcher_spawn(launcher, &error, "gemlive-simulator", "--port", "0",
                                         "--quiet", nullptr);
  const auto uri = process_ ? read_uri(process_) : "";
  if (uri.empty())
    throw std::runtime_error(
        "Cannot start gemlive-simulator. Work in the shell of: meson devenv -C build -w . "
        "Or set GOOGLE_API_KEY.");
  g_setenv("GEMLIVE_URI", uri.c_str(), TRUE);
  g_print("Using gemlive-simulator, the local service (set GOOGLE_API_KEY to use Google's)\n");
}

Simulator::~Simulator() {
  if (!process_) return;
  g_subprocess_send_signal(process_, SIGTERM);
  g_object_unref(process_);
}
