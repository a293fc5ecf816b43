// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "local_server.hpp"

#include <glib.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <vector>

namespace gemlive::bench {

namespace {

constexpr std::int64_t bytes_per_ms = 48;  // 24 kHz, S16LE

std::vector<char *> arguments_of(const std::vector<std::string> &arguments) {
  std::vector<char *> pointers;
  for (const auto &argument : arguments)
    pointers.push_back(const_cast<char *>(argument.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// Runs in the child between fork and exec.
void prepare_child(gpointer processor) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  const int number = GPOINTER_TO_INT(processor);
  cpu_set_t set;
  CPU_ZERO(&set);
  if (number >= 0) CPU_SET(number, &set);
  if (number >= 0) sched_setaffinity(0, sizeof set, &set);
}

}  // namespace

LocalServer::LocalServer(const LocalServerOptions &options) : tls_(options.tls) {
  char pattern[] = "/tmp/gemlive-bench-XXXXXX";
  if (!g_mkdtemp(pattern)) {
    error_ = "Cannot create a folder in /tmp";
    return;
  }
  folder_ = pattern;
  if (tls_ && !make_certificate())
    error_ = "openssl did not create a certificate";
  else if (!write_script(options))
    error_ = "Cannot write to " + folder_;
  else if (!start(options))
    error_ = "gemlive-simulator did not start: set GEMLIVE_SIMULATOR to its path";
}

LocalServer::~LocalServer() {
  if (process_ > 0) {
    kill(process_, SIGTERM);
    waitpid(process_, nullptr, 0);
  }
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

bool LocalServer::make_certificate() {
  const std::vector<std::string> command = {"openssl",
                                            "req",
                                            "-x509",
                                            "-newkey",
                                            "ec",
                                            "-pkeyopt",
                                            "ec_paramgen_curve:prime256v1",
                                            "-nodes",
                                            "-days",
                                            "2",
                                            "-subj",
                                            "/CN=localhost",
                                            "-addext",
                                            "subjectAltName=IP:127.0.0.1",
                                            "-keyout",
                                            file("key.pem"),
                                            "-out",
                                            file("certificate.pem")};
  int status = 1;
  constexpr auto flags = static_cast<GSpawnFlags>(G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL |
                                                  G_SPAWN_STDERR_TO_DEV_NULL);
  return g_spawn_sync(nullptr, arguments_of(command).data(), nullptr, flags, nullptr, nullptr,
                      nullptr, nullptr, &status, nullptr) &&
         status == 0;
}

bool LocalServer::write_script(const LocalServerOptions &options) {
  std::ofstream script(file("script"));
  script << "[{\"when\":{\"on\":\"turn\"},\"do\":{\"answer\":{\"tone\":" << options.speech.count()
         << ",\"speed\":" << options.speed << ",\"chunks\":["
         << options.chunk.count() * bytes_per_ms << "]}}}";
  if (options.stalled) script << ",{\"when\":{\"on\":\"ready\"},\"do\":{\"stall\":\"receive\"}}";
  script << "]\n";
  return static_cast<bool>(script.flush());
}

bool LocalServer::start(const LocalServerOptions &options) {
  const char *program = g_getenv("GEMLIVE_SIMULATOR");
  std::vector<std::string> command = {program ? program : "gemlive-simulator",
                                      "--port",
                                      "0",
                                      "--voice",
                                      "tone",
                                      "--quiet",
                                      "--script",
                                      file("script")};
  if (options.events) command.insert(command.end(), {"--events", file("events")});
  if (tls_)
    command.insert(command.end(),
                   {"--tls-cert", file("certificate.pem"), "--tls-key", file("key.pem")});
  int from = -1;
  constexpr auto flags = static_cast<GSpawnFlags>(G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD);
  if (!g_spawn_async_with_pipes(nullptr, arguments_of(command).data(), nullptr, flags,
                                prepare_child, GINT_TO_POINTER(options.processor), &process_,
                                nullptr, &from, nullptr, nullptr))
    return false;
  return read_uri(from);
}

/// Reads the first line of the server. The pipe stays open while the server runs.
bool LocalServer::read_uri(int from) {
  constexpr std::string_view before = "listening on ";
  std::string line;
  for (char c = 0; read(from, &c, 1) == 1 && c != '\n';)
    line += c;
  const auto at = line.find(before);
  if (at == line.npos) return false;
  uri_ = line.substr(at + before.size());
  return true;
}

}  // namespace gemlive::bench
