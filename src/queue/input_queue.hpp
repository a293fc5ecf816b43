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
#include <vector>

#include "guarded.hpp"
#include "input_item.hpp"

namespace gemlive {

class InputBacklog;

/// The input of a conversation on its way to the service, in order: audio cut into chunks, and
/// marks. The duration of the waiting audio is limited. Streaming and application threads produce,
/// the I/O thread consumes.
class InputQueue {
 public:
  /// Calls `wake` without a lock: when an item can be popped after has_items() returned false, and
  /// when audio is dropped for the first time since take_dropped().
  explicit InputQueue(std::function<void()> wake);
  ~InputQueue();

  // Any thread
  void set_limits(input::Limits limits);
  /// Cuts the audio into chunks. A half sample waits for its second byte. With
  /// input::Overflow::block it waits for room, until the producer is unlocked or flushing, or the
  /// queue is closed. Moves `bytes` past the audio that it took: after `unlocked` the caller can
  /// push the rest later. `said_at` is the time of its first sample.
  input::PushResult push_audio(std::span<const std::byte> &bytes, int rate,
                               input::Overflow overflow, const input::Producer &producer = {},
                               input::SaidAt said_at = {});
  /// Audio that the application sends itself, as from a live source, but no pause follows it.
  /// `full` if a producer has claimed the audio.
  input::PushResult push_application_audio(std::span<const std::byte> bytes, int rate);
  /// Queues the last, shorter chunk and the marks of the end of the audio: ActivityEnd, or silence
  /// (Limits::tail) and AudioStreamEnd. Drops and counts a half sample.
  void end_audio(const input::Producer &producer = {});
  /// The same for an audio producer that has not ended.
  void end_open_audio();
  /// The audio has paused for this long: makes the silence behind it as long, up to Limits::tail.
  /// Then AudioStreamEnd follows, once. False if no more is missing: the audio has ended or waits
  /// for room, or the pause is filled. In PAUSED the silence is sent, unless audio waits.
  bool fill_pause(std::chrono::nanoseconds pause);
  /// Queues the mark behind the audio so far and finishes the chunk. Ignores an ActivityStart
  /// inside an activity and an ActivityEnd outside. Returns `full` when 16 MiB of text are waiting.
  input::PushResult push(input::Mark mark, const input::Producer &producer = {});
  /// Queues a turn of a text stream. Waits while 64 turns or 16 MiB are waiting.
  input::PushResult push_text(input::TypedText typed, const input::Producer &producer = {});
  bool in_activity();
  /// Makes `producer` the producer of the audio. False when another one already is.
  bool claim_audio(const input::Producer &producer);
  /// True: refuses the producer's input, cancels a queued end of the input, and drops its audio.
  /// False: accepts input again.
  void set_flushing(input::Producer &producer, bool flushing);
  /// True: a push that waits, or would wait, returns `unlocked` (the sink goes to PAUSED).
  void set_unlocked(input::Producer &producer, bool unlocked);
  /// True: holds back the producer's audio, its marks and the end of the input. Other items
  /// overtake them.
  void set_paused(input::Producer &producer, bool paused);
  /// Refuses the producer's further input as closed, until a flush. False if it already ended.
  bool end(input::Producer &producer);
  /// The producer is about to be destroyed. Drops and counts the audio that it paused.
  void release_audio(const input::Producer &producer);
  /// Drops and counts all input, and refuses further input as closed. Cannot be undone.
  void close();
  bool is_closed();
  /// Duration of the audio dropped for lack of room since the last call.
  std::chrono::nanoseconds take_dropped();
  input::Stats stats();
  /// 0 before the first audio.
  int rate();

  // I/O thread
  bool has_items();
  /// An item that can be popped is not the EndOfInput.
  bool has_content();
  /// An item that fulfils the condition is waiting. It is called with the lock.
  bool has(const std::function<bool(const input::Item &)> &condition);
  /// All inputs have ended, sent or not, and nothing was queued since. PAUSED holds back no audio.
  bool has_ended();
  /// Whether the producer of the audio is paused.
  bool is_paused();
  std::optional<input::Item> pop();
  /// The next item if it is audio that can be sent, and no drops are to be reported.
  std::optional<input::Chunk> pop_audio();
  /// Counts bytes of a popped chunk as sent.
  void count_sent(std::size_t bytes);
  /// Counts sent bytes as acknowledged by the service.
  void acknowledge(std::size_t bytes);
  /// Counts sent bytes as lost with their connection and not resent.
  void give_up(std::size_t bytes);
  /// Takes back a popped chunk's memory for reuse.
  void recycle(input::Chunk chunk);

 private:
  std::unique_ptr<Guarded<InputBacklog>> backlog_;
  std::condition_variable changed_;
  std::function<void()> wake_;
};

}  // namespace gemlive
