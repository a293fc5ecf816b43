// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "glib_ptr.hpp"
#include "loop_heartbeat.hpp"

namespace gemlive {

/// A thread that runs a GMainContext. A process has a pool of them, one for every 16 conversations
/// or so, since a wake-up costs O(sources in the context). A thread ends with its last lease.
class IoThread {
 public:
  using Work = std::function<void()>;

  IoThread();
  /// Runs what is still posted and waits for work_guards, then ends the thread. Not on the thread
  /// itself.
  ~IoThread();
  IoThread(const IoThread &) = delete;
  IoThread &operator=(const IoThread &) = delete;

  /// The thread of the pool with the fewest leases, or a new one. The last lease may be dropped on
  /// any thread, the I/O thread included, and nobody waits for the thread's end. Any thread.
  static std::shared_ptr<IoThread> lease();

  /// Runs `work` on the thread, in order. Small captures cost no allocation. Any thread.
  void post(Work work);
  /// Posts and waits until `work` has run, `timeout` at most; on the thread itself runs it at once.
  /// False when the time was up: `work` runs later all the same. Any thread but those that the
  /// thread itself may be waiting for.
  bool call(Work work, std::chrono::milliseconds timeout);

  bool is_current() const;
  GMainContext *context() const { return context_.get(); }

  /// Something that outlives its owner and must be driven to its end: while one lives, the thread
  /// it was made on does not end (a second at most). Made and dropped on that thread; nothing
  /// elsewhere.
  class WorkGuard {
   public:
    WorkGuard();
    ~WorkGuard();
    WorkGuard(const WorkGuard &) = delete;
    WorkGuard &operator=(const WorkGuard &) = delete;
  };

  /// The heartbeat of the current thread's loop; empty on a thread that is no IoThread.
  static std::shared_ptr<const LoopHeartbeat> current_heartbeat();

 private:
  struct Impl;
  class Pool;
  MainContextPtr context_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gemlive
