// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <mutex>
#include <string>
#include <vector>

#include "local_socket.hpp"
#include "rude_peer.hpp"

namespace gemlive::test {

/// An HTTP proxy on 127.0.0.1. It supports only CONNECT, and connects every host name to 127.0.0.1.
class ConnectProxy {
 public:
  /// `authorization`: the required Proxy-Authorization; `refusal`: the status of every response.
  explicit ConnectProxy(std::string authorization = "", int refusal = 0)
      : authorization_(std::move(authorization)),
        refusal_(refusal),
        peer_([this](RudePeer::Connection &connection) { serve(connection); }) {}

  std::string authority() const { return "127.0.0.1:" + std::to_string(peer_.port()); }
  std::string uri() const { return "http://" + authority(); }
  /// The request lines and headers so far.
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
    const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char bytes[16384];
    bool open = connect_locally(server, port);
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
    close(server);
  }

  const std::string authorization_;
  const int refusal_;
  std::mutex mutex_;
  std::vector<std::string> requests_;
  RudePeer peer_;  // destroyed first
};

}  // namespace gemlive::test
