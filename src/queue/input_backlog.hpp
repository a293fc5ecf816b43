// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "input_chunker.hpp"
#include "input_item.hpp"
#include "input_pause.hpp"
#include "ring.hpp"

namespace gemlive {

/// The items of an InputQueue and their statistics. Not thread-safe: InputQueue locks it.
class InputBacklog {
 public:
  using Reason = std::uint64_t input::Stats::*;

  void set_limits(input::Limits limits);
  void set_audio_producer(const input::Producer *producer) { audio_producer_ = producer; }
  /// The producer of the audio waits for room.
  void set_waiting(bool waiting) { is_waiting_ = waiting; }
  void close();

  // At the end of the queue
  /// Takes as much as the limit allows and moves `bytes` past it. With Overflow::drop_oldest it
  /// takes all and drops the oldest chunks. Moves `said_at` past the audio as well.
  void push_audio(std::span<const std::byte> &bytes, int rate, input::Overflow overflow,
                  input::SaidAt &said_at);
  /// Audio that the application sends itself.
  void push_application_audio(std::span<const std::byte> bytes, int rate);
  input::PushResult push(input::Mark mark, const input::Producer &producer);
  /// The last chunk, and the marks of the end of the audio.
  void end_audio(const input::Producer &producer);
  /// The audio has paused for this long: makes the silence behind it as long, up to Limits::tail.
  /// Then AudioStreamEnd follows. False if no more is missing. In PAUSED the silence is sent,
  /// unless audio waits in front of it.
  bool fill_pause(std::chrono::nanoseconds pause);
  /// The producer of the audio goes to PAUSED, or leaves it.
  void forget_released() { is_released_ = false; }
  /// Queues the unfinished chunk. Keeps a half sample for the next chunk, or drops it.
  void finish_chunk(bool keep_half_sample, std::int64_t now);
  /// Drops the audio and AudioStreamEnd marks.
  void drop_audio(Reason reason);
  void cancel_end_of_input();

  // At the head of the queue
  /// Moves the item that may be sent next to the head; false when there is none. While the audio is
  /// paused, only items that are independent of the audio may be sent.
  bool select_next();
  /// Only after select_next() returned true.
  input::Item pop();
  /// The chunk at the head, if nothing else is to be done first: no drops to report, not paused.
  std::optional<input::Chunk> pop_audio();
  bool has_items();
  bool has_content();
  bool has(const std::function<bool(const input::Item &)> &condition);
  /// All inputs have ended, and no input was queued since. No audio waits for the end of PAUSED.
  /// What the application itself sends does not begin the input again.
  bool has_ended() const { return has_ended_ && !(is_paused() && audio_bytes_ > 0); }
  void recycle(std::vector<std::byte> samples) { chunker_.recycle(std::move(samples)); }
  void count_sent(std::size_t bytes);
  void acknowledge(std::size_t bytes) { stats_.acknowledged += bytes; }
  void give_up(std::size_t bytes) { stats_.given_up += bytes; }

  const input::Stats &stats() const { return stats_; }
  int rate() const { return rate_; }  // 0 before the first audio
  bool is_closed() const { return is_closed_; }
  bool in_activity() const { return activity_ == Activity::open; }
  bool is_paused() const { return audio_producer_ && audio_producer_->paused && !is_released_; }
  const input::Producer *audio_producer() const { return audio_producer_; }
  bool is_full() const { return room() == 0; }
  /// A blocked producer waits for this much room, so that not every sent chunk wakes it.
  bool has_ample_room() const { return room() > 0 && room() >= limit() / 4; }
  bool has_room_for_text() const;
  /// closed, flushing or ok.
  input::PushResult closed_or_flushing(const input::Producer &producer) const;
  /// The reason to refuse audio and text of `producer`; ok if there is none.
  input::PushResult refusal(const input::Producer &producer) const;
  /// Whether the consumer has to be woken. Resets it.
  bool take_wake() { return std::exchange(wake_due_, false); }
  std::chrono::nanoseconds take_dropped() { return std::exchange(unreported_drops_, {}); }

 private:
  enum class Activity { unmarked, open, ended };

  std::size_t chunk_bytes() const, limit() const, room() const;
  void set_rate(int rate);
  void fill(std::span<const std::byte> bytes, std::int64_t now, input::SaidAt said_at = {});
  void push_silence(std::size_t bytes);
  void end_stream();
  bool release();
  void drop_outside_activity(std::span<const std::byte> bytes);
  bool drop_oldest();
  void enqueue(input::Item item);
  void count_pushed(std::size_t bytes);
  void count_dropped(std::size_t bytes, Reason reason);
  void move_to_front(std::size_t at);

  input::Limits limits_;
  Ring<input::Item> items_;
  InputChunker chunker_;
  input::SaidAt chunk_said_at_;  // of the unfinished chunk
  int rate_ = 0;
  std::size_t audio_bytes_ = 0;  // in items_ and chunker_
  std::size_t texts_ = 0;        // TypedText in items_
  std::size_t text_bytes_ = 0;
  input::Stats stats_;
  std::chrono::nanoseconds unreported_drops_{0};
  Activity activity_ = Activity::unmarked;
  const input::Producer *audio_producer_ = nullptr;
  InputPause pause_;
  bool is_released_ = false;  // the end of the audio is sent in PAUSED, too
  bool is_waiting_ = false;
  bool is_closed_ = false;
  bool has_ended_ = false;
  bool is_drained_ = true;  // the consumer has seen it empty
  bool wake_due_ = false;
};

}  // namespace gemlive
