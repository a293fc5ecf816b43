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

constexpr nanoseconds lead = 200ms;  // speech begins more quietly than it goes on
constexpr std::size_t max_entries = 65536;
constexpr std::size_t max_text_bytes = 16 << 20;

nanoseconds length_of(const input::Chunk &chunk) {
  return pcm::duration(chunk.samples.size(), chunk.rate);
}

input::Chunk *chunk_of(std::optional<input::Item> &item) {
  return item ? std::get_if<input::Chunk>(&*item) : nullptr;
}

}  // namespace

ResendBuffer::ResendBuffer(Rules rules, Accounts accounts)
    : rules_(rules), accounts_(std::move(accounts)), quiet_(rules.tail) {}

void ResendBuffer::sent(input::Item item, unsigned messages, bool is_loud) {
  Entry entry = {.item = std::move(item), .messages = messages};
  auto *chunk = chunk_of(entry.item);
  if (rules_.exact) return keep(std::move(entry));
  note_words(*entry.item, is_loud);
  if (!chunk || is_loud) {
    for (; !lead_.empty(); lead_.pop_front())
      keep({.item = std::move(lead_.front())});
    lead_length_ = 0ns;
    if (is_loud) quiet_ = 0ns;
  } else if (quiet_ < rules_.tail) {
    quiet_ += length_of(*chunk);
  } else {
    lead_length_ += length_of(*chunk);
    lead_.push_back(std::move(*chunk));
    while (lead_length_ > lead)
      forget_lead();
    return;
  }
  keep(std::move(entry));
}

void ResendBuffer::forget_lead() {
  auto &chunk = lead_.front();
  lead_length_ -= length_of(chunk);
  unkept_ += chunk.samples.size();
  accounts_.recycle(std::move(chunk));
  lead_.pop_front();
}

void ResendBuffer::note_words(const input::Item &item, bool is_loud) {
  const bool is_end = std::holds_alternative<input::ActivityEnd>(item) ||
                      std::holds_alternative<input::AudioStreamEnd>(item) ||
                      std::holds_alternative<input::EndOfInput>(item);
  if (is_end) quiet_ = rules_.tail;
  if (is_loud && quiet_ >= rules_.silence) words_ = 0;
}

void ResendBuffer::sent_other() {
  if (rules_.exact) keep({});
}

void ResendBuffer::keep(Entry entry) {
  if (const auto *chunk = chunk_of(entry.item)) held_ += length_of(*chunk);
  if (entry.item) text_bytes_ += input::text_bytes(*entry.item);
  entry.unkept = std::exchange(unkept_, 0);
  entries_.push_back(std::move(entry));
  ++again_;
  ++words_;
  ++open_;
  while (held_ > rules_.limit || text_bytes_ > max_text_bytes || entries_.size() > max_entries) {
    const auto bytes = take_front();
    (entries_.empty() ? unkept_ : entries_.front().unkept) += bytes;
  }
}

void ResendBuffer::heard(std::int64_t index) {
  if (!rules_.exact) return;
  is_counted_ = true;
  while (again_ > 0 && first_ + entries_.front().messages - 1 <= index)
    forget_front(&Accounts::acknowledged);
}

void ResendBuffer::answer_began() {
  open_ = quiet_ < rules_.silence ? words_ : 0;
}

void ResendBuffer::settle() {
  if (is_counted_) return;
  while (again_ > 0 && entries_.size() > open_)
    forget_front(&Accounts::acknowledged);
  if (entries_.empty()) conclude(&Accounts::acknowledged, std::exchange(unkept_, 0));
}

void ResendBuffer::clear() {
  while (!entries_.empty())
    forget_front(&Accounts::given_up);
}

void ResendBuffer::rewind() {
  while (!lead_.empty())
    forget_lead();
  auto unkept = std::exchange(unkept_, 0);
  for (auto left = entries_.size(); left > 0; --left) {
    auto entry = std::move(entries_.front());
    entries_.pop_front();
    unkept += std::exchange(entry.unkept, 0);
    if (entry.item) entries_.push_back(std::move(entry));
  }
  conclude(&Accounts::given_up, unkept);
  again_ = 0;
  first_ = 1;
}

std::size_t ResendBuffer::pending() {
  auto bytes = unkept_;
  for (std::size_t i = 0; i < lead_.size(); ++i)
    bytes += lead_[i].samples.size();
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    bytes += entries_[i].unkept;
    if (const auto *chunk = chunk_of(entries_[i].item)) bytes += chunk->samples.size();
  }
  return bytes;
}

const input::Item *ResendBuffer::next() {
  return again_ < entries_.size() ? &*entries_[again_].item : nullptr;
}

void ResendBuffer::forget_front(Fate fate) {
  conclude(fate, take_front());
}

/// Returns the bytes of audio up to and with it.
std::size_t ResendBuffer::take_front() {
  auto &entry = entries_.front();
  auto bytes = entry.unkept;
  if (again_ > 0) --again_;
  first_ += entry.messages;
  if (entry.item) text_bytes_ -= input::text_bytes(*entry.item);
  if (auto *chunk = chunk_of(entry.item)) {
    bytes += chunk->samples.size();
    held_ -= length_of(*chunk);
    accounts_.recycle(std::move(*chunk));
  }
  entries_.pop_front();
  words_ = std::min(words_, entries_.size());
  open_ = std::min(open_, entries_.size());
  return bytes;
}

void ResendBuffer::conclude(Fate fate, std::size_t bytes) {
  if (bytes > 0) (accounts_.*fate)(bytes);
}

}  // namespace gemlive
