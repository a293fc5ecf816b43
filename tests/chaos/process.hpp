// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>

namespace gemlive::chaos {

/// The resources of this process.
struct ProcessUsage {
  long memory = 0;  // KiB, resident
  long heap = 0;    // KiB, allocated; malloc keeps more
  long files = 0;
  long threads = 0;
};
ProcessUsage process_usage();

/// The growth of the peak resident memory since construction.
class PeakMemory {
 public:
  PeakMemory();
  long grown() const;  // KiB

 private:
  long before_;
};

/// Whether this process has a network namespace, so that set_loopback() affects no other process.
bool has_network_namespace();
void set_loopback(bool up);

/// Stops this process for `duration`, as if the machine slept. False if that failed.
bool suspend(std::chrono::seconds duration);

/// Whether resolv.conf of this process names 127.0.0.1.
bool has_own_name_server();
/// A name server on 127.0.0.1 that never answers.
class SilentNameServer {
 public:
  SilentNameServer();
  ~SilentNameServer();
  SilentNameServer(const SilentNameServer &) = delete;
  SilentNameServer &operator=(const SilentNameServer &) = delete;

 private:
  int socket_;
};

}  // namespace gemlive::chaos
