// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <functional>
#include <string>

#include "transport.hpp"
#include "web_socket.hpp"

namespace gemlive {

/// One try to open a WebSocket. What libsoup still does when nobody waits for it any more is
/// cancelled, waited for and cleaned up behind the scenes. One thread only.
class SoupHandshake {
 public:
  using Done = std::function<void(Result<WebSocket::Link>)>;

  /// `done` is called once, later, and may destroy the attempt.
  SoupHandshake(const Transport::Request &request, Done done);
  /// Cancels; `done` is not called any more.
  ~SoupHandshake();
  SoupHandshake(const SoupHandshake &) = delete;
  SoupHandshake &operator=(const SoupHandshake &) = delete;

  /// Scheme, host and port of a URL: what may be said in an error.
  static std::string host_of(const std::string &url);

 private:
  class State;
  State *state_ = nullptr;  // owns itself until libsoup has called back
};

}  // namespace gemlive
