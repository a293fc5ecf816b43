// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "input_backlog.hpp"

#include <glib.h>

namespace gemlive {

void InputBacklog::set_rate(int to) {
  if (rate == to) return;
  if (rate != 0) cut(false, g_get_monotonic_time());
  rate = to;
}

/// `bytes` fit into the chunk that is being filled.
void InputBacklog::fill(std::span<const std::byte> bytes, std::int64_t now) {
  if (filling.samples.capacity() == 0 && !spare.empty()) {
    filling.samples = std::move(spare.back());
    spare.pop_back();
  }
  filling.samples.reserve(chunk_bytes());
  filling.samples.insert(filling.samples.end(), bytes.begin(), bytes.end());
  came(bytes.size());
  if (filling.samples.size() >= chunk_bytes()) cut(true, now);
}

/// Drops audio that is not wanted, but stays in step with the samples.
void InputBacklog::pass_over(std::span<const std::byte> bytes) {
  if (bytes.empty()) return;
  came(bytes.size());
  auto &half = filling.samples;
  const auto total = half.size() + bytes.size();
  drop(total - total % 2, &input::Stats::unmarked);
  half.assign(bytes.end() - static_cast<std::ptrdiff_t>(total % 2), bytes.end());
}

/// Sends what is in the chunk on its way. The half sample is kept for the next chunk, or dropped.
void InputBacklog::cut(bool keep_half, std::int64_t now) {
  auto &samples = filling.samples;
  const bool has_half = samples.size() % 2 != 0;
  const auto half = has_half ? samples.back() : std::byte{};
  if (has_half) samples.pop_back();
  if (!samples.empty())
    enqueue(input::Chunk{.samples = std::exchange(samples, {}), .rate = rate, .pushed_at = now});
  if (!has_half) return;
  if (keep_half)
    samples.push_back(half);
  else
    drop(1, &input::Stats::incomplete);
}

/// Marks stay: what they say is true without the audio, too.
bool InputBacklog::drop_oldest() {
  std::size_t at = 0;
  while (at < queue.size() && !std::holds_alternative<input::Chunk>(queue[at]))
    ++at;
  if (at == queue.size()) return false;
  move_to_front(at);
  auto &chunk = std::get<input::Chunk>(queue.front());
  if (untold_drops.count() == 0) wake_due = true;
  untold_drops += pcm::duration(chunk.samples.size(), chunk.rate);
  drop(chunk.samples.size(), &input::Stats::overflowed);
  recycle(std::move(chunk.samples));
  queue.pop_front();
  return true;
}

void InputBacklog::drop_audio(Reason reason) {
  for (auto left = queue.size(); left > 0; --left) {
    auto item = std::move(queue.front());
    queue.pop_front();
    if (auto *chunk = std::get_if<input::Chunk>(&item)) {
      drop(chunk->samples.size(), reason);
      recycle(std::move(chunk->samples));
    } else if (!std::holds_alternative<input::AudioStreamEnd>(item)) {
      queue.push_back(std::move(item));
    }
  }
  drop(filling.samples.size(), reason);
  recycle(std::exchange(filling.samples, {}));
}

void InputBacklog::take_back_end() {
  for (auto left = queue.size(); left > 0; --left) {
    auto item = std::move(queue.front());
    queue.pop_front();
    if (!std::holds_alternative<input::EndOfInput>(item)) queue.push_back(std::move(item));
  }
}

/// What may be sent next; false where there is nothing of that kind. While the audio is paused it
/// is what has no place in its order.
bool InputBacklog::bring_forward() {
  if (!audio_producer || !audio_producer->paused) return !queue.empty();
  const auto is_apart = [](const input::Item &item) {
    return std::holds_alternative<input::TypedText>(item) ||
           std::holds_alternative<input::Content>(item) ||
           std::holds_alternative<input::ToolResponse>(item);
  };
  for (std::size_t at = 0; at < queue.size(); ++at) {
    if (!is_apart(queue[at])) continue;
    move_to_front(at);
    return true;
  }
  return false;
}

/// The others stay in order.
void InputBacklog::move_to_front(std::size_t at) {
  for (; at > 0; --at)
    std::swap(queue[at], queue[at - 1]);
}

}  // namespace gemlive
