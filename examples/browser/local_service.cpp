// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "local_service.hpp"

#include <sys/prctl.h>

#include <algorithm>
#include <csignal>
#include <iterator>

namespace web {
namespace {

constexpr const char *variables[] = {"GEMLIVE_URI",
                                     "GOOGLE_API_KEY",
                                     "GEMINI_API_KEY",
                                     "GOOGLE_APPLICATION_CREDENTIALS",
                                     "GOOGLE_CLOUD_PROJECT",
                                     "GCLOUD_PROJECT",
                                     "GOOGLE_GENAI_USE_VERTEXAI",
                                     "GOOGLE_GENAI_USE_ENTERPRISE"};

}  // namespace

bool service_is_configured() {
  return std::any_of(std::begin(variables), std::end(variables), g_getenv);
}

LocalService::~LocalService() {
  if (process_) g_subprocess_send_signal(process_.get(), SIGTERM);
}

std::string LocalService::start() {
  const ObjectPtr<GSubprocessLauncher> launcher(
      g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE));
  g_subprocess_launcher_set_child_setup(
      launcher.get(), [](gpointer) { prctl(PR_SET_PDEATHSIG, SIGTERM); }, nullptr, nullptr);
  process_.reset(g_subprocess_launcher_spawn(launcher.get(), nullptr, "gemlive-simulator", "--port",
                                             "0", "--quiet", nullptr));
  if (!process_) return {};
  const ObjectPtr<GDataInputStream> output(
      g_data_input_stream_new(g_subprocess_get_stdout_pipe(process_.get())));
  const StrPtr line(g_data_input_stream_read_line(output.get(), nullptr, nullptr, nullptr));
  const char *address = line ? g_strstr_len(line.get(), -1, "ws://") : nullptr;
  return address ? address : "";
}

}  // namespace web
