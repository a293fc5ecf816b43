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

/// Looks from outside at what a flooded main loop cannot see itself, and shuts the guilty socket
/// down: a loop that has been at work for two ticks without going to sleep, or a connection that
/// has received more than any message may be long without completing one. One thread, only while
/// there is something to watch.
class Watchdog {
 public:
  enum class Verdict { none, starved_the_loop, no_message };

  /// What it may ask about one connection. Called with the watchdog's lock held, so must not call
  /// back.
  class Watched {
   public:
    virtual std::uint64_t bytes_received() const = 0;
    virtual std::uint64_t messages() const = 0;
    virtual void condemn(Verdict verdict) = 0;

   protected:
    ~Watched() = default;
  };

  /// More than the largest message that is accepted.
  static constexpr std::uint64_t kMaxSilentBytes = 17 << 20;
  /// Less than this since the loop last slept is no flood.
  static constexpr std::uint64_t kMinFloodBytes = 64 << 10;

  explicit Watchdog(std::chrono::milliseconds tick = std::chrono::milliseconds(250));
  /// Nothing may be watched any more.
  ~Watchdog();

  /// The one of the process.
  static Watchdog &shared();

  /// Any thread. `heartbeat` may be empty: then only the bytes are watched.
  void add(Watched &watched, std::shared_ptr<const LoopHeartbeat> heartbeat);
  /// After it returns `watched` is not asked any more. Any thread; never waits for a tick.
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
