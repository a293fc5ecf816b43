// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gemlive {

/// Whether the answer is complete, now that the input has ended. Pure; times are monotonic us.
///
/// It is when the last turn was complete (not interrupted, no further turn announced) while no tool
/// call is pending and nothing that was said is unanswered. Where the model has said that it stays
/// quiet, for it expects the user to go on, three quiet seconds are enough. Second best:
/// generationComplete, and then a quiet second after the assumed end of playback. At last the
/// user's patience ends it.
class Exchange {
 public:
  enum class Verdict { open, complete, assumed, timed_out };
  struct TurnEnd {
    bool empty = false;  // the model said nothing: an answer, too
    bool interrupted = false;
    bool more_to_come = false;
  };

  explicit Exchange(std::chrono::milliseconds patience) : patience_(patience) {}

  // The user
  /// Something was sent: the end of the input, if it had come, is taken back.
  void sent();
  /// What was sent wants an answer.
  void asked();
  /// That answer is waited for no longer.
  void unasked() { unanswered_ = false; }
  void input_ended(std::int64_t now);
  bool has_input_ended() const { return ended_at_.has_value(); }

  // The server
  /// Anything about the answer.
  void sign(std::int64_t now) { last_sign_ = now; }
  /// The first of the model's content in a turn.
  void turn_began(std::int64_t now);
  /// When all the audio of this turn that has come would have been played.
  void playing_until(std::int64_t end);
  std::int64_t playing_until() const { return playing_until_; }
  /// The model goes on, though not with audio.
  void went_on() { generated_ = false; }
  /// Locally: nothing is played any more.
  void silenced() { playing_until_ = 0; }
  void interrupted(std::int64_t now);
  void generation_complete(std::int64_t now);
  void turn_complete(TurnEnd end, std::int64_t now);
  /// To what it has heard so far no answer comes; there may be more on its way.
  void waiting_for_input(std::int64_t now);
  void tool_called(const std::string &id);
  void tool_cancelled(const std::string &id);
  /// The model goes on with what it makes of it, unless that is silent.
  void tool_answered(const std::string &id, bool is_silent, std::int64_t now);
  /// All that are pending; returns their ids.
  std::vector<std::string> cancel_calls() {
    if (!pending_calls_.empty()) turn_done_ = generated_ = false;
    return std::exchange(pending_calls_, {});
  }
  /// All of the answer has come, and the model has not gone on since.
  bool is_generated() const { return generated_; }
  bool has_unanswered() const { return unanswered_ || !pending_calls_.empty(); }

  Verdict verdict(std::int64_t now) const;
  /// When the verdict may change though nothing happens.
  std::optional<std::int64_t> next_check() const;

 private:
  bool is_answered() const { return !unanswered_ && pending_calls_.empty(); }
  std::int64_t quiet_since() const;
  std::int64_t patience_ends() const;
  /// Until then the model, which expects the user to go on, may still think otherwise.
  std::int64_t waiting_ends() const;

  std::chrono::microseconds patience_;
  std::optional<std::int64_t> ended_at_ = {};
  bool anything_ = false;
  bool unanswered_ = false;
  bool turn_done_ = false;
  bool generated_ = false;
  bool waiting_for_input_ = false;
  std::int64_t last_sign_ = 0;
  std::int64_t playing_until_ = 0;
  std::vector<std::string> pending_calls_ = {};
};

}  // namespace gemlive
