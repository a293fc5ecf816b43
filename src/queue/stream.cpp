// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "stream.hpp"

#include <algorithm>
#include <utility>

#include "pcm.hpp"
#include "stream_queue.hpp"

namespace gemlive {

struct Stream::State {
  StreamQueue queue = {};
  bool attached = false;
  bool flushing = false;
  bool finished = false;
  bool left = false;
  Head seen = {};  // by the consumer, and still true
  Log log = {};
  bool told = false;

  bool is_over() const { return finished || left; }
  bool takes() const { return attached && !is_over(); }
};

Stream::Stream() : state_(std::make_unique<Guarded<State>>()) {}

Stream::~Stream() = default;

Stream::Pushed Stream::push_audio(GBytes *message, std::string_view base64, int rate,
                                  std::int64_t arrival, unsigned turn) {
  auto state = state_->lock();
  if (!state->takes()) {
    state->queue.let_go(base64);
    return Pushed::ok;
  }
  const Head about = {.rate = rate, .turn = turn, .arrival = arrival};
  const auto pushed = state->queue.push_audio(message, base64, about);
  if (pushed == Pushed::ok) changed_.notify_one();
  return pushed;
}

void Stream::push_text(std::string text, std::int64_t arrival, unsigned turn,
                       std::chrono::nanoseconds position) {
  if (text.empty()) return;
  auto state = state_->lock();
  if (!state->takes()) return;
  state->queue.push_text(std::move(text), {.turn = turn, .arrival = arrival, .position = position});
  changed_.notify_one();
}

void Stream::end_turn(std::chrono::nanoseconds position) {
  auto state = state_->lock();
  if (!state->takes()) return;
  state->queue.push_mark(Kind::turn_end, position);
  changed_.notify_one();
}

std::chrono::nanoseconds Stream::interrupt(bool keep) {
  auto state = state_->lock();
  std::chrono::nanoseconds dropped{0};
  if (!keep) {
    dropped = state->queue.clear(&Ledger::interrupted);
    state->seen = {};
  }
  if (state->takes()) state->queue.push_mark(Kind::interrupted);
  changed_.notify_one();
  return dropped;
}

void Stream::finish() {
  state_->lock()->finished = true;
  changed_.notify_one();
}

void Stream::set_log(Log log) {
  state_->lock()->log = log;
}

bool Stream::attach() {
  auto state = state_->lock();
  if (state->attached) return false;
  state->attached = true;
  state->flushing = state->left = false;
  return true;
}

void Stream::leave() {
  state_->lock()->left = true;
  changed_.notify_all();
}

void Stream::detach() {
  auto state = state_->lock();
  state->attached = false;
  state->queue.clear(&Ledger::untaken);
  state->seen = {};
}

void Stream::set_flushing(bool flushing) {
  state_->lock()->flushing = flushing;
  changed_.notify_all();
}

Stream::Ledger Stream::ledger() {
  return state_->lock()->queue.ledger();
}

Stream::Head Stream::wait(std::size_t want, std::optional<std::int64_t> until) {
  auto state = state_->lock();
  Head head;
  const auto is_ready = [&] {
    bool ready = false;
    head = state->queue.head(want, state->is_over(), ready);
    if (state->flushing) head = {.kind = Kind::flushing};
    const bool over = head.kind == Kind::timeout && state->is_over();
    if (over) head.kind = Kind::end;
    return ready || over || state->flushing;
  };
  if (!until)
    state.wait(changed_, is_ready);
  else if (const std::chrono::steady_clock::time_point then{std::chrono::microseconds(*until)};
           !state.wait_until(changed_, then, is_ready) && head.bytes == 0)
    head = {};
  state->seen = head;
  return head;
}

std::size_t Stream::read(std::span<std::byte> out) {
  Log log;
  std::size_t count = 0;
  {
    auto state = state_->lock();
    if (state->seen.kind != Kind::audio) return 0;
    bool bad = false;
    const auto most = std::min(out.size(), state->seen.bytes);
    count = state->queue.read(out.first(most - most % pcm::bytes_per_sample), bad);
    state->seen.bytes -= count;
    if (bad && !std::exchange(state->told, true)) log = state->log;
    if (bad) state->seen = {};
  }
  log(Log::Level::warning, "skipped audio that is not base64; later ones are only counted");
  return count;
}

std::string Stream::take_text() {
  auto state = state_->lock();
  if (std::exchange(state->seen, {}).kind != Kind::text) return {};
  return state->queue.take_text();
}

void Stream::take_mark() {
  auto state = state_->lock();
  const auto kind = std::exchange(state->seen, {}).kind;
  if (kind == Kind::interrupted || kind == Kind::turn_end) state->queue.take_mark();
}

}  // namespace gemlive
