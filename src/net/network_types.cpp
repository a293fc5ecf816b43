// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "network_types.hpp"

#include <libsoup/soup.h>

#include <initializer_list>

namespace gemlive {

void register_network_types() {
  for (const auto type :
       {G_TYPE_SOCKET, G_TYPE_SOCKET_ADDRESS, G_TYPE_INET_ADDRESS, G_TYPE_INET_SOCKET_ADDRESS,
        G_TYPE_SOCKET_CONNECTABLE, G_TYPE_NETWORK_ADDRESS, G_TYPE_SOCKET_CLIENT,
        G_TYPE_SOCKET_LISTENER, G_TYPE_SOCKET_SERVICE, G_TYPE_SOCKET_CONNECTION,
        G_TYPE_TCP_CONNECTION, G_TYPE_PROXY_RESOLVER, G_TYPE_RESOLVER, G_TYPE_TLS_BACKEND,
        G_TYPE_TLS_CERTIFICATE, G_TYPE_TLS_CONNECTION, G_TYPE_TLS_DATABASE, G_TYPE_TLS_INTERACTION,
        G_TYPE_TLS_CERTIFICATE_FLAGS, G_TYPE_IO_STREAM, G_TYPE_CANCELLABLE, SOUP_TYPE_SESSION,
        SOUP_TYPE_SERVER, SOUP_TYPE_MESSAGE, SOUP_TYPE_SERVER_MESSAGE})
    g_type_ensure(type);
}

}  // namespace gemlive
