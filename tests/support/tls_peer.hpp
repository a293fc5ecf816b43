// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <string>

#include "glib_ptr.hpp"
#include "read_file.hpp"
#include "rude_peer.hpp"

/// A RudePeer with TLS, with the certificates of tests/fixtures.
namespace gemlive::test {

/// The server side of TLS on a connection of a RudePeer; blocking.
class TlsServer {
 public:
  TlsServer(const RudePeer::Connection &connection, const std::string &certificate_file) {
    ObjectPtr<GTlsCertificate> certificate(
        g_tls_certificate_new_from_file(fixture_path("tls/" + certificate_file).c_str(), nullptr));
    if (!certificate) abort();
    // A duplicate, because GSocket closes its descriptor.
    ObjectPtr<GSocket> socket(g_socket_new_from_fd(dup(connection.descriptor()), nullptr));
    ObjectPtr<GSocketConnection> plain(g_socket_connection_factory_create_connection(socket.get()));
    tls_.reset(g_tls_server_connection_new(G_IO_STREAM(plain.get()), certificate.get(), nullptr));
  }

  std::string read() {
    std::string bytes(64 << 10, '\0');
    auto count = g_input_stream_read(g_io_stream_get_input_stream(tls_.get()), bytes.data(),
                                     bytes.size(), nullptr, nullptr);
    bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return bytes;
  }
  bool write(const std::string &bytes) {
    return g_output_stream_write_all(g_io_stream_get_output_stream(tls_.get()), bytes.data(),
                                     bytes.size(), nullptr, nullptr, nullptr);
  }
  bool accept_upgrade() {
    std::string request;
    while (request.find("\r\n\r\n") == std::string::npos) {
      auto more = read();
      if (more.empty()) return false;
      request += more;
    }
    return write(RudePeer::upgrade_response(request));
  }
  void wait_for_end() {
    while (!read().empty()) {
    }
  }

 private:
  ObjectPtr<GIOStream> tls_;
};

using TlsScript = std::function<void(TlsServer &, RudePeer::Connection &)>;

inline RudePeer::Script with_tls(TlsScript script, const std::string &certificate = "good.pem") {
  return [script, certificate](RudePeer::Connection &connection) {
    TlsServer server(connection, certificate);
    if (server.accept_upgrade()) script(server, connection);
  };
}

}  // namespace gemlive::test
