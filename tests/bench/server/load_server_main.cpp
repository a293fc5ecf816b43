// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// gemlive-load-server: a service for tests/bench/bench.py. Commands on its standard input:
//
//   reset          forgets all figures
//   report FILE    writes the latencies of the messages up to FILE, and how late the server was to
//                  FILE.delays: us, as int32. Prints the other figures, and then "end".
//
// It ends with its standard input.

#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>

#include "audio_stamp.hpp"
#include "load_server.hpp"

namespace gemlive::bench {

namespace {

std::int64_t cpu_us() {
  rusage used = {};
  getrusage(RUSAGE_SELF, &used);
  const auto us = [](const timeval &time) {
    return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec;
  };
  return us(used.ru_utime) + us(used.ru_stime);
}

void write_values(const std::string &file, const std::vector<std::int32_t> &values) {
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char *>(values.data()),
             static_cast<std::streamsize>(values.size() * sizeof(std::int32_t)));
}

class Control : public EpollLoop::Watcher {
 public:
  explicit Control(LoadServer &server) : server_(server) {}

  void ready() override {
    char buffer[1024];
    const auto count = read(STDIN_FILENO, buffer, sizeof buffer);
    if (count <= 0) return server_.stop();
    text_.append(buffer, static_cast<std::size_t>(count));
    for (std::size_t end; (end = text_.find('\n')) != text_.npos; text_.erase(0, end + 1))
      handle(text_.substr(0, end));
  }

 private:
  void handle(const std::string &command) {
    constexpr std::string_view report = "report ";
    if (command == "reset") {
      server_.reset();
      since_ = now_us();
      cpu_since_ = cpu_us();
    } else if (command.starts_with(report)) {
      print(command.substr(report.size()));
    }
  }

  void print(const std::string &file) {
    const auto cpu = static_cast<double>(cpu_us() - cpu_since_);
    const auto time = static_cast<double>(now_us() - since_);
    const auto &figures = server_.figures();
    std::printf("sessions %zu\nmessages-up %llu\nmessages-down %llu\ndropped %llu\n",
                server_.sessions(), static_cast<unsigned long long>(figures.messages_up),
                static_cast<unsigned long long>(figures.messages_down),
                static_cast<unsigned long long>(figures.dropped));
    std::printf("cpu-share %.4f\n", time > 0 ? cpu / time : 0);
    write_values(file, figures.latencies);
    write_values(file + ".delays", figures.delays);
    std::printf("end\n");
    std::fflush(stdout);
  }

  LoadServer &server_;
  std::string text_;
  std::int64_t since_ = now_us();
  std::int64_t cpu_since_ = 0;
};

int usage() {
  std::fprintf(
      stderr,
      "usage: gemlive-load-server [--port N] [--chunk MS] [--tls-cert FILE --tls-key FILE]\n"
      "--port: default 0, any. --chunk: audio per message in ms, default 40.\n"
      "Commands on the standard input: reset, report FILE\n");
  return 2;
}

bool read_number(std::string_view text, int least, int &number) {
  const auto end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && at == end && number >= least;
}

bool set_option(LoadServerOptions &options, std::string_view name, const char *value) {
  if (name == "--port") return read_number(value, 0, options.port);
  if (name == "--chunk") return read_number(value, 2, options.chunk_ms);
  if (name == "--tls-cert") return options.certificate_file = value, true;
  if (name == "--tls-key") return options.key_file = value, true;
  return false;
}

int run(int argc, char **argv) {
  LoadServerOptions options;
  for (int i = 1; i < argc; i += 2)
    if (i + 1 == argc || !set_option(options, argv[i], argv[i + 1])) return usage();
  if (options.certificate_file.empty() != options.key_file.empty()) return usage();
  LoadServer server(options);
  if (!server.error().empty()) {
    std::fprintf(stderr, "gemlive-load-server: %s\n", server.error().c_str());
    return 1;
  }
  Control control(server);
  server.watch(STDIN_FILENO, control);
  std::printf("listening on %s\n", server.uri().c_str());
  std::fflush(stdout);
  server.run();
  return 0;
}

}  // namespace

}  // namespace gemlive::bench

int main(int argc, char **argv) {
  return gemlive::bench::run(argc, argv);
}
