// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What every client of tests/bench/bench.py has in common. Its arguments:
///
///   URI SESSIONS SECONDS [--ca-file FILE] [--chunk MS] [--warm-up S] [--latencies FILE]
///
/// It connects all sessions at once, asks each for audio, and speaks itself. It prints
/// "connect-ms", "measuring" after the warm-up, "measured" SECONDS later, and then the other
/// figures. FILE gets the latencies of the audio received in that time: us, as int32. One thread.
namespace gemlive::bench {

struct ClientOptions {
  std::string uri = {};
  int sessions = 1;
  double seconds = 10;
  std::string ca_file = {};
  int chunk_ms = 20;   // audio per message up
  double warm_up = 2;  // seconds after the first audio of all sessions
  std::string latencies_file = {};
};

/// `argv` begins with the program. Prints what is wrong.
std::optional<ClientOptions> parse_client_options(int argc, char **argv);

/// The stages of a run, in this order.
class ClientRun {
 public:
  explicit ClientRun(ClientOptions options);

  const ClientOptions &options() const { return options_; }
  /// All sessions are set up. `started` is the time when the first began to connect.
  void connected(std::int64_t started);
  void begin();
  /// `up` and `down` are messages or buffers with audio of the given duration.
  void end();
  /// Prints the figures. The arguments are those of the time between begin() and end().
  void report(double audio_seconds_up, double audio_seconds_down,
              const std::vector<std::int32_t> &latencies);
  bool is_measuring() const { return is_measuring_; }

 private:
  struct Moment {
    std::int64_t time = 0, user = 0, system = 0;  // us
    std::int64_t waits = 0, preemptions = 0;      // context switches
  };
  static Moment moment();

  const ClientOptions options_;
  bool is_measuring_ = false;
  Moment begin_, end_;
  std::uint64_t rss_ = 0;  // bytes
};

}  // namespace gemlive::bench
