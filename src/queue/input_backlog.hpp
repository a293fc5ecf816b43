// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "input_item.hpp"
#include "pcm.hpp"
#include "ring.hpp"

namespace gemlive {

/// What waits in an InputQueue, with its stats. Not thread-safe.
struct InputBacklog {
  static constexpr std::size_t max_spare = 32;
  static constexpr std::size_t max_text_bytes = 16 << 20;

  enum class Activity { unmarked, open, ended };

  input::Limits limits = {};
  Ring<input::Item> queue = {};
  input::Chunk filling = {};  // may end in a half sample
  std::vector<std::vector<std::byte>> spare = {};
  int rate = 0;
  std::size_t queued = 0;  // bytes in queue and filling
  std::size_t texts = 0;   // in queue
  std::size_t text_bytes = 0;
  input::Stats stats = {};
  std::chrono::nanoseconds untold_drops{0};
  Activity activity = Activity::unmarked;
  const input::Producer *audio_producer = nullptr;  // the audio comes from there
  bool closed = false;
  bool drained = true;  // the consumer has seen it empty
  bool wake_due = false;

  std::size_t chunk_bytes() const {
    return std::max<std::size_t>(pcm::bytes(limits.chunk, rate), 2);
  }
  std::size_t limit() const {
    return std::max(pcm::bytes(limits.backlog, rate), 2 * chunk_bytes());
  }
  std::size_t room() const { return limit() - std::min(limit(), queued); }
  /// For who has waited: not each chunk that is sent is worth a wake-up.
  bool has_ample_room() const { return room() > 0 && room() >= limit() / 4; }
  bool has_room_for_text() const { return text_bytes < max_text_bytes; }
  input::PushResult interruption(const input::Producer &producer) const {
    if (closed) return input::PushResult::closed;
    return producer.flushing ? input::PushResult::flushing : input::PushResult::ok;
  }
  input::PushResult refusal(const input::Producer &producer) const {
    return producer.ended ? input::PushResult::closed : interruption(producer);
  }
  bool is_wanted() const { return !limits.only_in_activity || activity == Activity::open; }

  void enqueue(input::Item item) {
    if (std::holds_alternative<input::TypedText>(item)) ++texts;
    text_bytes += input::text_bytes(item);
    queue.push_back(std::move(item));
    if (std::exchange(drained, false)) wake_due = true;
  }
  void came(std::size_t bytes) {
    queued += bytes;
    stats.pushed += bytes;
    stats.held += bytes;
  }
  using Reason = std::uint64_t input::Stats::*;
  void drop(std::size_t bytes, Reason reason) {
    queued -= bytes;
    stats.held -= bytes;
    stats.dropped += bytes;
    stats.*reason += bytes;
  }
  void recycle(std::vector<std::byte> samples) {
    samples.clear();
    // What a long backlog took is given back.
    if (samples.capacity() > 0 && spare.size() < max_spare) spare.push_back(std::move(samples));
  }

  void set_rate(int to);
  void fill(std::span<const std::byte> bytes, std::int64_t now);
  void pass_over(std::span<const std::byte> bytes);
  void cut(bool keep_half, std::int64_t now);
  bool drop_oldest();
  void drop_audio(Reason reason);
  void take_back_end();
  bool bring_forward();
  void move_to_front(std::size_t at);
};

}  // namespace gemlive
