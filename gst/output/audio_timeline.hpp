// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstdint>

namespace gemlive {

/// Where the pieces of an output stream go in time. Pure: all times are running times that it is
/// handed. One thread at a time.
class AudioTimeline {
 public:
  using ns = std::chrono::nanoseconds;

  /// A piece this much later than `Rules::latency` (or the pipeline's latency) cannot be saved by a
  /// sink any more: the stream goes on from now instead.
  static constexpr ns longest_stall = std::chrono::seconds(1);

  struct Rules {
    bool paced = true;  // by the pipeline clock; else contiguous, as it comes
    ns latency{0};
  };
  /// What is known of a piece before it is taken.
  struct Piece {
    unsigned turn = 0;
    ns arrival{0};
    ns now{0};
    ns pipeline_latency{0};
  };
  /// Where it goes. `hole`: what lies between the end of the last piece and this one.
  struct Slot {
    ns pts{0};
    ns hole{0};
    bool discont = false;
  };
  struct Span {
    ns start{0};
    ns duration{0};
    bool discont = false;
  };

  AudioTimeline() = default;
  /// `start` is now; with `paced` false time starts at 0.
  AudioTimeline(Rules rules, ns start);

  /// Must be told the time now and then: where it has jumped back (a seek elsewhere in the pipeline
  /// resets it) the stream goes on from now.
  void follow(ns now);

  /// Where a piece would go if it were taken now.
  Slot place(const Piece &piece) const;
  /// It was taken, and was that long. Returns its duration.
  ns advance(const Slot &slot, unsigned turn, std::uint64_t samples, int rate);

  /// Silence of that length follows without a hole. Returns where it goes.
  Span silence(std::uint64_t samples, int rate);
  /// Nothing came: the time from the end of the last piece until `now` is a gap.
  Span gap(ns now);

  /// Nothing more of this turn comes: there is no need to wait for late data.
  void end_turn() { in_turn_ = false; }
  /// What was queued has been thrown away: the next piece does not continue the last one.
  void cut();

  /// The end of the last piece or gap.
  ns position() const;
  /// When the stream has run dry: in a turn `latency` later, since late data may still be in time.
  ns dry_at() const { return position() + (in_turn_ ? rules_.latency : ns(0)); }

 private:
  void advance(const Slot &slot, unsigned turn);
  void anchor(ns at);
  void add(std::uint64_t samples, int rate);

  Rules rules_ = {};
  ns anchor_{0};
  std::uint64_t samples_ = 0;  // since the anchor, less than a second
  int rate_ = 0;
  unsigned turn_ = 0;
  bool in_turn_ = false;
  bool broken_ = true;  // the next piece does not continue the last one
};

}  // namespace gemlive
