// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "input_queue.hpp"

#include <glib.h>

#include <utility>

#include "input_backlog.hpp"

namespace gemlive {

using input::PushResult;

InputQueue::InputQueue(std::function<void()> wake)
    : backlog_(std::make_unique<Guarded<InputBacklog>>()), wake_(std::move(wake)) {}

InputQueue::~InputQueue() = default;

void InputQueue::set_limits(input::Limits limits) {
  backlog_->lock()->set_limits(limits);
}

PushResult InputQueue::push_audio(std::span<const std::byte> &bytes, int rate,
                                  input::Overflow overflow, const input::Producer &producer,
                                  input::SaidAt said_at) {
  while (!bytes.empty()) {
    bool wake = false;
    {
      auto backlog = backlog_->lock();
      if (const auto refusal = backlog->refusal(producer); refusal != PushResult::ok)
        return refusal;
      backlog->push_audio(bytes, rate, overflow, said_at);
      wake = backlog->take_wake();
    }
    if (wake) wake_();  // without the lock, and before waiting for the consumer
    if (bytes.empty()) return PushResult::ok;
    auto backlog = backlog_->lock();
    if (&producer == backlog->audio_producer()) backlog->set_waiting(true);
    backlog.wait(changed_, [&] {
      return backlog->has_ample_room() || producer.unlocked ||
             backlog->refusal(producer) != PushResult::ok;
    });
    backlog->set_waiting(false);
    if (backlog->is_full() && producer.unlocked && backlog->refusal(producer) == PushResult::ok)
      return PushResult::unlocked;
  }
  return backlog_->lock()->refusal(producer);
}

PushResult InputQueue::push_application_audio(std::span<const std::byte> bytes, int rate) {
  bool wake = false;
  {
    auto backlog = backlog_->lock();
    if (backlog->is_closed()) return PushResult::closed;
    if (backlog->audio_producer()) return PushResult::full;
    backlog->push_application_audio(bytes, rate);
    wake = backlog->take_wake();
  }
  if (wake) wake_();
  return PushResult::ok;
}

void InputQueue::end_audio(const input::Producer &producer) {
  bool wake = false;
  {
    auto backlog = backlog_->lock();
    backlog->end_audio(producer);
    wake = backlog->take_wake();
  }
  if (wake) wake_();
}

void InputQueue::end_open_audio() {
  bool wake = false;
  {
    auto backlog = backlog_->lock();
    const auto *producer = backlog->audio_producer();
    if (!producer || producer->ended) return;
    backlog->end_audio(*producer);
    wake = backlog->take_wake();
  }
  if (wake) wake_();
}

bool InputQueue::fill_pause(std::chrono::nanoseconds pause) {
  bool wake = false, is_missing = false;
  {
    auto backlog = backlog_->lock();
    is_missing = backlog->fill_pause(pause);
    wake = backlog->take_wake();
  }
  if (wake) wake_();
  return is_missing;
}

PushResult InputQueue::push(input::Mark mark, const input::Producer &producer) {
  bool wake = false;
  auto result = PushResult::ok;
  {
    auto backlog = backlog_->lock();
    result = backlog->push(std::move(mark), producer);
    wake = backlog->take_wake();
  }
  if (wake) wake_();
  return result;
}

PushResult InputQueue::push_text(input::TypedText typed, const input::Producer &producer) {
  for (;;) {
    {
      auto backlog = backlog_->lock();
      backlog.wait(changed_, [&] {
        return backlog->has_room_for_text() || producer.unlocked ||
               backlog->refusal(producer) != PushResult::ok;
      });
      if (const auto refusal = backlog->refusal(producer); refusal != PushResult::ok)
        return refusal;
      if (!backlog->has_room_for_text()) return PushResult::unlocked;
    }
    // Another producer may have filled the room in between.
    if (const auto result = push(typed, producer); result != PushResult::full) return result;
  }
}

bool InputQueue::in_activity() {
  return backlog_->lock()->in_activity();
}

bool InputQueue::claim_audio(const input::Producer &producer) {
  auto backlog = backlog_->lock();
  if (!backlog->audio_producer()) backlog->set_audio_producer(&producer);
  return backlog->audio_producer() == &producer;
}

void InputQueue::set_flushing(input::Producer &producer, bool flushing) {
  auto backlog = backlog_->lock();
  producer.flushing = flushing;
  if (flushing) {
    producer.ended = false;
    if (backlog->audio_producer() == &producer) backlog->drop_audio(&input::Stats::flushed);
    backlog->cancel_end_of_input();
  }
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
    if (backlog->audio_producer() == &producer) backlog->forget_released();
    wake = !paused && backlog->audio_producer() == &producer;
  }
  if (wake) wake_();
}

bool InputQueue::end(input::Producer &producer) {
  auto backlog = backlog_->lock();
  changed_.notify_all();
  return !std::exchange(producer.ended, true);
}

void InputQueue::release_audio(const input::Producer &producer) {
  bool wake = false;
  {
    auto backlog = backlog_->lock();
    if (backlog->audio_producer() != &producer) return;
    backlog->set_audio_producer(nullptr);
    if (producer.paused) backlog->drop_audio(&input::Stats::unsent);
    wake = producer.paused;
  }
  if (wake) wake_();
}

void InputQueue::close() {
  auto backlog = backlog_->lock();
  backlog->close();
  changed_.notify_all();
}

bool InputQueue::is_closed() {
  return backlog_->lock()->is_closed();
}

std::chrono::nanoseconds InputQueue::take_dropped() {
  return backlog_->lock()->take_dropped();
}

input::Stats InputQueue::stats() {
  return backlog_->lock()->stats();
}

int InputQueue::rate() {
  return backlog_->lock()->rate();
}

bool InputQueue::has_items() {
  return backlog_->lock()->has_items();
}

bool InputQueue::has_content() {
  return backlog_->lock()->has_content();
}

bool InputQueue::has(const std::function<bool(const input::Item &)> &condition) {
  return backlog_->lock()->has(condition);
}

bool InputQueue::has_ended() {
  return backlog_->lock()->has_ended();
}

bool InputQueue::is_paused() {
  return backlog_->lock()->is_paused();
}

std::optional<input::Item> InputQueue::pop() {
  auto backlog = backlog_->lock();
  if (!backlog->select_next()) return std::nullopt;
  auto item = backlog->pop();
  if (backlog->has_ample_room() || text_bytes(item) > 0) changed_.notify_all();
  return item;
}

std::optional<input::Chunk> InputQueue::pop_audio() {
  auto backlog = backlog_->lock();
  auto chunk = backlog->pop_audio();
  if (chunk && backlog->has_ample_room()) changed_.notify_all();
  return chunk;
}

void InputQueue::count_sent(std::size_t bytes) {
  backlog_->lock()->count_sent(bytes);
}

void InputQueue::acknowledge(std::size_t bytes) {
  backlog_->lock()->acknowledge(bytes);
}

void InputQueue::give_up(std::size_t bytes) {
  backlog_->lock()->give_up(bytes);
}

void InputQueue::recycle(input::Chunk chunk) {
  backlog_->lock()->recycle(std::move(chunk.samples));
}

}  // namespace gemlive
