// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "guarded.hpp"

namespace gemlive {

/// The newest picture of the user's camera, until it is sent. A newer picture replaces it: the
/// model needs the present, not the past. All methods: any thread.
class PictureSlot {
 public:
  using Jpeg = std::vector<std::byte>;

  /// Number of pictures. Always pushed == sent + dropped + held.
  struct Stats {
    std::uint64_t pushed = 0;
    std::uint64_t sent = 0;
    std::uint64_t dropped = 0;
    std::uint64_t held = 0;
  };

  /// Calls `wake` without the lock when a picture can be taken and none could before.
  explicit PictureSlot(std::function<void()> wake) : wake_(std::move(wake)) {}

  /// False when it is closed.
  bool push(Jpeg jpeg) {
    bool wake = false;
    {
      auto state = state_.lock();
      ++state->stats.pushed;
      if (state->jpeg || state->closed) ++state->stats.dropped;
      if (state->closed) return false;
      wake = !state->jpeg;
      state->stats.held = 1;
      state->jpeg = std::move(jpeg);
    }
    if (wake) wake_();
    return true;
  }

  /// Takes the picture and counts it as sent. None while paused.
  std::optional<Jpeg> take() {
    auto state = state_.lock();
    if (!state->jpeg || state->paused) return std::nullopt;
    ++state->stats.sent;
    state->stats.held = 0;
    return std::exchange(state->jpeg, std::nullopt);
  }

  /// True: holds the picture back.
  void set_paused(bool paused) {
    bool wake = false;
    {
      auto state = state_.lock();
      state->paused = paused;
      wake = !paused && state->jpeg;
    }
    if (wake) wake_();
  }
  /// The producer is about to be destroyed. Drops a picture that it paused.
  void release() {
    auto state = state_.lock();
    if (std::exchange(state->paused, false)) state->drop();
  }
  /// Drops the picture and refuses further ones. Cannot be undone.
  void close() {
    auto state = state_.lock();
    state->closed = true;
    state->drop();
  }

  Stats stats() { return state_.lock()->stats; }

 private:
  struct State {
    std::optional<Jpeg> jpeg = {};
    Stats stats = {};
    bool closed = false;
    bool paused = false;

    void drop() {
      stats.dropped += std::exchange(stats.held, 0);
      jpeg.reset();
    }
  };

  Guarded<State> state_;
  const std::function<void()> wake_;
};

}  // namespace gemlive
