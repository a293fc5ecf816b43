// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "error.hpp"
#include "glib_ptr.hpp"
#include "io_thread.hpp"
#include "timer.hpp"

namespace gemlive {

/// Base class for the state of one operation of an asynchronous C library (GIO, libsoup). The state
/// must live until the library has called back, even if its owner is destroyed before:
///
///   owner        holds the state by shared_ptr. Its destructor calls cancel().
///   each call    gets hold() as its user data. The callback takes it back with release().
///
/// All calls on the thread that makes it.
template <typename Self, typename Value>
class AsyncOperation : public std::enable_shared_from_this<Self> {
 public:
  using Done = std::function<void(Result<Value>)>;

  virtual ~AsyncOperation() = default;
  AsyncOperation(const AsyncOperation &) = delete;
  AsyncOperation &operator=(const AsyncOperation &) = delete;

  /// The owner does not need the result any more: `done` is not called. No effect after finish().
  void cancel() {
    if (std::exchange(done_, nullptr)) stop();
  }

 protected:
  explicit AsyncOperation(Done done) : done_(std::move(done)) {}

  gpointer hold() { return new std::shared_ptr<Self>(this->shared_from_this()); }
  static std::shared_ptr<Self> release(gpointer held) {
    const std::unique_ptr<std::shared_ptr<Self>> self(static_cast<std::shared_ptr<Self> *>(held));
    return *self;
  }

  /// Ends outstanding calls early. They still call back.
  virtual void stop() { g_cancellable_cancel(cancellable_.get()); }
  GCancellable *cancellable() const { return cancellable_.get(); }

  /// Calls `done`, which may destroy the owner. Only the first call has an effect.
  void finish(Result<Value> result) {
    if (const auto done = std::exchange(done_, nullptr)) done(std::move(result));
  }
  /// finish() from the main loop, for errors before the first call to the library.
  void finish_later(Error error) {
    later_.start(std::chrono::milliseconds(0), [this, error = std::move(error)] {
      const auto self = this->shared_from_this();
      finish(error);
    });
  }
  /// Whether `done` was called or cancelled.
  bool is_finished() const { return !done_; }

 private:
  IoThread::WorkGuard work_guard_;
  Done done_;
  const ObjectPtr<GCancellable> cancellable_{g_cancellable_new()};
  Timer later_;
};

}  // namespace gemlive
