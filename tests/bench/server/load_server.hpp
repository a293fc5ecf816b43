// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "audio_message.hpp"
#include "epoll_loop.hpp"
#include "raw_web_socket.hpp"
#include "tick_wheel.hpp"

namespace gemlive::bench {

/// What happened since the last reset, or since the start.
struct LoadFigures {
  std::uint64_t messages_up = 0;  // with audio
  std::uint64_t messages_down = 0;
  std::uint64_t dropped = 0;                 // messages for which the client made no room
  std::vector<std::int32_t> latencies = {};  // us, of messages up: from their stamp until read
  std::vector<std::int32_t> delays = {};     // us, of messages down: how late the server sent them
};

struct LoadServerOptions {
  int port = 0;                       // 0: any
  std::string certificate_file = {};  // empty: ws
  std::string key_file = {};
  int chunk_ms = 40;  // audio per message down
};

/// A service that costs little: it confirms every setup, takes audio, and speaks without end from
/// the first text of a client on, in real time, with a stamp in each message. It reads of a message
/// no more than that. One thread, except for stop().
class LoadServer {
 public:
  explicit LoadServer(const LoadServerOptions &options);
  ~LoadServer();
  LoadServer(const LoadServer &) = delete;
  LoadServer &operator=(const LoadServer &) = delete;

  /// Why it cannot run, or empty.
  const std::string &error() const { return error_; }
  std::string uri() const;
  /// Also calls `watcher` when `descriptor` can be read.
  void watch(int descriptor, EpollLoop::Watcher &watcher) { loop_.add(descriptor, watcher); }
  /// Returns after stop().
  void run();
  /// Any thread.
  void stop();

  const LoadFigures &figures() const { return figures_; }
  void reset() { figures_ = {}; }
  std::size_t sessions() const { return sessions_.size(); }

 private:
  class Session;
  class Door;  // accepts connections
  class Bell;  // stop()

  bool listen(int port);
  void accept_all();
  void speak(Session &session, std::int64_t due);
  void end(Session &session);

  std::string error_;
  TlsContext context_;
  AudioMessage message_;
  EpollLoop loop_;
  TickWheel<Session> wheel_;
  LoadFigures figures_;
  AudioReader reader_;
  int listening_ = -1;
  int bell_descriptor_ = -1;
  bool stopped_ = false;
  std::unique_ptr<Door> door_;
  std::unique_ptr<Bell> bell_;
  std::vector<std::unique_ptr<Session>> sessions_;
};

}  // namespace gemlive::bench
