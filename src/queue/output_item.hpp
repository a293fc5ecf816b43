// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// What an OutputStream holds.
namespace gemlive::output {

enum class Kind {
  audio,        // Item::bytes of whole samples can be read
  text,         // take_text()
  interrupted,  // what was queued before is gone (or kept, by on-interrupt); take_mark()
  turn_end,     // nothing more of this turn comes; take_mark()
  end,          // for good
  flushing,
  timeout,
};

/// What stands at the head of the queue.
struct Item {
  Kind kind = Kind::timeout;
  std::size_t bytes = 0;  // audio: what can be read, at most what was wanted
  int rate = 0;           // audio: Hz
  unsigned turn = 0;
  std::int64_t arrival = 0;              // monotonic us; of text, when it is to be shown
  std::chrono::nanoseconds position{0};  // of text and turn_end: the audio before it
};

/// Anything but ok: it was dropped and counted.
enum class PushResult { ok, overflowed, not_base64 };

struct Stats {  // bytes of decoded audio; came == taken + discarded + dropped + held
  std::uint64_t came = 0;
  std::uint64_t taken = 0;
  std::uint64_t discarded = 0;  // interrupted or untaken
  std::uint64_t dropped = 0;    // overflowed or invalid
  std::uint64_t held = 0;
  // Why it did not get out
  std::uint64_t interrupted = 0;
  std::uint64_t untaken = 0;     // nobody was there to take it
  std::uint64_t overflowed = 0;  // beyond capacity
  std::uint64_t invalid = 0;     // not base64, or half a sample
};

}  // namespace gemlive::output
