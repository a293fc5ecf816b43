// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "output_stream.hpp"

#include <algorithm>
#include <utility>

#include "output_backlog.hpp"
#include "pcm.hpp"

namespace gemlive {

struct OutputStream::State {
  OutputBacklog queue = {};
  bool attached = false;
  bool flushing = false;
  bool finished = false;
  bool is_draining = false;  // the consumer wants `end` behind the queue
  output::Item seen = {};    // what was returned, unless it is gone
  output::Item read = {};    // what read() returned
  output::Skipped skipped = {};
  Log log = {};
  bool reported_invalid = false;
  bool reported_full = false;

  bool is_over() const { return finished || is_draining; }
  bool accepts() const { return attached && !is_over(); }
  /// Whether `head`, which it sets, need not wait for more.
  bool find(std::size_t want, output::Item &head) {
    bool is_ready = false;
    head = queue.head(want, is_over(), is_ready);
    if (flushing) head = {.kind = output::Kind::flushing};
    const bool ends = head.kind == output::Kind::timeout && is_over();
    if (ends) head.kind = output::Kind::end;
    return is_ready || ends || flushing;
  }
};

OutputStream::OutputStream() : state_(std::make_unique<Guarded<State>>()) {}

OutputStream::~OutputStream() = default;

/// The consumer is woken without the lock, for which it would have to wait.
template <typename Change>
auto OutputStream::change(Change change) {
  struct Wake {
    std::condition_variable &changed;
    ~Wake() { changed.notify_one(); }
  } wake{changed_};
  return change(*state_->lock());
}

output::PushResult OutputStream::push_audio(const Message &message, std::string_view base64,
                                            int rate, std::int64_t arrival, unsigned turn) {
  return change([&](State &state) {
    const output::Item about = {.rate = rate, .turn = turn, .arrival = arrival};
    if (state.accepts()) return state.queue.push_audio(message, base64, about);
    state.queue.count_untaken(base64, about);
    return output::PushResult::ok;
  });
}

void OutputStream::push_text(std::string text, std::int64_t arrival, unsigned turn,
                             std::chrono::nanoseconds position, std::optional<output::Said> said) {
  if (text.empty()) return;
  Log log;
  change([&](State &state) {
    if (!state.accepts()) return;
    const output::Item about = {
        .turn = turn, .arrival = arrival, .position = position, .said = said};
    const bool is_full = !state.queue.push_text(std::move(text), about);
    if (is_full && !std::exchange(state.reported_full, true)) log = state.log;
  });
  log(Log::Level::warning, "dropped text: too much of it waits (logged once per stream)");
}

void OutputStream::end_turn(std::chrono::nanoseconds position) {
  change([&](State &state) {
    if (state.accepts()) state.queue.push_mark(output::Kind::turn_end, position);
  });
}

std::chrono::nanoseconds OutputStream::interrupt(bool keep) {
  return change([keep](State &state) {
    std::chrono::nanoseconds dropped{0};
    if (!keep) {
      dropped = state.queue.clear(&output::Stats::interrupted);
      state.seen = {};
    }
    if (state.accepts()) state.queue.push_mark(output::Kind::interrupted);
    return dropped;
  });
}

void OutputStream::finish() {
  change([](State &state) { state.finished = true; });
}

void OutputStream::set_log(Log log) {
  state_->lock()->log = log;
}

bool OutputStream::attach() {
  auto state = state_->lock();
  if (state->attached) return false;
  state->attached = true;
  state->flushing = state->is_draining = false;
  return true;
}

void OutputStream::end_after_queued() {
  change([](State &state) { state.is_draining = true; });
}

void OutputStream::detach() {
  auto state = state_->lock();
  state->attached = false;
  state->queue.clear(&output::Stats::untaken);
  state->seen = {};
}

void OutputStream::set_flushing(bool flushing) {
  change([flushing](State &state) { state.flushing = flushing; });
}

std::chrono::nanoseconds OutputStream::missed(unsigned turn) {
  return state_->lock()->queue.missed(turn);
}

output::Stats OutputStream::stats() {
  return state_->lock()->queue.stats();
}

output::Item OutputStream::wait(std::size_t want, std::optional<std::int64_t> until) {
  auto state = state_->lock();
  output::Item head;
  const auto is_ready = [&] { return state->find(want, head); };
  if (!until)
    state.wait(changed_, is_ready);
  else if (const std::chrono::steady_clock::time_point then{std::chrono::microseconds(*until)};
           !state.wait_until(changed_, then, is_ready) && head.bytes == 0)
    head = {};
  state->seen = head;
  return head;
}

output::Item OutputStream::peek(std::size_t want) {
  auto state = state_->lock();
  output::Item head;
  if (!state->find(want, head)) head = {};
  state->seen = head;
  return head;
}

std::size_t OutputStream::extend(std::size_t most) {
  auto state = state_->lock();
  if (state->seen.kind != output::Kind::audio) return 0;
  bool is_ready = false;
  const auto head = state->queue.head(most, state->is_over(), is_ready);
  state->seen.bytes = std::max(state->seen.bytes, head.bytes);
  return state->seen.bytes;
}

std::size_t OutputStream::read(std::span<std::byte> out) {
  Log log;
  std::size_t count = 0;
  {
    auto state = state_->lock();
    if (state->seen.kind != output::Kind::audio) return 0;
    bool bad = false;
    const auto most = std::min(out.size(), state->seen.bytes);
    count = state->queue.read(out.first(most - most % pcm::bytes_per_sample), bad);
    state->read = state->seen;
    state->seen.bytes -= count;
    if (bad && !std::exchange(state->reported_invalid, true)) log = state->log;
    if (bad) state->seen = {};
  }
  log(Log::Level::warning, "skipped audio: invalid base64 (logged once per stream)");
  return count;
}

void OutputStream::skip_read(std::size_t bytes, bool is_audible) {
  auto state = state_->lock();
  state->queue.skip(state->read, bytes);
  const auto duration = pcm::duration(bytes, state->read.rate);
  state->skipped.duration += duration;
  if (is_audible) state->skipped.audible += duration;
}

output::Skipped OutputStream::take_skipped() {
  return std::exchange(state_->lock()->skipped, {});
}

std::string OutputStream::take_text() {
  auto state = state_->lock();
  if (std::exchange(state->seen, {}).kind != output::Kind::text) return {};
  return state->queue.take_text();
}

void OutputStream::take_mark() {
  auto state = state_->lock();
  const auto kind = std::exchange(state->seen, {}).kind;
  if (kind == output::Kind::interrupted || kind == output::Kind::turn_end) state->queue.take_mark();
}

}  // namespace gemlive
