// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "view.hpp"

namespace gemlive::talk {

enum class Tone { User, Model, Tool, Note, Problem };

/// A line of the screen. Its text is printable, and at most as wide as the screen.
struct Line {
  Tone tone;
  std::string text;
  std::size_t label = 0;  // bytes of the label in front. 0: the line goes on with the one above
};

/// A conversation as lines of text that the user can scroll. Bounded: the oldest is forgotten. One
/// thread.
class Transcript {
 public:
  /// `limit`: bytes of text that are kept.
  explicit Transcript(std::size_t limit = std::size_t{1} << 20) : limit_(limit) {}

  void words(const Words &words);
  void turn_started();
  /// Marks the answer. Words that still come of it are not shown: they are not heard.
  void interrupted();
  void turn_ended(const Turn &turn);
  void tool_call(const ToolCall &call);
  void tool_result(const ToolResult &result);
  void note(const std::string &line);
  void problem(const std::string &what, const std::string &what_to_do);

  /// The last lines, or those to which the user has scrolled: at most `height`, each of at most
  /// `width` columns.
  std::vector<Line> window(int width, int height);
  /// Moves the window up (negative: down) by `lines`. What comes later does not move it, until it
  /// is at the end again.
  void scroll(int lines, int width, int height);
  void scroll_to_end() { bottom_.reset(); }
  bool is_scrolled() const { return bottom_.has_value(); }

 private:
  struct Entry {
    Tone tone;
    std::string text;
    bool is_open = false;  // more words can follow
    // As last shown:
    int width = 0;
    std::vector<std::string> lines = {};
  };
  /// A line: of an entry since the start, counted from 0.
  struct Position {
    std::uint64_t entry = 0;
    std::size_t line = 0;
  };

  void add_words(Speaker speaker, std::string text, bool is_final);
  Entry &add(Tone tone, std::string text);
  Entry *find(std::optional<std::uint64_t> entry);
  void close(std::optional<std::uint64_t> &entry);
  void forget_oldest();
  const std::vector<std::string> &lines(std::uint64_t entry, int width);
  bool move_up(Position &position, int width);
  bool move_down(Position &position, int width);
  Position last(int width);

  std::size_t limit_, size_ = 0;
  std::deque<Entry> entries_;
  std::uint64_t first_ = 0;                    // number of the first of entries_
  std::optional<std::uint64_t> user_, model_;  // the newest of each
  bool has_answer_ = false;                    // model_ belongs to the newest turn
  bool is_interrupted_ = false;                // that turn
  std::optional<Position> bottom_;             // none: the window follows the end
};

}  // namespace gemlive::talk
