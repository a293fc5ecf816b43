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

bool ends_speech(const input::Item &item) {
  return std::holds_alternative<input::ActivityEnd>(item) ||
         std::holds_alternative<input::AudioStreamEnd>(item) ||
         std::holds_alternative<input::EndOfInput>(item);
}

}  // namespace

ResendBuffer::ResendBuffer(Rules rules, Accounts accounts)
    : rules_(rules), accounts_(std::move(accounts)), quiet_(rules.tail) {}

ResendBuffer::Sequence ResendBuffer::store(input::Item &&item, unsigned messages, Sound sound) {
  ++number_;
  const auto *chunk = std::get_if<input::Chunk>(&item);
  Entry entry = {.role = role_of(item, sound),
                 .duration = chunk ? duration_of(*chunk) : 0ns,
                 .messages = messages,
                 .number = number_,
                 .bytes = chunk ? chunk->samples.size() : 0};
  if (chunk && entry.role == Role::content) keep_lead();
  if (entry.role != Role::counted) entry.item = std::move(item);
  push(std::move(entry));
  return number_;
}

/// A service that counts has begun to listen: for it, noise may be speech.
ResendBuffer::Role ResendBuffer::role_of(const input::Item &item, Sound sound) {
  const bool is_behind_speech = quiet_ < rules_.tail;
  if (ends_speech(item)) quiet_ = rules_.tail;
  if (std::holds_alternative<input::AudioStreamEnd>(item))
    return is_behind_speech ? Role::after : Role::counted;
  const auto *chunk = std::get_if<input::Chunk>(&item);
  if (!chunk) return Role::content;
  if (sound == Sound::speech || (is_counted_ && sound == Sound::noise)) {
    quiet_ = 0ns;
    return Role::content;
  }
  quiet_ += duration_of(*chunk);
  return is_behind_speech ? Role::after : Role::lead;
}

ResendBuffer::Sequence ResendBuffer::store_other() {
  ++number_;
  if (rules_.exact) push({.role = Role::counted, .number = number_});
  return number_;
}

void ResendBuffer::push(Entry &&entry) {
  if (entry.role == Role::lead) return push_lead(std::move(entry));
  if (entry.role == Role::counted && !lead_.empty()) {
    if (!count_with_back(lead_, entry)) lead_.push_back(std::move(entry));
    return;
  }
  trim_lead(0ns);
  duration_ += entry.duration;
  if (entry.item) text_bytes_ += input::text_bytes(*entry.item);
  push_sent(std::move(entry));
}

void ResendBuffer::push_sent(Entry &&entry) {
  if (entry.role == Role::counted && count_with_back(entries_, entry)) return;
  entries_.push_back(std::move(entry));
  ++sent_;
  trim();
}

/// The messages of the result are equally long, so that some of them can be acknowledged.
bool ResendBuffer::count_with_back(Ring<Entry> &ring, const Entry &entry) {
  if (ring.empty() || entry.messages == 0) return false;
  auto &back = ring.back();
  if (back.role != Role::counted || back.messages == 0) return false;
  if (back.bytes * entry.messages != entry.bytes * back.messages) return false;
  back.messages += entry.messages;
  back.bytes += entry.bytes;
  back.number = entry.number;
  return true;
}

void ResendBuffer::push_lead(Entry &&entry) {
  lead_duration_ += entry.duration;
  lead_.push_back(std::move(entry));
  trim_lead(lead);
}

/// Speech follows it: it belongs to the speech.
void ResendBuffer::keep_lead() {
  for (; !lead_.empty(); lead_.pop_front()) {
    auto &entry = lead_.front();
    if (entry.role == Role::lead) {
      entry.role = Role::before;
      entry.number = number_;
      duration_ += entry.duration;
    }
    push_sent(std::move(entry));
  }
  lead_duration_ = 0ns;
}

/// Only the newest part of a silence can be the lead of speech.
void ResendBuffer::trim_lead(nanoseconds most) {
  while (!lead_.empty() && (lead_duration_ > most || lead_.front().role == Role::counted)) {
    release(lead_.front());
    push_sent(std::move(lead_.front()));
    lead_.pop_front();
  }
}

void ResendBuffer::trim() {
  while (duration_ > rules_.limit || text_bytes_ > max_text_bytes ||
         entries_.size() > max_entries) {
    if (entries_.size() == 1) return release(entries_.front());
    const auto bytes = take_front();
    entries_.front().bytes += bytes;
  }
}

void ResendBuffer::acknowledge_message(std::int64_t index) {
  if (!rules_.exact) return;
  is_counted_ = true;
  while (has_sent() && first_index_ + front().messages - 1 <= index)
    drop_front(&Accounts::acknowledged);
  if (!has_sent() || index < first_index_) return;
  if (front().role == Role::counted)
    drop_messages(static_cast<unsigned>(index - first_index_ + 1), &Accounts::acknowledged);
}

void ResendBuffer::acknowledge(Sequence number) {
  if (!is_counted_) drop(number, &Accounts::acknowledged);
}

void ResendBuffer::give_up(Sequence number) {
  drop(number, &Accounts::given_up);
}

/// The items of a counted entry have successive numbers, or nearly so.
void ResendBuffer::drop(Sequence number, Account account) {
  while (has_sent() && front().number <= number)
    drop_front(account);
  if (!has_sent() || front().role != Role::counted) return;
  if (const auto later = front().number - number; later < front().messages)
    drop_messages(front().messages - static_cast<unsigned>(later), account);
}

void ResendBuffer::rewind() {
  trim_lead(0ns);
  std::size_t lost = 0;
  bool has_content = false;
  for (auto left = entries_.size(); left > 0; --left) {
    auto entry = std::move(entries_.front());
    entries_.pop_front();
    lost += entry.bytes;
    if (!is_kept(entry, has_content)) {
      release(entry);
      continue;
    }
    const auto *chunk = std::get_if<input::Chunk>(&*entry.item);
    entry.bytes = chunk ? chunk->samples.size() : 0;
    lost -= entry.bytes;
    entries_.push_back(std::move(entry));
  }
  count(&Accounts::given_up, lost);
  sent_ = 0;
  first_index_ = 1;
}

/// What follows speech is of use only with it. But a service that counts may have consumed the
/// speech, and still wait for its end. `has_content`: of the entries before.
bool ResendBuffer::is_kept(const Entry &entry, bool &has_content) const {
  const bool is_content = entry.role == Role::content || entry.role == Role::before;
  has_content |= is_content;
  return is_content || (entry.role == Role::after && (has_content || is_counted_));
}

std::optional<ResendBuffer::Sequence> ResendBuffer::oldest() const {
  bool has_content = false;
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (is_kept(entries_[i], has_content)) return entries_[i].number;
  return std::nullopt;
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
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < entries_.size(); ++i)
    bytes += entries_[i].bytes;
  for (std::size_t i = 0; i < lead_.size(); ++i)
    bytes += lead_[i].bytes;
  return bytes;
}

/// What was skipped was not sent on this connection.
void ResendBuffer::drop_front(Account account) {
  const bool was_skipped = front().messages == 0;
  count(was_skipped ? &Accounts::given_up : account, take_front());
}

/// The first of a counted entry, which has more.
void ResendBuffer::drop_messages(unsigned count, Account account) {
  auto &first = front();
  const auto bytes = first.bytes / first.messages * count;
  first.bytes -= bytes;
  first.messages -= count;
  first_index_ += count;
  this->count(account, bytes);
}

/// Returns the bytes of audio up to and with the oldest.
std::size_t ResendBuffer::take_front() {
  auto &ring = entries_.empty() ? lead_ : entries_;
  auto &entry = ring.front();
  const auto bytes = entry.bytes;
  if (sent_ > 0) --sent_;
  first_index_ += entry.messages;
  release(entry);
  ring.pop_front();
  return bytes;
}

/// It will not be sent again.
void ResendBuffer::release(Entry &entry) {
  if (!entry.item) return;
  text_bytes_ -= input::text_bytes(*entry.item);
  (entry.role == Role::lead ? lead_duration_ : duration_) -= entry.duration;
  if (auto *chunk = std::get_if<input::Chunk>(&*entry.item)) accounts_.recycle(std::move(*chunk));
  entry.item.reset();
  entry.role = Role::counted;
  entry.duration = {};
}

void ResendBuffer::count(Account account, std::size_t bytes) {
  if (bytes > 0) (accounts_.*account)(bytes);
}

}  // namespace gemlive
