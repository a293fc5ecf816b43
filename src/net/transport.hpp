// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "error.hpp"
#include "http.hpp"
#include "log.hpp"
#include "secret.hpp"

namespace gemlive {

/// One WebSocket connection to the service, used once. Everything happens on the thread whose
/// main context was the thread default when it was made (the I/O thread).
///
/// Contract: after opened() come messages; closed() or failed() comes at most once and last. After
/// the destructor returns nothing comes any more. A transport is never destroyed inside one of its
/// own callbacks. close() and the destructor never wait: what is left of a close handshake is
/// driven to its end (200 ms at most) by the I/O thread.
class Transport {
 public:
  struct Request {
    std::string url = {};
    std::vector<std::pair<std::string, Secret>> headers = {};
    http::Route route = {};
    std::chrono::milliseconds keepalive_interval{0};  // 0: no pings
  };

  class Listener {
   public:
    /// The upgrade was accepted, which says nothing about key or model yet.
    virtual void opened() = 0;
    /// One whole message, text or binary. Keep it with g_bytes_ref.
    virtual void message(GBytes *payload) = 0;
    /// can_send() was false and is true again.
    virtual void writable() = 0;
    /// The server ended it: `code` 0 where TCP ended without a close frame.
    virtual void closed(int code, const std::string &reason) = 0;
    /// It could not be opened (http_status set where there was one), or broke.
    virtual void failed(const Error &error) = 0;

   protected:
    ~Listener() = default;
  };

  virtual ~Transport() = default;

  virtual void connect(const Request &request) = 0;
  /// Whether the kernel would take more now. When false, writable() follows, once.
  virtual bool can_send() = 0;
  /// A text message. Only after can_send() said true.
  virtual void send(const std::string &text) = 0;
  /// Starts the close handshake. No callback follows.
  virtual void close(int code, const std::string &reason) = 0;
};

}  // namespace gemlive
