// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "glib_ptr.hpp"
#include "loop_heartbeat.hpp"

namespace gemlive {

/// Detects floods that a busy main loop cannot detect itself, and shuts the socket down that causes
/// them. It acts when a loop does not sleep for two ticks, or when a connection receives more bytes
/// than the largest message without completing one. It has one thread, which runs only while a
/// connection is watched.
class Watchdog {
 public:
  enum class Verdict { none, starved_the_loop, no_message };

  /// One watched connection. Called on the watchdog's thread with its lock held, so it must not
  /// call the watchdog.
  class Watched {
   public:
    virtual std::uint64_t bytes_received() const = 0;
    virtual std::uint64_t messages() const = 0;
    virtual void condemn(Verdict verdict) = 0;

   protected:
    ~Watched() = default;
  };

  /// Larger than the largest accepted message.
  static constexpr std::uint64_t kMaxSilentBytes = 17 << 20;
  /// Fewer bytes than this since the loop last slept are not a flood.
  static constexpr std::uint64_t kMinFloodBytes = 64 << 10;

  explicit Watchdog(std::chrono::milliseconds tick = std::chrono::milliseconds(250));
  /// Call remove() for all connections first.
  ~Watchdog();

  /// The watchdog of the process. Any thread.
  static Watchdog &shared();

  /// Any thread. Without `heartbeat`, only the bytes are checked.
  void add(Watched &watched, std::shared_ptr<const LoopHeartbeat> heartbeat);
  /// After it returns, `watched` is not called any more. Does not wait for a tick. Any thread.
  void remove(Watched &watched);

 private:
  struct Entry;

  static gpointer run(gpointer self);
  void look();
  void blame(const LoopHeartbeat &heartbeat);
  void join_if_idle();

  const std::chrono::milliseconds tick_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Entry> entries_;
  GThread *thread_ = nullptr;
  bool running_ = false;
};

}  // namespace gemlive
