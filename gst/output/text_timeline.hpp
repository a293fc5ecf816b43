// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <algorithm>
#include <chrono>
#include <string_view>

namespace gemlive {

/// The running times of the pieces of a text stream. PTS never decrease. Gaps fill the time between
/// pieces. The duration of a piece is the time that it takes to say it, so it can overlap the next.
/// Pure: all times are arguments. One thread at a time.
class TextTimeline {
 public:
  using ns = std::chrono::nanoseconds;

  struct Slot {
    ns pts{0};
    ns hole{0};  // between the end of the last piece and this one
  };
  struct Span {
    ns start{0};
    ns duration{0};
  };

  TextTimeline() = default;
  explicit TextTimeline(ns start) : floor_(start), end_(start) {}

  /// Call this before each piece, with the current time. If the running time has jumped back, as
  /// after a seek elsewhere in the pipeline, the stream continues from now, and this returns true.
  bool follow(ns now) {
    if (floor_ <= now + std::chrono::seconds(1)) return false;
    floor_ = end_ = now;
    return true;
  }

  /// The slot of a piece that belongs to the time `at`.
  Slot place(ns at) const {
    const ns pts = std::max(at, floor_);
    return {.pts = pts, .hole = std::max(pts - end_, ns(0))};
  }
  /// The piece was taken.
  void advance(ns pts, ns duration) {
    floor_ = pts;
    end_ = pts + duration;
  }
  /// No text until `now`: adds a gap from the end of the last piece. Returns its place.
  Span gap(ns now) {
    const Span gap = {.start = end_, .duration = std::max(now - end_, ns(0))};
    if (gap.duration > ns(0)) floor_ = end_ = now;
    return gap;
  }
  /// The end of the last piece or gap.
  ns end() const { return end_; }

  /// The time that it takes to say the text, at about 15 characters a second.
  static ns spoken(std::string_view text) {
    const auto is_first_byte = [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    };
    const auto characters = std::count_if(text.begin(), text.end(), is_first_byte);
    using std::chrono::milliseconds;
    return std::clamp<ns>(milliseconds(characters * 65), milliseconds(300), milliseconds(10'000));
  }

 private:
  ns floor_{0};
  ns end_{0};
};

}  // namespace gemlive
