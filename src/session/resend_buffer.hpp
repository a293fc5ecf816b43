// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include "input_item.hpp"
#include "ring.hpp"
#include "sound.hpp"

namespace gemlive {

/// Input that was sent and is not acknowledged, oldest first, by sequence number. The next
/// connection sends it again. Bounded in time of audio and in bytes of text; beyond the bound the
/// oldest is given up. Not thread-safe.
///
/// Every service gets text, marks and speech again, with a short silence before and after the
/// speech. A service with transparent resumption counts the messages that it has consumed. It gets
/// exactly the messages that it has not consumed, but no silence that is far from speech.
///
/// In the end every byte of audio is acknowledged (consumed or answered) or given up.
class ResendBuffer {
 public:
  using Sequence = std::uint64_t;

  struct Accounts {
    std::function<void(input::Chunk)> recycle;  // memory that is not needed any more
    std::function<void(std::size_t)> acknowledged;
    std::function<void(std::size_t)> given_up;  // bytes
  };
  struct Rules {
    bool exact = false;  // the service may count
    std::chrono::milliseconds limit{10000};
    /// Silence kept after speech, so that the service detects its end.
    std::chrono::milliseconds tail{1200};
  };

  ResendBuffer(Rules rules, Accounts accounts);

  /// Stores an item that is being sent, as so many messages, and returns its number. `sound` is
  /// what it is if it is audio.
  Sequence store(input::Item &&item, unsigned messages, Sound sound);
  /// A message that is never sent again, such as a picture.
  Sequence store_other();

  /// Everything up to `number`, as far as it was sent on this connection. Has no effect after the
  /// first acknowledge_message(), which is exact.
  void acknowledge(Sequence number);
  /// By the service: its messages up to `index`, from 1 on this connection.
  void acknowledge_message(std::int64_t index);
  /// The service has counted messages. What it has of a question is gone here.
  bool is_counted() const { return is_counted_; }
  /// Nothing up to `number` is to be sent again, whatever the service has counted.
  void give_up(Sequence number);

  /// A new connection: everything is to be sent again.
  void rewind();
  /// Nothing is sent again on this connection. The next one may.
  void skip();
  /// Nothing will be sent again.
  bool empty() const { return !oldest(); }
  /// The number of the oldest item that will be sent again. Empty if there is none.
  std::optional<Sequence> oldest() const;
  /// Of the audio that will be sent again.
  std::chrono::nanoseconds duration() const { return duration_; }
  /// The next item to send again; null when all are sent. It stays where it is.
  const input::Item *next() const;
  /// The item from next() was resent as `messages` messages. Returns its new number.
  Sequence resent(unsigned messages);

  /// Bytes of audio that are neither acknowledged nor given up.
  std::size_t unacknowledged() const;

 private:
  enum class Role {
    content,  // speech, text or a mark
    lead,     // silence: sent again if speech follows soon
    before,   // silence before speech
    after,    // silence after speech, or the mark of its end: sent again with the speech
    counted,  // not sent again
  };
  struct Entry {
    std::optional<input::Item> item = {};  // none if it is only counted
    Role role = Role::content;
    std::chrono::nanoseconds duration{0};  // of the item
    unsigned messages = 1;
    Sequence number = 0;
    std::size_t bytes = 0;  // of audio, also of audio before it that is not sent again
  };
  using Account = std::function<void(std::size_t)> Accounts::*;
  Role role_of(const input::Item &item, Sound sound);
  void push(Entry &&entry);
  void push_sent(Entry &&entry);
  void push_lead(Entry &&entry);
  static bool count_with_back(Ring<Entry> &ring, const Entry &entry);
  void keep_lead();
  void trim_lead(std::chrono::nanoseconds most);
  void trim();
  bool is_kept(const Entry &entry, bool &has_content) const;
  void release(Entry &entry);
  bool has_sent() const { return sent_ > 0 || !lead_.empty(); }
  Entry &front() { return entries_.empty() ? lead_.front() : entries_.front(); }
  void drop(Sequence number, Account account);
  void drop_front(Account account);
  void drop_messages(unsigned count, Account account);
  std::size_t take_front();
  void count(Account account, std::size_t bytes);

  const Rules rules_;
  const Accounts accounts_;

  Sequence number_ = 0;  // of the newest item
  Ring<Entry> entries_;
  std::size_t sent_ = 0;  // how many of them have been sent on this connection
  std::chrono::nanoseconds duration_{0};
  Ring<Entry> lead_;  // the newest silence, behind the entries, and what is counted between
  std::chrono::nanoseconds lead_duration_{0};
  std::size_t text_bytes_ = 0;
  bool is_counted_ = false;
  std::int64_t first_index_ = 1;    // of the front entry's first message on this connection
  std::chrono::nanoseconds quiet_;  // since speech
};

}  // namespace gemlive
