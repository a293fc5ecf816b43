// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <mutex>
#include <string>
#include <vector>

#include "rude_peer.hpp"

namespace gemlive::test {

/// An HTTP proxy on 127.0.0.1 that knows CONNECT only, and takes every host for this machine.
class ConnectProxy {
 public:
  /// `authorization`: what Proxy-Authorization has to be; `refusal`: the status for everybody.
  explicit ConnectProxy(std::string authorization = "", int refusal = 0)
      : authorization_(std::move(authorization)),
        refusal_(refusal),
        peer_([this](RudePeer::Connection &connection) { serve(connection); }) {}

  std::string authority() const { return "127.0.0.1:" + std::to_string(peer_.port()); }
  std::string uri() const { return "http://" + authority(); }
  /// The heads of the requests that came.
  std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve(RudePeer::Connection &client) {
    const auto request = client.read_request();
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    const bool knows =
        authorization_.empty() ||
        request.find("Proxy-Authorization: " + authorization_ + "\r\n") != request.npos;
    const int status = refusal_ ? refusal_ : knows ? 200 : 407;
    client.write("HTTP/1.1 " + std::to_string(status) +
                 " So\r\nProxy-Authenticate: Digest realm=\"x\", nonce=\"y\"\r\n" +
                 (status == 200 ? "\r\n" : "Content-Length: 0\r\n\r\n"));
    if (status != 200 || !request.starts_with("CONNECT ")) return client.wait_for_end();
    const auto colon = request.find(':');
    tunnel(client, std::stoi(request.substr(colon + 1)));
  }

  static void tunnel(RudePeer::Connection &client, int port) {
    const int server = dial(port);
    char bytes[16384];
    bool open = server >= 0;
    while (open) {
      pollfd ends[] = {{client.descriptor(), POLLIN, 0}, {server, POLLIN, 0}};
      if (poll(ends, 2, -1) < 0) break;
      for (int i = 0; i < 2 && open; ++i) {
        if (!ends[i].revents) continue;
        const auto count = recv(ends[i].fd, bytes, sizeof bytes, 0);
        open = count > 0 &&
               send(ends[1 - i].fd, bytes, static_cast<std::size_t>(count), MSG_NOSIGNAL) == count;
      }
    }
    if (server >= 0) close(server);
  }

  static int dial(int port) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(socket, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0) return socket;
    close(socket);
    return -1;
  }

  const std::string authorization_;
  const int refusal_;
  std::mutex mutex_;
  std::vector<std::string> requests_;
  RudePeer peer_;  // first to end
};

}  // namespace gemlive::test
