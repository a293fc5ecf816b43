// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <algorithm>
#include <chrono>
#include <string_view>

namespace gemlive {

/// Where the pieces of a text stream go in time: each where it belongs, never before the last one,
/// with gaps between. A piece lasts as long as it takes to say, and may overlap the next. Pure;
/// times are running times that it is handed. One thread at a time.
class TextTimeline {
 public:
  using ns = std::chrono::nanoseconds;

  struct Slot {
    ns pts{0};
    ns hole{0};  // between the end of what came before and this
  };
  struct Span {
    ns start{0};
    ns duration{0};
  };

  TextTimeline() = default;
  explicit TextTimeline(ns start) : floor_(start), end_(start) {}

  /// Time has jumped back (a seek elsewhere in the pipeline resets it): the stream goes on from
  /// now.
  void follow(ns now) {
    if (floor_ > now + std::chrono::seconds(1)) floor_ = end_ = now;
  }

  Slot place(ns at) const {
    const ns pts = std::max(at, floor_);
    return {.pts = pts, .hole = std::max(pts - end_, ns(0))};
  }
  void advance(ns pts, ns duration) {
    floor_ = pts;
    end_ = pts + duration;
  }
  /// Nothing came: from the end of the last piece until `now`.
  Span gap(ns now) {
    const Span gap = {.start = end_, .duration = std::max(now - end_, ns(0))};
    if (gap.duration > ns(0)) floor_ = end_ = now;
    return gap;
  }
  /// The end of the last piece or gap.
  ns end() const { return end_; }

  /// How long it takes to say that, at about 15 characters a second.
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
