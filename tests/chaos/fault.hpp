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

/// How a conversation goes on after a fault.
enum class Ends { recovers, fails, unaffected };

/// One fault of the table, what is required, and how to bring it about. Without `strike` the
/// simulator's script (or the rude server) does it by itself.
struct Row {
  using Act = std::function<void(test::FaultProxy &)>;

  int number = 0;  // in the table of docs/reliability.md
  std::string fault = {};
  Ends ends = Ends::recovers;
  double detect = 1;    // s
  double recover = 1;   // s, from the fault's end, or from its detection
  double lost = 0;      // ms of audio
  bool always = false;  // also in a quick run, though it takes long
  double slack = 3;     // s more than required, for a machine with other things to do
  std::string script = {};
  std::vector<std::string> arguments = {};  // of the simulator
  std::string properties = {};              // of the element; {port}: the rude server's
  std::string uri = {};                     // in place of the server's
  std::string scheme = "ws";
  test::RudePeer::Script rude = {};
  bool at_start = false;  // the fault is there before the call
  bool in_namespace = false;
  bool by_silent_dns = false;    // the name server hears, and says nothing
  bool idle = false;             // nobody speaks when it strikes
  bool ended_by_server = false;  // by the script, later than the half second
  Act strike = {};               // between client and server there is the proxy
  Act lift = {};
  std::string sign = {};     // the message that tells; default: reconnecting or an error
  double watch = 2;          // s, how long something that must not happen is waited for
  std::string missing = {};  // why it cannot be brought about
};

std::vector<Row> table();

struct Measured {
  std::optional<double> detect = {};   // s
  std::optional<double> recover = {};  // s
  std::uint64_t lost = 0;              // bytes that were sent and never heard
  std::uint64_t dropped = 0;           // bytes, as stats say
  long memory = 0;                     // KiB, peak
  double stop = 0;                     // ms, PLAYING to NULL
  std::vector<std::string> failures = {};
  std::string said = {};  // the error's text
};

Measured run(const Row &row);

/// Runs each row, or those with that number or fault, so many times, and prints what was measured.
/// With `quick` only what takes no more than a few seconds, or is always run. False when a row
/// failed, or none was run.
bool print_table(const std::string &wanted, bool quick, int times);

}  // namespace gemlive::chaos
