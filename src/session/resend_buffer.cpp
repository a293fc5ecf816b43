// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "resend_buffer.hpp"

#include <utility>

#include "pcm.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr nanoseconds lead = 200ms;  // speech begins more quietly than it goes on
constexpr std::size_t max_entries = 65536;
constexpr std::size_t max_text_bytes = 16 << 20;

nanoseconds duration_of(const input::Chunk &chunk) {
  return pcm::duration(chunk.samples.size(), chunk.rate);
}

const input::Chunk *chunk_of(const std::optional<input::Item> &item) {
  return item ? std::get_if<input::Chunk>(&*item) : nullptr;
}

bool ends_speech(const input::Item &item) {
  return std::holds_alternative<input::ActivityEnd>(item) ||
         std::holds_alternative<input::AudioStreamEnd>(item) ||
         std::holds_alternative<input::EndOfInput>(item);
}

}  // namespace

ResendBuffer::ResendBuffer(Rules rules, Accounts accounts)
    : rules_(rules), accounts_(std::move(accounts)), quiet_(rules.tail) {}

ResendBuffer::Sequence ResendBuffer::store(input::Item item, unsigned messages, bool is_speech) {
  Entry entry = {.item = std::move(item), .messages = messages, .number = ++number_};
  const auto *chunk = chunk_of(entry.item);
  if (rules_.exact) {
    keep(std::move(entry));
    return number_;
  }
  if (ends_speech(*entry.item)) quiet_ = rules_.tail;
  if (!chunk || is_speech) {
    for (; !lead_.empty(); lead_.pop_front())
      keep({.item = std::move(lead_.front()), .number = number_});
    lead_duration_ = 0ns;
    if (is_speech) quiet_ = 0ns;
    keep(std::move(entry));
  } else if (quiet_ < rules_.tail) {
    quiet_ += duration_of(*chunk);
    keep(std::move(entry));
  } else {
    lead_duration_ += duration_of(*chunk);
    lead_.push_back(std::get<input::Chunk>(std::move(*entry.item)));
    while (lead_duration_ > lead)
      drop_lead();
  }
  return number_;
}

ResendBuffer::Sequence ResendBuffer::store_other() {
  ++number_;
  if (rules_.exact) keep({.number = number_});
  return number_;
}

void ResendBuffer::drop_lead() {
  auto &chunk = lead_.front();
  lead_duration_ -= duration_of(chunk);
  unkept_ += chunk.samples.size();
  accounts_.recycle(std::move(chunk));
  lead_.pop_front();
}

void ResendBuffer::keep(Entry entry) {
  if (const auto *chunk = chunk_of(entry.item)) duration_ += duration_of(*chunk);
  if (entry.item) text_bytes_ += input::text_bytes(*entry.item);
  entry.unkept = std::exchange(unkept_, 0);
  entries_.push_back(std::move(entry));
  ++sent_;
  while (duration_ > rules_.limit || text_bytes_ > max_text_bytes ||
         entries_.size() > max_entries) {
    const auto bytes = take_front();
    (entries_.empty() ? unkept_ : entries_.front().unkept) += bytes;
  }
}

void ResendBuffer::acknowledge_message(std::int64_t index) {
  if (!rules_.exact) return;
  is_counted_ = true;
  while (sent_ > 0 && first_index_ + entries_.front().messages - 1 <= index)
    drop_front(&Accounts::acknowledged);
}

void ResendBuffer::acknowledge(Sequence number) {
  if (!is_counted_) drop(number, &Accounts::acknowledged);
}

void ResendBuffer::give_up(Sequence number) {
  drop(number, &Accounts::given_up);
}

void ResendBuffer::drop(Sequence number, Account account) {
  while (sent_ > 0 && entries_.front().number <= number)
    drop_front(account);
  if (entries_.empty() && number >= number_) count(account, std::exchange(unkept_, 0));
}

void ResendBuffer::rewind() {
  while (!lead_.empty())
    drop_lead();
  auto unkept = std::exchange(unkept_, 0);
  for (auto left = entries_.size(); left > 0; --left) {
    auto entry = std::move(entries_.front());
    entries_.pop_front();
    unkept += std::exchange(entry.unkept, 0);
    if (entry.item) entries_.push_back(std::move(entry));
  }
  count(&Accounts::given_up, unkept);
  sent_ = 0;
  first_index_ = 1;
}

void ResendBuffer::skip() {
  for (; sent_ < entries_.size(); ++sent_)
    entries_[sent_].messages = 0;
}

const input::Item *ResendBuffer::next() const {
  return sent_ < entries_.size() ? &*entries_[sent_].item : nullptr;
}

ResendBuffer::Sequence ResendBuffer::resent(unsigned messages) {
  auto &entry = entries_[sent_++];
  entry.messages = messages;
  entry.number = ++number_;
  return number_;
}

std::size_t ResendBuffer::unacknowledged() const {
  auto bytes = unkept_;
  for (std::size_t i = 0; i < lead_.size(); ++i)
    bytes += lead_[i].samples.size();
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    bytes += entries_[i].unkept;
    if (const auto *chunk = chunk_of(entries_[i].item)) bytes += chunk->samples.size();
  }
  return bytes;
}

/// What was skipped was not sent on this connection.
void ResendBuffer::drop_front(Account account) {
  const bool was_skipped = entries_.front().messages == 0;
  count(was_skipped ? &Accounts::given_up : account, take_front());
}

/// Returns the bytes of audio up to and with the oldest.
std::size_t ResendBuffer::take_front() {
  auto &entry = entries_.front();
  auto bytes = entry.unkept;
  if (sent_ > 0) --sent_;
  first_index_ += entry.messages;
  if (entry.item) text_bytes_ -= input::text_bytes(*entry.item);
  if (const auto *chunk = chunk_of(entry.item)) {
    bytes += chunk->samples.size();
    duration_ -= duration_of(*chunk);
    accounts_.recycle(std::get<input::Chunk>(std::move(*entry.item)));
  }
  entries_.pop_front();
  return bytes;
}

void ResendBuffer::count(Account account, std::size_t bytes) {
  if (bytes > 0) (accounts_.*account)(bytes);
}

}  // namespace gemlive
