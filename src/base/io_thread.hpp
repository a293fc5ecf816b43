// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "glib_ptr.hpp"

namespace gemlive {

/// A thread that runs a GMainContext. The process has a pool with one thread for about 16
/// conversations, because a wake-up costs O(sources in the context). A thread ends when its last
/// lease is released.
class IoThread {
 public:
  using Work = std::function<void()>;

  IoThread();
  /// Runs the work that is still posted, waits for work guards and ends the thread. Any thread
  /// except this one.
  ~IoThread();
  IoThread(const IoThread &) = delete;
  IoThread &operator=(const IoThread &) = delete;

  /// Returns the pool's thread with the fewest leases, or a new thread. The last lease may be
  /// released on any thread, including the I/O thread. Releasing does not wait for the thread to
  /// end. Any thread.
  static std::shared_ptr<IoThread> lease();

  /// Queues `work`. The thread runs queued work in order. Small captures need no allocation. Any
  /// thread.
  void post(Work work);
  /// Posts `work` and waits until it has run, at most for `timeout`. On the thread itself, runs it
  /// immediately. Returns false after a timeout; `work` still runs later. Any thread that the I/O
  /// thread does not wait for.
  bool call(Work work, std::chrono::milliseconds timeout);

  /// Runs `work` on the calling thread, in place of this thread while it sleeps: it waits until
  /// `work` returns, so `work` may use everything that belongs to it. Returns false, without
  /// running `work`, when the thread is awake, has posted work, or is borrowed already. `work` must
  /// be short. It must not call out, start a timer, or destroy anything of the thread. Never waits.
  /// Any thread.
  bool borrow(const Work &work);

  /// Any thread. False in borrow().
  bool is_current() const;
  GMainContext *context() const { return context_.get(); }

  /// Keeps the thread running (for at most one second) until an operation that outlives its owner
  /// has finished. Create and destroy it on that thread. On other threads it has no effect.
  class WorkGuard {
   public:
    WorkGuard();
    ~WorkGuard();
    WorkGuard(const WorkGuard &) = delete;
    WorkGuard &operator=(const WorkGuard &) = delete;
  };

 private:
  struct Impl;
  class Pool;  // io_thread_pool.cpp

  /// The thread ends when the work that was posted before has run. Does not wait. Any thread.
  void quit();
  /// Any thread.
  bool has_ended() const;

  MainContextPtr context_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gemlive
