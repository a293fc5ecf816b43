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

/// Sent input that may have to be resent on the next connection, oldest first. Drops the oldest
/// beyond a limit of audio duration and text bytes. Session's thread only.
///
/// A service that acknowledges by index (transparent resumption) gets exactly the rest. Any other
/// service gets the unanswered input: speech with a little of the quiet around it, and marks.
///
/// Reports for all sent audio whether it is acknowledged (by index or by an answer) or given up
/// (lost with its connection and not resent).
class ResendBuffer {
 public:
  struct Callbacks {
    std::function<void(input::Chunk)> recycle;  // the chunk is not needed any more
    std::function<void(std::size_t bytes)> acknowledge;
    std::function<void(std::size_t bytes)> give_up;
  };
  struct Rules {
    bool exact = false;  // the service acknowledges by index
    std::chrono::milliseconds limit{10000};
    std::chrono::milliseconds tail{1200};    // quiet behind speech, for its end to be detected
    std::chrono::milliseconds silence{200};  // shorter pauses do not end speech
  };

  ResendBuffer(Rules rules, Callbacks callbacks);

  /// Adds an item that was just sent as `messages` messages (0 for an end of the input).
  void add(input::Item item, unsigned messages, bool is_loud);
  /// Counts a sent message that is never resent.
  void add_other();
  /// The resumption handle includes the messages up to `index` (from 1 on this connection). After
  /// that only an index acknowledges. Ignored unless `exact`.
  void acknowledge(std::int64_t index);
  /// The model begins to answer the input so far, except the last speech if the pause behind it is
  /// too short for the service to have detected its end.
  void begin_answer();
  /// Acknowledges the answered input.
  void acknowledge_answered();
  /// Gives up all entries.
  void clear();

  /// A new connection: all entries have to be resent.
  void rewind();
  bool empty() const { return entries_.empty(); }
  /// The next entry to resend; null if all are sent. It stays in the buffer.
  const input::Item *next();
  void mark_resent(unsigned messages) { entries_[sent_++].messages = messages; }
  /// Duration of the audio in the entries.
  std::chrono::nanoseconds duration() const { return duration_; }
  bool is_exact() const { return rules_.exact; }

 private:
  struct Entry {
    std::optional<input::Item> item = {};  // none: never resent
    unsigned messages = 1;
    std::size_t skipped = 0;  // bytes of audio before it that are not resent
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
  std::size_t sent_ = 0;  // entries sent on this connection
  std::chrono::nanoseconds duration_{0};
  std::size_t text_bytes_ = 0;
  bool has_index_ = false;        // the service acknowledged by index
  std::int64_t first_index_ = 1;  // of the first message of the entries

  std::size_t skipped_ = 0;     // bytes of audio behind the newest entry
  Ring<input::Chunk> preroll_;  // the newest quiet before speech
  std::chrono::nanoseconds preroll_duration_{0};
  std::chrono::nanoseconds quiet_since_speech_;
  std::size_t since_speech_ = 0;  // newest entries: since the last speech began
  std::size_t unanswered_ = 0;    // newest entries: since the last answer began
};

}  // namespace gemlive
