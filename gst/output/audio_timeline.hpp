// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstdint>

namespace gemlive {

/// The running times of the pieces of an audio stream. Pure: all times are arguments. One thread at
/// a time.
class AudioTimeline {
 public:
  using ns = std::chrono::nanoseconds;

  /// A piece that is this much later than `Options::latency` (or the latency of the pipeline) is
  /// too late for any sink. The stream then continues from now.
  static constexpr ns longest_stall = std::chrono::seconds(1);
  /// Silence never fills a shorter hole: a resampler makes nothing of a few samples, and flags what
  /// follows as DISCONT.
  static constexpr ns shortest_silence = std::chrono::milliseconds(1);
  /// Silence never fills a longer hole, as after a downstream that was blocked for so long.
  static constexpr ns longest_silence = std::chrono::seconds(60);

  struct Options {
    bool paced = true;  // by the pipeline clock; else contiguous
    ns latency{0};
    bool filled = false;  // holes are filled with silence; else the stream breaks there
  };
  struct Piece {
    unsigned turn = 0;
    ns arrival{0};
    ns now{0};
    ns pipeline_latency{0};
  };
  /// Why a piece gets its PTS.
  enum class Reason { contiguous, arrival, stall };
  /// The place of a piece. `hole` is the time between the end of the last piece and this one.
  struct Slot {
    ns pts{0};
    ns hole{0};
    bool discont = false;
    Reason reason = Reason::contiguous;
  };
  struct Span {
    ns start{0};
    ns duration{0};
    bool discont = false;
  };

  AudioTimeline() = default;
  /// `start` is now. Unless `paced`, time starts at 0.
  AudioTimeline(Options options, ns start);

  /// Call this before each piece, with the current time. If the running time has jumped back, as
  /// after a seek elsewhere in the pipeline, the stream continues from now, and this returns true.
  bool follow(ns now);

  /// The slot that the piece would get now.
  Slot place(const Piece &piece, int rate) const;
  /// The piece was taken and has this many samples. Returns its duration.
  ns advance(const Slot &slot, unsigned turn, std::uint64_t samples, int rate);

  /// The samples of silence that fill the time until `until`. 0 if that is shorter than
  /// `shortest_silence`, or longer than `longest_silence`.
  std::uint64_t missing(ns until, int rate) const;
  /// Adds silence without a hole. Returns its place.
  Span silence(std::uint64_t samples, int rate);
  /// No data until `now`: adds a gap from the end of the last piece, unless that is shorter than
  /// the silence that fills it. Returns its place.
  Span gap(ns now);

  /// The turn has no more pieces, so late data needs no waiting time.
  void end_turn() { in_turn_ = false; }
  /// Queued data was dropped: the next piece does not continue the last one.
  void cut();

  /// The end of the last piece or gap.
  ns position() const;
  /// When the stream has run dry. During a turn that is `latency` after the end of the last piece,
  /// because late data can still be in time.
  ns dry_at() const { return position() + (in_turn_ ? options_.latency : ns(0)); }

 private:
  void advance(const Slot &slot, unsigned turn);
  void anchor(ns at);
  void add(std::uint64_t samples, int rate);

  Options options_ = {};
  ns anchor_{0};
  std::uint64_t samples_ = 0;  // since the anchor, less than a second
  int rate_ = 0;
  unsigned turn_ = 0;
  bool in_turn_ = false;
  bool broken_ = true;  // the next piece does not continue the last one
};

}  // namespace gemlive
