// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "outbox.hpp"

#include <glib.h>

#include <algorithm>
#include <array>
#include <utility>

#include "pcm.hpp"
#include "ring.hpp"

namespace gemlive {

namespace {
constexpr std::size_t max_spare = 32;
constexpr std::size_t most_texts = 64;
}  // namespace

struct Outbox::State {
  enum class Activity { unmarked, open, ended };

  Limits limits = {};
  Ring<Item> queue = {};
  Chunk filling = {};  // may end in a half sample
  std::vector<std::vector<std::byte>> spare = {};
  int rate = 0;
  std::size_t queued = 0;  // bytes in queue and filling
  std::size_t texts = 0;   // in queue
  Ledger ledger = {};
  std::chrono::nanoseconds untold_drops{0};
  Activity activity = Activity::unmarked;
  bool unlocked = false;
  bool flushing = false;
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
  Pushed refusal() const {
    if (closed) return Pushed::closed;
    return flushing ? Pushed::flushing : Pushed::ok;
  }
  bool is_wanted() const { return !limits.only_in_activity || activity == Activity::open; }

  void enqueue(Item item) {
    if (std::holds_alternative<TypedText>(item)) ++texts;
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
};

void Outbox::State::set_rate(int to) {
  if (rate == to) return;
  if (rate != 0) cut(false, g_get_monotonic_time());
  rate = to;
}

/// `bytes` fit into the chunk that is being filled.
void Outbox::State::fill(std::span<const std::byte> bytes, std::int64_t now) {
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
void Outbox::State::pass_over(std::span<const std::byte> bytes) {
  if (bytes.empty()) return;
  came(bytes.size());
  auto &half = filling.samples;
  const auto total = half.size() + bytes.size();
  drop(total - total % 2, &Ledger::unmarked);
  half.assign(bytes.end() - static_cast<std::ptrdiff_t>(total % 2), bytes.end());
}

/// Sends what is in the chunk on its way. The half sample is kept for the next chunk, or dropped.
void Outbox::State::cut(bool keep_half, std::int64_t now) {
  auto &samples = filling.samples;
  const bool has_half = samples.size() % 2 != 0;
  const auto half = has_half ? samples.back() : std::byte{};
  if (has_half) samples.pop_back();
  if (!samples.empty())
    enqueue(Chunk{.samples = std::exchange(samples, {}), .rate = rate, .pushed_at = now});
  if (!has_half) return;
  if (keep_half)
    samples.push_back(half);
  else
    drop(1, &Ledger::incomplete);
}

/// Marks stay: what they say is true without the audio, too.
bool Outbox::State::drop_oldest() {
  std::size_t at = 0;
  while (at < queue.size() && !std::holds_alternative<Chunk>(queue[at]))
    ++at;
  if (at == queue.size()) return false;
  for (; at > 0; --at)
    std::swap(queue[at], queue[at - 1]);
  auto &chunk = std::get<Chunk>(queue.front());
  if (untold_drops.count() == 0) wake_due = true;
  untold_drops += pcm::duration(chunk.samples.size(), chunk.rate);
  drop(chunk.samples.size(), &Ledger::overflowed);
  recycle(std::move(chunk.samples));
  queue.pop_front();
  return true;
}

void Outbox::State::drop_audio(Reason reason) {
  for (auto left = queue.size(); left > 0; --left) {
    auto item = std::move(queue.front());
    queue.pop_front();
    if (auto *chunk = std::get_if<Chunk>(&item)) {
      drop(chunk->samples.size(), reason);
      recycle(std::move(chunk->samples));
    } else if (!std::holds_alternative<AudioStreamEnd>(item) &&
               !std::holds_alternative<EndOfInput>(item)) {
      queue.push_back(std::move(item));
    }
  }
  drop(filling.samples.size(), reason);
  recycle(std::exchange(filling.samples, {}));
}

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
