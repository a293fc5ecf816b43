// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "server.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace gemlive::simulator {

namespace {

using namespace std::chrono_literals;

constexpr auto stop_timeout = 500ms;

Error cannot_listen(const std::string &why) {
  return {ErrorKind::bad_setting, "Cannot listen: " + why};
}

}  // namespace

Server::Server(Context &context) : context_(context), service_(g_socket_service_new()) {
  g_signal_connect(service_.get(), "incoming", G_CALLBACK(&Server::on_incoming), this);
}

Server::~Server() {
  g_signal_handlers_disconnect_by_data(service_.get(), this);
  g_socket_listener_close(G_SOCKET_LISTENER(service_.get()));
}

std::optional<Error> Server::listen() {
  const auto &options = context_.options;
  ErrorPtr error;
  if (!options.tls_certificate.empty()) {
    certificate_.reset(g_tls_certificate_new_from_files(options.tls_certificate.c_str(),
                                                        options.tls_key.c_str(), out(error)));
    if (!certificate_)
      return cannot_listen(std::string(error->message) + ". Check --tls-cert and --tls-key");
  }
  const ObjectPtr<GSocketAddress> address(g_inet_socket_address_new_from_string(
      options.address.c_str(), static_cast<guint>(options.port)));
  if (!address)
    return cannot_listen(options.address + " is not an IP address. Choose another --address");
  ObjectPtr<GSocketAddress> effective;
  if (!g_socket_listener_add_address(G_SOCKET_LISTENER(service_.get()), address.get(),
                                     G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, nullptr,
                                     out(effective), out(error)))
    return cannot_listen(std::string(error->message) + ". Choose another --port or --address");
  port_ = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(effective.get()));
  return {};
}

std::string Server::uri() const {
  const auto &address = context_.options.address;
  const bool v6 = address.find(':') != address.npos;
  return std::string(certificate_ ? "wss://" : "ws://") + (v6 ? '[' + address + ']' : address) +
         ':' + std::to_string(port_);
}

gboolean Server::on_incoming(GSocketService *, GSocketConnection *connection, GObject *,
                             gpointer self) {
  static_cast<Server *>(self)->accept(connection);
  return TRUE;
}

void Server::accept(GSocketConnection *connection) {
  GSocket *socket = g_socket_connection_get_socket(connection);
  g_tcp_connection_set_graceful_disconnect(G_TCP_CONNECTION(connection), FALSE);
  g_socket_set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1, nullptr);
  ObjectPtr<GIOStream> stream(ref(G_IO_STREAM(connection)));
  if (certificate_) {
    stream.reset(g_tls_server_connection_new(G_IO_STREAM(connection), certificate_.get(), nullptr));
    if (!stream) return;
  }
  clients_.push_back(std::make_unique<Client>(context_, std::move(stream), socket,
                                              [this](Client *client) { retire(client); }));
}

void Server::retire(Client *client) {
  const auto found = std::ranges::find(clients_, client, &std::unique_ptr<Client>::get);
  if (found == clients_.end()) return;
  ended_clients_.splice(ended_clients_.end(), clients_, found);
  cleanup_.start(0ms, [this] { delete_ended(); });
}

void Server::delete_ended() {
  ended_clients_.clear();
  if (stopped_ && clients_.empty()) std::exchange(stopped_, nullptr)();
}

void Server::stop(std::function<void()> stopped) {
  g_socket_service_stop(service_.get());
  stopped_ = std::move(stopped);
  stop_timeout_.start(stop_timeout, [this] {
    if (stopped_) std::exchange(stopped_, nullptr)();
  });
  std::vector<Client *> open;  // close() can remove a client from clients_
  for (const auto &client : clients_)
    open.push_back(client.get());
  for (auto *client : open)
    client->close(1001, "The simulator is shutting down");
  cleanup_.start(0ms, [this] { delete_ended(); });
}

}  // namespace gemlive::simulator
