// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "outbox.hpp"

#include <glib.h>

#include <algorithm>
#include <array>
#include <utility>

#include "outbox_state.hpp"
#include "pcm.hpp"

namespace gemlive {

namespace {
constexpr std::size_t most_texts = 64;
}  // namespace

Outbox::Outbox(std::function<void()> wake)
    : state_(std::make_unique<Guarded<State>>()), wake_(std::move(wake)) {}

Outbox::~Outbox() = default;

void Outbox::set_limits(Limits limits) {
  auto state = state_->lock();
  state->cut(true, g_get_monotonic_time());  // what is begun may be larger than a chunk is now
  state->limits = limits;
}

Outbox::Pushed Outbox::push_audio(std::span<const std::byte> &bytes, int rate, Overflow overflow,
                                  const Gate &gate) {
  while (!bytes.empty()) {
    const auto pushed = push_what_fits(bytes, rate, overflow, gate);
    if (pushed != Pushed::ok || bytes.empty()) return pushed;
    auto state = state_->lock();
    state.wait(changed_, [&] {
      return state->has_ample_room() || gate.unlocked || state->refusal(gate) != Pushed::ok;
    });
    if (state->room() == 0 && gate.unlocked && state->refusal(gate) == Pushed::ok)
      return Pushed::unlocked;
  }
  return state_->lock()->refusal(gate);
}

/// Never waits: the consumer has to be woken without the lock before anybody waits for it.
Outbox::Pushed Outbox::push_what_fits(std::span<const std::byte> &bytes, int rate,
                                      Overflow overflow, const Gate &gate) {
  const auto now = g_get_monotonic_time();
  bool wake = false;
  {
    auto state = state_->lock();
    if (const auto refused = state->refusal(gate); refused != Pushed::ok) return refused;
    state->set_rate(rate);
    const bool blocks = overflow == Overflow::block;
    if (blocks && state->limits.only_in_activity && state->activity == State::Activity::unmarked) {
      state->activity = State::Activity::open;
      state->enqueue(ActivityStart{});
    }
    if (!state->is_wanted()) state->pass_over(std::exchange(bytes, {}));
    while (!bytes.empty()) {
      const auto space = state->chunk_bytes() - state->filling.samples.size();
      const auto most = blocks ? std::min(space, state->room()) : space;
      if (most == 0) break;
      const auto piece = bytes.first(std::min(most, bytes.size()));
      state->fill(piece, now);
      bytes = bytes.subspan(piece.size());
      while (!blocks && state->queued > state->limit() && state->drop_oldest())
        continue;
    }
    wake = std::exchange(state->wake_due, false);
  }
  if (wake) wake_();
  return Pushed::ok;
}

void Outbox::finish_chunk() {
  bool wake = false;
  {
    auto state = state_->lock();
    state->cut(false, g_get_monotonic_time());
    wake = std::exchange(state->wake_due, false);
  }
  if (wake) wake_();
}

Outbox::Pushed Outbox::push(Mark mark, const Gate &gate) {
  using Activity = State::Activity;
  bool wake = false;
  {
    auto state = state_->lock();
    if (state->closed) return Pushed::closed;
    Item item = std::visit([](auto &known) { return Item(std::move(known)); }, mark);
    // A call's answer is taken once, and there are few.
    const bool is_bounded = text_bytes(item) > 0 && !std::holds_alternative<ToolResponse>(item);
    if (is_bounded && !state->has_room_for_text()) return Pushed::full;
    const bool is_end = std::holds_alternative<EndOfInput>(item);
    if (gate.flushing && (is_end || std::holds_alternative<AudioStreamEnd>(item)))
      return Pushed::flushing;
    const bool open = state->activity == Activity::open;
    if (std::holds_alternative<ActivityStart>(item)) {
      if (open) return Pushed::ok;
      state->activity = Activity::open;
    } else if (std::holds_alternative<ActivityEnd>(item)) {
      if (!open) return Pushed::ok;
      state->activity = Activity::ended;
    }
    state->cut(!is_end, g_get_monotonic_time());
    state->enqueue(std::move(item));
    wake = std::exchange(state->wake_due, false);
  }
  if (wake) wake_();
  return Pushed::ok;
}

Outbox::Pushed Outbox::push_text(TypedText typed, const Gate &gate) {
  for (;;) {
    {
      auto state = state_->lock();
      const auto has_room = [&] { return state->texts < most_texts && state->has_room_for_text(); };
      state.wait(changed_,
                 [&] { return has_room() || gate.unlocked || state->refusal(gate) != Pushed::ok; });
      if (const auto refused = state->refusal(gate); refused != Pushed::ok) return refused;
      if (!has_room()) return Pushed::unlocked;
    }
    // Another producer may have been faster.
    if (const auto pushed = push(typed, gate); pushed != Pushed::full) return pushed;
  }
}

void Outbox::push_silence(std::chrono::milliseconds duration, const Gate &gate) {
  static constexpr std::array<std::byte, 1024> zeros{};
  const auto now = g_get_monotonic_time();
  bool wake = false;
  {
    auto state = state_->lock();
    if (state->rate == 0 || state->interruption(gate) != Pushed::ok) return;
    auto left = pcm::bytes(duration, state->rate);
    while (left > 0) {
      const auto space = state->chunk_bytes() - state->filling.samples.size();
      const auto piece = std::min({left, space, zeros.size()});
      state->fill(std::span(zeros).first(piece), now);
      left -= piece;
    }
    wake = std::exchange(state->wake_due, false);
  }
  if (wake) wake_();
}

bool Outbox::in_activity() {
  return state_->lock()->activity == State::Activity::open;
}

bool Outbox::bring_audio(const Gate &gate) {
  auto state = state_->lock();
  if (!state->audio_gate) state->audio_gate = &gate;
  return state->audio_gate == &gate;
}

void Outbox::set_flushing(Gate &gate, bool flushing) {
  auto state = state_->lock();
  gate.flushing = flushing;
  if (flushing) gate.ended = false;
  if (flushing && state->audio_gate == &gate) state->drop_audio(&Ledger::flushed);
  if (flushing) state->take_back_end();
  changed_.notify_all();
}

void Outbox::set_unlocked(Gate &gate, bool unlocked) {
  auto state = state_->lock();
  gate.unlocked = unlocked;
  changed_.notify_all();
}

void Outbox::set_paused(Gate &gate, bool paused) {
  bool wake = false;
  {
    auto state = state_->lock();
    gate.paused = paused;
    wake = !paused && state->audio_gate == &gate;
  }
  if (wake) wake_();
}

bool Outbox::end(Gate &gate) {
  auto state = state_->lock();
  changed_.notify_all();
  return !std::exchange(gate.ended, true);
}

void Outbox::shut(const Gate &gate) {
  bool wake = false;
  {
    auto state = state_->lock();
    if (state->audio_gate != &gate) return;
    state->audio_gate = nullptr;
    if (gate.paused) state->drop_audio(&Ledger::unsent);
    wake = gate.paused;
  }
  if (wake) wake_();
}

void Outbox::close() {
  auto state = state_->lock();
  state->closed = true;
  state->drop_audio(&Ledger::unsent);
  state->queue.clear();
  state->texts = state->text_bytes = 0;
  changed_.notify_all();
}

Outbox::Pushed Outbox::wait_closed(const Gate &gate) {
  auto state = state_->lock();
  state.wait(changed_, [&] { return gate.unlocked || state->interruption(gate) != Pushed::ok; });
  const auto interrupted = state->interruption(gate);
  return interrupted == Pushed::ok ? Pushed::unlocked : interrupted;
}

bool Outbox::is_closed() {
  return state_->lock()->closed;
}

std::chrono::nanoseconds Outbox::take_dropped() {
  return std::exchange(state_->lock()->untold_drops, std::chrono::nanoseconds(0));
}

Outbox::Ledger Outbox::ledger() {
  return state_->lock()->ledger;
}

int Outbox::rate() {
  return state_->lock()->rate;
}

bool Outbox::is_paused() {
  auto state = state_->lock();
  return state->audio_gate && state->audio_gate->paused;
}

bool Outbox::has_items() {
  auto state = state_->lock();
  state->drained = !state->bring_forward();
  return !state->drained;
}

std::optional<Outbox::Item> Outbox::pop() {
  auto state = state_->lock();
  if (!state->bring_forward()) return std::nullopt;
  std::optional<Item> item(std::move(state->queue.front()));
  state->queue.pop_front();
  if (const auto *chunk = std::get_if<Chunk>(&*item)) state->queued -= chunk->samples.size();
  if (std::holds_alternative<TypedText>(*item)) --state->texts;
  state->text_bytes -= text_bytes(*item);
  if (state->has_ample_room() || text_bytes(*item) > 0) changed_.notify_all();
  return item;
}

void Outbox::sent(std::size_t bytes) {
  auto state = state_->lock();
  state->ledger.held -= bytes;
  state->ledger.sent += bytes;
}

void Outbox::acknowledged(std::size_t bytes) {
  state_->lock()->ledger.acknowledged += bytes;
}

void Outbox::given_up(std::size_t bytes) {
  state_->lock()->ledger.given_up += bytes;
}

std::size_t Outbox::text_bytes(const Item &item) {
  if (const auto *typed = std::get_if<TypedText>(&item)) return typed->text.size();
  if (const auto *content = std::get_if<Content>(&item)) return content->message.size();
  if (const auto *response = std::get_if<ToolResponse>(&item)) return response->message.size();
  return 0;
}

void Outbox::recycle(Chunk chunk) {
  state_->lock()->recycle(std::move(chunk.samples));
}

}  // namespace gemlive
