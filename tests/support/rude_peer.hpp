// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace gemlive::test {

/// A TCP server on 127.0.0.1 that breaks the rules of HTTP and WebSocket, as its script says. The
/// script runs in one thread for each connection.
class RudePeer {
 public:
  class Connection {
   public:
    explicit Connection(int descriptor) : descriptor_(descriptor) {}
    ~Connection();

    /// The request line and headers; empty if the client disconnects first.
    std::string read_request();
    /// The received data, at most 64 KiB; empty at the end, or after 10 s without data.
    std::string read();
    /// Reads until the client ends the connection.
    void wait_for_end();
    /// False if the client has disconnected.
    bool write(std::string_view bytes);
    /// Reads the request and sends the 101 response.
    void accept_upgrade();
    /// Sends one frame. `first` is its first byte: FIN, RSV and opcode.
    bool frame(std::uint8_t first, std::string_view payload);
    bool close_frame(int code, std::string_view reason);
    /// Sends a FIN.
    void finish();
    /// Sends an RST.
    void reset();
    int descriptor() const { return descriptor_; }

   private:
    friend class RudePeer;
    int descriptor_;
  };
  using Script = std::function<void(Connection &)>;

  explicit RudePeer(Script script);
  /// Ends all connections and waits for the scripts.
  ~RudePeer();

  std::string url(const std::string &path = "/") const;
  int port() const { return port_; }
  /// The number of accepted connections.
  int connections() const { return connections_; }

  /// The 101 response to a request.
  static std::string upgrade_response(const std::string &request);
  static std::string frame_bytes(std::uint8_t first, std::string_view payload);

 private:
  struct Running {
    explicit Running(int descriptor) : connection(descriptor) {}
    Connection connection;
    std::thread thread;
  };

  void accept_all();

  Script script_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_{0};
  std::mutex mutex_;
  std::list<Running> running_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace gemlive::test
