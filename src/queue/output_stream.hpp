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

#include "glib_ptr.hpp"
#include "guarded.hpp"
#include "log.hpp"
#include "output_item.hpp"

namespace gemlive {

/// One output of a conversation waiting to be taken: the model's audio, or a kind of text. The
/// producer is the I/O thread and never waits; the consumer is one src task. Without a consumer
/// what comes is counted and let go.
class OutputStream {
 public:
  // I/O thread
  /// `base64` usually lies inside `message`, which is then kept instead of a copy. Odd byte counts
  /// are carried over to the next piece of the turn. What is not base64 may be found only when it
  /// is read, and is skipped then.
  output::PushResult push_audio(GBytes *message, std::string_view base64, int rate,
                                std::int64_t arrival, unsigned turn);
  void push_text(std::string text, std::int64_t arrival, unsigned turn,
                 std::chrono::nanoseconds position = {});
  /// Of a text stream: the end of an item, a turn at most.
  void end_turn(std::chrono::nanoseconds position = {});
  /// Drops all that is queued and leaves the mark `interrupted`. Returns the duration of the audio
  /// that was dropped. With keep, only leaves the mark behind what is queued.
  std::chrono::nanoseconds interrupt(bool keep);
  /// After what is queued comes the end.
  void finish();

  // Any thread
  /// Where it is said, once, that audio was not base64. Before the first audio.
  void set_log(Log log);
  /// False when there is a consumer already.
  bool attach();
  /// For this consumer the end comes after what is queued.
  void leave();
  void detach();
  void set_flushing(bool flushing);
  output::Stats stats();

  // Consumer
  /// Waits until there is something at the head: audio of at least `want` bytes, or less where the
  /// turn, the rate or the stream ends there; or until `until` (monotonic us), when less audio is
  /// there or nothing.
  output::Item wait(std::size_t want, std::optional<std::int64_t> until);
  /// Decodes into `out`, at most what the last output::Item said; returns the bytes written: fewer,
  /// or none, when an interruption came in between or some of it was not base64.
  std::size_t read(std::span<std::byte> out);
  /// Empty when an interruption came in between.
  std::string take_text();
  void take_mark();

  OutputStream();
  ~OutputStream();

 private:
  struct State;
  std::unique_ptr<Guarded<State>> state_;
  std::condition_variable changed_;
};

}  // namespace gemlive
