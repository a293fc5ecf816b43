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

/// A TCP proxy on 127.0.0.1 that does to connections what networks do, on command. Any thread.
class FaultProxy {
 public:
  enum class Accept { pass, refuse, silent, reset };
  enum class Way { up, down };  // to the server, to the client
  enum class Cut { finish, reset, in_mid_message };

  /// How bytes go one way.
  struct Flow {
    bool stalled = false;                 // nothing is read: the sender's window closes
    std::chrono::milliseconds delay{0};   // of each byte
    int bytes_per_second = 0;             // 0: no limit
    int slice = 0;                        // bytes in a write; 0: as they come
    std::chrono::milliseconds jitter{0};  // at most, of the delay
    int loss = 0;  // percent of what is read at once that has to be sent twice: later by 2 delays
  };

  /// Of new connections each is joined to one of its own to 127.0.0.1:`target`.
  explicit FaultProxy(int target);
  ~FaultProxy();
  FaultProxy(const FaultProxy &) = delete;
  FaultProxy &operator=(const FaultProxy &) = delete;

  std::string authority() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string uri() const { return "ws://" + authority(); }

  /// Where connections to come go.
  void set_target(int port);
  /// Of connections to come. With `refuse` nobody listens at the port.
  void set_accept(Accept accept);
  /// Of all connections.
  void set_flow(Way way, Flow flow);
  /// Ends all connections that there are; in_mid_message: after half of what comes next for the
  /// client, at once where nothing comes.
  void cut(Cut how);
  /// Flips a bit of what comes next that way.
  void corrupt(Way way);
  /// As after construction; what was done stays done.
  void heal();

  /// How many have been accepted.
  int connections() const { return connections_; }

 private:
  struct Parcel {
    std::int64_t due = 0;  // monotonic us
    std::string bytes = {};
  };
  struct Pipe {
    int from = -1;
    int to = -1;
    Way way = Way::up;
    std::deque<Parcel> parcels = {};
    std::size_t held = 0;
    std::int64_t next_write = 0;  // of a rate
    bool ended = false;           // nothing more comes
    bool finished = false;        // and that was handed on
  };
  struct Link {
    Pipe up;
    Pipe down;
    bool silent = false;  // says nothing and hears nothing
    bool dead = false;
  };

  void run();
  void listen_or_not();
  void accept_one();
  void receive(Pipe &pipe);
  std::int64_t time_on_the_way(const Flow &flow);
  void deliver(Link &link, Pipe &pipe, std::int64_t now);
  void end(Link &link, bool reset);
  bool wants_input(const Pipe &pipe) const;
  Flow &flow_of(Way way) { return way == Way::up ? up_ : down_; }
  void wake();

  int port_ = 0;
  int place_ = -1;  // keeps the port while nobody listens there
  int listener_ = -1;
  int wake_ = -1;
  std::atomic<int> connections_{0};

  std::mutex mutex_;  // what follows
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
