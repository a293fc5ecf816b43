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

#include "outbox.hpp"
#include "pcm.hpp"
#include "ring.hpp"

namespace gemlive {

/// What waits in an Outbox, with its ledger. Not thread-safe.
struct Outbox::State {
  static constexpr std::size_t max_spare = 32;
  static constexpr std::size_t max_text_bytes = 16 << 20;

  enum class Activity { unmarked, open, ended };

  Limits limits = {};
  Ring<Item> queue = {};
  Chunk filling = {};  // may end in a half sample
  std::vector<std::vector<std::byte>> spare = {};
  int rate = 0;
  std::size_t queued = 0;  // bytes in queue and filling
  std::size_t texts = 0;   // in queue
  std::size_t text_bytes = 0;
  Ledger ledger = {};
  std::chrono::nanoseconds untold_drops{0};
  Activity activity = Activity::unmarked;
  const Gate *audio_gate = nullptr;  // the audio comes from there
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
  Pushed interruption(const Gate &gate) const {
    if (closed) return Pushed::closed;
    return gate.flushing ? Pushed::flushing : Pushed::ok;
  }
  Pushed refusal(const Gate &gate) const {
    return gate.ended ? Pushed::closed : interruption(gate);
  }
  bool is_wanted() const { return !limits.only_in_activity || activity == Activity::open; }

  void enqueue(Item item) {
    if (std::holds_alternative<TypedText>(item)) ++texts;
    text_bytes += Outbox::text_bytes(item);
    queue.push_back(std::move(item));
    if (std::exchange(drained, false)) wake_due = true;
  }
  void came(std::size_t bytes) {
    queued += bytes;
    ledger.pushed += bytes;
    ledger.held += bytes;
  }
  using Reason = std::uint64_t Ledger::*;
  void drop(std::size_t bytes, Reason reason) {
    queued -= bytes;
    ledger.held -= bytes;
    ledger.dropped += bytes;
    ledger.*reason += bytes;
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
