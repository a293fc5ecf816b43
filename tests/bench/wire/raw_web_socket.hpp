// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tls_socket.hpp"

namespace gemlive::bench {

/// A WebSocket with as little code as a load needs: no fragments, no checks of UTF-8, no limits.
/// One thread.
class RawWebSocket {
 public:
  struct Listener {
    /// The handshake has ended.
    virtual void opened() = 0;
    /// A text or binary message. Valid during the call, which may not end the WebSocket.
    virtual void message(std::string_view payload) = 0;
    virtual ~Listener() = default;
  };

  /// A client sends its request at the first flush().
  RawWebSocket(int descriptor, SSL_CTX *context, TlsSocket::Side side, Listener &listener);

  int descriptor() const { return socket_.descriptor(); }
  /// Reads and writes what can be read and written. False: the connection is over.
  bool proceed();
  /// Sends a message, text from a client and binary from a server. What does not fit into the
  /// socket waits for proceed(). False: more than a megabyte waits, and the message is dropped.
  bool send(std::string_view payload);
  /// Something waits for room in the socket.
  bool is_blocked() const { return !waiting_.empty() && socket_.is_full(); }

 private:
  static constexpr std::size_t most_waiting = 1 << 20;

  void append_frame(int opcode, std::string_view payload);
  bool flush();
  bool receive();
  /// Returns the number of bytes that it used. nullopt: the connection is over.
  std::optional<std::size_t> parse(char *bytes, std::size_t size);
  std::size_t parse_head(std::string_view bytes);
  std::optional<std::size_t> parse_frame(char *bytes, std::size_t size);
  void handle(int opcode, std::string_view payload);

  TlsSocket socket_;
  const TlsSocket::Side side_;
  Listener &listener_;
  bool is_open_ = false;  // the handshake has ended
  bool is_over_ = false;  // a Close frame, or no WebSocket
  std::uint32_t random_;
  std::string waiting_;   // to be written
  std::string received_;  // of an incomplete frame or request
};

/// A socket that is about to connect to ws://ADDRESS:PORT or wss://ADDRESS:PORT, an IPv4 address.
/// -1: that is no such address.
int connect_to(std::string_view uri);

}  // namespace gemlive::bench
