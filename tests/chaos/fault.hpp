// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "call.hpp"
#include "fault_proxy.hpp"
#include "rude_peer.hpp"
#include "simulator_process.hpp"

namespace gemlive::chaos {

/// The effect of a fault on the conversation.
enum class Outcome { recovers, fails, unaffected };

/// One fault of the table: how to inject it, and the required results. Without `inject`, the
/// simulator's script or the rude server causes the fault.
struct Fault {
  using Action = std::function<void(test::FaultProxy &)>;

  int number = 0;  // in the table of docs/reliability.md
  std::string name = {};
  Outcome outcome = Outcome::recovers;
  double detect = 1;          // s
  double recover = 1;         // s, since remove(), or since the detection
  double lost = 0;            // ms of audio
  bool in_quick_run = false;  // long, but also part of a quick run
  double tolerance = 3;       // s, for a busy machine
  std::string script = {};
  std::vector<std::string> arguments = {};  // of the simulator
  std::string properties = {};              // of gemlivesink; {port}: port of the rude server
  std::string uri = {};                     // replaces the server's
  std::string scheme = "ws";
  test::RudePeer::Script rude_server = {};
  bool at_start = false;  // the fault begins before the call
  bool needs_namespace = false;
  bool needs_name_server = false;  // that never answers
  bool idle = false;               // the speaker is muted during the fault
  bool ended_by_server = false;    // by the script, after the first 500 ms of audio
  Action inject = {};              // a proxy is between client and server
  Action remove = {};
  std::string expected_message = {};  // default: reconnecting or error
  double observation = 2;             // s, wait for a message that must not come
  std::string covered_by = {};        // the test that covers it; not run here
};

/// The faults of docs/reliability.md.
std::vector<Fault> fault_table();

struct Measurement {
  std::optional<double> detect = {};   // s
  std::optional<double> recover = {};  // s
  std::uint64_t lost = 0;              // bytes, sent but never received
  std::uint64_t dropped = 0;           // bytes, from the stats
  long memory = 0;                     // KiB, peak
  double stop = 0;                     // ms, PLAYING to NULL
  std::vector<std::string> failures = {};
  std::string error_text = {};
};

Measurement measure_fault(const Fault &fault);

/// Runs the faults `repeat` times and prints the results as a table. `wanted` is a number or part
/// of a name; empty for all. With `quick` it runs the short faults and those with in_quick_run.
/// False if a fault failed, or none was run.
bool print_fault_table(const std::string &wanted, bool quick, int repeat);

}  // namespace gemlive::chaos
