// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "input_backlog.hpp"

#include <glib.h>

#include <algorithm>
#include <array>
#include <variant>

#include "pcm.hpp"

namespace gemlive {
namespace {

constexpr std::size_t max_texts = 64;
constexpr std::size_t max_text_bytes = 16 << 20;

bool is_independent_of_audio(const input::Item &item) {
  return std::holds_alternative<input::TypedText>(item) ||
         std::holds_alternative<input::Message>(item) ||
         std::holds_alternative<input::ToolResponse>(item);
}

}  // namespace

void InputBacklog::set_limits(input::Limits limits) {
  // The new chunks may be smaller than the unfinished one.
  finish_chunk(true, g_get_monotonic_time());
  limits_ = limits;
  chunker_.set_size(chunk_bytes());
}

void InputBacklog::close() {
  is_closed_ = true;
  drop_audio(&input::Stats::unsent);
  items_.clear();
  texts_ = text_bytes_ = 0;
}

std::size_t InputBacklog::chunk_bytes() const {
  return std::max<std::size_t>(pcm::bytes(limits_.chunk, rate_), 2);
}

std::size_t InputBacklog::limit() const {
  return std::max(pcm::bytes(limits_.backlog, rate_), 2 * chunk_bytes());
}

std::size_t InputBacklog::room() const {
  return limit() - std::min(limit(), audio_bytes_);
}

bool InputBacklog::has_room_for_text() const {
  return texts_ < max_texts && text_bytes_ < max_text_bytes;
}

input::PushResult InputBacklog::closed_or_flushing(const input::Producer &producer) const {
  if (is_closed_) return input::PushResult::closed;
  return producer.flushing ? input::PushResult::flushing : input::PushResult::ok;
}

input::PushResult InputBacklog::refusal(const input::Producer &producer) const {
  return producer.ended ? input::PushResult::closed : closed_or_flushing(producer);
}

void InputBacklog::push_audio(std::span<const std::byte> &bytes, int rate, input::Overflow overflow,
                              input::SaidAt &said_at) {
  const auto now = g_get_monotonic_time();
  const bool blocks = overflow == input::Overflow::block;
  set_rate(rate);
  pause_.audio_arrived(said_at, pcm::duration(bytes.size(), rate));
  if (blocks && limits_.only_in_activity && activity_ == Activity::unmarked) {
    activity_ = Activity::open;
    enqueue(input::ActivityStart{});
  }
  if (limits_.only_in_activity && !in_activity()) drop_outside_activity(std::exchange(bytes, {}));
  while (!bytes.empty()) {
    const auto space = chunker_.room();
    const auto most = blocks ? std::min(space, room()) : space;
    if (most == 0) break;
    const auto piece = bytes.first(std::min(most, bytes.size()));
    fill(piece, now, said_at);
    bytes = bytes.subspan(piece.size());
    if (said_at) *said_at += pcm::duration(piece.size(), rate);
    while (!blocks && audio_bytes_ > limit() && drop_oldest())
      continue;
  }
}

/// It does not begin an ended input again, and its last chunk does not wait for more.
void InputBacklog::push_application_audio(std::span<const std::byte> bytes, int rate) {
  const bool has_ended = has_ended_;
  input::SaidAt unknown;
  push_audio(bytes, rate, input::Overflow::drop_oldest, unknown);
  finish_chunk(true, g_get_monotonic_time());
  has_ended_ = has_ended;
}

void InputBacklog::end_audio(const input::Producer &producer) {
  if (closed_or_flushing(producer) != input::PushResult::ok) return;
  finish_chunk(false, g_get_monotonic_time());
  if (limits_.only_in_activity) {
    push(input::ActivityEnd{}, producer);
  } else if (const auto tail = pcm::bytes(limits_.tail, rate_);
             pause_.is_open() || pause_.filled() < tail) {
    push_silence(pause_.take_missing(tail));
    end_stream();
  }
}

bool InputBacklog::fill_pause(std::chrono::nanoseconds pause) {
  const auto *producer = audio_producer_;
  if (!limits_.fills_pauses || limits_.only_in_activity || !pause_.is_open()) return false;
  if (!producer || is_waiting_ || refusal(*producer) != input::PushResult::ok) return false;
  if (!release()) return false;
  const bool is_over = pause >= limits_.tail;
  const auto lasted = std::chrono::floor<std::chrono::milliseconds>(pause);
  push_silence(pause_.take_missing(pcm::bytes(is_over ? limits_.tail : lasted, rate_)));
  if (is_over) end_stream();
  return !is_over;
}

/// In PAUSED the end of the audio is sent, but not the audio that has waited for a connection. Two
/// chunks may be on their way to the I/O thread.
bool InputBacklog::release() {
  if (!is_paused()) return true;
  is_released_ = audio_bytes_ - chunker_.bytes() <= 2 * chunk_bytes();
  if (is_released_ && select_next()) wake_due_ = true;
  return is_released_;
}

void InputBacklog::end_stream() {
  finish_chunk(true, g_get_monotonic_time());
  enqueue(input::AudioStreamEnd{});
  pause_.stream_ended();
}

/// At the rate of the audio so far. The limit does not apply.
void InputBacklog::push_silence(std::size_t bytes) {
  static constexpr std::array<std::byte, 1024> zeros{};
  const auto now = g_get_monotonic_time();
  for (auto left = bytes; left > 0;) {
    const auto space = chunker_.room();
    const auto piece = std::min({left, space, zeros.size()});
    fill(std::span(zeros).first(piece), now);
    left -= piece;
  }
}

input::PushResult InputBacklog::push(input::Mark mark, const input::Producer &producer) {
  if (is_closed_) return input::PushResult::closed;
  input::Item item = std::visit([](auto &known) { return input::Item(std::move(known)); }, mark);
  // Tool responses are not limited: each call takes one answer, and there are few calls.
  const bool is_limited =
      text_bytes(item) > 0 && !std::holds_alternative<input::ToolResponse>(item);
  if (is_limited && text_bytes_ >= max_text_bytes) return input::PushResult::full;
  const bool is_end = std::holds_alternative<input::EndOfInput>(item);
  if (producer.flushing && (is_end || std::holds_alternative<input::AudioStreamEnd>(item)))
    return input::PushResult::flushing;
  // The end of audio has ended it, unless none ever came.
  if (is_end && limits_.only_in_activity) push(input::ActivityEnd{}, producer);
  if (std::holds_alternative<input::AudioStreamEnd>(item)) {
    if (limits_.only_in_activity) return input::PushResult::ok;
    if (&producer != audio_producer_) release();  // the application wants the answer now
    end_stream();
    return input::PushResult::ok;
  }
  if (std::holds_alternative<input::ActivityStart>(item)) {
    if (in_activity()) return input::PushResult::ok;
    activity_ = Activity::open;
  } else if (std::holds_alternative<input::ActivityEnd>(item)) {
    if (!in_activity()) return input::PushResult::ok;
    activity_ = Activity::ended;
  }
  finish_chunk(!is_end, g_get_monotonic_time());
  enqueue(std::move(item));
  return input::PushResult::ok;
}

void InputBacklog::set_rate(int rate) {
  if (rate_ == rate) return;
  if (rate_ != 0) finish_chunk(false, g_get_monotonic_time());
  rate_ = rate;
  chunker_.set_size(chunk_bytes());
}

/// `bytes` fit into the unfinished chunk.
void InputBacklog::fill(std::span<const std::byte> bytes, std::int64_t now, input::SaidAt said_at) {
  if (chunker_.bytes() == 0) chunk_said_at_ = said_at;
  chunker_.add(bytes);
  count_pushed(bytes.size());
  if (chunker_.is_full()) finish_chunk(true, now);
}

/// Keeps a half sample, so that later audio starts at a sample.
void InputBacklog::drop_outside_activity(std::span<const std::byte> bytes) {
  count_pushed(bytes.size());
  count_dropped(chunker_.skip(bytes), &input::Stats::unmarked);
}

void InputBacklog::finish_chunk(bool keep_half_sample, std::int64_t now) {
  const auto said_at = std::exchange(chunk_said_at_, std::nullopt);
  if (auto samples = chunker_.take(); !samples.empty())
    enqueue(input::Chunk{
        .samples = std::move(samples), .rate = rate_, .pushed_at = now, .said_at = said_at});
  if (!keep_half_sample) count_dropped(chunker_.drop(), &input::Stats::incomplete);
}

/// Marks stay: they are valid without the audio too.
bool InputBacklog::drop_oldest() {
  std::size_t at = 0;
  while (at < items_.size() && !std::holds_alternative<input::Chunk>(items_[at]))
    ++at;
  if (at == items_.size()) return false;
  move_to_front(at);
  auto &chunk = std::get<input::Chunk>(items_.front());
  if (unreported_drops_.count() == 0) wake_due_ = true;
  unreported_drops_ += pcm::duration(chunk.samples.size(), chunk.rate);
  count_dropped(chunk.samples.size(), &input::Stats::overflowed);
  chunker_.recycle(std::move(chunk.samples));
  items_.pop_front();
  return true;
}

void InputBacklog::drop_audio(Reason reason) {
  bool drops_any = chunker_.bytes() > 0;
  for (auto left = items_.size(); left > 0; --left) {
    auto item = std::move(items_.front());
    items_.pop_front();
    if (auto *chunk = std::get_if<input::Chunk>(&item)) {
      count_dropped(chunk->samples.size(), reason);
      chunker_.recycle(std::move(chunk->samples));
      drops_any = true;
    } else if (!std::holds_alternative<input::AudioStreamEnd>(item)) {
      items_.push_back(std::move(item));
    } else {
      drops_any = true;
    }
  }
  if (drops_any) pause_.reopen();  // the end of the audio before it may be among it
  count_dropped(chunker_.drop(), reason);
}

void InputBacklog::cancel_end_of_input() {
  has_ended_ = false;
  for (auto left = items_.size(); left > 0; --left) {
    auto item = std::move(items_.front());
    items_.pop_front();
    if (!std::holds_alternative<input::EndOfInput>(item)) items_.push_back(std::move(item));
  }
}

bool InputBacklog::select_next() {
  if (!is_paused()) return !items_.empty();
  for (std::size_t at = 0; at < items_.size(); ++at) {
    if (!is_independent_of_audio(items_[at])) continue;
    move_to_front(at);
    return true;
  }
  return false;
}

input::Item InputBacklog::pop() {
  auto item = std::move(items_.front());
  items_.pop_front();
  if (const auto *chunk = std::get_if<input::Chunk>(&item)) audio_bytes_ -= chunk->samples.size();
  if (std::holds_alternative<input::TypedText>(item)) --texts_;
  text_bytes_ -= text_bytes(item);
  if (std::holds_alternative<input::AudioStreamEnd>(item)) is_released_ = false;
  return item;
}

std::optional<input::Chunk> InputBacklog::pop_audio() {
  if (items_.empty() || !std::holds_alternative<input::Chunk>(items_.front())) return std::nullopt;
  if (is_paused() || unreported_drops_.count() > 0) return std::nullopt;
  auto item = pop();
  return std::move(std::get<input::Chunk>(item));
}

bool InputBacklog::has_items() {
  is_drained_ = !select_next();
  return !is_drained_;
}

bool InputBacklog::has_content() {
  for (std::size_t at = 0; at < items_.size(); ++at)
    if (is_paused() ? is_independent_of_audio(items_[at])
                    : !std::holds_alternative<input::EndOfInput>(items_[at]))
      return true;
  return false;
}

bool InputBacklog::has(const std::function<bool(const input::Item &)> &condition) {
  for (std::size_t at = 0; at < items_.size(); ++at)
    if (condition(items_[at])) return true;
  return false;
}

void InputBacklog::enqueue(input::Item item) {
  if (std::holds_alternative<input::TypedText>(item)) ++texts_;
  text_bytes_ += text_bytes(item);
  const bool is_end = std::holds_alternative<input::EndOfInput>(item);
  if (is_end) wake_due_ = has_ended_ = true;
  if (std::holds_alternative<input::Chunk>(item)) has_ended_ = false;
  items_.push_back(std::move(item));
  if (std::exchange(is_drained_, false)) wake_due_ = true;
}

void InputBacklog::count_pushed(std::size_t bytes) {
  audio_bytes_ += bytes;
  stats_.pushed += bytes;
  stats_.held += bytes;
}

void InputBacklog::count_dropped(std::size_t bytes, Reason reason) {
  audio_bytes_ -= bytes;
  stats_.held -= bytes;
  stats_.dropped += bytes;
  stats_.*reason += bytes;
}

void InputBacklog::count_sent(std::size_t bytes) {
  stats_.held -= bytes;
  stats_.sent += bytes;
}

/// The other items keep their order.
void InputBacklog::move_to_front(std::size_t at) {
  for (; at > 0; --at)
    std::swap(items_[at], items_[at - 1]);
}

}  // namespace gemlive
