// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>

namespace gemlive {

/// Owns a duplicate descriptor of a connection's TCP socket, so it can end the connection from any
/// thread at any time, and never hits another socket.
class SocketGuard {
 public:
  /// Sets options that libsoup does not set. Call it before the socket connects. Any thread.
  static void set_options(GSocket *socket);

  explicit SocketGuard(GSocket *socket);
  ~SocketGuard();
  SocketGuard(const SocketGuard &) = delete;
  SocketGuard &operator=(const SocketGuard &) = delete;

  /// For polling. -1 if the process has no descriptor left. Any thread.
  int descriptor() const { return descriptor_; }
  /// Shuts the socket down in both directions, so that reading and writing end. Any thread.
  void shut_down();

 private:
  const int descriptor_;
};

}  // namespace gemlive
