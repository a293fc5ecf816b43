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

/// A TCP server on 127.0.0.1 that speaks just enough HTTP and WebSocket to break their rules. Each
/// connection runs the script in a thread of its own.
class RudePeer {
 public:
  class Connection {
   public:
    explicit Connection(int descriptor) : descriptor_(descriptor) {}
    ~Connection();

    /// The request line and headers; empty when the client went away first.
    std::string read_request();
    /// What has come, at most 64 KiB; empty at the end, or after 10 s of silence.
    std::string read();
    /// Reads until the client ends the connection.
    void wait_for_end();
    /// False when the client is gone.
    bool write(std::string_view bytes);
    /// Reads the request and accepts it as a WebSocket server does.
    void accept_upgrade();
    /// One frame: FIN, RSV and opcode as `first` says, with the shortest length header.
    bool frame(std::uint8_t first, std::string_view payload);
    bool close_frame(int code, std::string_view reason);
    /// FIN.
    void finish();
    /// RST.
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
  /// How many connections have been accepted.
  int connections() const { return connections_; }

  /// A port on which nobody listens.
  static int dead_port();
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
