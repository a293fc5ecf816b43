// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "audio_timeline.hpp"

#include <algorithm>
#include <utility>

namespace gemlive {

AudioTimeline::AudioTimeline(Options options, ns start)
    : options_(options), anchor_(options.paced ? std::max(start, ns(0)) : ns(0)) {}

bool AudioTimeline::follow(ns now) {
  // Pieces are released when they are due, so the position is never far ahead by itself.
  if (!options_.paced || position() <= now + longest_stall) return false;
  anchor(now);
  cut();
  return true;
}

AudioTimeline::Slot AudioTimeline::place(const Piece &piece, int rate) const {
  const ns due = position();
  ns pts = due;
  auto reason = Reason::contiguous;
  if (options_.paced) {
    // Lateness counts from the arrival: this runs late by the latency of the whole pipeline.
    const ns tolerance = in_turn_ && piece.turn == turn_ ? options_.latency : ns(0);
    if (piece.arrival > due + tolerance) {
      pts = piece.arrival;
      reason = Reason::arrival;
    }
    // The rest of a hole is too short for silence: the piece begins that much early, and not late.
    if (options_.filled && pts - due <= longest_silence && missing(pts, rate) == 0) {
      pts = due;
      reason = Reason::contiguous;
    }
    const ns saved = std::max(options_.latency, piece.pipeline_latency) + longest_stall;
    if (piece.now > pts + saved) {
      pts = piece.now;
      reason = Reason::stall;
    }
  }
  return {.pts = pts, .hole = pts - due, .discont = broken_ || pts != due, .reason = reason};
}

AudioTimeline::ns AudioTimeline::advance(const Slot &slot, unsigned turn, std::uint64_t samples,
                                         int rate) {
  advance(slot, turn);
  add(samples, rate);
  return position() - slot.pts;
}

void AudioTimeline::advance(const Slot &slot, unsigned turn) {
  if (slot.hole != ns(0)) anchor(slot.pts);
  turn_ = turn;
  in_turn_ = true;
  broken_ = false;
}

std::uint64_t AudioTimeline::missing(ns until, int rate) const {
  const ns hole = until - position();
  if (!options_.filled || hole < shortest_silence || hole > longest_silence) return 0;
  const auto samples = [rate](ns::rep units) {
    return static_cast<std::uint64_t>(units) * static_cast<unsigned>(rate);
  };
  constexpr ns::rep second = ns(std::chrono::seconds(1)).count();
  return samples(hole.count() / second) + samples(hole.count() % second) / second;
}

AudioTimeline::Span AudioTimeline::silence(std::uint64_t samples, int rate) {
  in_turn_ = false;
  const ns start = position();
  add(samples, rate);
  return {.start = start, .duration = position() - start, .discont = std::exchange(broken_, false)};
}

AudioTimeline::Span AudioTimeline::gap(ns now) {
  const ns start = position();
  const ns duration = std::max(now - start, ns(0));
  if (!options_.paced || (options_.filled && duration < shortest_silence))
    return {.start = start, .duration = ns(0)};
  if (duration != ns(0)) {
    anchor(now);
    cut();
  }
  return {.start = start, .duration = duration};
}

void AudioTimeline::cut() {
  in_turn_ = false;
  broken_ = true;
}

AudioTimeline::ns AudioTimeline::position() const {
  if (rate_ == 0) return anchor_;
  return anchor_ +
         ns(static_cast<std::int64_t>(samples_ * 1'000'000'000 / static_cast<unsigned>(rate_)));
}

void AudioTimeline::anchor(ns at) {
  anchor_ = at;
  samples_ = 0;
}

void AudioTimeline::add(std::uint64_t samples, int rate) {
  if (rate != rate_) {
    anchor(position());
    rate_ = rate;
  }
  // Whole seconds move into the anchor. This is exact at any rate and never overflows.
  samples_ += samples;
  const auto per_second = static_cast<unsigned>(rate);
  anchor_ += std::chrono::seconds(samples_ / per_second);
  samples_ %= per_second;
}

}  // namespace gemlive
