// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <libsoup/soup.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "conversations.hpp"
#include "listener.hpp"
#include "origin.hpp"
#include "visitor.hpp"

namespace gemlive::web {

struct Options {
  std::string address = "127.0.0.1";
  unsigned port = 8080;              // 0: any
  std::vector<std::string> origins;  // of the page; empty: those of `address`
  unsigned visitors = 20;            // at a time
};

/// Serves the page, and makes a Visitor of each WebSocket.
class Server {
 public:
  explicit Server(const Options &options);
  ~Server();
  Server(const Server &) = delete;
  Server &operator=(const Server &) = delete;

  /// Starts to listen. Returns what went wrong; empty: nothing.
  std::string listen();
  /// IP and port.
  std::string address() const { return join_port(options_.address, options_.port); }
  /// Where browsers find the page.
  const std::string &origin() const { return options_.origins.front(); }

 private:
  void serve(SoupServerMessage *message, const char *path);
  void check_visit(SoupServerMessage *message);
  void accept(SoupServerMessage *message, SoupWebsocketConnection *socket);
  void release(const std::string &cookie);

  Options options_;
  ObjectPtr<SoupServer> server_;
  Listener listener_;
  Conversations conversations_;
  std::map<std::string, std::unique_ptr<Visitor>> visitors_;  // by cookie
  unsigned visits_ = 0;
  bool has_refused_ = false;  // a page at another address
};

}  // namespace gemlive::web
