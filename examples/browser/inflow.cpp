// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "inflow.hpp"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace web {
namespace {

constexpr double burst = 2 << 20, per_second = 512 << 10;  // more than a Visitor accepts
constexpr guint period = 100;                              // ms

guint64 received(GSocket *socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  const int file = g_socket_get_fd(socket);
  return getsockopt(file, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 ? info.tcpi_bytes_received : 0;
}

double now() {
  return static_cast<double>(g_get_monotonic_time()) / G_USEC_PER_SEC;
}

}  // namespace

Inflow::Inflow(GSocket *socket)
    : socket_(static_cast<GSocket *>(g_object_ref(socket))),
      limit_(burst, per_second),
      received_(received(socket)),
      timer_(g_timeout_add(
          period,
          [](gpointer data) -> gboolean {
            static_cast<Inflow *>(data)->check();
            return G_SOURCE_CONTINUE;
          },
          this)) {}

Inflow::~Inflow() {
  g_source_remove(timer_);
}

/// A Close frame would let the rest come in.
void Inflow::check() {
  const auto total = received(socket_.get());
  if (total <= received_) return;
  if (!limit_.take(static_cast<double>(total - received_), now()))
    g_socket_shutdown(socket_.get(), TRUE, TRUE, nullptr);
  received_ = total;
}

}  // namespace web
