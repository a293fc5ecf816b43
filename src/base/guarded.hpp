// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <condition_variable>
#include <mutex>

namespace gemlive {

/// A value that is only accessible while its mutex is held:
///   auto state = guarded.lock();  state->field = 1;
/// A function that must be called with the lock held takes the Lock as a parameter. Any thread.
template <typename T>
class Guarded {
 public:
  class Lock {
   public:
    explicit Lock(Guarded &owner) : lock_(owner.mutex_), value_(&owner.value_) {}
    T *operator->() { return value_; }
    T &operator*() { return *value_; }

    template <typename Predicate>
    void wait(std::condition_variable &condition, Predicate predicate) {
      condition.wait(lock_, predicate);
    }
    template <typename TimePoint, typename Predicate>
    bool wait_until(std::condition_variable &condition, TimePoint until, Predicate predicate) {
      return condition.wait_until(lock_, until, predicate);
    }

   private:
    std::unique_lock<std::mutex> lock_;
    T *value_;
  };

  Guarded() = default;
  explicit Guarded(T value) : value_(std::move(value)) {}
  Lock lock() { return Lock(*this); }
  T copy() { return *lock(); }

 private:
  std::mutex mutex_;
  T value_ = {};
};

}  // namespace gemlive
