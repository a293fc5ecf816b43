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

struct InputBacklog;

/// InputSource that waits to be sent, in order: audio cut into chunks, and marks. Bounded in time
/// of audio. Producers are streaming and application threads, the one consumer is the I/O thread.
class InputQueue {
 public:
  /// `wake` is called, outside the lock, when there is something to pop again after has_items()
  /// was false, and when audio was dropped for the first time since take_dropped().
  explicit InputQueue(std::function<void()> wake);
  ~InputQueue();

  // Any thread
  void set_limits(input::Limits limits);
  /// Cuts into chunks; a half sample waits for its other half. With input::Overflow::block waits
  /// until there is room, the producer is unlocked or flushing, or the input_queue closed. `bytes`
  /// is moved on past what was taken, so that after `unlocked` the rest can be pushed later and
  /// nothing is lost.
  input::PushResult push_audio(std::span<const std::byte> &bytes, int rate,
                               input::Overflow overflow, const input::Producer &producer = {});
  /// Sends the last, shorter chunk on its way. A half sample that is left is counted as dropped.
  void finish_chunk();
  /// In order with the audio; finishes the chunk first. An input::ActivityStart in an activity and
  /// an input::ActivityEnd outside one do nothing. Full: text of 16 MiB waits already.
  input::PushResult push(input::Mark mark, const input::Producer &producer = {});
  /// A turn of a text stream: waits while many wait already.
  input::PushResult push_text(input::TypedText typed, const input::Producer &producer = {});
  /// `duration` of silence at the rate of the audio so far; not subject to the limit.
  void push_silence(std::chrono::milliseconds duration, const input::Producer &producer = {});
  bool in_activity();
  /// The audio comes through this producer. False when it comes through another one.
  bool bring_audio(const input::Producer &producer);
  /// True: nothing comes through, and the end of the input is taken back; where the audio comes
  /// from there, what is held of it is dropped and counted. False: takes input again.
  void set_flushing(input::Producer &producer, bool flushing);
  /// True: who waits at the producer returns `unlocked`, and so do later ones that would have to
  /// wait (the sink goes to PAUSED). Nothing is dropped.
  void set_unlocked(input::Producer &producer, bool unlocked);
  /// True: where the audio comes from there, it is kept, with its marks and the end of the input;
  /// what else waits goes past it.
  void set_paused(input::Producer &producer, bool paused);
  /// What is pushed through it from now on is refused as closed, until a flush. False: it had
  /// ended.
  bool end(input::Producer &producer);
  /// For good: the audio that is kept for it is dropped and counted.
  void shut(const input::Producer &producer);
  /// For good: push returns closed, held input is dropped and counted.
  void close();
  /// Waits until it is closed, or the producer unlocked, or flushing, and says which.
  input::PushResult wait_closed(const input::Producer &producer = {});
  bool is_closed();
  /// Duration of the audio for which there was no room since the last call.
  std::chrono::nanoseconds take_dropped();
  input::Stats stats();
  /// 0 before the first audio.
  int rate();

  // I/O thread
  bool has_items();
  /// The audio is.
  bool is_paused();
  std::optional<input::Item> pop();
  /// Counts so many bytes of a popped chunk as sent.
  void sent(std::size_t bytes);
  /// So many bytes of what was sent are known to have been heard.
  void acknowledged(std::size_t bytes);
  void given_up(std::size_t bytes);
  /// Gives a popped chunk's memory back for use again.
  void recycle(input::Chunk chunk);

 private:
  input::PushResult push_what_fits(std::span<const std::byte> &bytes, int rate,
                                   input::Overflow overflow, const input::Producer &producer);

  std::unique_ptr<Guarded<InputBacklog>> backlog_;
  std::condition_variable changed_;
  std::function<void()> wake_;
};

}  // namespace gemlive
