// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "svg_row.hpp"

#include <algorithm>
#include <cmath>

#include "lettering.hpp"

namespace gemlive::timeline {
namespace {

constexpr double bar = 3;
constexpr std::size_t most_turns = 60;  // of a row

/// 0 at -48 dB of full scale, 1 at full scale.
double height_of(float peak) {
  if (!(peak > 0)) return 0;
  return std::clamp(1 + 20 * std::log10(static_cast<double>(std::min(peak, 1.0F))) / 48, 0.0, 1.0);
}

/// The longest of these that fits, in bold.
std::string first_fitting(std::initializer_list<std::string> texts, double space) {
  for (const auto &text : texts)
    if (1.12 * width(text, label_size) <= space) return text;
  return {};
}

}  // namespace

void SvgRow::draw() {
  out_.raw("<g class=\"row\" data-start=\"" + number_text(row_.start) + "\" data-end=\"" +
           number_text(row_.end) + "\" data-y=\"" + number_text(row_.y) + "\" data-height=\"" +
           number_text(row_.height) + "\">\n");
  if (row_.is_quiet) {
    quiet();
  } else {
    axis();
    spans();
    if (model_.user.peaks.empty())
      speech(Span::Kind::user_speech, row_.user_lane_y());
    else
      levels(model_.user, row_.user_lane_y(), "user");
    if (model_.model.peaks.empty())
      speech(Span::Kind::model_speech, row_.model_lane_y());
    else
      levels(model_.model, row_.model_lane_y(), "model");
    if (row_.has_backlog) backlog();
    turns();
    leaders();
    words(Side::user, row_.user_words_y());
    words(Side::model, row_.model_words_y());
    labels();
  }
  out_.raw("</g>\n");
}

void SvgRow::quiet() {
  const auto y = row_.y + quiet_height / 2;
  out_.line(plot_left, y, plot_right, y, "leader");
  out_.text(plot_left + 20, y + 4,
            "quiet from " + clock_text(row_.start) + " to " +
                clock_text(std::min(row_.end, model_.duration)),
            "label halo");
}

void SvgRow::axis() {
  const auto top = row_.user_lane_y(), bottom = row_.model_lane_y() + lane_height;
  const auto right = x(std::max(row_.start, model_.duration));
  out_.text(4, top + lane_height / 2 + 4, "User", "side");
  out_.text(4, row_.model_lane_y() + lane_height / 2 + 4, "Model", "side");
  out_.line(plot_left, top + lane_height / 2, right, top + lane_height / 2, "rest");
  out_.line(plot_left, row_.model_lane_y() + lane_height / 2, right,
            row_.model_lane_y() + lane_height / 2, "rest");
  double step = 1;
  for (const auto wider : {2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0, 1800.0, 3600.0})
    if (step * layout_.pixels_a_second < 70) step = wider;
  const auto y = row_.axis_y() + 11;
  const auto count = std::min(60.0, (std::min(row_.end, model_.duration) - row_.start) / step);
  for (double i = 0; i <= count; ++i) {
    const auto at = row_.start + i * step;
    if (at >= row_.end) break;
    out_.line(x(at), top, x(at), bottom, "grid");
    out_.line(x(at), row_.axis_y() - 2, x(at), row_.axis_y() + 1, "grid");
    out_.text(x(at), y, clock_text(at), i == 0 ? "clock first" : "clock");
  }
}

void SvgRow::spans() {
  const auto top = row_.user_lane_y(), bottom = row_.model_lane_y() + lane_height;
  std::size_t drawn = 0;
  for (const auto &span : model_.spans) {
    if (!overlaps(span.start, span.end) || ++drawn > most_turns) continue;
    const auto left = x(span.start), wide = x(span.end) - left;
    if (span.kind == Span::Kind::offline) {
      const auto text = "No connection for " + seconds_text(span.end - span.start);
      out_.rectangle(left, top, wide, bottom - top, "offline", text);
    } else if (span.kind == Span::Kind::discarded) {
      const auto y = row_.model_lane_y() + 4;
      const auto text = seconds_text(span.length) + " not heard";
      out_.rectangle(left, y, wide, lane_height - 8, "discarded", text);
      if (span.start >= row_.start && width(text, label_size) + 8 < wide)
        out_.text(left + 5, y + lane_height / 2, text, "label halo");
    }
  }
}

void SvgRow::levels(const Levels &levels, double y, const char *style) {
  const auto middle = y + lane_height / 2, half = lane_height / 2 - 2;
  const auto step = bar / layout_.pixels_a_second;
  std::string data;
  for (double i = 0; plot_left + (i + 1) * bar <= plot_right; ++i) {
    const auto start = row_.start + i * step;
    const auto height = height_of(levels.peak(start, start + step)) * half;
    if (height < 0.6) continue;
    data += 'M' + SvgWriter::point(plot_left + (i + 0.5) * bar, middle - height) + 'v' +
            number_text(2 * height);
  }
  out_.path(data, style);
}

void SvgRow::speech(Span::Kind kind, double y) {
  std::size_t drawn = 0;
  for (const auto &span : model_.spans)
    if (span.kind == kind && overlaps(span.start, span.end) && ++drawn <= most_turns)
      out_.rectangle(x(span.start), y + 8, std::max(2.0, x(span.end) - x(span.start)),
                     lane_height - 16, "speech");
}

void SvgRow::backlog() {
  const auto bottom = row_.user_lane_y() + lane_height + backlog_height - 2;
  double most = 0;
  for (const auto &point : model_.backlog)
    most = std::max(most, point.seconds);
  const auto y = [&](double seconds) { return bottom - seconds / most * (backlog_height - 3); };
  struct Shape {
    double left = 0, right = 0, seconds = 0;
  };
  Shape shape, highest;
  std::string data;
  const Backlog *before = nullptr;
  bool is_open = false;  // the shape has not come down yet
  for (const auto &point : model_.backlog) {
    if (point.at >= row_.end) break;
    const auto here = x(point.at);
    if (point.at >= row_.start && !is_open && point.seconds > 0) {
      shape = {.left = x(before ? before->at : point.at), .right = here};
      data += 'M' + SvgWriter::point(shape.left, bottom);
      // It waited when the row began.
      if (before && before->seconds > 0)
        data += 'L' + SvgWriter::point(plot_left, y(before->seconds));
      is_open = true;
    }
    if (is_open) {
      // Thousands of points in a row are a thousand.
      if (here - shape.right >= 1 || point.seconds == 0 || shape.seconds == 0) {
        data += 'L' + SvgWriter::point(here, y(point.seconds));
        shape.right = here;
      }
      shape.seconds = std::max(shape.seconds, point.seconds);
      if (shape.seconds >= highest.seconds) highest = shape;
      if (point.seconds == 0) is_open = false;
    }
    before = &point;
  }
  if (is_open) data += 'V' + number_text(bottom);
  out_.path(data, "backlog");
  const auto text = seconds_text(highest.seconds) + " of input waits";
  const auto size = width(text, label_size);
  const bool has_room = highest.right + 6 + size < plot_right;
  out_.text(has_room ? highest.right + 6 : std::max(plot_left, highest.left - 6 - size), bottom - 1,
            text, "label halo");
}

void SvgRow::turns() {
  std::size_t drawn = 0;
  for (auto turn = model_.turns.begin(); turn != model_.turns.end(); ++turn) {
    if (!overlaps(turn->input_end.value_or(turn->first_sound), turn->end)) continue;
    if (++drawn > most_turns) break;
    double right = plot_right;
    if (const auto next = turn + 1; next != model_.turns.end()) {
      const auto asked = next->input_end.value_or(next->first_sound);
      right = x(asked > turn->first_sound ? asked : next->first_sound) - 6;
    }
    this->turn(*turn, right);
  }
}

/// An arrow from the end of the input to the first sound, and a bracket as long as the answer.
void SvgRow::turn(const Turn &turn, double right) {
  const auto y = row_.strip_y() + 17, first = x(turn.first_sound);
  const bool begins = turn.first_sound >= row_.start && turn.first_sound < row_.end;
  if (turn.input_end && *turn.input_end < turn.first_sound) {
    const auto from = x(*turn.input_end);
    out_.line(from, y, first, y, "wait");
    if (*turn.input_end >= row_.start) out_.line(from, y - 4, from, y + 4, "wait");
    if (begins) out_.path('M' + SvgWriter::point(first - 5, y - 3.5) + "l5 3.5l-5 3.5", "stroke");
  }
  if (turn.end > row_.start && begins) out_.line(first, y - 4, first, y + 6, "turn");
  if (turn.end > row_.start && turn.first_sound < row_.end) {
    out_.line(first, y, x(turn.end), y, "turn");
    if (turn.end < row_.end && !turn.is_open) out_.line(x(turn.end), y, x(turn.end), y + 6, "turn");
    if (turn.end < row_.end && turn.is_interrupted)
      out_.path('M' + SvgWriter::point(x(turn.end) - 4, y - 4) + "l8 8m0-8l-8 8", "stroke");
  }
  if (!begins) return;
  const auto number = std::to_string(turn.number);
  const auto delay = turn.input_end ? (turn.is_estimated ? "about " : "") +
                                          seconds_text(turn.first_sound - *turn.input_end)
                                    : std::string();
  const auto space = right - first - 3;
  out_.text(first + 3, y - 5,
            delay.empty() ? first_fitting({"Turn " + number, number}, space)
                          : first_fitting({"Turn " + number + ": first sound after " + delay,
                                           "Turn " + number + ": " + delay, delay, number},
                                          space),
            "label halo strong");
}

void SvgRow::leaders() {
  const auto bottom = row_.model_lane_y() + lane_height;
  for (const auto &label : row_.labels)
    out_.line(label.mark_x, label_y(label) + 2, label.mark_x, bottom, "leader");
}

double SvgRow::label_y(const Label &label) const {
  return row_.user_words_y() - 9 - static_cast<double>(label.level) * label_line;
}

void SvgRow::labels() {
  for (const auto &label : row_.labels) {
    out_.glyph(label.kind, label.x + 5.5, label_y(label) - 4);
    out_.text(label.x + glyph_width, label_y(label), label.text, "label halo", label.whole);
  }
  if (row_.more_marks > 0)
    out_.text(4, row_.user_words_y() - 9, '+' + std::to_string(row_.more_marks) + " more", "label");
}

void SvgRow::words(Side side, double y) {
  const auto index = static_cast<std::size_t>(side);
  const auto rows = static_cast<double>(row_.lines[index]);
  for (const auto &block : row_.words[index]) {
    const auto count = static_cast<double>(block.lines.size());
    // The user's words stand on the lane, the model's hang below it.
    auto line_y = y + 12 + (side == Side::user ? (rows - count) * words_line - 2 : 2);
    for (const auto &line : block.lines) {
      out_.text(block.x, line_y, line, block.is_heard ? "words halo" : "words halo unheard",
                block.whole);
      line_y += words_line;
    }
  }
}

}  // namespace gemlive::timeline
