// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <algorithm>
#include <chrono>
#include <string_view>

namespace gemlive {

/// The running times of the pieces of a text stream. PTS never decrease. Gaps follow the start of a
/// piece, not its end: a muxer waits for the next piece or gap, however long a piece is shown. The
/// duration of a piece is the time that it takes to say it, so it can overlap the next. Pure: all
/// times are arguments. One thread at a time.
class TextTimeline {
 public:
  using ns = std::chrono::nanoseconds;

  struct Slot {
    ns pts{0};
    ns hole{0};  // between the start of the last piece, or the end of the last gap, and this one
  };
  struct Span {
    ns start{0};
    ns duration{0};
  };

  TextTimeline() = default;
  explicit TextTimeline(ns start) : position_(start) {}

  /// Call this before each piece, with the current time. If the running time has jumped back, as
  /// after a seek elsewhere in the pipeline, the stream continues from now, and this returns true.
  bool follow(ns now) {
    if (position_ <= now + std::chrono::seconds(1)) return false;
    position_ = now;
    return true;
  }

  /// The slot of a piece that belongs to the time `at`.
  Slot place(ns at) const {
    const ns pts = std::max(at, position_);
    return {.pts = pts, .hole = pts - position_};
  }
  /// The piece was taken.
  void advance(ns pts) { position_ = pts; }
  /// No other text begins until `now`: adds a gap from the position. Returns its place.
  Span gap(ns now) {
    const Span gap = {.start = position_, .duration = std::max(now - position_, ns(0))};
    position_ += gap.duration;
    return gap;
  }
  /// The start of the last piece, or the end of the last gap.
  ns position() const { return position_; }

  /// The time that it takes to say the text, at about 15 characters a second.
  static ns spoken(std::string_view text) {
    using std::chrono::milliseconds;
    return std::clamp<ns>(milliseconds(characters(text) * 65), milliseconds(300),
                          milliseconds(10'000));
  }
  /// Of UTF-8.
  static std::ptrdiff_t characters(std::string_view text) {
    const auto is_first_byte = [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    };
    return std::count_if(text.begin(), text.end(), is_first_byte);
  }

 private:
  ns position_{0};
};

}  // namespace gemlive
