// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <functional>
#include <memory>
#include <string>

#include "transport.hpp"
#include "web_socket.hpp"

namespace gemlive {

/// One attempt to open a WebSocket with libsoup. All calls on the thread that makes it.
class SoupHandshake {
 public:
  using Done = std::function<void(Result<WebSocket::UpgradedStream>)>;

  /// Starts the attempt. `done` is called once, later. It may destroy the handshake.
  SoupHandshake(const Transport::Request &request, Done done);
  /// Cancels the attempt. `done` is not called any more. libsoup ends it in the background.
  ~SoupHandshake();
  SoupHandshake(const SoupHandshake &) = delete;
  SoupHandshake &operator=(const SoupHandshake &) = delete;

  /// The origin of a ws:// or wss:// URL (origin.hpp). Empty for any other URL.
  static std::string host_of(const std::string &url);

 private:
  class State;
  const std::shared_ptr<State> state_;
};

}  // namespace gemlive
