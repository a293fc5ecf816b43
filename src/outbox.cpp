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

Outbox::Pushed Outbox::push_audio(std::span<const std::byte> &bytes, int rate, Overflow overflow) {
  while (!bytes.empty()) {
    const auto pushed = push_what_fits(bytes, rate, overflow);
    if (pushed != Pushed::ok || bytes.empty()) return pushed;
    auto state = state_->lock();
    state.wait(changed_, [&] {
      return state->has_ample_room() || state->unlocked || state->refusal() != Pushed::ok;
    });
    if (state->room() == 0 && state->unlocked && state->refusal() == Pushed::ok)
      return Pushed::unlocked;
  }
  return state_->lock()->refusal();
}

/// Never waits: the consumer has to be woken without the lock before anybody waits for it.
Outbox::Pushed Outbox::push_what_fits(std::span<const std::byte> &bytes, int rate,
                                      Overflow overflow) {
  const auto now = g_get_monotonic_time();
  bool wake = false;
  {
    auto state = state_->lock();
    if (const auto refused = state->refusal(); refused != Pushed::ok) return refused;
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

Outbox::Pushed Outbox::push(Mark mark) {
  using Activity = State::Activity;
  bool wake = false;
  {
    auto state = state_->lock();
    if (state->closed) return Pushed::closed;
    const bool is_end = std::holds_alternative<EndOfInput>(mark);
    if (state->flushing && (is_end || std::holds_alternative<AudioStreamEnd>(mark)))
      return Pushed::flushing;
    const bool open = state->activity == Activity::open;
    if (std::holds_alternative<ActivityStart>(mark)) {
      if (open) return Pushed::ok;
      state->activity = Activity::open;
    } else if (std::holds_alternative<ActivityEnd>(mark)) {
      if (!open) return Pushed::ok;
      state->activity = Activity::ended;
    }
    state->cut(!is_end, g_get_monotonic_time());
    state->enqueue(
        std::visit([](auto &alternative) { return Item(std::move(alternative)); }, mark));
    wake = std::exchange(state->wake_due, false);
  }
  if (wake) wake_();
  return Pushed::ok;
}

Outbox::Pushed Outbox::push_text(TypedText typed) {
  {
    auto state = state_->lock();
    const auto has_room = [&] { return state->texts < most_texts; };
    state.wait(changed_,
               [&] { return has_room() || state->unlocked || state->refusal() != Pushed::ok; });
    if (const auto refused = state->refusal(); refused != Pushed::ok) return refused;
    if (!has_room()) return Pushed::unlocked;
  }
  return push(std::move(typed));
}

void Outbox::push_silence(std::chrono::milliseconds duration) {
  static constexpr std::array<std::byte, 1024> zeros{};
  const auto now = g_get_monotonic_time();
  bool wake = false;
  {
    auto state = state_->lock();
    if (state->rate == 0 || state->refusal() != Pushed::ok) return;
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

void Outbox::set_flushing(bool flushing) {
  auto state = state_->lock();
  state->flushing = flushing;
  if (flushing) state->drop_audio(&Ledger::flushed);
  changed_.notify_all();
}

void Outbox::set_unlocked(bool unlocked) {
  state_->lock()->unlocked = unlocked;
  changed_.notify_all();
}

void Outbox::close() {
  auto state = state_->lock();
  state->closed = true;
  state->drop_audio(&Ledger::unsent);
  state->queue.clear();
  state->texts = 0;
  changed_.notify_all();
}

Outbox::Pushed Outbox::wait_closed() {
  auto state = state_->lock();
  state.wait(changed_, [&] { return state->unlocked || state->refusal() != Pushed::ok; });
  const auto refused = state->refusal();
  return refused == Pushed::ok ? Pushed::unlocked : refused;
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

bool Outbox::has_items() {
  auto state = state_->lock();
  state->drained = state->queue.empty();
  return !state->drained;
}

std::optional<Outbox::Item> Outbox::pop() {
  auto state = state_->lock();
  if (state->queue.empty()) return std::nullopt;
  std::optional<Item> item(std::move(state->queue.front()));
  state->queue.pop_front();
  if (const auto *chunk = std::get_if<Chunk>(&*item)) state->queued -= chunk->samples.size();
  if (std::holds_alternative<TypedText>(*item)) --state->texts;
  if (state->has_ample_room()) changed_.notify_all();
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

void Outbox::recycle(Chunk chunk) {
  state_->lock()->recycle(std::move(chunk.samples));
}

}  // namespace gemlive
