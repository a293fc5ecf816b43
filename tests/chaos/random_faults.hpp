// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "call.hpp"
#include "fault_proxy.hpp"
#include "simulator_process.hpp"

namespace gemlive::chaos {

/// A call under random faults, one after the other, and the totals of both sides. The seed decides
/// the faults, but not their exact timing.
class RandomFaults {
 public:
  explicit RandomFaults(std::uint32_t seed);

  /// Injects one fault, and waits until the server receives audio again. Returns its name.
  std::string inject();
  /// Ends the connection as the service does after ten minutes, and waits as above.
  void end_connection();
  /// Waits until all audio has arrived, and compares the totals of both sides.
  void finish();

  struct Totals {
    std::uint64_t handed_in = 0, sent = 0, dropped = 0, held = 0, resent = 0;
    std::uint64_t acknowledged = 0, given_up = 0;                // of the sent audio
    std::uint64_t cut_off = 0;                                   // neither, because of an error
    std::uint64_t received = 0, received_once = 0, unknown = 0;  // bytes
    std::uint64_t speech = 0, speech_lost = 0;                   // speech handed in, never received
    std::size_t faults = 0, connects = 0, errors = 0;
    std::vector<double> recoveries = {};  // s
    std::map<std::string, int> kinds = {};
    std::vector<std::string> failures = {};
  };
  const Totals &totals() const { return totals_; }

 private:
  void start_server();
  void start_call();
  void finish_call();
  void wait_until_received(const std::string &after);
  /// Bytes that all servers received so far.
  std::uint64_t received();
  bool has_received_newest();
  void read_recordings();
  void check_stats(const std::string &after);
  void check(bool holds, const std::string &otherwise);
  int random(int least, int most) {
    return std::uniform_int_distribution<int>(least, most)(random_);
  }

  std::mt19937 random_;
  const bool exact_;  // the service acknowledges input: for even seeds
  std::unique_ptr<test::SimulatorProcess> server_;
  std::unique_ptr<test::FaultProxy> proxy_;
  std::unique_ptr<Call> call_;
  CallStats last_;
  std::uint32_t next_number_ = 0;
  int last_session_ = 0;  // the server session that received the last audio
  NumberSet numbers_;     // received
  NumberSet speech_;      // handed in
  Totals totals_;
};

}  // namespace gemlive::chaos
