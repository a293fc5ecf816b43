// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

/// TCP sockets on 127.0.0.1.
namespace gemlive::test {

inline sockaddr_in local_address(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

inline int local_port(int descriptor) {
  sockaddr_in address = {};
  socklen_t size = sizeof address;
  getsockname(descriptor, reinterpret_cast<sockaddr *>(&address), &size);
  return ntohs(address.sin_port);
}

inline bool bind_locally(int descriptor, int port) {
  const auto address = local_address(port);
  return bind(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0;
}

inline bool connect_locally(int descriptor, int port) {
  const auto address = local_address(port);
  return connect(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0;
}

/// A new TCP socket, bound to a free port.
inline int bound_local_socket() {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (!bind_locally(descriptor, 0)) abort();
  return descriptor;
}

/// A port at which no server listens.
inline int unused_port() {
  const int descriptor = bound_local_socket();
  const int port = local_port(descriptor);
  close(descriptor);
  return port;
}

}  // namespace gemlive::test
