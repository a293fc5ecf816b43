// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "connection.hpp"
#include "endpoint.hpp"
#include "http.hpp"
#include "secret_mask.hpp"
#include "sign_in.hpp"
#include "timer.hpp"

namespace gemlive {

/// One attempt to connect at a time: signing in, opening, setting up, under one deadline. Owns the
/// connection, and keeps a closed connection alive until its callback has returned. Session's
/// thread only.
class Connector {
 public:
  struct Options {
    Endpoint endpoint = {};
    std::shared_ptr<Guarded<Secret>> access_token = {};
    std::shared_ptr<SecretMask> secret_mask = std::make_shared<SecretMask>();
    std::string setup = {};  // the encoded message
    http::Route route = {};
    std::chrono::milliseconds timeout{10000};
    std::chrono::milliseconds keepalive_interval{0};
    std::shared_ptr<Counters> counters = {};
    Connection::MakeTransport make_transport = {};
    std::function<std::int64_t()> now = {};
    Log log = {};
  };

  Connector(Options options, Connection::Owner &owner);

  /// Begins an attempt; its end is reported to the owner. `handle` may be empty.
  void connect(const std::string &handle);
  /// Leaves the connection, or the attempt. No callback follows.
  void leave();
  /// Replaces the refused token. Returns false if there is no other.
  bool renew_token() { return sign_in_.renew(); }

  /// Null before the upgrade begins and after leave().
  Connection *connection() { return connection_.get(); }
  bool has_sent_setup() const { return connection_ && connection_->has_sent_setup(); }

 private:
  void open(const Headers &headers, const std::string &handle, std::chrono::milliseconds timeout);

  const Options options_;
  Connection::Owner &owner_;
  auth::SignIn sign_in_;
  Timer sign_in_deadline_;
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<Connection> closing_;  // must not die in its own callback
  Timer closing_timer_;
};

}  // namespace gemlive
