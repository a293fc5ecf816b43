// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "metrics_place.hpp"

#include <gio/gio.h>

#include "handle.hpp"
#include "problem.hpp"
#include "whole_file.hpp"

namespace gemlive::talk {
namespace {

std::string problem_of_port(guint16 port) {
  if (port == 0) return "";
  const ObjectPtr<GInetAddress> host(g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4));
  const ObjectPtr<GSocketAddress> address(g_inet_socket_address_new(host.get(), port));
  const ObjectPtr<GSocketListener> listener(g_socket_listener_new());
  GError *error = nullptr;
  g_socket_listener_add_address(listener.get(), address.get(), G_SOCKET_TYPE_STREAM,
                                G_SOCKET_PROTOCOL_TCP, nullptr, nullptr, &error);
  const ErrorPtr owner(error);
  return error ? error->message : "";
}

}  // namespace

void check_metrics_place(const std::string &place) {
  const auto problem = is_metrics_file(place)
                           ? problem_of_replacing(place)
                           : problem_of_port(static_cast<guint16>(std::stoi(place)));
  if (!problem.empty())
    throw Problem("--metrics=" + place + ": " + problem + '.',
                  "Name another port, or a file in a folder that you can write to.");
}

bool is_metrics_file(const std::string &place) {
  return !place.empty() && place[0] == '/';
}

}  // namespace gemlive::talk
