// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// gemlive-load-pipelines: gemlive as a client of bench.py, a pipeline for each conversation.
//
//   gemlive-load-pipelines gemlive|idle|floor[,gaps=GAPS][,pacing=PACING] ARGUMENTS
//
// idle: connected, without input and answer. floor: the same sources, each with a fakesink, without
// gemlive; it connects to nothing. The other arguments: client_run.hpp.

#include <gst/gst.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "audio_stamp.hpp"
#include "client_run.hpp"
#include "load.hpp"

namespace gemlive::bench {

namespace {

using Loads = std::vector<std::unique_ptr<Load>>;
using Clock = std::chrono::steady_clock;

constexpr auto patience = std::chrono::seconds(300);  // bench.py is less patient
constexpr double bytes_per_second_up = 32000, bytes_per_second_down = 48000;

struct Mode {
  std::string kind = {};
  std::string gaps = {};
  bool clock_pacing = true;
};

/// False if it is none.
bool parse_mode(std::string_view text, Mode &mode) {
  const auto comma = text.find(',');
  mode.kind = text.substr(0, comma);
  if (mode.kind != "gemlive" && mode.kind != "idle" && mode.kind != "floor") return false;
  while (text.find(',') != text.npos) {
    text.remove_prefix(text.find(',') + 1);
    const auto option = text.substr(0, text.find(','));
    const auto equals = std::min(option.find('='), option.size() - 1);
    const auto name = option.substr(0, equals), value = option.substr(equals + 1);
    if (name == "gaps")
      mode.gaps = value;
    else if (name == "pacing" && (value == "none" || value == "clock"))
      mode.clock_pacing = value == "clock";
    else
      return false;
  }
  return true;
}

[[noreturn]] void fail(const std::string &text) {
  std::fprintf(stderr, "gemlive-load-pipelines: %s\n", text.c_str());
  std::_Exit(1);
}

Loads make_loads(const ClientOptions &options, const Mode &mode) {
  Loads loads;
  for (int i = 0; i < options.sessions; ++i)
    loads.push_back(
        std::make_unique<Load>(LoadOptions{.name = "s" + std::to_string(i),
                                           .uri = mode.kind == "floor" ? "" : options.uri,
                                           .ca_file = options.ca_file,
                                           .chunk_ms = static_cast<unsigned>(options.chunk_ms),
                                           .clock_pacing = mode.clock_pacing,
                                           .gaps = mode.gaps,
                                           .active = mode.kind != "idle",
                                           .record = false,
                                           .stamped = true}));
  return loads;
}

void connect(Loads &loads, const Mode &mode, ClientRun &run) {
  const auto started = now_us();
  for (auto &load : loads)
    load->play();
  if (mode.kind == "floor") return;
  for (auto &load : loads)
    if (const auto problem = load->wait_connected(Clock::now() + patience); !problem.empty())
      fail(problem);
  run.connected(started);
}

void speak(Loads &loads) {
  for (auto &load : loads)
    if (!load->ask()) fail(load->name() + ": the text was refused");
  for (auto &load : loads)
    if (!load->wait_heard(1, Clock::now() + patience)) fail(load->name() + ": received no audio");
}

struct Bytes {
  double up = 0, down = 0;
};
Bytes bytes_of(const Loads &loads) {
  Bytes sum;
  for (const auto &load : loads) {
    sum.up += static_cast<double>(load->pushed_bytes());
    sum.down += static_cast<double>(load->heard_bytes());
  }
  return sum;
}

struct Latencies {
  std::vector<std::int32_t> added;   // from the stamp, or from when it was due if that is later
  std::vector<std::int32_t> played;  // from the stamp
};
Latencies latencies_between(const Loads &loads, std::int64_t begin, std::int64_t end) {
  Latencies all;
  for (const auto &load : loads)
    for (const auto &heard : load->heard_stamps()) {
      if (heard.time < begin || heard.time > end) continue;
      all.added.push_back(static_cast<std::int32_t>(heard.time - std::max(heard.stamp, heard.due)));
      all.played.push_back(static_cast<std::int32_t>(heard.time - heard.stamp));
    }
  return all;
}

void sleep_for(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

int run(const ClientOptions &options, const Mode &mode) {
  ClientRun run(options);
  auto loads = make_loads(options, mode);
  connect(loads, mode, run);
  if (mode.kind == "gemlive") speak(loads);
  sleep_for(options.warm_up);

  const auto before = bytes_of(loads);
  const auto begin = now_us();
  run.begin();
  sleep_for(options.seconds);
  run.end();
  const auto end = now_us();
  const auto after = bytes_of(loads);
  for (auto &load : loads)
    if (const auto problem = load->error(); !problem.empty()) fail(problem);
  for (auto &load : loads)
    load->stop();

  auto latencies = latencies_between(loads, begin, end);
  run.report((after.up - before.up) / bytes_per_second_up,
             (after.down - before.down) / bytes_per_second_down, latencies.added);
  if (auto &played = latencies.played; !played.empty()) {
    const auto middle = played.begin() + static_cast<std::ptrdiff_t>(played.size() / 2);
    std::nth_element(played.begin(), middle, played.end());
    std::printf("played-p50-ms %.3f\n", *middle / 1e3);
  }
  return 0;
}

}  // namespace

}  // namespace gemlive::bench

int main(int argc, char **argv) {
  gst_init(nullptr, nullptr);
  gemlive::bench::Mode mode;
  if (argc < 2 || !gemlive::bench::parse_mode(argv[1], mode)) {
    std::fprintf(stderr, "%s: the first argument is gemlive, idle or floor\n", argv[0]);
    return 2;
  }
  const auto options = gemlive::bench::parse_client_options(argc - 1, argv + 1);
  return options ? gemlive::bench::run(*options, mode) : 2;
}
