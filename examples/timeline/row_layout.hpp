// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "timeline_model.hpp"

/// Where everything of a picture goes: the conversation as rows of equal time, like lines of text.
/// Lengths are pixels. Pure. Any thread.
namespace gemlive::timeline {

constexpr double page_width = 1200;
constexpr double plot_left = 66;
constexpr double plot_right = page_width - 18;
constexpr double words_size = 12;  // of the font
constexpr double words_line = 15;
constexpr double label_size = 11;
constexpr double label_line = 16;
constexpr double glyph_width = 15;
constexpr double lane_height = 38;
constexpr double strip_height = 24;  // of the turns, between the lanes
constexpr double backlog_height = 16;
constexpr double axis_height = 18;
/// Less than this is not drawn as waiting.
constexpr double least_backlog = 0.3;
constexpr double quiet_height = 26;
constexpr double row_gap = 16;

/// Words as a block of lines.
struct Block {
  double x = 0;
  double width = 0;
  std::vector<std::string> lines = {};
  std::string whole = {};  // what was said, if the lines are cut
  double at = 0;
  bool is_heard = true;
};

/// A mark with its words. Level 0 is next to the lanes.
struct Label {
  Mark::Kind kind = Mark::Kind::note;
  double mark_x = 0;
  double x = 0;
  std::size_t level = 0;
  std::string text = {};
  std::string whole = {};
  double at = 0;
};

struct Row {
  double start = 0;
  double end = 0;
  bool is_quiet = false;                         // nothing happens: shown as one line
  std::array<std::vector<Block>, 2> words = {};  // by Side
  std::array<std::size_t, 2> lines = {};
  std::vector<Label> labels = {};
  std::size_t levels = 0;      // of labels
  std::size_t more_marks = 0;  // that have no room
  bool has_backlog = false;
  double y = 0;
  double height = 0;

  double x(double time, double pixels_a_second) const;
  double user_words_y() const;
  double user_lane_y() const;
  double strip_y() const;
  double model_lane_y() const;
  double model_words_y() const;
  double axis_y() const;
};

struct RowLayout {
  double pixels_a_second = 1;
  double row_seconds = 1;
  std::vector<Row> rows = {};
  std::size_t hidden_words = 0;  // phrases that have no room
  double height = 0;
};

/// Below `top`.
RowLayout lay_out(const Model &model, double top);

}  // namespace gemlive::timeline
