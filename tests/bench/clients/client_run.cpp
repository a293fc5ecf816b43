// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "client_run.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string_view>
#include <utility>

#include "audio_stamp.hpp"

namespace gemlive::bench {

namespace {

bool set_option(ClientOptions &options, std::string_view name, const char *value) {
  if (name == "--ca-file") return options.ca_file = value, true;
  if (name == "--latencies") return options.latencies_file = value, true;
  if (name == "--chunk") return (options.chunk_ms = std::atoi(value)) > 1;
  if (name == "--warm-up") return (options.warm_up = std::atof(value)) >= 0;
  return false;
}

std::uint64_t resident_bytes() {
  std::uint64_t total = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

void print(const char *name, double value) {
  std::printf("%s %.3f\n", name, value);
}

void say(const char *stage) {
  std::printf("%s\n", stage);
  std::fflush(stdout);
}

}  // namespace

std::optional<ClientOptions> parse_client_options(int argc, char **argv) {
  ClientOptions options;
  bool is_good = argc >= 4 && argc % 2 == 0;
  if (is_good) {
    options.uri = argv[1];
    options.sessions = std::atoi(argv[2]);
    options.seconds = std::atof(argv[3]);
    is_good = options.sessions > 0 && options.seconds > 0;
  }
  for (int i = 4; is_good && i + 1 < argc; i += 2)
    is_good = set_option(options, argv[i], argv[i + 1]);
  if (is_good) return options;
  std::fprintf(stderr,
               "usage: %s URI SESSIONS SECONDS [--ca-file FILE] [--chunk MS] [--warm-up S]"
               " [--latencies FILE]\n",
               argv[0]);
  return std::nullopt;
}

ClientRun::ClientRun(ClientOptions options) : options_(std::move(options)) {}

ClientRun::Moment ClientRun::moment() {
  rusage used = {};
  getrusage(RUSAGE_SELF, &used);
  const auto us = [](const timeval &time) {
    return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec;
  };
  return {now_us(), us(used.ru_utime), us(used.ru_stime), used.ru_nvcsw, used.ru_nivcsw};
}

void ClientRun::connected(std::int64_t started) {
  print("connect-ms", static_cast<double>(now_us() - started) / 1e3);
}

void ClientRun::begin() {
  say("measuring");
  is_measuring_ = true;
  begin_ = moment();
}

void ClientRun::end() {
  end_ = moment();
  is_measuring_ = false;
  rss_ = resident_bytes();
  say("measured");
}

void ClientRun::report(double audio_seconds_up, double audio_seconds_down,
                       const std::vector<std::int32_t> &latencies) {
  print("seconds", static_cast<double>(end_.time - begin_.time) / 1e6);
  print("cpu-user-ms", static_cast<double>(end_.user - begin_.user) / 1e3);
  print("cpu-system-ms", static_cast<double>(end_.system - begin_.system) / 1e3);
  print("wake-ups", static_cast<double>(end_.waits - begin_.waits));
  print("preemptions", static_cast<double>(end_.preemptions - begin_.preemptions));
  print("rss-kib", static_cast<double>(rss_) / 1024);
  print("audio-seconds-up", audio_seconds_up);
  print("audio-seconds-down", audio_seconds_down);
  if (!options_.latencies_file.empty())
    std::ofstream(options_.latencies_file, std::ios::binary)
        .write(reinterpret_cast<const char *>(latencies.data()),
               static_cast<std::streamsize>(latencies.size() * sizeof(std::int32_t)));
  std::fflush(stdout);
}

}  // namespace gemlive::bench
