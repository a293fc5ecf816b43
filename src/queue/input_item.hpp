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

/// The items of an InputQueue. Values without locks.
namespace gemlive::input {

/// Audio of at most one chunk duration. `pushed_at` is the arrival of its last byte (monotonic us).
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
/// An encoded message of the application's.
struct Message {
  std::string text = {};
  bool wants_answer = false;
  bool is_resendable = true;
  std::vector<std::string> functions = {};  // that it declares
};
struct ToolResponse {
  std::string message = {};
  PendingToolCalls::Call call = {};
  bool is_last = true;
  bool is_silent = false;  // the model need not answer it
};
/// All inputs have ended. Later input cancels it.
struct EndOfInput {};
using Mark = std::variant<ActivityStart, ActivityEnd, AudioStreamEnd, TypedText, Message,
                          ToolResponse, EndOfInput>;
using Item = std::variant<Chunk, ActivityStart, ActivityEnd, AudioStreamEnd, TypedText, Message,
                          ToolResponse, EndOfInput>;

/// Bytes of an item other than audio.
std::size_t text_bytes(const Item &item);

/// The state of one producer of an InputQueue. The queue's lock protects it.
struct Producer {
  bool unlocked = false;
  bool flushing = false;
  bool paused = false;
  bool ended = false;
};

struct Limits {
  std::chrono::milliseconds chunk{40};
  std::chrono::milliseconds backlog{10000};  // at least two chunks
  /// Silence behind the last audio: some models detect the end of speech by it.
  std::chrono::milliseconds tail{1000};
  /// A pause of the audio is filled with silence up to `tail`. Not with manual detection.
  bool fills_pauses = true;
  /// Manual detection: the queue drops and counts audio outside an activity. Audio pushed with
  /// Overflow::block before the first activity mark opens an activity.
  bool only_in_activity = false;
};
enum class Overflow { drop_oldest, block };
enum class PushResult { ok, unlocked, flushing, closed, full };

/// Bytes of audio. Always pushed == sent + dropped + held, and dropped is the sum of its reasons.
/// Sent audio is acknowledged, given up (lost with its connection and not resent) or still open.
struct Stats {
  std::uint64_t pushed = 0;
  std::uint64_t sent = 0;
  std::uint64_t dropped = 0;
  std::uint64_t held = 0;
  // Reasons for drops
  std::uint64_t overflowed = 0;  // the backlog was full
  std::uint64_t unmarked = 0;    // outside an activity
  std::uint64_t flushed = 0;
  std::uint64_t unsent = 0;      // the conversation ended first
  std::uint64_t incomplete = 0;  // half a sample
  // Of the sent audio
  std::uint64_t acknowledged = 0;
  std::uint64_t given_up = 0;
};

}  // namespace gemlive::input
