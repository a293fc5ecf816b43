// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "error.hpp"
#include "http.hpp"
#include "log.hpp"
#include "message.hpp"

namespace gemlive {

/// One WebSocket connection to the service, for one use. All calls and callbacks are on the thread
/// whose main context was the thread default on construction (the I/O thread). can_send() and
/// send() may also be called on a thread that has borrowed it (IoThread::borrow).
///
/// close() and the destructor do not wait. The I/O thread completes the close handshake in the
/// background (at most 200 ms). There are no callbacks after the destructor. A transport must not
/// be destroyed inside one of its own callbacks.
class Transport {
 public:
  struct Request {
    std::string url = {};
    http::Headers headers = {};
    http::Route route = {};
    std::chrono::milliseconds keepalive_interval{0};  // 0: no pings
  };

  /// Receives the events of one connection on its thread. opened() is first. closed() or failed()
  /// is last, and at most one of them is called, once.
  class Listener {
   public:
    /// The server accepted the upgrade. It has not checked key and model yet.
    virtual void opened() = 0;
    /// One complete message, text or binary. A copy keeps it.
    virtual void message(const Message &payload) = 0;
    /// can_send() returned false before and now returns true.
    virtual void writable() = 0;
    /// The server closed the connection. `code` is 0 if TCP ended without a close frame.
    virtual void closed(int code, const std::string &reason) = 0;
    /// The connection could not be opened (with http_status if there was one), or broke.
    virtual void failed(const Error &error) = 0;

   protected:
    ~Listener() = default;
  };

  virtual ~Transport() = default;

  virtual void connect(const Request &request) = 0;
  /// Whether a message can be sent now. If not, the listener's writable() is called once later.
  virtual bool can_send() = 0;
  /// Sends a text message. Only after can_send() returned true.
  virtual void send(const std::string &text) = 0;
  /// Starts the close handshake. There are no callbacks after this call.
  virtual void close(int code, const std::string &reason) = 0;
};

}  // namespace gemlive
