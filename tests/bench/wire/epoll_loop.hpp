// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>

namespace gemlive::bench {

/// Waits for descriptors and for a time. One thread.
class EpollLoop {
 public:
  struct Watcher {
    /// May end itself, but no other watcher.
    virtual void ready() = 0;
    virtual ~Watcher() = default;
  };

  EpollLoop();
  ~EpollLoop();
  EpollLoop(const EpollLoop &) = delete;
  EpollLoop &operator=(const EpollLoop &) = delete;

  /// Calls `watcher` whenever there is something to read.
  void add(int descriptor, Watcher &watcher);
  /// Whether to call it also when there is room to write.
  void watch_writing(int descriptor, Watcher &watcher, bool writing);
  // Closing a descriptor ends its watch.

  /// Calls the watchers that are ready. Returns after that, or at `until` (monotonic us; negative:
  /// never).
  void wait(std::int64_t until);

 private:
  const int epoll_;
};

}  // namespace gemlive::bench
