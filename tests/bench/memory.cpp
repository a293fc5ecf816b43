// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// gemlive-bench-memory: measures the resident memory of one session while the server does not read,
// or while downstream is blocked. docs/performance.md.

#include <gst/gst.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>

#include "load.hpp"
#include "local_server.hpp"
#include "measure.hpp"

namespace gemlive::bench {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto patience = 60s;

int fail(const std::string &text) {
  std::fprintf(stderr, "gemlive-bench-memory: %s\n", text.c_str());
  return 1;
}

void print_rss(const char *when, const Usage &now, const Usage &before) {
  std::printf("rss-mib-%s %.2f\nrss-mib-%s-growth %.2f\n", when,
              static_cast<double>(now.rss) / 0x100000, when,
              static_cast<double>(static_cast<std::int64_t>(now.rss - before.rss)) / 0x100000);
}

/// Prints the growth at half time and at the end. Both are the same if memory is bounded.
void watch(const Load &load, const Usage &before, double seconds) {
  for (const char *when : {"half", "end"}) {
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds / 2));
    print_rss(when, usage_now(), before);
  }
  std::printf("audio-seconds-pushed %.0f\n", static_cast<double>(load.pushed_bytes()) / 32000);
}

/// Runs a session before the measurement, so that loaded code and heaps of threads do not count.
std::string warm_up() {
  const LocalServer server({.events = false});
  if (!server.error().empty()) return server.error();
  Load load({.name = "first", .uri = server.uri(), .record = false});
  load.play();
  return load.wait_connected(Clock::now() + patience);
}

/// The server reads nothing after the setup. The source pushes as fast as it can.
int stalled_server(double seconds) {
  const LocalServer server({.stalled = true, .events = false});
  if (!server.error().empty()) return fail(server.error());
  Load load({.name = "stalled", .uri = server.uri(), .record = false, .interval = 0us});
  const auto before = usage_now();
  load.play();
  if (const auto problem = load.wait_connected(Clock::now() + patience); !problem.empty())
    return fail(problem);
  watch(load, before, seconds);
  return load.pushed_bytes() > 0 ? 0 : fail("nothing was pushed");
}

/// The server sends an hour of speech at once. Downstream is blocked.
int blocked_output(double seconds) {
  const LocalServer server({.speech = 1h, .chunk = 200ms, .speed = 0, .events = false});
  if (!server.error().empty()) return fail(server.error());
  Load load({.name = "blocked", .uri = server.uri(), .clock_pacing = false, .record = false});
  load.block_output();
  const auto before = usage_now();
  load.play();
  if (const auto problem = load.wait_connected(Clock::now() + patience); !problem.empty())
    return fail(problem);
  if (!load.ask()) return fail("the text was refused");
  watch(load, before, seconds);
  return load.pushed_bytes() > 0 ? 0 : fail("nothing was pushed");
}

}  // namespace

}  // namespace gemlive::bench

int main(int argc, char **argv) {
  gst_init(&argc, &argv);
  const std::string_view what = argc > 1 ? argv[1] : "";
  const double seconds = argc > 2 ? std::atof(argv[2]) : 10;
  if (const auto problem = gemlive::bench::warm_up(); !problem.empty())
    return gemlive::bench::fail(problem);
  if (what == "stalled-server") return gemlive::bench::stalled_server(seconds);
  if (what == "blocked-output") return gemlive::bench::blocked_output(seconds);
  std::fprintf(stderr, "usage: %s stalled-server|blocked-output [SECONDS]\n", argv[0]);
  return 2;
}
