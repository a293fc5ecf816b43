// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// The items of an OutputStream. Values without locks.
namespace gemlive::output {

enum class Kind {
  audio,        // Item::bytes of whole samples can be read
  text,         // take_text()
  interrupted,  // earlier items are dropped (or kept, by on-interrupt); take_mark()
  turn_end,     // no more items of this turn; take_mark()
  end,          // no more items at all
  flushing,
  timeout,
};

/// The head of the queue.
struct Item {
  Kind kind = Kind::timeout;
  std::size_t bytes = 0;  // audio: readable bytes, at most the wanted ones
  std::size_t held = 0;   // audio: all bytes that wait
  int rate = 0;           // audio: Hz
  unsigned turn = 0;
  std::int64_t arrival = 0;              // monotonic us; text: when to show it
  std::chrono::nanoseconds position{0};  // text, turn_end: duration of the audio before it
};

/// With any result but ok the audio was dropped and counted.
enum class PushResult { ok, overflowed, not_base64 };

/// Bytes of decoded audio. Always came == taken + discarded + dropped + held.
struct Stats {
  std::uint64_t came = 0;
  std::uint64_t taken = 0;
  std::uint64_t discarded = 0;  // interrupted, untaken or skipped
  std::uint64_t dropped = 0;    // overflowed or invalid
  std::uint64_t held = 0;
  // Reasons for discards and drops
  std::uint64_t interrupted = 0;
  std::uint64_t untaken = 0;     // no consumer
  std::uint64_t skipped = 0;     // by the consumer, to catch up
  std::uint64_t overflowed = 0;  // beyond capacity
  std::uint64_t invalid = 0;     // not base64, or half a sample
};

/// Audio that the consumer has skipped.
struct Skipped {
  std::chrono::nanoseconds duration{0};
  std::chrono::nanoseconds audible{0};  // of it, the rest was quiet
};

}  // namespace gemlive::output
