// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <mutex>
#include <random>
#include <string>
#include <thread>

namespace gemlive::test {

/// A TCP proxy on 127.0.0.1 that injects network faults on command. Any thread.
class FaultProxy {
 public:
  enum class Accept { pass, refuse, silent, reset };
  enum class Way { up, down };  // up: to the server
  enum class Cut { finish, reset, in_mid_message };

  /// How data moves in one direction.
  struct Flow {
    bool stalled = false;  // reads nothing: the sender's window closes
    std::chrono::milliseconds delay{0};
    int bytes_per_second = 0;             // 0: no limit
    int slice = 0;                        // maximum bytes per write; 0: no limit
    std::chrono::milliseconds jitter{0};  // maximum change of the delay
    int loss = 0;  // percent of the reads that are resent, and so are late by 2 delays
  };

  /// Forwards each connection to 127.0.0.1:`target`.
  explicit FaultProxy(int target);
  ~FaultProxy();
  FaultProxy(const FaultProxy &) = delete;
  FaultProxy &operator=(const FaultProxy &) = delete;

  std::string authority() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string uri() const { return "ws://" + authority(); }

  /// For new connections.
  void set_target(int port);
  /// For new connections. With `refuse` the port does not listen.
  void set_accept(Accept accept);
  /// For all connections.
  void set_flow(Way way, Flow flow);
  /// Ends all open connections. With in_mid_message, the next connection that delivers data to its
  /// client ends after half of that data.
  void cut(Cut how);
  /// Flips one bit of the next data in that direction.
  void corrupt(Way way);
  /// Ends all faults except those that have already happened.
  void heal();

  /// The number of accepted connections.
  int connections() const { return connections_; }

 private:
  struct Chunk {
    std::int64_t due = 0;  // monotonic us
    std::string bytes = {};
  };
  struct Pipe {
    int from = -1;
    int to = -1;
    Way way = Way::up;
    std::deque<Chunk> chunks = {};
    std::size_t held = 0;
    std::int64_t next_write = 0;  // monotonic us, for bytes_per_second
    bool ended = false;           // the sender has closed
    bool finished = false;        // the receiver has the FIN
  };
  struct Link {
    Pipe up;
    Pipe down;
    bool silent = false;  // forwards nothing
    bool dead = false;
  };

  void run();
  void listen_or_not();
  void accept_one();
  void receive(Pipe &pipe);
  std::int64_t transit_time(const Flow &flow);
  void deliver(Link &link, Pipe &pipe, std::int64_t now);
  void end(Link &link, bool reset);
  bool wants_input(const Pipe &pipe) const;
  Flow &flow_of(Way way) { return way == Way::up ? up_ : down_; }
  void wake();

  int port_ = 0;
  int reserved_ = -1;  // keeps the port while it does not listen
  int listener_ = -1;
  int wake_ = -1;
  std::atomic<int> connections_{0};

  std::mutex mutex_;  // protects the members below
  int target_;
  bool stopping_ = false;
  Accept accept_ = Accept::pass;
  Flow up_ = {};
  Flow down_ = {};
  bool cut_ = false;
  bool cut_resets_ = false;
  bool cut_next_ = false;
  bool corrupt_up_ = false;
  bool corrupt_down_ = false;

  std::minstd_rand random_;
  std::list<Link> links_;  // the thread's
  std::thread thread_;
};

}  // namespace gemlive::test
