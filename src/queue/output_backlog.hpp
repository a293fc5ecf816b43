// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "glib_ptr.hpp"
#include "output_item.hpp"
#include "ring.hpp"

namespace gemlive {

/// What waits in a OutputStream, with its stats. Audio is decoded where it is read, and much of it
/// where it comes in, so that it takes less memory. Not thread-safe.
class OutputBacklog {
 public:
  /// The most memory that is kept, five minutes of speech at 24 kHz; what comes beyond is dropped
  /// and counted.
  static constexpr std::size_t capacity = 14 * 1024 * 1024;

  // At the end
  output::PushResult push_audio(GBytes *message, std::string_view base64, output::Item about);
  bool push_text(std::string text, output::Item about);
  /// A mark that would say nothing new is left out.
  void push_mark(output::Kind kind, std::chrono::nanoseconds position = {});

  /// Lets go of everything; the bytes of audio are counted as discarded. Returns the audio's
  /// duration.
  std::chrono::nanoseconds clear(std::uint64_t output::Stats::*reason);
  /// Audio that nobody takes.
  void let_go(std::string_view base64);

  /// What stands at the head, with at most `want` bytes of audio. `is_ready` says whether that is
  /// all that can come before something else does, or as much as is wanted.
  output::Item head(std::size_t want, bool finished, bool &is_ready);
  /// `out` is at most what head() said. `bad` becomes true when something was not base64.
  std::size_t read(std::span<std::byte> out, bool &bad);
  std::string take_text();
  void take_mark() { pop(); }

  const output::Stats &stats() const { return stats_; }

 private:
  struct Entry {
    output::Item item = {};
    BytesPtr message = {};         // holds `base64`, or else
    std::string own = {};          // the text, or the decoded audio
    std::string_view base64 = {};  // inside `message`
    std::size_t at = 0;            // characters, or bytes, that have been read
    std::size_t left = 0;          // decoded bytes that are still to be read
    std::size_t weight = 0;        // memory it keeps
    bool is_torn = false;          // what came before it was dropped

    std::string_view characters() const { return message ? base64.substr(at) : base64; }
  };

  bool fits(std::size_t weight) const { return weight_ + weight <= capacity; }
  void push(Entry item);
  void pop();
  static bool continues(const Entry &item, const Entry &next);
  std::size_t read_piece(Entry &item, std::span<std::byte> out, bool &bad);
  std::size_t copy_piece(Entry &item, std::span<std::byte> out);
  bool decode_group(Entry &item);
  void drop_rest(Entry &item);
  void took(Entry &item, std::size_t bytes);

  Ring<Entry> items_;
  std::vector<std::string> spare_;
  std::size_t weight_ = 0;
  bool is_torn_ = false;  // what came last was dropped
  output::Stats stats_;

  // Decoded bytes of the front item that are still to be read.
  std::array<std::byte, 3> carry_ = {};
  std::size_t carried_ = 0;
};

}  // namespace gemlive
