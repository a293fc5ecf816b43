// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "guarded.hpp"
#include "ring.hpp"

namespace gemlive {

/// Input that waits to be sent, in order: audio cut into chunks, and marks. Bounded in time of
/// audio. Producers are streaming and application threads, the one consumer is the I/O thread.
class Outbox {
 public:
  struct Limits {
    std::chrono::milliseconds chunk{40};
    std::chrono::milliseconds backlog{10000};
  };
  enum class Overflow { drop_oldest, block };
  enum class Pushed { ok, unlocked, flushing, closed };

  /// A piece of audio of at most one chunk. `pushed_at` is when its last byte came in (monotonic
  /// us).
  struct Chunk {
    std::vector<std::byte> samples = {};
    int rate = 0;
    std::int64_t pushed_at = 0;
    bool live = false;  // its source would not wait
  };
  struct ActivityStart {};
  struct ActivityEnd {};
  struct AudioStreamEnd {};
  struct TypedText {
    std::string text = {};
    bool turn_complete = true;
  };
  /// All inputs have ended.
  struct EndOfInput {};
  using Item =
      std::variant<Chunk, ActivityStart, ActivityEnd, AudioStreamEnd, TypedText, EndOfInput>;

  /// Bytes of audio; at any moment pushed == sent + dropped + held.
  struct Ledger {
    std::uint64_t pushed = 0;
    std::uint64_t sent = 0;
    std::uint64_t dropped = 0;
    std::uint64_t held = 0;
  };

  /// `wake` is called, outside the lock, whenever there may be something new to pop.
  explicit Outbox(std::function<void()> wake);
  ~Outbox();

  // Any thread
  void set_limits(Limits limits);
  /// Cuts into chunks; a half sample waits for its other half. With Overflow::block waits until
  /// there is room, the outbox is unlocked, flushing, or closed. `bytes` is moved on past what was
  /// taken, so that after `unlocked` the rest can be pushed later and nothing is lost.
  Pushed push_audio(std::span<const std::byte> &bytes, int rate, Overflow overflow);
  /// Sends the last, shorter chunk on its way. A half sample that is left is counted as dropped.
  void finish_chunk();
  /// Marks, in order with the audio; finishes the chunk first.
  Pushed push(Item mark);
  /// `duration` of silence at the rate of the audio so far; not subject to the limit.
  void push_silence(std::chrono::milliseconds duration);
  /// True: drops and counts what is held, push_audio() returns flushing. False: takes input again.
  void set_flushing(bool flushing);
  /// True: a waiting push_audio() returns `unlocked`, and so do later ones that would have to wait
  /// (the sink goes to PAUSED). Nothing is dropped.
  void set_unlocked(bool unlocked);
  /// For good: push returns closed, held input is dropped and counted.
  void close();
  /// The session: the input has ended and its answer is complete.
  void set_complete();
  /// Waits for set_complete(). False when unlocked, flushing or closed first.
  bool wait_complete();
  /// Complete or closed: nothing more is wanted.
  bool ended();
  /// Duration of dropped audio since the last call.
  std::chrono::nanoseconds take_dropped();
  Ledger ledger();
  /// 0 before the first audio.
  int rate();

  // I/O thread
  std::optional<Item> pop();
  /// Gives a popped chunk's memory back for use again, and counts it as sent.
  void sent(Chunk chunk);
  /// The same for one that is not to be sent, counted as dropped.
  void drop(Chunk chunk);

 private:
  struct State;
  void settle(Chunk chunk, bool was_sent);

  std::unique_ptr<Guarded<State>> state_;
  std::condition_variable room_;
  std::function<void()> wake_;
};

}  // namespace gemlive
