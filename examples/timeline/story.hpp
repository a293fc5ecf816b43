// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "timeline_model.hpp"

namespace gemlive::timeline {

/// Takes what happened, in the order in which it was told, and makes the model of it: which words
/// were said when, and which were not heard. Times that are no numbers count as 0, and those beyond
/// `longest` as `longest`. One thread at a time.
class Story {
 public:
  /// What turn-complete says. Durations are seconds.
  struct End {
    bool is_interrupted = false;
    std::optional<double> audio_duration = {};
    std::optional<double> heard_duration = {};
    std::optional<double> first_audible = {};
    std::string input_transcript = {};
    std::string output_transcript = {};
    std::optional<std::string> heard_transcript = {};
  };
  /// A piece of a transcript. `position` is where it begins in the audio of its answer. `start` and
  /// `end` are times, where they are known.
  struct Piece {
    std::string text = {};
    unsigned turn = 0;  // 0: not known
    std::optional<double> position = {};
    std::optional<double> start = {};
    std::optional<double> end = {};
  };

  void connected(double at, bool is_resumed);
  void connection_lost(double at, int code, const std::string &reason);
  void turn_started(double at, unsigned number, std::optional<double> input_end);
  void turn_completed(double at, unsigned number, End end);
  void interrupted(double at, std::optional<double> discarded);
  void said(Side side, double at, Piece piece);
  void speech(bool begins, double at);
  void tool_call(double at, const std::string &id, const std::string &name,
                 const std::string &args);
  void tool_cancelled(double at, const std::string &id);
  void tool_answered(double at, const std::string &id, const std::string &name);
  void typed(double at, const std::string &text);
  void backlog(double at, double seconds);
  void mark(Mark::Kind kind, double at, const std::string &label);
  void note(const std::string &text);

  Model finish(Levels user, Levels model) &&;

 private:
  struct Told {
    double at = 0;
    Piece piece = {};
  };
  struct Answer {
    Turn turn = {};
    bool has_started = false;
    std::optional<double> discarded = {};
    std::optional<double> interrupted_at = {};
    std::optional<End> end = {};
    std::vector<Told> pieces = {};
    std::vector<Told> questions = {};
  };
  struct Tool {
    double at = 0;
    std::string name = {};
  };

  Answer &answer(unsigned number);
  unsigned current(unsigned number) const { return number ? number : turn_; }
  void reached(double at);
  void place_user_words(Answer &answer);
  void place_utterance(std::vector<Told> pieces, std::optional<double> end);
  void place_model_words(Answer &answer);
  void place_discarded(const Answer &answer);
  void add_turn(Answer &answer);
  double start_of_speech(double end, double estimate) const;

  Model model_;
  std::map<unsigned, Answer> answers_;
  std::map<std::string, Tool> tools_;
  std::vector<Told> untold_;  // words of the user before a turn
  std::vector<std::pair<bool, double>> speech_;
  unsigned turn_ = 0;
  unsigned attempts_ = 0;
  bool was_connected_ = false;
  std::optional<double> offline_since_;
};

}  // namespace gemlive::timeline
