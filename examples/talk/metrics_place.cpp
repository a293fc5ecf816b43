// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "metrics_place.hpp"

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "handle.hpp"
#include "problem.hpp"

namespace gemlive::talk {
namespace {

void check_port(guint16 port, GError **error) {
  if (port == 0) return;
  const ObjectPtr<GInetAddress> host(g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4));
  const ObjectPtr<GSocketAddress> address(g_inet_socket_address_new(host.get(), port));
  const ObjectPtr<GSocketListener> listener(g_socket_listener_new());
  g_socket_listener_add_address(listener.get(), address.get(), G_SOCKET_TYPE_STREAM,
                                G_SOCKET_PROTOCOL_TCP, nullptr, nullptr, error);
}

/// As gemlive does: it writes a file beside it, which takes its place.
void check_file(const std::string &file, GError **error) {
  if (g_file_test(file.c_str(), G_FILE_TEST_IS_DIR))
    return g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_ISDIR, "%s is a folder", file.c_str());
  const auto beside = file + ".check";
  if (g_file_set_contents_full(beside.c_str(), "# EOF\n", -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644,
                               error))
    g_unlink(beside.c_str());
}

}  // namespace

void check_metrics_place(const std::string &place) {
  GError *error = nullptr;
  if (is_metrics_file(place))
    check_file(place, &error);
  else
    check_port(static_cast<guint16>(std::stoi(place)), &error);
  const ErrorPtr owner(error);
  if (error)
    throw Problem("--metrics=" + place + ": " + error->message + '.',
                  "Name another port, or a file in a folder that you can write to.");
}

bool is_metrics_file(const std::string &place) {
  return !place.empty() && place[0] == '/';
}

}  // namespace gemlive::talk
