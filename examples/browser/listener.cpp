// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "listener.hpp"

#include <algorithm>
#include <utility>

#include "clock.hpp"

namespace gemlive::web {
namespace {

constexpr std::size_t most = 100;
constexpr double patience = 30;          // s
constexpr gsize max_request = 32 << 10;  // bytes

std::string name(GSocketAddress *address) {
  return StrPtr(g_socket_connectable_to_string(G_SOCKET_CONNECTABLE(address))).get();
}

}  // namespace

Listener::Listener(SoupServer *server)
    : server_(static_cast<SoupServer *>(g_object_ref(server))),
      service_(g_socket_service_new()),
      timer_(g_timeout_add_seconds(
          1,
          [](gpointer data) -> gboolean {
            static_cast<Listener *>(data)->check();
            return G_SOURCE_CONTINUE;
          },
          this)) {
  g_signal_connect(service_.get(), "incoming",
                   G_CALLBACK(+[](GSocketService *, GSocketConnection *connection, GObject *,
                                  Listener *self) -> gboolean {
                     self->accept(connection);
                     return TRUE;
                   }),
                   this);
}

Listener::~Listener() {
  g_source_remove(timer_);
  g_signal_handlers_disconnect_by_data(service_.get(), this);
  g_socket_service_stop(service_.get());
}

ErrorPtr Listener::listen(GInetAddress *ip, unsigned &port) {
  const ObjectPtr<GSocketAddress> wanted(g_inet_socket_address_new(ip, static_cast<guint16>(port)));
  GSocketAddress *actual = nullptr;
  GError *error = nullptr;
  if (!g_socket_listener_add_address(G_SOCKET_LISTENER(service_.get()), wanted.get(),
                                     G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, nullptr, &actual,
                                     &error))
    return ErrorPtr(error);
  const ObjectPtr<GSocketAddress> owner(actual);
  port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(actual));
  return {};
}

void Listener::accept(GSocketConnection *connection) {
  const ObjectPtr<GSocketAddress> local(g_socket_connection_get_local_address(connection, nullptr)),
      peer(g_socket_connection_get_remote_address(connection, nullptr));
  if (!local || !peer) return;  // it has ended
  std::erase_if(guests_, [](const Guest &guest) {
    return g_io_stream_is_closed(G_IO_STREAM(guest.connection.get()));
  });
  if (guests_.size() == most) cut_oldest();
  ObjectPtr<WebInflow> inflow(inflow_new(G_IO_STREAM(connection), max_request));
  const ObjectPtr<GIOStream> stream(g_simple_io_stream_new(
      G_INPUT_STREAM(inflow.get()), g_io_stream_get_output_stream(G_IO_STREAM(connection))));
  guests_.push_back(
      {ObjectPtr<GSocketConnection>(static_cast<GSocketConnection *>(g_object_ref(connection))),
       std::move(inflow), name(peer.get()), now()});
  soup_server_accept_iostream(server_.get(), stream.get(), local.get(), peer.get(), nullptr);
}

/// libsoup frees it when it has read the end.
void Listener::cut_oldest() {
  g_socket_shutdown(g_socket_connection_get_socket(guests_.front().connection.get()), TRUE, TRUE,
                    nullptr);
  guests_.pop_front();
}

void Listener::check() {
  while (!guests_.empty() && now() - guests_.front().since > patience)
    cut_oldest();
}

ObjectPtr<WebInflow> Listener::admit(GSocketAddress *peer) {
  const auto guest = std::find_if(guests_.begin(), guests_.end(),
                                  [&](const Guest &other) { return other.peer == name(peer); });
  if (guest == guests_.end()) return {};
  auto inflow = std::move(guest->inflow);
  guests_.erase(guest);
  return inflow;
}

}  // namespace gemlive::web
