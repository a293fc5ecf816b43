// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "guarded.hpp"

namespace gemlive {

/// The inputs of one conversation, and the rule that says when its input has ended. Also knows
/// since when live audio has paused.
///
/// The input of a conversation has ended when each of its inputs has ended, by EOS. It has also
/// ended when at least one input has ended, and the open ones have been inactive for
/// `inactive_time`. An input is inactive while it brings nothing: no audio (silence and gaps are
/// audio, too), no picture, no text. An input is active in PAUSED, and while its element holds data
/// that waits for the clock or for room. New data makes the input active again, and the
/// conversation goes on.
///
/// All methods: any thread.
class InputRegistry {
 public:
  /// Longer than a microphone takes to start, and than the pause between two pictures.
  static constexpr std::chrono::seconds inactive_time{5};

  /// One input. Only the registry accesses the fields.
  struct Input {
    std::string name = {};  // for the user: "element:pad"
    bool ended = false;
    bool paused = false;
    bool busy = false;        // its element holds data
    bool live_audio = false;  // it brings audio in real time
    bool waiting = false;     // its audio waits for the clock, behind a hole
    std::int64_t active = 0;  // monotonic us: when it was added, or brought, resumed or ended
  };

  /// Calls `wake` without a lock when an input has ended and another is open, and when audio waits
  /// behind a hole.
  explicit InputRegistry(std::function<void()> wake) : wake_(std::move(wake)) {}

  std::shared_ptr<Input> add(std::string name);
  /// True if at least one input is left, and all that are left have ended.
  bool remove(const std::shared_ptr<Input> &input);
  /// True: all have ended.
  bool end(Input &input);
  /// The input was flushed. It accepts data again.
  void reopen(Input &input);
  void set_paused(Input &input, bool paused);
  /// True while its element holds data.
  void set_busy(Input &input, bool busy);

  /// True: it brings audio in real time.
  void set_live_audio(Input &input, bool live_audio);
  /// True: its audio waits for the clock, behind a hole in the timestamps. Wakes the session.
  void set_waiting(Input &input, bool waiting);

  /// Since when the open input that brings live audio has brought none, or one waits for the clock.
  /// Empty if there is no such input.
  std::optional<std::int64_t> silent_since();
  /// Since when the open inputs have been inactive: `now` if one is not. Empty if none is open, or
  /// none has ended.
  std::optional<std::int64_t> inactive_since(std::int64_t now);
  std::vector<std::string> open_names();

 private:
  using Inputs = std::vector<std::shared_ptr<Input>>;

  Guarded<Inputs> inputs_;
  const std::function<void()> wake_;
};

}  // namespace gemlive
