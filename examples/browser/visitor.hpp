// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <libsoup/soup.h>

#include <functional>
#include <string>
#include <string_view>

#include "call.hpp"
#include "inflow.hpp"
#include "rate_limit.hpp"

namespace gemlive::web {

/// One visitor: the WebSocket, which is all that a page can send to, and the call. It ends by
/// closing the WebSocket. `gone` then destroys it.
class Visitor {
 public:
  Visitor(SoupWebsocketConnection *socket, ObjectPtr<WebInflow> inflow, const std::string &name,
          const std::string &handle, const std::string &address, std::function<void()> gone);
  ~Visitor();
  Visitor(const Visitor &) = delete;
  Visitor &operator=(const Visitor &) = delete;

  void close(gushort code, const char *reason);
  std::string handle() const { return call_.handle(); }

 private:
  void on_message(SoupWebsocketDataType type, GBytes *message);
  void on_request(std::string_view text);
  void send(const std::string &message);
  void check();
  void on_closed();

  ObjectPtr<SoupWebsocketConnection> socket_;
  ObjectPtr<WebInflow> inflow_;
  RateLimit limit_;
  double started_, alive_;  // when it came, and last answered a ping; in seconds
  guint timer_;
  guint gone_source_ = 0;
  std::function<void()> gone_;
  Call call_;
};

}  // namespace gemlive::web
