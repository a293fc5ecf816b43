// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "guarded.hpp"
#include "log.hpp"
#include "message.hpp"
#include "output_item.hpp"

namespace gemlive {

/// Queue of one output of a conversation: the model's audio, or one kind of text. The producer is
/// the I/O thread and never waits. The consumer is one src task. Without a consumer the stream
/// counts and drops the output.
class OutputStream {
 public:
  // I/O thread
  /// If `base64` lies inside `message`, shares `message` instead of copying it. An odd
  /// byte is joined with the next audio of the turn. Invalid base64 may be detected only by read(),
  /// which skips it.
  output::PushResult push_audio(const Message &message, std::string_view base64, int rate,
                                std::int64_t arrival, unsigned turn);
  void push_text(std::string text, std::int64_t arrival, unsigned turn,
                 std::chrono::nanoseconds position = {}, std::optional<output::Said> said = {});
  /// Ends an item of a text stream; an item is a turn or a part of one.
  void end_turn(std::chrono::nanoseconds position = {});
  /// Drops the queue and pushes the mark `interrupted`. With `keep`, only pushes the mark. Returns
  /// the duration of the dropped audio.
  std::chrono::nanoseconds interrupt(bool keep);
  /// Pushes `end` behind the queue.
  void finish();
  /// What the consumer has skipped since the last call.
  output::Skipped take_skipped();

  // Any thread
  /// For the first warning about invalid base64. Call it before the first audio.
  void set_log(Log log);
  /// Adds the consumer. False when there is one already.
  bool attach();
  /// This consumer gets `end` after the queued items, while the conversation continues.
  void end_after_queued();
  /// Removes the consumer and drops the queue.
  void detach();
  void set_flushing(bool flushing);
  output::Stats stats();
  /// The audio of `turn` that the consumer did not get and will not get: interrupted, without a
  /// consumer, or invalid. 0 unless `turn` is the newest turn that has audio.
  std::chrono::nanoseconds missed(unsigned turn);

  // Consumer
  /// Waits for an item: at least `want` bytes of audio, or less where the turn, the rate or the
  /// stream ends. Returns at `until` (monotonic us) with less audio or `timeout`.
  output::Item wait(std::size_t want, std::optional<std::int64_t> until);
  /// The item for which wait() need not wait. `timeout`: it would wait.
  output::Item peek(std::size_t want);
  /// The audio that was returned grows to at most `most` bytes, if more of it has arrived by
  /// now. Returns its bytes. 0 after an interruption in between. Never waits.
  std::size_t extend(std::size_t most);
  /// Decodes into `out` at most the bytes of the last output::Item. Returns the bytes written:
  /// fewer, or none, after an interruption in between or for invalid base64.
  std::size_t read(std::span<std::byte> out);
  /// The `bytes` of the last read() are not played. Counts them as skipped.
  void skip_read(std::size_t bytes, bool is_audible);
  /// Empty after an interruption in between.
  std::string take_text();
  void take_mark();

  OutputStream();
  ~OutputStream();

 private:
  struct State;
  template <typename Change>
  auto change(Change change);

  std::unique_ptr<Guarded<State>> state_;
  std::condition_variable changed_;
};

}  // namespace gemlive
