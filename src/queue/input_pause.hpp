// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <algorithm>
#include <cstddef>

namespace gemlive {

/// Counts the silence that was queued in a pause of the audio, so that the pause gets no more
/// silence than it lasts, and one AudioStreamEnd. Pure. Not thread-safe.
class InputPause {
 public:
  /// Audio from upstream: a pause has ended, or has not begun.
  void audio_arrived() {
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
  bool is_open_ = false;
  std::size_t filled_ = 0;
};

}  // namespace gemlive
