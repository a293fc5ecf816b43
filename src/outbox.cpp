// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "outbox.hpp"

#include <glib.h>

#include <algorithm>

namespace gemlive {

namespace {

constexpr std::size_t bytes_per_sample = 2;

std::size_t to_bytes(std::chrono::nanoseconds duration, int rate) {
  const auto samples =
      std::chrono::duration_cast<std::chrono::microseconds>(duration).count() * rate / 1000000;
  return static_cast<std::size_t>(samples) * bytes_per_sample;
}

std::chrono::nanoseconds to_duration(std::uint64_t bytes, int rate) {
  if (rate == 0) return {};
  return std::chrono::nanoseconds(bytes / bytes_per_sample * 1000000000 /
                                  static_cast<std::uint64_t>(rate));
}

}  // namespace

struct Outbox::State {
  Limits limits = {};
  Ring<Item> items = {};
  Chunk filling = {};
  std::vector<std::vector<std::byte>> spare = {};  // memory of chunks that were sent
  Ledger ledger = {};
  std::uint64_t unreported_drops = 0;
  int rate = 0;
  bool flushing = false;
  bool unlocked = false;
  bool closed = false;
  bool complete = false;

  std::size_t chunk_size() const {
    return std::max(to_bytes(limits.chunk, rate), bytes_per_sample);
  }
  std::size_t backlog_size() const {
    return std::max(to_bytes(limits.backlog, rate), chunk_size());
  }
  /// What still fits, never nothing in a fresh outbox.
  std::size_t room() const {
    return ledger.held >= backlog_size() ? 0 : backlog_size() - ledger.held;
  }
  bool stopped() const { return flushing || closed; }

  void count_drop(std::uint64_t bytes) {
    ledger.held -= bytes;
    ledger.dropped += bytes;
    unreported_drops += bytes;
  }

  void append(std::span<const std::byte> bytes) {
    if (filling.samples.capacity() == 0 && !spare.empty()) {
      filling.samples = std::move(spare.back());
      spare.pop_back();
    }
    filling.samples.insert(filling.samples.end(), bytes.begin(), bytes.end());
    ledger.pushed += bytes.size();
    ledger.held += bytes.size();
  }

  /// Whole samples of the chunk in hand go into the queue.
  void queue_filling() {
    filling.rate = rate;
    filling.pushed_at = g_get_monotonic_time();
    items.push_back(std::move(filling));
    filling = {};
  }

  void recycle(Chunk chunk) {
    chunk.samples.clear();
    if (spare.size() < 64) spare.push_back(std::move(chunk.samples));
  }

  void drop_oldest_chunk() {
    // Marks before it stay where they are: find the first chunk.
    for (std::size_t i = 0; i < items.size(); ++i) {
      auto *chunk = std::get_if<Chunk>(&items[i]);
      if (!chunk || chunk->samples.empty()) continue;
      count_drop(chunk->samples.size());
      recycle(std::move(*chunk));
      *chunk = {};
      return;
    }
    count_drop(filling.samples.size());
    filling.samples.clear();
  }

  /// As much as there is room for, or all of it where the oldest may go. True when something was
  /// queued.
  bool take(std::span<const std::byte> &bytes, Overflow overflow) {
    bool queued = false;
    while (!bytes.empty()) {
      if (room() == 0 && overflow == Overflow::drop_oldest) drop_oldest_chunk();
      if (room() == 0) break;
      const std::size_t missing = chunk_size() - filling.samples.size();
      const std::size_t count = std::min({missing, bytes.size(), room()});
      append(bytes.first(count));
      filling.live = overflow == Overflow::drop_oldest;
      bytes = bytes.subspan(count);
      if (count < missing) continue;
      queue_filling();
      queued = true;
    }
    return queued;
  }

  /// What to tell the pusher; nothing when he has to wait.
  std::optional<Pushed> verdict(bool all_taken) const {
    if (closed) return Pushed::closed;
    if (flushing) return Pushed::flushing;
    if (all_taken) return Pushed::ok;
    if (unlocked) return Pushed::unlocked;
    return std::nullopt;
  }

  /// True when something was queued.
  bool finish_chunk() {
    if (filling.samples.size() % bytes_per_sample != 0) {
      filling.samples.pop_back();
      count_drop(1);
    }
    if (filling.samples.empty()) return false;
    queue_filling();
    return true;
  }

  /// Not what the consumer has popped and not settled yet.
  void drop_all() {
    for (std::size_t i = 0; i < items.size(); ++i)
      if (auto *chunk = std::get_if<Chunk>(&items[i])) count_drop(chunk->samples.size());
    items.clear();
    count_drop(filling.samples.size());
    filling.samples.clear();
  }
};

Outbox::Outbox(std::function<void()> wake)
    : state_(std::make_unique<Guarded<State>>()), wake_(std::move(wake)) {}

Outbox::~Outbox() = default;

void Outbox::set_limits(Limits limits) {
  state_->lock()->limits = limits;
}

Outbox::Pushed Outbox::push_audio(std::span<const std::byte> &bytes, int rate, Overflow overflow) {
  for (;;) {
    bool queued = false;
    std::optional<Pushed> result;
    {
      auto state = state_->lock();
      if (!state->stopped()) {
        state->rate = rate;
        queued = state->take(bytes, overflow);
      }
      result = state->verdict(bytes.empty());
    }
    if (queued) wake_();
    if (result) return *result;
    auto state = state_->lock();
    state.wait(room_, [&] { return state->room() > 0 || state->unlocked || state->stopped(); });
  }
}

void Outbox::finish_chunk() {
  {
    auto state = state_->lock();
    if (!state->finish_chunk()) return;
  }
  wake_();
}

Outbox::Pushed Outbox::push(Item mark) {
  {
    auto state = state_->lock();
    if (state->closed) return Pushed::closed;
    if (state->flushing) return Pushed::flushing;
    state->finish_chunk();
    state->items.push_back(std::move(mark));
  }
  wake_();
  return Pushed::ok;
}

void Outbox::push_silence(std::chrono::milliseconds duration) {
  {
    auto state = state_->lock();
    if (state->stopped() || state->rate == 0) return;
    const std::vector<std::byte> silence(state->chunk_size());
    for (std::size_t left = to_bytes(duration, state->rate); left > 0;) {
      const std::size_t missing = state->chunk_size() - state->filling.samples.size();
      const std::size_t count = std::min(missing, left);
      state->append(std::span(silence).first(count));
      left -= count;
      if (count == missing) state->queue_filling();
    }
    state->finish_chunk();
  }
  wake_();
}

void Outbox::set_flushing(bool flushing) {
  {
    auto state = state_->lock();
    state->flushing = flushing;
    if (flushing) state->drop_all();
  }
  room_.notify_all();
}

void Outbox::set_unlocked(bool unlocked) {
  state_->lock()->unlocked = unlocked;
  room_.notify_all();
}

void Outbox::close() {
  {
    auto state = state_->lock();
    state->closed = true;
    state->drop_all();
  }
  room_.notify_all();
}

void Outbox::set_complete() {
  state_->lock()->complete = true;
  room_.notify_all();
}

bool Outbox::wait_complete() {
  auto state = state_->lock();
  state.wait(room_, [&] { return state->complete || state->unlocked || state->stopped(); });
  return state->complete;
}

bool Outbox::ended() {
  auto state = state_->lock();
  return state->complete || state->closed;
}

std::chrono::nanoseconds Outbox::take_dropped() {
  auto state = state_->lock();
  return to_duration(std::exchange(state->unreported_drops, 0), state->rate);
}

Outbox::Ledger Outbox::ledger() {
  return state_->lock()->ledger;
}

int Outbox::rate() {
  return state_->lock()->rate;
}

std::optional<Outbox::Item> Outbox::pop() {
  auto state = state_->lock();
  while (!state->items.empty()) {
    Item item = std::move(state->items.front());
    state->items.pop_front();
    auto *chunk = std::get_if<Chunk>(&item);
    if (chunk && chunk->samples.empty()) continue;  // was dropped where it stood
    return item;
  }
  return std::nullopt;
}

void Outbox::sent(Chunk chunk) {
  settle(std::move(chunk), true);
}

void Outbox::drop(Chunk chunk) {
  settle(std::move(chunk), false);
}

void Outbox::settle(Chunk chunk, bool was_sent) {
  {
    auto state = state_->lock();
    const auto bytes = chunk.samples.size();
    state->ledger.held -= bytes;
    (was_sent ? state->ledger.sent : state->ledger.dropped) += bytes;
    state->recycle(std::move(chunk));
  }
  room_.notify_one();
}

}  // namespace gemlive
