// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base64_audio.hpp"
#include "message.hpp"
#include "output_item.hpp"
#include "pages.hpp"
#include "ring.hpp"

namespace gemlive {

/// The items of an OutputStream and their statistics. A short queue keeps audio as base64 and
/// decodes it in read(); a long queue decodes it on arrival, which takes less memory. Memory grows
/// as audio arrives, and the system gets it back as audio is read. Not thread-safe: OutputStream
/// locks it.
class OutputBacklog {
 public:
  /// Maximum memory: 50 minutes of speech at 24 kHz. Drops and counts audio beyond it. An answer
  /// has at most 64k tokens, 25 a second: 43 minutes, which may arrive at once. The connection is
  /// always read, because an interruption comes behind the audio.
  static constexpr std::size_t capacity = 144 * 1024 * 1024;

  // At the end of the queue
  output::PushResult push_audio(const Message &message, std::string_view base64,
                                output::Item about);
  bool push_text(std::string text, output::Item about);
  /// Leaves out a mark that repeats the last one.
  void push_mark(output::Kind kind, std::chrono::nanoseconds position = {});

  /// Drops all items and counts the audio as discarded. Returns its duration.
  std::chrono::nanoseconds clear(std::uint64_t output::Stats::*reason);
  /// Counts audio that has no consumer.
  void count_untaken(std::string_view base64, const output::Item &about);

  // At the head of the queue
  /// The head, with at most `want` bytes of audio. Sets `is_ready` if these are `want` bytes, or no
  /// more audio can be added before the next item.
  output::Item head(std::size_t want, bool finished, bool &is_ready);
  /// `out` is at most as long as the audio that head() returned. Sets `bad` for invalid base64.
  std::size_t read(std::span<std::byte> out, bool &bad);
  /// Audio that was read with head `about` is not played after all.
  void skip(const output::Item &about, std::size_t bytes);
  std::string take_text();
  void take_mark() { pop(); }

  const output::Stats &stats() const { return stats_; }
  /// The audio of the newest turn that was discarded or dropped. 0 for other turns.
  std::chrono::nanoseconds missed(unsigned turn) const {
    return turn == newest_turn_ ? missed_ : std::chrono::nanoseconds(0);
  }

 private:
  struct Entry {
    output::Item item = {};
    Base64Audio encoded = {};  // audio of a short queue; none: the data is in `own` or `pages`
    std::string own = {};      // text, or decoded audio of a short queue
    Pages pages = {};          // decoded audio of a long queue
    std::size_t at = 0;        // bytes of `own` or `pages` already read
    std::size_t left = 0;      // decoded bytes not read yet
    std::size_t weight = 0;    // memory
    bool follows_gap = false;  // audio before it was dropped

    std::span<const std::byte> decoded() const {
      return pages ? pages.bytes() : std::as_bytes(std::span(own));
    }
  };

  static constexpr std::size_t entry_weight = 2 * sizeof(Entry);  // the ring has free slots
  bool fits(std::size_t weight) const { return weight_ + weight <= capacity; }
  bool fits_last(const Entry &entry);
  output::PushResult extend_last(std::size_t bytes, std::string_view base64);
  static std::size_t weight_in_pages(std::size_t bytes);
  std::span<std::byte> allocate(Entry &entry, bool is_long);
  output::PushResult push(Entry entry, const Message &message, std::string_view base64);
  void push(Entry entry);
  void pop();
  static bool continues(const Entry &item, const Entry &next);
  std::size_t read_piece(Entry &item, std::span<std::byte> out, bool &bad);
  static std::size_t copy_piece(Entry &item, std::span<std::byte> out);
  void drop_rest(Entry &item);
  void note_turn(unsigned turn);
  void note_missed(const output::Item &about, std::size_t bytes);

  Ring<Entry> items_;
  std::vector<std::string> spare_;
  std::size_t weight_ = 0;
  bool follows_gap_ = false;  // the last audio was dropped
  output::Stats stats_;
  unsigned newest_turn_ = 0;
  std::chrono::nanoseconds missed_{0};
};

}  // namespace gemlive
