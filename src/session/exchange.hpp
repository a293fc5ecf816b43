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

/// Decides whether the answer is complete after the end of the input. Pure: no clock, no I/O. Times
/// are monotonic us. Session's thread only.
///
/// The answer is complete when the last turn is complete (not interrupted, no further turn
/// announced), no tool call is pending and no question is unanswered. After waitingForInput three
/// quiet seconds are enough. Without turnComplete it is assumed complete one quiet second after
/// generationComplete and the estimated end of playout. The last resort is eos-timeout.
class Exchange {
 public:
  enum class Verdict { open, complete, assumed, timed_out };
  struct TurnEnd {
    bool empty = false;  // no content: counts as an answer
    bool interrupted = false;
    bool more_to_come = false;
  };

  explicit Exchange(std::chrono::milliseconds timeout) : timeout_(timeout) {}

  // Input
  /// Input was sent. Cancels the end of the input.
  void note_sent();
  /// The sent input asks for an answer.
  void ask();
  /// Stops waiting for that answer.
  void give_up_question() { unanswered_ = false; }
  void end_input(std::int64_t now);
  bool has_input_ended() const { return ended_at_.has_value(); }

  // Server events
  /// Anything that belongs to the answer.
  void note_activity(std::int64_t now) { last_activity_ = now; }
  /// The first content of the model in a turn.
  void begin_turn(std::int64_t now);
  /// Estimated end of playout of the received audio of this turn.
  void set_playing_until(std::int64_t end);
  std::int64_t playing_until() const { return playing_until_; }
  /// The model continues with content other than audio.
  void resume_turn() { generated_ = false; }
  /// Local interruption: playout stops.
  void stop_playing() { playing_until_ = 0; }
  void interrupt(std::int64_t now);
  void complete_generation(std::int64_t now);
  void complete_turn(TurnEnd end, std::int64_t now);
  /// The model does not answer the input received so far. Input still on its way may be answered.
  void expect_input(std::int64_t now);
  void add_call(const std::string &id);
  void cancel_call(const std::string &id);
  /// The model continues after the answer unless it is silent.
  void answer_call(const std::string &id, bool is_silent, std::int64_t now);
  /// Cancels all pending calls and returns their ids.
  std::vector<std::string> cancel_calls() {
    if (!pending_calls_.empty()) turn_done_ = generated_ = false;
    return std::exchange(pending_calls_, {});
  }
  /// The answer is generated completely and the model has not continued since.
  bool is_generated() const { return generated_; }
  bool has_unanswered() const { return unanswered_ || !pending_calls_.empty(); }

  Verdict verdict(std::int64_t now) const;
  /// When the verdict may change if no event arrives.
  std::optional<std::int64_t> next_check() const;

 private:
  bool is_answered() const { return !unanswered_ && pending_calls_.empty(); }
  std::int64_t quiet_since() const;
  std::int64_t timeout_at() const;
  /// After waitingForInput: until then the model may still answer.
  std::int64_t waiting_timeout_at() const;

  std::chrono::microseconds timeout_;
  std::optional<std::int64_t> ended_at_ = {};
  bool has_input_ = false;
  bool unanswered_ = false;
  bool turn_done_ = false;
  bool generated_ = false;
  bool waiting_for_input_ = false;
  std::int64_t last_activity_ = 0;
  std::int64_t playing_until_ = 0;
  std::vector<std::string> pending_calls_ = {};
};

}  // namespace gemlive
