// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "resend_buffer.hpp"

#include <algorithm>
#include <utility>

#include "pcm.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr nanoseconds max_preroll = 200ms;  // speech starts quietly
constexpr std::size_t max_entries = 65536;
constexpr std::size_t max_text_bytes = 16 << 20;

nanoseconds duration_of(const input::Chunk &chunk) {
  return pcm::duration(chunk.samples.size(), chunk.rate);
}

input::Chunk *chunk_of(std::optional<input::Item> &item) {
  return item ? std::get_if<input::Chunk>(&*item) : nullptr;
}

}  // namespace

ResendBuffer::ResendBuffer(Rules rules, Callbacks callbacks)
    : rules_(rules), callbacks_(std::move(callbacks)), quiet_since_speech_(rules.tail) {}

void ResendBuffer::add(input::Item item, unsigned messages, bool is_loud) {
  Entry entry = {.item = std::move(item), .messages = messages};
  auto *chunk = chunk_of(entry.item);
  if (rules_.exact) return store(std::move(entry));
  note_speech(*entry.item, is_loud);
  if (!chunk || is_loud) {
    for (; !preroll_.empty(); preroll_.pop_front())
      store({.item = std::move(preroll_.front())});
    preroll_duration_ = 0ns;
    if (is_loud) quiet_since_speech_ = 0ns;
  } else if (quiet_since_speech_ < rules_.tail) {
    quiet_since_speech_ += duration_of(*chunk);
  } else {
    preroll_duration_ += duration_of(*chunk);
    preroll_.push_back(std::move(*chunk));
    while (preroll_duration_ > max_preroll)
      drop_oldest_preroll();
    return;
  }
  store(std::move(entry));
}

void ResendBuffer::drop_oldest_preroll() {
  auto &chunk = preroll_.front();
  preroll_duration_ -= duration_of(chunk);
  skipped_ += chunk.samples.size();
  callbacks_.recycle(std::move(chunk));
  preroll_.pop_front();
}

void ResendBuffer::note_speech(const input::Item &item, bool is_loud) {
  const bool is_end = std::holds_alternative<input::ActivityEnd>(item) ||
                      std::holds_alternative<input::AudioStreamEnd>(item) ||
                      std::holds_alternative<input::EndOfInput>(item);
  if (is_end) quiet_since_speech_ = rules_.tail;
  if (is_loud && quiet_since_speech_ >= rules_.silence) since_speech_ = 0;
}

void ResendBuffer::add_other() {
  if (rules_.exact) store({});
}

void ResendBuffer::store(Entry entry) {
  if (const auto *chunk = chunk_of(entry.item)) duration_ += duration_of(*chunk);
  if (entry.item) text_bytes_ += input::text_bytes(*entry.item);
  entry.skipped = std::exchange(skipped_, 0);
  entries_.push_back(std::move(entry));
  ++sent_;
  ++since_speech_;
  ++unanswered_;
  while (duration_ > rules_.limit || text_bytes_ > max_text_bytes ||
         entries_.size() > max_entries) {
    const auto bytes = take_front();
    (entries_.empty() ? skipped_ : entries_.front().skipped) += bytes;
  }
}

void ResendBuffer::acknowledge(std::int64_t index) {
  if (!rules_.exact) return;
  has_index_ = true;
  while (sent_ > 0 && first_index_ + entries_.front().messages - 1 <= index)
    remove_front(&Callbacks::acknowledge);
}

void ResendBuffer::begin_answer() {
  unanswered_ = quiet_since_speech_ < rules_.silence ? since_speech_ : 0;
}

void ResendBuffer::acknowledge_answered() {
  if (has_index_) return;
  while (sent_ > 0 && entries_.size() > unanswered_)
    remove_front(&Callbacks::acknowledge);
  if (entries_.empty()) report(&Callbacks::acknowledge, std::exchange(skipped_, 0));
}

void ResendBuffer::clear() {
  while (!entries_.empty())
    remove_front(&Callbacks::give_up);
}

void ResendBuffer::rewind() {
  while (!preroll_.empty())
    drop_oldest_preroll();
  auto skipped = std::exchange(skipped_, 0);
  for (auto left = entries_.size(); left > 0; --left) {
    auto entry = std::move(entries_.front());
    entries_.pop_front();
    skipped += std::exchange(entry.skipped, 0);
    if (entry.item) entries_.push_back(std::move(entry));
  }
  report(&Callbacks::give_up, skipped);
  sent_ = 0;
  first_index_ = 1;
}

const input::Item *ResendBuffer::next() {
  return sent_ < entries_.size() ? &*entries_[sent_].item : nullptr;
}

void ResendBuffer::remove_front(Outcome outcome) {
  report(outcome, take_front());
}

/// Removes the first entry. Returns the bytes of audio up to its end.
std::size_t ResendBuffer::take_front() {
  auto &entry = entries_.front();
  auto bytes = entry.skipped;
  if (sent_ > 0) --sent_;
  first_index_ += entry.messages;
  if (entry.item) text_bytes_ -= input::text_bytes(*entry.item);
  if (auto *chunk = chunk_of(entry.item)) {
    bytes += chunk->samples.size();
    duration_ -= duration_of(*chunk);
    callbacks_.recycle(std::move(*chunk));
  }
  entries_.pop_front();
  since_speech_ = std::min(since_speech_, entries_.size());
  unanswered_ = std::min(unanswered_, entries_.size());
  return bytes;
}

void ResendBuffer::report(Outcome outcome, std::size_t bytes) {
  if (bytes > 0) (callbacks_.*outcome)(bytes);
}

}  // namespace gemlive
