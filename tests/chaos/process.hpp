// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace gemlive::chaos {

/// What this process holds.
struct Holdings {
  long memory = 0;  // KiB, resident
  long heap = 0;    // KiB of it that are allocated; the rest malloc keeps for later
  long files = 0;
  long threads = 0;
};
Holdings holdings();

/// The peak of resident memory since construction.
class PeakMemory {
 public:
  PeakMemory();
  long grown() const;  // KiB

 private:
  long before_;
};

/// Whether `ip link set lo down` hits nobody else.
bool is_in_own_network();
void set_loopback(bool up);

/// This process does nothing for so long, as when the machine sleeps. Returns afterwards; false
/// when it was not so.
bool suspend(std::chrono::seconds duration);

/// At 127.0.0.1, which is the name server where this is true.
bool has_own_name_server();
class SilentNameServer {
 public:
  SilentNameServer();
  ~SilentNameServer();
  SilentNameServer(const SilentNameServer &) = delete;
  SilentNameServer &operator=(const SilentNameServer &) = delete;

 private:
  int socket_;
};

/// 0 of nothing.
double percentile(std::vector<double> values, double percent);

}  // namespace gemlive::chaos
