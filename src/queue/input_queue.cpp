// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "input_queue.hpp"

#include <glib.h>

#include <algorithm>
#include <array>
#include <utility>

#include "input_backlog.hpp"
#include "pcm.hpp"

namespace gemlive {

namespace {
constexpr std::size_t most_texts = 64;
}  // namespace

InputQueue::InputQueue(std::function<void()> wake)
    : backlog_(std::make_unique<Guarded<InputBacklog>>()), wake_(std::move(wake)) {}

InputQueue::~InputQueue() = default;

void InputQueue::set_limits(input::Limits limits) {
  auto backlog = backlog_->lock();
  backlog->cut(true, g_get_monotonic_time());  // what is begun may be larger than a chunk is now
  backlog->limits = limits;
}

input::PushResult InputQueue::push_audio(std::span<const std::byte> &bytes, int rate,
                                         input::Overflow overflow,
                                         const input::Producer &producer) {
  while (!bytes.empty()) {
    const auto pushed = push_what_fits(bytes, rate, overflow, producer);
    if (pushed != input::PushResult::ok || bytes.empty()) return pushed;
    auto backlog = backlog_->lock();
    backlog.wait(changed_, [&] {
      return backlog->has_ample_room() || producer.unlocked ||
             backlog->refusal(producer) != input::PushResult::ok;
    });
    if (backlog->room() == 0 && producer.unlocked &&
        backlog->refusal(producer) == input::PushResult::ok)
      return input::PushResult::unlocked;
  }
  return backlog_->lock()->refusal(producer);
}

/// Never waits: the consumer has to be woken without the lock before anybody waits for it.
input::PushResult InputQueue::push_what_fits(std::span<const std::byte> &bytes, int rate,
                                             input::Overflow overflow,
                                             const input::Producer &producer) {
  const auto now = g_get_monotonic_time();
  bool wake = false;
  {
    auto backlog = backlog_->lock();
    if (const auto refused = backlog->refusal(producer); refused != input::PushResult::ok)
      return refused;
    backlog->set_rate(rate);
    const bool blocks = overflow == input::Overflow::block;
    if (blocks && backlog->limits.only_in_activity &&
        backlog->activity == InputBacklog::Activity::unmarked) {
      backlog->activity = InputBacklog::Activity::open;
      backlog->enqueue(input::ActivityStart{});
    }
    if (!backlog->is_wanted()) backlog->pass_over(std::exchange(bytes, {}));
    while (!bytes.empty()) {
      const auto space = backlog->chunk_bytes() - backlog->filling.samples.size();
      const auto most = blocks ? std::min(space, backlog->room()) : space;
      if (most == 0) break;
      const auto piece = bytes.first(std::min(most, bytes.size()));
      backlog->fill(piece, now);
      bytes = bytes.subspan(piece.size());
      while (!blocks && backlog->queued > backlog->limit() && backlog->drop_oldest())
        continue;
    }
    wake = std::exchange(backlog->wake_due, false);
  }
  if (wake) wake_();
  return input::PushResult::ok;
}

void InputQueue::finish_chunk() {
  bool wake = false;
  {
    auto backlog = backlog_->lock();
    backlog->cut(false, g_get_monotonic_time());
    wake = std::exchange(backlog->wake_due, false);
  }
  if (wake) wake_();
}

input::PushResult InputQueue::push(input::Mark mark, const input::Producer &producer) {
  using Activity = InputBacklog::Activity;
  bool wake = false;
  {
    auto backlog = backlog_->lock();
    if (backlog->closed) return input::PushResult::closed;
    input::Item item = std::visit([](auto &known) { return input::Item(std::move(known)); }, mark);
    // A call's answer is taken once, and there are few.
    const bool is_bounded =
        text_bytes(item) > 0 && !std::holds_alternative<input::ToolResponse>(item);
    if (is_bounded && !backlog->has_room_for_text()) return input::PushResult::full;
    const bool is_end = std::holds_alternative<input::EndOfInput>(item);
    if (producer.flushing && (is_end || std::holds_alternative<input::AudioStreamEnd>(item)))
      return input::PushResult::flushing;
    const bool open = backlog->activity == Activity::open;
    if (std::holds_alternative<input::ActivityStart>(item)) {
      if (open) return input::PushResult::ok;
      backlog->activity = Activity::open;
    } else if (std::holds_alternative<input::ActivityEnd>(item)) {
      if (!open) return input::PushResult::ok;
      backlog->activity = Activity::ended;
    }
    backlog->cut(!is_end, g_get_monotonic_time());
    backlog->enqueue(std::move(item));
    wake = std::exchange(backlog->wake_due, false);
  }
  if (wake) wake_();
  return input::PushResult::ok;
}

input::PushResult InputQueue::push_text(input::TypedText typed, const input::Producer &producer) {
  for (;;) {
    {
      auto backlog = backlog_->lock();
      const auto has_room = [&] {
        return backlog->texts < most_texts && backlog->has_room_for_text();
      };
      backlog.wait(changed_, [&] {
        return has_room() || producer.unlocked ||
               backlog->refusal(producer) != input::PushResult::ok;
      });
      if (const auto refused = backlog->refusal(producer); refused != input::PushResult::ok)
        return refused;
      if (!has_room()) return input::PushResult::unlocked;
    }
    // Another producer may have been faster.
    if (const auto pushed = push(typed, producer); pushed != input::PushResult::full) return pushed;
  }
}

void InputQueue::push_silence(std::chrono::milliseconds duration, const input::Producer &producer) {
  static constexpr std::array<std::byte, 1024> zeros{};
  const auto now = g_get_monotonic_time();
  bool wake = false;
  {
    auto backlog = backlog_->lock();
    if (backlog->rate == 0 || backlog->interruption(producer) != input::PushResult::ok) return;
    auto left = pcm::bytes(duration, backlog->rate);
    while (left > 0) {
      const auto space = backlog->chunk_bytes() - backlog->filling.samples.size();
      const auto piece = std::min({left, space, zeros.size()});
      backlog->fill(std::span(zeros).first(piece), now);
      left -= piece;
    }
    wake = std::exchange(backlog->wake_due, false);
  }
  if (wake) wake_();
}

bool InputQueue::in_activity() {
  return backlog_->lock()->activity == InputBacklog::Activity::open;
}

bool InputQueue::bring_audio(const input::Producer &producer) {
  auto backlog = backlog_->lock();
  if (!backlog->audio_producer) backlog->audio_producer = &producer;
  return backlog->audio_producer == &producer;
}

void InputQueue::set_flushing(input::Producer &producer, bool flushing) {
  auto backlog = backlog_->lock();
  producer.flushing = flushing;
  if (flushing) producer.ended = false;
  if (flushing && backlog->audio_producer == &producer) backlog->drop_audio(&input::Stats::flushed);
  if (flushing) backlog->take_back_end();
  changed_.notify_all();
}

void InputQueue::set_unlocked(input::Producer &producer, bool unlocked) {
  auto backlog = backlog_->lock();
  producer.unlocked = unlocked;
  changed_.notify_all();
}

void InputQueue::set_paused(input::Producer &producer, bool paused) {
  bool wake = false;
  {
    auto backlog = backlog_->lock();
    producer.paused = paused;
    wake = !paused && backlog->audio_producer == &producer;
  }
  if (wake) wake_();
}

bool InputQueue::end(input::Producer &producer) {
  auto backlog = backlog_->lock();
  changed_.notify_all();
  return !std::exchange(producer.ended, true);
}

void InputQueue::shut(const input::Producer &producer) {
  bool wake = false;
  {
    auto backlog = backlog_->lock();
    if (backlog->audio_producer != &producer) return;
    backlog->audio_producer = nullptr;
    if (producer.paused) backlog->drop_audio(&input::Stats::unsent);
    wake = producer.paused;
  }
  if (wake) wake_();
}

void InputQueue::close() {
  auto backlog = backlog_->lock();
  backlog->closed = true;
  backlog->drop_audio(&input::Stats::unsent);
  backlog->queue.clear();
  backlog->texts = backlog->text_bytes = 0;
  changed_.notify_all();
}

input::PushResult InputQueue::wait_closed(const input::Producer &producer) {
  auto backlog = backlog_->lock();
  backlog.wait(changed_, [&] {
    return producer.unlocked || backlog->interruption(producer) != input::PushResult::ok;
  });
  const auto interrupted = backlog->interruption(producer);
  return interrupted == input::PushResult::ok ? input::PushResult::unlocked : interrupted;
}

bool InputQueue::is_closed() {
  return backlog_->lock()->closed;
}

std::chrono::nanoseconds InputQueue::take_dropped() {
  return std::exchange(backlog_->lock()->untold_drops, std::chrono::nanoseconds(0));
}

input::Stats InputQueue::stats() {
  return backlog_->lock()->stats;
}

int InputQueue::rate() {
  return backlog_->lock()->rate;
}

bool InputQueue::is_paused() {
  auto backlog = backlog_->lock();
  return backlog->audio_producer && backlog->audio_producer->paused;
}

bool InputQueue::has_items() {
  auto backlog = backlog_->lock();
  backlog->drained = !backlog->bring_forward();
  return !backlog->drained;
}

std::optional<input::Item> InputQueue::pop() {
  auto backlog = backlog_->lock();
  if (!backlog->bring_forward()) return std::nullopt;
  std::optional<input::Item> item(std::move(backlog->queue.front()));
  backlog->queue.pop_front();
  if (const auto *chunk = std::get_if<input::Chunk>(&*item))
    backlog->queued -= chunk->samples.size();
  if (std::holds_alternative<input::TypedText>(*item)) --backlog->texts;
  backlog->text_bytes -= text_bytes(*item);
  if (backlog->has_ample_room() || text_bytes(*item) > 0) changed_.notify_all();
  return item;
}

void InputQueue::sent(std::size_t bytes) {
  auto backlog = backlog_->lock();
  backlog->stats.held -= bytes;
  backlog->stats.sent += bytes;
}

void InputQueue::acknowledged(std::size_t bytes) {
  backlog_->lock()->stats.acknowledged += bytes;
}

void InputQueue::given_up(std::size_t bytes) {
  backlog_->lock()->stats.given_up += bytes;
}

void InputQueue::recycle(input::Chunk chunk) {
  backlog_->lock()->recycle(std::move(chunk.samples));
}

}  // namespace gemlive
