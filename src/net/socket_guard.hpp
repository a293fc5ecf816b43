// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>

#include <atomic>
#include <cstdint>

#include "watchdog.hpp"

namespace gemlive {

/// Owns a duplicate descriptor of a connection's TCP socket, so it can end the connection from any
/// thread at any time. The watchdog observes it.
class SocketGuard final : private Watchdog::Watched {
 public:
  /// Sets options that libsoup does not set. Call it before the socket connects. Any thread.
  static void set_options(GSocket *socket);

  /// The thread whose loop serves the socket.
  explicit SocketGuard(GSocket *socket, Watchdog &watchdog = Watchdog::shared());
  ~SocketGuard();
  SocketGuard(const SocketGuard &) = delete;
  SocketGuard &operator=(const SocketGuard &) = delete;

  /// For polling. -1 if the process has no descriptor left. Any thread.
  int descriptor() const { return descriptor_; }
  /// Counts a complete message. The loop's thread.
  void message_arrived() { messages_.store(messages() + 1, std::memory_order_relaxed); }
  /// Shuts the socket down in both directions, so that reading and writing end. Any thread.
  void shut_down();
  /// Why the watchdog shut the socket down; none if it did not. Any thread.
  Watchdog::Verdict verdict() const { return verdict_.load(); }

 private:
  std::uint64_t bytes_received() const override;
  std::uint64_t messages() const override { return messages_.load(std::memory_order_relaxed); }
  void condemn(Watchdog::Verdict verdict) override;

  Watchdog &watchdog_;
  int descriptor_;
  std::atomic<std::uint64_t> messages_{0};
  std::atomic<Watchdog::Verdict> verdict_{Watchdog::Verdict::none};
};

}  // namespace gemlive
