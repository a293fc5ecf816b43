// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "session_audio.hpp"
#include "story.hpp"
#include "timeline_model.hpp"

namespace gemlive::timeline {

/// Makes a story of the messages of a session: numbers the turns, plays the model's audio in its
/// head, and keeps a clock of its own where the messages have no times. One thread at a time.
class SessionStory {
 public:
  explicit SessionStory(bool is_timed) : is_timed_(is_timed) {}

  /// The time of the messages that follow.
  void at(double time);
  void setup(bool is_resumed);
  void ready();
  void closed(int code, std::string reason);
  void user_audio(Chunk chunk);
  /// gemlive sends a second of silence at once before it. That silence is in no recording.
  void audio_stream_end();
  void user_said(const std::string &text);
  void typed(const std::string &text);
  void speech(bool begins);
  void model_audio(const Chunk &chunk);
  void model_said(const std::string &text);
  void model_wrote(const std::string &text);
  void interrupted();
  void turn_complete();
  void tool_call(const std::string &id, const std::string &name, const std::string &args);
  void tool_cancelled(const std::string &id);
  void tool_answered(const std::string &id, const std::string &name);
  void mark(Mark::Kind kind, const std::string &label) { story_.mark(kind, now_, label); }
  void note(const std::string &text) { story_.note(text); }

  Model finish() &&;

 private:
  struct Closed {
    double at = 0;
    int code = 0;
    std::string reason = {};
  };

  void begin_turn(double first_sound);
  void end_turn(bool is_interrupted, double discarded);
  void place_early_words();
  void hear_out();
  void lost();
  std::optional<double> position();

  bool is_timed_;
  Story story_;
  double now_ = 0;
  std::vector<Chunk> user_;
  Levels user_levels_, model_levels_;
  std::optional<Closed> closed_;
  bool is_resumed_ = false;
  unsigned connection_ = 0;
  unsigned turn_ = 0;
  bool is_in_turn_ = false;
  bool has_words_ = false;  // of the turn, behind its first sound
  double audio_ = 0;        // of the turn
  double played_until_ = 0;
  std::optional<double> input_end_;
  std::vector<std::pair<double, std::string>> early_;  // words of the model outside of a turn
};

}  // namespace gemlive::timeline
