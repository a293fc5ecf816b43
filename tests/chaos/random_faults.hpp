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

/// A call that goes on while one random fault follows the other, and the account of it. What is
/// done is decided by the seed alone; when things happen is not.
class Weather {
 public:
  explicit Weather(std::uint32_t seed);

  /// One fault, and the time until the server hears something again. Its name.
  std::string strike();
  /// The connection is ended as after its ten minutes, and the call goes on.
  void end_connection();
  /// Lets everything through, and compares the accounts of both sides.
  void settle();

  struct Account {
    std::uint64_t handed_in = 0, sent = 0, dropped = 0, held = 0, replayed = 0;
    std::uint64_t acknowledged = 0, given_up = 0;          // of what was sent
    std::uint64_t cut_off = 0;                             // and neither, at an error
    std::uint64_t heard = 0, heard_once = 0, unknown = 0;  // bytes
    std::uint64_t speech = 0, speech_lost = 0;             // of them handed in, never heard
    std::size_t faults = 0, connects = 0, errors = 0;
    std::vector<double> recoveries = {};  // s
    std::map<std::string, int> kinds = {};
    std::vector<std::string> failures = {};
  };
  const Account &account() const { return account_; }

 private:
  void begin_server();
  void begin_call();
  void end_call();
  void go_on(const std::string &after);
  /// Bytes so far, over all servers.
  std::uint64_t heard();
  bool heard_newest();
  void collect_recordings();
  void audit(const std::string &after);
  void check(bool holds, const std::string &otherwise);
  int random(int least, int most) {
    return std::uniform_int_distribution<int>(least, most)(random_);
  }

  std::mt19937 random_;
  const bool exact_;  // the service says how much it has heard: seeds that are even
  std::unique_ptr<test::SimulatorProcess> server_;
  std::unique_ptr<test::FaultProxy> proxy_;
  std::unique_ptr<Call> call_;
  Ledger last_;
  std::uint32_t next_number_ = 0;
  int listening_ = 0;  // the server's session that heard something last
  Numbers numbers_;    // heard
  Numbers speech_;     // handed in
  Account account_;
};

}  // namespace gemlive::chaos
