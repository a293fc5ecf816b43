// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// gemlive-bench: measures N real-time full-duplex sessions in one process, with gemlive-simulator
// in another. docs/performance.md explains the figures.

#include <gst/gst.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "load.hpp"
#include "local_server.hpp"
#include "measure.hpp"
#include "percentile.hpp"
#include "server_events.hpp"

namespace gemlive::bench {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using test::percentile;
using Loads = std::vector<std::unique_ptr<Load>>;

constexpr auto patience = 60s;

struct Options {
  int sessions = 1;
  int idle = 0;
  double seconds = 10;
  int chunk = 20;
  int server_chunk = 40;
  gboolean tls = FALSE;
  gboolean unpaced = FALSE;
  gboolean no_floor = FALSE;
  gboolean no_latency = FALSE;
  gboolean pin = FALSE;
  gchar *gaps = nullptr;
};

bool parse(Options &options, int argc, char **argv) {
  const GOptionEntry entries[] = {
      {"sessions", 'n', 0, G_OPTION_ARG_INT, &options.sessions,
       "Number of sessions (1; 0 = measure idle sessions)", "N"},
      {"idle", 0, 0, G_OPTION_ARG_INT, &options.idle, "Number of additional idle sessions (0)",
       "N"},
      {"seconds", 't', 0, G_OPTION_ARG_DOUBLE, &options.seconds,
       "Duration of the measurement in seconds (10)", "S"},
      {"chunk", 0, 0, G_OPTION_ARG_INT, &options.chunk, "Audio per sent message in ms (20)", "MS"},
      {"server-chunk", 0, 0, G_OPTION_ARG_INT, &options.server_chunk,
       "Audio per received message in ms (40)", "MS"},
      {"tls", 0, 0, G_OPTION_ARG_NONE, &options.tls, "Use wss, with a new certificate", nullptr},
      {"unpaced", 0, 0, G_OPTION_ARG_NONE, &options.unpaced, "Set pacing=none", nullptr},
      {"no-floor", 0, 0, G_OPTION_ARG_NONE, &options.no_floor,
       "Skip the measurement without gemlive elements", nullptr},
      {"no-latency", 0, 0, G_OPTION_ARG_NONE, &options.no_latency, "Do not measure the latency",
       nullptr},
      {"gaps", 0, 0, G_OPTION_ARG_STRING, &options.gaps,
       "Output between answers: gap or silence (the element's default)", "GAPS"},
      {"pin", 0, 0, G_OPTION_ARG_NONE, &options.pin,
       "Bind this process to processor 0, the server to processor 1", nullptr},
      {nullptr, 0, 0, G_OPTION_ARG_NONE, nullptr, nullptr, nullptr}};
  GError *error = nullptr;
  auto *context = g_option_context_new("- measures gemlive with real-time full-duplex sessions");
  g_option_context_add_main_entries(context, entries, nullptr);
  g_option_context_add_group(context, gst_init_get_option_group());
  const bool parsed = g_option_context_parse(context, &argc, &argv, &error);
  g_option_context_free(context);
  if (!parsed) {
    std::fprintf(stderr, "%s\n", error->message);
    g_error_free(error);
  }
  return parsed;
}

/// CPU time of the sources alone, each with a fakesink.
double floor_cpu(const Options &options) {
  Loads loads;
  for (int i = 0; i < options.sessions; ++i) {
    loads.push_back(std::make_unique<Load>(LoadOptions{.record = !options.no_latency}));
    loads.back()->play();
  }
  std::this_thread::sleep_for(500ms);
  const auto before = usage_now();
  std::this_thread::sleep_for(std::chrono::duration<double>(options.seconds));
  return usage_now().cpu_seconds - before.cpu_seconds;
}

LoadOptions load_options(const Options &options, const LocalServer &server, int number,
                         bool active) {
  return {.name = "s" + std::to_string(number),
          .uri = server.uri(),
          .ca_file = server.ca_file(),
          .chunk_ms = static_cast<unsigned>(options.chunk),
          .clock_pacing = !options.unpaced,
          .gaps = options.gaps ? options.gaps : "",
          .active = active,
          .record = !options.no_latency};
}

/// Waits for the connection: the handshakes must not wait for each other.
std::string start(Load &load) {
  load.play();
  return load.wait_connected(Clock::now() + patience);
}

std::string speak(Loads &loads) {
  for (auto &load : loads)
    if (!load->ask()) return load->name() + ": the text was refused";
  for (auto &load : loads)
    if (!load->wait_heard(1, Clock::now() + patience)) return load->name() + ": received no audio";
  return {};
}

struct Totals {
  double up = 0;  // seconds of audio
  double down = 0;
};
Totals totals(const Loads &loads) {
  Totals sum;
  for (auto &load : loads) {
    sum.up += static_cast<double>(load->pushed_bytes()) / 32000;
    sum.down += static_cast<double>(load->heard_bytes()) / 48000;
  }
  return sum;
}

void print_latency(const char *direction, const std::vector<double> &values) {
  std::printf("latency-%s-p50-us %.0f\n", direction, percentile(values, 50));
  std::printf("latency-%s-p99-us %.0f\n", direction, percentile(values, 99));
  std::printf("latency-%s-samples %zu\n", direction, values.size());
}

std::vector<Stamp> since(const std::vector<Stamp> &stamps, std::int64_t time) {
  std::vector<Stamp> result;
  for (const auto &stamp : stamps)
    if (stamp.time >= time) result.push_back(stamp);
  return result;
}

/// Returns an error, or an empty string.
std::string report_latency(const Loads &loads, const LocalServer &server, std::int64_t from) {
  auto seen = read_server_events(server.events_file());
  std::vector<double> up;
  std::vector<double> down;
  for (const auto &load : loads) {
    auto &session = seen[load->name()];
    for (double delay : delays(load->pushed(), since(session.received, from)))
      up.push_back(delay);
    for (double delay : delays(session.sent, since(load->heard(), from)))
      down.push_back(delay);
  }
  print_latency("up", up);
  print_latency("down", down);
  if (up.empty() || down.empty()) return "no latencies";
  // Then the positions in the two streams do not belong together.
  if (percentile(down, 50) < 0) return "audio was heard before it was sent";
  if (percentile(up, 50) < 0)
    std::fprintf(stderr,
                 "gemlive-bench: latency-up is wrong: gemlivesink filled a gap of the "
                 "source. Repeat this on a quiet machine\n");
  return {};
}

int fail(const std::string &text) {
  std::fprintf(stderr, "gemlive-bench: %s\n", text.c_str());
  return 1;
}

void report_idle(const Options &options, const Usage &before, const Usage &after) {
  const double session_seconds = static_cast<double>(after.time - before.time) / 1e6 * options.idle;
  std::printf("cpu-ms-per-idle-session-second %.3f\n",
              (after.cpu_seconds - before.cpu_seconds) * 1e3 / session_seconds);
}

void report(const Options &options, const Usage &before, const Usage &after, const Totals &audio,
            double floor) {
  const double session_seconds =
      static_cast<double>(after.time - before.time) / 1e6 * options.sessions;
  const double cpu = (after.cpu_seconds - before.cpu_seconds) * 1e3 / session_seconds;
  std::printf("audio-seconds-up %.3f\naudio-seconds-down %.3f\n", audio.up, audio.down);
  std::printf("cpu-ms-per-session-second %.3f\n", cpu);
  if (options.no_floor) return;
  floor = floor * 1e3 / (options.seconds * options.sessions);
  std::printf("cpu-ms-per-session-second-floor %.3f\n", floor);
  std::printf("cpu-ms-per-session-second-added %.3f\n", cpu - floor);
}

int run(const Options &options) {
  if (options.pin) pin_to(0);
  const bool only_idle = options.sessions == 0;
  const double floor = options.no_floor || only_idle ? 0 : floor_cpu(options);
  const LocalServer server(
      {.tls = options.tls != FALSE,
       .speech = std::chrono::milliseconds(static_cast<int>(options.seconds * 1000) + 120000),
       .chunk = std::chrono::milliseconds(options.server_chunk),
       .processor = options.pin ? 1 : -1,
       .events = !options.no_latency});
  if (!server.error().empty()) return fail(server.error());

  Loads loads;
  Loads idle;
  Usage one;
  for (int i = 0; i < options.sessions + options.idle; ++i) {
    const bool active = i < options.sessions;
    auto &list = active ? loads : idle;
    list.push_back(std::make_unique<Load>(load_options(options, server, i, active)));
    if (const auto problem = start(*list.back()); !problem.empty()) return fail(problem);
    if (i == 0) one = usage_now();
  }
  const auto all = usage_now();
  if (const auto problem = speak(loads); !problem.empty()) return fail(problem);
  std::this_thread::sleep_for(500ms);

  const auto audio_before = totals(loads);
  const auto before = usage_now();
  std::this_thread::sleep_for(std::chrono::duration<double>(options.seconds));
  const auto after = usage_now();
  auto audio = totals(loads);
  audio.up -= audio_before.up;
  audio.down -= audio_before.down;
  for (auto &load : loads)
    if (const auto problem = load->error(); !problem.empty()) return fail(problem);
  for (auto &load : loads)
    load->stop();

  std::printf("sessions %d\nidle %d\n", options.sessions, options.idle);
  if (only_idle)
    report_idle(options, before, after);
  else
    report(options, before, after, audio, floor);
  std::printf("rss-kib %.0f\n", static_cast<double>(before.rss) / 1024);
  const int extra = options.sessions + options.idle - 1;
  if (extra > 0)
    std::printf("rss-kib-per-extra-session %.0f\n",
                static_cast<double>(static_cast<std::int64_t>(all.rss - one.rss)) / 1024 / extra);
  if (only_idle) return 0;
  if (audio.up <= 0 || audio.down <= 0) return fail("no audio during the measurement");
  if (options.no_latency) return 0;
  const auto problem = report_latency(loads, server, before.time);
  return problem.empty() ? 0 : fail(problem);
}

}  // namespace

}  // namespace gemlive::bench

int main(int argc, char **argv) {
  gemlive::bench::Options options;
  return gemlive::bench::parse(options, argc, argv) ? gemlive::bench::run(options) : 1;
}
