// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "row_layout.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "lettering.hpp"

namespace gemlive::timeline {
namespace {

constexpr double plot_width = plot_right - plot_left;
constexpr std::size_t most_lines = 7, most_levels = 5;
constexpr double between = 8;     // two texts
constexpr double most_lag = 150;  // of words behind their place
constexpr float audible = 0.02F;

/// Long enough that a picture of any conversation has at most 125 rows, short enough for its words.
double seconds_of_row(double duration) {
  if (duration <= 20) return std::max(8.0, std::ceil(duration));
  for (const auto &[up_to, seconds] : {std::pair(300.0, 20.0), {3700.0, 30.0}, {7200.0, 60.0}})
    if (duration <= up_to) return seconds;
  return 60 * std::ceil(duration / 120 / 60);
}

double longest_word(std::string_view text) {
  double widest = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find(' ', begin), text.size());
    widest = std::max(widest, width(text.substr(begin, end - begin), words_size));
    begin = end + 1;
  }
  return widest;
}

/// Puts the words of one side into rows.
class WordPlacer {
 public:
  WordPlacer(RowLayout &layout, Side side)
      : layout_(layout), side_(static_cast<std::size_t>(side)) {}

  /// `next`: when the next words of this side begin.
  void place(const Words &words, double next) {
    const auto index = row_of(words.start);
    if (index > index_) right_ = plot_left, index_ = index;
    auto result = put(words, next, false);
    if (result == Result::no_room && index_ + 1 < layout_.rows.size()) {
      ++index_, right_ = plot_left;
      result = put(words, next, true);
    }
    if (result != Result::placed) ++layout_.hidden_words;
  }

 private:
  enum class Result { placed, no_room, too_late };

  std::size_t row_of(double time) const {
    const auto row = static_cast<std::size_t>(std::max(0.0, time) / layout_.row_seconds);
    return std::min(row, layout_.rows.size() - 1);
  }

  /// `is_carried`: from the row before, which had no room.
  Result put(const Words &words, double next, bool is_carried) {
    auto &row = layout_.rows[index_];
    const auto least = std::clamp(longest_word(words.text), 24.0, plot_width / 8);
    const auto place = row.x(words.start, layout_.pixels_a_second);
    auto x = std::max(place, right_);
    if (x > place + most_lag) return Result::too_late;
    if (const auto whole = width(words.text, words_size); x + whole > plot_right)
      x = std::max(right_, std::min(x, plot_right - std::max(least, whole / 2.5)));
    if (plot_right - x < least) return Result::no_room;
    // Up to the next words, or so far that they come a little late.
    const auto until = next < row.end ? row.x(next, layout_.pixels_a_second) - between : plot_right;
    const auto limit = std::max(least, std::min(until + most_lag / 2, plot_right) - x);
    auto space = std::min(std::max({least, until - x, 60.0}), plot_right - x);
    auto lines = wrap(words.text, space, words_size, 100);
    for (; lines.size() > most_lines && space < limit;
         lines = wrap(words.text, space, words_size, 100))
      space = std::min(space * 1.25, limit);
    const bool is_at_end = next >= row.end && index_ + 1 < layout_.rows.size();
    if (lines.size() > most_lines && is_at_end && !is_carried) return Result::no_room;
    if (lines.size() > most_lines) lines = wrap(words.text, space, words_size, most_lines);
    if (lines.empty()) return Result::no_room;
    Block block{.x = x, .at = words.start, .is_heard = words.is_heard};
    for (const auto &line : lines)
      block.width = std::max(block.width, width(line, words_size));
    if (lines.back().ends_with("…") && !words.text.ends_with("…"))
      block.whole = clean(words.text, 1000);
    row.lines[side_] = std::max(row.lines[side_], lines.size());
    block.lines = std::move(lines);
    right_ = x + block.width + between;
    row.words[side_].push_back(std::move(block));
    return Result::placed;
  }

  RowLayout &layout_;
  std::size_t side_;
  std::size_t index_ = 0;
  double right_ = plot_left;  // of the row, so far
};

void place_words(RowLayout &layout, const Model &model, Side side) {
  WordPlacer placer(layout, side);
  const Words *before = nullptr;
  for (const auto &words : model.words) {
    if (words.side != side) continue;
    if (before) placer.place(*before, words.start);
    before = &words;
  }
  if (before) placer.place(*before, longest);
}

/// From right to left, so that the line of a mark crosses no words: those before it are higher.
void place_labels(RowLayout &layout, Row &row, std::span<const Mark> marks) {
  constexpr std::size_t most = 40;
  std::vector<double> free(most_levels, plot_right);  // right end of what is free
  row.more_marks = marks.size() > most ? marks.size() - most : 0;
  for (auto i = std::min(marks.size(), most); i > 0; --i) {
    const auto &mark = marks[i - 1];
    const auto x = row.x(mark.at, layout.pixels_a_second);
    Label label{.kind = mark.kind, .mark_x = x, .at = mark.at};
    label.text = fitting(mark.label, 440, label_size);
    if (label.text != mark.label) label.whole = mark.label;
    const auto size = glyph_width + width(label.text, label_size);
    std::size_t level = 0;
    for (; level < most_levels; ++level) {
      const bool is_edge = free[level] == plot_right;
      label.x = is_edge ? std::max(plot_left, std::min(x, plot_right - size)) : x;
      if (label.x + size <= free[level]) break;
    }
    if (level == most_levels) {
      ++row.more_marks;
      continue;
    }
    label.level = level;
    free[level] = label.x - between;
    row.levels = std::max(row.levels, level + 1);
    row.labels.push_back(std::move(label));
  }
  std::ranges::reverse(row.labels);
  if (row.more_marks > 0 && row.levels == 0) row.levels = 1;
}

bool overlaps(double start, double end, const Row &row) {
  return start < row.end && end >= row.start;
}

bool is_quiet(const Row &row, const Model &model) {
  if (row.lines[0] + row.lines[1] + row.levels > 0 || row.has_backlog) return false;
  if (model.user.peak(row.start, row.end) >= audible ||
      model.model.peak(row.start, row.end) >= audible)
    return false;
  const auto in_row = [&](const auto &span) { return overlaps(span.start, span.end, row); };
  const auto turn_in_row = [&](const Turn &turn) {
    return overlaps(turn.input_end.value_or(turn.first_sound), turn.end, row);
  };
  return std::ranges::none_of(model.spans, in_row) &&
         std::ranges::none_of(model.turns, turn_in_row);
}

/// Quiet rows in a row become one.
void fold(RowLayout &layout, const Model &model) {
  std::vector<Row> kept;
  for (auto &row : layout.rows) {
    row.is_quiet = is_quiet(row, model);
    if (row.is_quiet && !kept.empty() && kept.back().is_quiet)
      kept.back().end = row.end;
    else
      kept.push_back(std::move(row));
  }
  layout.rows = std::move(kept);
}

}  // namespace

double Row::x(double time, double pixels_a_second) const {
  return std::clamp(plot_left + (time - start) * pixels_a_second, plot_left, plot_right);
}

double Row::user_words_y() const {
  return y + static_cast<double>(levels) * label_line + (levels > 0 ? 4 : 0);
}
double Row::user_lane_y() const {
  return user_words_y() + static_cast<double>(lines[0]) * words_line;
}
double Row::strip_y() const {
  return user_lane_y() + lane_height + (has_backlog ? backlog_height : 0);
}
double Row::model_lane_y() const {
  return strip_y() + strip_height;
}
double Row::model_words_y() const {
  return model_lane_y() + lane_height;
}
double Row::axis_y() const {
  return model_words_y() + static_cast<double>(lines[1]) * words_line + 4;
}

RowLayout lay_out(const Model &model, double top) {
  RowLayout layout;
  const auto duration =
      std::clamp(std::isfinite(model.duration) ? model.duration : 0, 1.0, longest);
  layout.row_seconds = seconds_of_row(duration);
  layout.pixels_a_second = plot_width / layout.row_seconds;
  const auto count = static_cast<std::size_t>(std::ceil(duration / layout.row_seconds - 1e-9));
  // One more than needed, for words that have no room in the last.
  for (std::size_t i = 0; i <= std::max<std::size_t>(1, count); ++i)
    layout.rows.push_back({.start = static_cast<double>(i) * layout.row_seconds,
                           .end = static_cast<double>(i + 1) * layout.row_seconds});
  place_words(layout, model, Side::user);
  place_words(layout, model, Side::model);
  if (layout.rows.back().lines[0] + layout.rows.back().lines[1] == 0) layout.rows.pop_back();
  auto mark = model.marks.begin();
  for (auto &row : layout.rows) {
    const bool is_last = &row == &layout.rows.back();
    const auto first = mark;
    while (mark != model.marks.end() && (mark->at < row.end || is_last))
      ++mark;
    place_labels(layout, row, {first, mark});
    for (const auto &backlog : model.backlog)
      row.has_backlog |=
          backlog.seconds > least_backlog && backlog.at >= row.start && backlog.at < row.end;
  }
  fold(layout, model);
  auto y = top;
  for (auto &row : layout.rows) {
    row.y = y;
    row.height = row.is_quiet ? quiet_height : row.axis_y() + axis_height - y;
    y += row.height + row_gap;
  }
  layout.height = y;
  return layout;
}

}  // namespace gemlive::timeline
