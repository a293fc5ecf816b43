// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>

#include <atomic>
#include <cstdint>

#include "watchdog.hpp"

namespace gemlive {

/// A second handle on the TCP socket of a connection, beside its owner's: it can end the connection
/// from any thread and at any time, since its descriptor stays its own until it dies. Watched by
/// the watchdog.
class SocketGuard final : private Watchdog::Watched {
 public:
  /// Options that libsoup does not set; best before the socket connects.
  static void set_options(GSocket *socket);

  /// On the thread whose loop serves the socket.
  explicit SocketGuard(GSocket *socket, Watchdog &watchdog = Watchdog::shared());
  ~SocketGuard();
  SocketGuard(const SocketGuard &) = delete;
  SocketGuard &operator=(const SocketGuard &) = delete;

  /// To poll; -1 where there was none left to have.
  int descriptor() const { return descriptor_; }
  /// A message was complete. The loop's thread.
  void message_arrived() { messages_.store(messages() + 1, std::memory_order_relaxed); }
  /// Both ways, at once: whoever reads or writes the socket sees its end. Any thread.
  void shut_down();
  /// Why the watchdog has shut the socket down, if it has. Any thread.
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
