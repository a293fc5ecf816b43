// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "socket_guard.hpp"

#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gemlive {

namespace {

/// How long sent data may stay unacknowledged, or keepalives unanswered, before the connection
/// fails. The kernel's default is 15 minutes.
constexpr int kUserTimeoutMs = 8000;
constexpr int kKeepaliveIdleS = 10;
constexpr int kKeepaliveIntervalS = 2;
/// The socket is not writable while the kernel holds more unsent bytes: 0.1 s of audio, not 60 s.
constexpr int kNotSentLowat = 8192;
/// Bytes that the peer can have in flight: enough for 20 times real time at 200 ms, and few enough
/// to parse at once.
constexpr int kReceiveBuffer = 256 << 10;

}  // namespace

void SocketGuard::set_options(GSocket *socket) {
  // None of these options is required. A socket may reject some (a proxy's, a test's Unix socket).
  g_socket_set_option(socket, SOL_SOCKET, SO_RCVBUF, kReceiveBuffer, nullptr);
  g_socket_set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1, nullptr);
  g_socket_set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, kKeepaliveIdleS, nullptr);
  g_socket_set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, kKeepaliveIntervalS, nullptr);
  g_socket_set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1, nullptr);
  g_socket_set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, kUserTimeoutMs, nullptr);
  g_socket_set_option(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, kNotSentLowat, nullptr);
}

SocketGuard::SocketGuard(GSocket *socket)
    : descriptor_(fcntl(g_socket_get_fd(socket), F_DUPFD_CLOEXEC, 0)) {}

SocketGuard::~SocketGuard() {
  if (descriptor_ >= 0) close(descriptor_);
}

void SocketGuard::shut_down() {
  if (descriptor_ >= 0) shutdown(descriptor_, SHUT_RDWR);
}

}  // namespace gemlive
