// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "input_item.hpp"

namespace gemlive {

/// Counts the silence that was queued in a pause of the audio, so that the pause gets no more
/// silence than it lasts, and one AudioStreamEnd. Pure. Not thread-safe.
class InputPause {
 public:
  using ns = std::chrono::nanoseconds;

  /// Audio from upstream: a pause has ended, or has not begun.
  void audio_arrived(input::SaidAt start, ns duration) {
    if (is_rest(start, duration)) return;
    reopen();
    end_ = start ? input::SaidAt(*start + duration) : std::nullopt;
  }
  /// The service may lack the end of the audio.
  void reopen() {
    is_open_ = true;
    filled_ = 0;
  }
  /// AudioStreamEnd is queued. Nothing is queued until audio arrives.
  void stream_ended() { is_open_ = false; }
  /// Audio has arrived since the last AudioStreamEnd.
  bool is_open() const { return is_open_; }
  /// Bytes of silence in the current pause.
  std::size_t filled() const { return filled_; }
  /// The bytes of silence that a pause of `bytes` still needs. They count as queued.
  std::size_t take_missing(std::size_t bytes) {
    const auto missing = bytes - std::min(bytes, filled_);
    filled_ += missing;
    return missing;
  }

 private:
  static constexpr ns longest_rest = std::chrono::milliseconds(20);

  /// A resampler keeps the last samples before a pause until the next audio comes. They belong to
  /// the audio before the pause, which their arrival does not end.
  bool is_rest(input::SaidAt start, ns duration) const {
    const bool is_pause = filled_ > 0 || !is_open_;
    return is_pause && start && end_ && duration < longest_rest &&
           std::chrono::abs(*start - *end_) < longest_rest / 2;
  }

  bool is_open_ = false;
  std::size_t filled_ = 0;
  input::SaidAt end_ = {};  // of the audio before the pause
};

}  // namespace gemlive
