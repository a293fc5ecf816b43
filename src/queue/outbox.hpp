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
#include "tool_calls.hpp"

namespace gemlive {

/// One producer's way into an Outbox, behind the outbox's lock.
struct Gate {
  bool unlocked = false;
  bool flushing = false;
  bool paused = false;
  bool ended = false;
};

/// Input that waits to be sent, in order: audio cut into chunks, and marks. Bounded in time of
/// audio. Producers are streaming and application threads, the one consumer is the I/O thread.
class Outbox {
 public:
  struct Limits {
    std::chrono::milliseconds chunk{40};
    std::chrono::milliseconds backlog{10000};  // two chunks at least
    /// Manual detection: audio outside an activity is dropped and counted. Where it may wait for
    /// room (Overflow::block) and nobody has marked an activity yet, it opens one by itself.
    bool only_in_activity = false;
  };
  enum class Overflow { drop_oldest, block };
  enum class Pushed { ok, unlocked, flushing, closed, full };

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
    ToolCalls::Call call = {};
    bool is_last = true;
    bool is_silent = false;  // nothing need come of it
  };
  /// All inputs have ended. What comes behind it takes that back.
  struct EndOfInput {};
  using Mark = std::variant<ActivityStart, ActivityEnd, AudioStreamEnd, TypedText, Content,
                            ToolResponse, EndOfInput>;
  using Item = std::variant<Chunk, ActivityStart, ActivityEnd, AudioStreamEnd, TypedText, Content,
                            ToolResponse, EndOfInput>;

  /// Bytes of audio; at any moment pushed == sent + dropped + held, and dropped is the sum of its
  /// reasons. Of what was sent, given_up was lost with its connection and not said again; what is
  /// neither that nor acknowledged is open.
  struct Ledger {
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

  /// `wake` is called, outside the lock, when there is something to pop again after has_items()
  /// was false, and when audio was dropped for the first time since take_dropped().
  explicit Outbox(std::function<void()> wake);
  ~Outbox();

  // Any thread
  void set_limits(Limits limits);
  /// Cuts into chunks; a half sample waits for its other half. With Overflow::block waits until
  /// there is room, the gate is unlocked or flushing, or the outbox closed. `bytes` is moved on
  /// past what was taken, so that after `unlocked` the rest can be pushed later and nothing is
  /// lost.
  Pushed push_audio(std::span<const std::byte> &bytes, int rate, Overflow overflow,
                    const Gate &gate = {});
  /// Sends the last, shorter chunk on its way. A half sample that is left is counted as dropped.
  void finish_chunk();
  /// In order with the audio; finishes the chunk first. An ActivityStart in an activity and an
  /// ActivityEnd outside one do nothing. Full: text of 16 MiB waits already.
  Pushed push(Mark mark, const Gate &gate = {});
  /// A turn of a text stream: waits while many wait already.
  Pushed push_text(TypedText typed, const Gate &gate = {});
  /// `duration` of silence at the rate of the audio so far; not subject to the limit.
  void push_silence(std::chrono::milliseconds duration, const Gate &gate = {});
  bool in_activity();
  /// The audio comes through this gate. False when it comes through another one.
  bool bring_audio(const Gate &gate);
  /// True: nothing comes through, and the end of the input is taken back; where the audio comes
  /// from there, what is held of it is dropped and counted. False: takes input again.
  void set_flushing(Gate &gate, bool flushing);
  /// True: who waits at the gate returns `unlocked`, and so do later ones that would have to wait
  /// (the sink goes to PAUSED). Nothing is dropped.
  void set_unlocked(Gate &gate, bool unlocked);
  /// True: where the audio comes from there, it is kept, with its marks and the end of the input;
  /// what else waits goes past it.
  void set_paused(Gate &gate, bool paused);
  /// What is pushed through it from now on is refused as closed, until a flush. False: it had
  /// ended.
  bool end(Gate &gate);
  /// For good: the audio that is kept for it is dropped and counted.
  void shut(const Gate &gate);
  /// For good: push returns closed, held input is dropped and counted.
  void close();
  /// Waits until it is closed, or the gate unlocked, or flushing, and says which.
  Pushed wait_closed(const Gate &gate = {});
  bool is_closed();
  /// Duration of the audio for which there was no room since the last call.
  std::chrono::nanoseconds take_dropped();
  Ledger ledger();
  /// 0 before the first audio.
  int rate();
  /// Of what an item says without audio.
  static std::size_t text_bytes(const Item &item);

  // I/O thread
  bool has_items();
  /// The audio is.
  bool is_paused();
  std::optional<Item> pop();
  /// Counts so many bytes of a popped chunk as sent.
  void sent(std::size_t bytes);
  /// So many bytes of what was sent are known to have been heard.
  void acknowledged(std::size_t bytes);
  void given_up(std::size_t bytes);
  /// Gives a popped chunk's memory back for use again.
  void recycle(Chunk chunk);

 private:
  struct State;
  Pushed push_what_fits(std::span<const std::byte> &bytes, int rate, Overflow overflow,
                        const Gate &gate);

  std::unique_ptr<Guarded<State>> state_;
  std::condition_variable changed_;
  std::function<void()> wake_;
};

}  // namespace gemlive
