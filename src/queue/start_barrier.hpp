// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <utility>

#include "guarded.hpp"

namespace gemlive {

/// Holds back the data of all outputs of a conversation until the caps of each have gone
/// downstream. A live muxer writes its header at the first data of any stream. matroskamux since
/// 1.26 writes subtitles without caps as S_SUB_UNKNOWN, which no player shows. Any thread.
class StartBarrier {
 public:
  /// An output whose branch is blocked, or that is not in PLAYING, holds up the others this long.
  static constexpr std::chrono::milliseconds limit{500};

  /// One output. Lives from READY→PAUSED until PAUSED→READY.
  class Party {
   public:
    explicit Party(StartBarrier &barrier) : barrier_(barrier) { ++*barrier_.awaited_.lock(); }
    ~Party() { arrive(); }
    Party(const Party &) = delete;
    Party &operator=(const Party &) = delete;

    /// Its caps are downstream, or never will be.
    void arrive() {
      if (std::exchange(arrived_, true)) return;
      --*barrier_.awaited_.lock();
      barrier_.changed_.notify_all();
    }
    /// Waits for the others. False if it was cancelled. `is_cancelled` is called with the lock: it
    /// only looks.
    bool wait(const std::function<bool()> &is_cancelled,
              std::chrono::milliseconds at_most = limit) {
      const auto until = std::chrono::steady_clock::now() + at_most;
      auto awaited = barrier_.awaited_.lock();
      awaited.wait_until(barrier_.changed_, until, [&] { return *awaited == 0 || is_cancelled(); });
      return !is_cancelled();
    }
    /// `is_cancelled` of wait() has a new value.
    void wake() {
      { const auto lock = barrier_.awaited_.lock(); }  // it is not between its check and its wait
      barrier_.changed_.notify_all();
    }

   private:
    StartBarrier &barrier_;
    bool arrived_ = false;
  };

 private:
  Guarded<int> awaited_;
  std::condition_variable changed_;
};

}  // namespace gemlive
