// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include "input_queue.hpp"
#include "ring.hpp"

namespace gemlive {

/// What was sent and may have to be sent again on the next connection, oldest first. Bounded in
/// time of audio and in bytes of text; beyond it the oldest is forgotten. Not thread-safe.
///
/// A service that says how much it has heard (transparent resumption) gets exactly the rest. To any
/// other what was said since it last had nothing to answer is said again: speech, with a little of
/// the quiet around it, and marks.
///
/// Of audio that was sent it says in the end whether the service is known to have heard it: by its
/// own word, or since it has answered. What is left of a lost connection, and not said again
/// (quiet, or more than the bound), was given up.
class ResendBuffer {
 public:
  struct Callbacks {
    std::function<void(input::Chunk)> recycle;  // memory that is not needed any more
    std::function<void(std::size_t)> acknowledge;
    std::function<void(std::size_t)> give_up;  // bytes
  };
  struct Rules {
    bool exact = false;
    std::chrono::milliseconds limit{10000};
    std::chrono::milliseconds tail{1200};    // of quiet behind speech, by which its end is noticed
    std::chrono::milliseconds silence{200};  // without so much no end of speech is noticed at all
  };

  ResendBuffer(Rules rules, Callbacks callbacks);

  /// It was sent just now, as so many messages (an end of the input, say, as none).
  void add(input::Item item, unsigned messages, bool is_loud);
  /// So was a message that is of no use later.
  void add_other();
  /// What it is resumed with knows of its messages up to this one, from 1 on this connection. Who
  /// has said so once is not taken at anything else. Of no meaning to a service that cannot say so.
  void acknowledge(std::int64_t index);
  /// The model begins to answer what was said so far; not the words that came last, where so little
  /// has come behind them that the service cannot have noticed their end.
  void begin_answer();
  /// What has its answer is of no use any more.
  void acknowledge_answered();
  /// Nothing that was sent is of use any more.
  void clear();

  /// A new connection: all of it is to be sent again.
  void rewind();
  bool empty() const { return entries_.empty(); }
  /// The next to send again; none when all has been. It stays where it is.
  const input::Item *next();
  void mark_resent(unsigned messages) { entries_[sent_++].messages = messages; }

  /// Bytes of audio that are neither acknowledge nor given up.
  std::size_t pending();

  bool is_exact() const { return rules_.exact; }

 private:
  struct Entry {
    std::optional<input::Item> item = {};  // none: not to be sent again
    unsigned messages = 1;
    std::size_t skipped = 0;  // bytes of audio before it that are not sent again
  };
  using Outcome = std::function<void(std::size_t)> Callbacks::*;
  void store(Entry entry);
  void note_speech(const input::Item &item, bool is_loud);
  void drop_oldest_preroll();
  void remove_front(Outcome outcome);
  std::size_t take_front();
  void report(Outcome outcome, std::size_t bytes);

  Rules rules_;
  Callbacks callbacks_;
  Ring<Entry> entries_;
  std::size_t sent_ = 0;  // how many of them have been sent on this connection
  std::chrono::nanoseconds duration_{0};
  std::size_t text_bytes_ = 0;
  bool has_index_ = false;
  std::int64_t first_index_ =
      1;  // the index that the first message among them has on this connection

  std::size_t skipped_ = 0;     // bytes of audio behind the newest entry
  Ring<input::Chunk> preroll_;  // the newest quiet before speech
  std::chrono::nanoseconds preroll_duration_{0};
  std::chrono::nanoseconds quiet_since_speech_;  // since speech
  std::size_t since_speech_ = 0;                 // the newest entries: since the last speech began
  std::size_t unanswered_ = 0;                   // the newest entries: since the last answer began
};

}  // namespace gemlive
