// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace gemlive {

/// Finds out whether the service is an interpreter, which answers while the user speaks and
/// completes no turn, and when an interpreter pauses or has ended. A part of Exchange. Pure. Times
/// are monotonic us.
class Interpretation {
 public:
  using Time = std::int64_t;

  /// The model goes on while the user says this much, uninterrupted: then it is an interpreter.
  static constexpr std::chrono::nanoseconds least_spoken_over = std::chrono::seconds(1);
  static constexpr Time pause = 500'000;
  /// Real interpreters are up to four seconds behind the speech.
  static constexpr Time quiet_at_end = 2'000'000;
  static constexpr Time quiet_after_unheeded_speech = 5'000'000;

  /// `is_known`: the setup says that it is one.
  explicit Interpretation(bool is_known) : is_known_(is_known) {}

  /// `is_over_answer`: the model has said something in the open turn.
  void speech(std::chrono::nanoseconds duration, bool is_over_answer, Time now) {
    if (is_over_answer) spoken_over_ += duration;
    speech_until_ = now;
    if (!unheeded_since_) unheeded_since_ = now;
  }
  void answer_begins() { spoken_over_ = {}; }
  /// Audible output, which is played until then.
  void output(Time until, bool is_answering) {
    output_until_ = std::max(output_until_, until);
    unheeded_since_.reset();
    if (is_answering && !takes_turns_ && spoken_over_ >= least_spoken_over) is_found_ = true;
  }
  /// The service completes or interrupts a turn.
  void takes_turn() {
    takes_turns_ = true;
    is_found_ = false;
  }
  void disconnected() { unheeded_since_.reset(); }

  bool is_interpreter() const { return is_known_ || is_found_; }
  /// The first speech after the newest output.
  std::optional<Time> unheeded_since() const { return unheeded_since_; }
  /// When its pause is long enough, if it says nothing more.
  Time pauses_at() const { return output_until_ + pause; }
  /// When all that was said is interpreted, if it says nothing more.
  Time ends_at(Time input_end) const {
    const auto quiet = std::max(input_end, output_until_);
    if (!unheeded_since_) return quiet + quiet_at_end;
    return std::max(quiet, speech_until_) + quiet_after_unheeded_speech;
  }

 private:
  bool is_known_;
  bool is_found_ = false;
  bool takes_turns_ = false;
  std::chrono::nanoseconds spoken_over_{0};
  Time speech_until_ = 0;
  Time output_until_ = 0;
  std::optional<Time> unheeded_since_ = {};
};

}  // namespace gemlive
