// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

/// A conversation as a picture shows it. Times are seconds since the recording began. Values: one
/// thread at a time.
namespace gemlive::timeline {

enum class Side { user, model };

/// A few words, when they were said.
struct Words {
  Side side = Side::user;
  double start = 0;
  double end = 0;
  std::string text = {};
  bool is_heard = true;  // false: the model's, and discarded before they were played
};

struct Turn {
  unsigned number = 0;
  std::optional<double> input_end = {};  // the user's speech or input ended
  bool is_estimated = false;             // input_end was found in the sound
  double first_sound = 0;
  double end = 0;
  bool is_interrupted = false;
  bool is_open = false;  // the recording ends within it
};

struct Span {
  enum class Kind { offline, discarded, user_speech, model_speech };
  Kind kind = Kind::offline;
  double start = 0;
  double end = 0;
  double length = 0;  // of what was discarded; the span can be shorter: what follows covers it
};

struct Mark {
  enum class Kind {
    connected,
    lost,
    resumed,
    tool,
    interrupted,
    dropped,
    typed,
    warning,
    error,
    note
  };
  Kind kind = Kind::note;
  double at = 0;
  std::string label = {};
};

/// Input that waited to be sent.
struct Backlog {
  double at = 0;
  double seconds = 0;
};

/// Peaks of equal frames from 0 s on, 0 to 1. Empty: the sound is not known.
struct Levels {
  static constexpr double frame = 0.02;
  std::vector<float> peaks = {};

  /// Highest peak between two times.
  float peak(double start, double end) const;
  /// Raises the frames that samples of this peak cover. Times outside of 0 to `longest` are left
  /// out.
  void add(double start, double end, float peak);
  double duration() const { return frame * static_cast<double>(peaks.size()); }
};

/// More is refused or cut off: a week.
constexpr double longest = 7 * 24 * 3600;

struct Model {
  double duration = 0;
  Levels user = {};
  Levels model = {};
  std::vector<Words> words = {};  // in the order of their times
  std::vector<Turn> turns = {};   // likewise
  std::vector<Span> spans = {};   // likewise
  std::vector<Mark> marks = {};   // likewise
  std::vector<Backlog> backlog = {};
  std::vector<std::string> notes = {};  // what a reader of the picture must know about its source
};

}  // namespace gemlive::timeline
