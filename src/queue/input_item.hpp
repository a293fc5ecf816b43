// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "pending_tool_calls.hpp"

/// What an InputQueue holds.
namespace gemlive::input {

/// A piece of audio of at most one chunk. `pushed_at` is when its last byte came in (monotonic
/// us).
struct Chunk {
  std::vector<std::byte> samples = {};
  int rate = 0;
  std::int64_t pushed_at = 0;
};
struct ActivityStart {};
struct ActivityEnd {};
struct AudioStreamEnd {};
struct TypedText {
  std::string text = {};
  bool turn_complete = true;
};
/// A message as it is; what it means for the conversation.
struct Content {
  std::string message = {};
  bool turn_complete = false;
};
struct ToolResponse {
  std::string message = {};
  PendingToolCalls::Call call = {};
  bool is_last = true;
  bool is_silent = false;  // nothing need come of it
};
/// All inputs have ended. What comes behind it takes that back.
struct EndOfInput {};
using Mark = std::variant<ActivityStart, ActivityEnd, AudioStreamEnd, TypedText, Content,
                          ToolResponse, EndOfInput>;
using Item = std::variant<Chunk, ActivityStart, ActivityEnd, AudioStreamEnd, TypedText, Content,
                          ToolResponse, EndOfInput>;

/// Bytes that an item holds besides audio.
std::size_t text_bytes(const Item &item);

/// One producer's way into an InputQueue, behind the input_queue's lock.
struct Producer {
  bool unlocked = false;
  bool flushing = false;
  bool paused = false;
  bool ended = false;
};

struct Limits {
  std::chrono::milliseconds chunk{40};
  std::chrono::milliseconds backlog{10000};  // two chunks at least
  /// Manual detection: audio outside an activity is dropped and counted. Where it may wait for
  /// room (Overflow::block) and nobody has marked an activity yet, it opens one by itself.
  bool only_in_activity = false;
};
enum class Overflow { drop_oldest, block };
enum class PushResult { ok, unlocked, flushing, closed, full };

/// Bytes of audio; at any moment pushed == sent + dropped + held, and dropped is the sum of its
/// reasons. Of what was sent, given_up was lost with its connection and not said again; what is
/// neither that nor acknowledged is open.
struct Stats {
  std::uint64_t pushed = 0;
  std::uint64_t sent = 0;
  std::uint64_t dropped = 0;
  std::uint64_t held = 0;
  // Why it was dropped
  std::uint64_t overflowed = 0;  // older than the backlog holds
  std::uint64_t unmarked = 0;    // outside an activity
  std::uint64_t flushed = 0;
  std::uint64_t unsent = 0;      // the conversation had ended
  std::uint64_t incomplete = 0;  // half a sample
  // What became of what was sent
  std::uint64_t acknowledged = 0;
  std::uint64_t given_up = 0;
};

}  // namespace gemlive::input
