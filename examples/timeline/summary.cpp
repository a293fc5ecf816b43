// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "summary.hpp"

#include <algorithm>
#include <numeric>

#include "lettering.hpp"

namespace gemlive::timeline {
namespace {

std::string counted(std::size_t count, const std::string &noun) {
  return std::to_string(count) + ' ' + noun + (count == 1 ? "" : "s");
}

std::size_t marks(const Model &model, Mark::Kind kind) {
  return static_cast<std::size_t>(std::ranges::count(model.marks, kind, &Mark::kind));
}

double length(const Model &model, Span::Kind kind) {
  double sum = 0;
  for (const auto &span : model.spans)
    if (span.kind == kind)
      sum += kind == Span::Kind::discarded ? span.length : span.end - span.start;
  return sum;
}

/// Words of one side in a row are one line.
void add_words(std::vector<Line> &lines, const Model &model) {
  constexpr std::size_t most = 400;  // bytes
  const Words *before = nullptr;
  for (const auto &words : model.words) {
    const bool goes_on = before && before->side == words.side &&
                         before->is_heard == words.is_heard && words.start - before->end < 2 &&
                         lines.back().text.size() < most;
    if (goes_on)
      lines.back().text += ' ' + clean(words.text, 1000);
    else
      lines.push_back({.at = words.start,
                       .who = words.side == Side::user ? "User"
                              : words.is_heard         ? "Model"
                                                       : "Model, not heard",
                       .text = clean(words.text, 1000)});
    before = &words;
  }
}

}  // namespace

std::string title_of(const Model &model) {
  return "Conversation of " + seconds_text(model.duration);
}

std::string headline_of(const Model &model) {
  std::string line = counted(model.turns.size(), "turn");
  std::vector<double> delays;
  for (const auto &turn : model.turns)
    if (turn.input_end) delays.push_back(turn.first_sound - *turn.input_end);
  if (!delays.empty()) {
    std::ranges::sort(delays);
    line += "; first sound after " + seconds_text(delays[delays.size() / 2]);
    if (delays.size() > 1) line += " (median), " + seconds_text(delays.back()) + " at most";
  }
  if (const auto count = std::ranges::count(model.turns, true, &Turn::is_interrupted)) {
    line += "; " + std::to_string(count) + " interrupted";
    if (const auto lost = length(model, Span::Kind::discarded); lost > 0.05)
      line += ", " + seconds_text(lost) + " not heard";
  }
  if (const auto count = std::ranges::count_if(model.marks, [](const Mark &mark) {
        return mark.kind == Mark::Kind::tool && mark.label.starts_with("tool ") &&
               !mark.label.ends_with(" cancelled");
      }))
    line += "; " + counted(static_cast<std::size_t>(count), "tool call");
  if (const auto count = marks(model, Mark::Kind::lost))
    line += "; connection lost " +
            (count == 1 ? std::string("once") : std::to_string(count) + " times") + ", " +
            seconds_text(length(model, Span::Kind::offline)) + " without one";
  double most = 0;
  for (const auto &backlog : model.backlog)
    most = std::max(most, backlog.seconds);
  if (most > 0.3) line += "; up to " + seconds_text(most) + " of input waited";
  if (const auto count = marks(model, Mark::Kind::dropped))
    line += "; audio dropped " + counted(count, "time");
  if (const auto count = marks(model, Mark::Kind::warning))
    line += "; " + counted(count, "warning");
  if (const auto count = marks(model, Mark::Kind::error)) line += "; " + counted(count, "error");
  return line;
}

std::vector<Line> account_of(const Model &model, std::size_t limit) {
  std::vector<Line> lines;
  add_words(lines, model);
  for (const auto &mark : model.marks)
    lines.push_back({.at = mark.at, .text = mark.label});
  for (const auto &turn : model.turns) {
    auto text = "Turn " + std::to_string(turn.number) + " begins";
    if (turn.input_end)
      text += ", first sound after " + std::string(turn.is_estimated ? "about " : "") +
              seconds_text(turn.first_sound - *turn.input_end);
    lines.push_back({.at = turn.first_sound - 1e-6, .text = text});
  }
  std::ranges::stable_sort(lines, {}, &Line::at);
  if (lines.size() > limit) {
    const auto left = lines.size() - limit;
    lines.resize(limit);
    if (limit > 0)
      lines.push_back({.at = lines.back().at, .text = "... and " + std::to_string(left) + " more"});
  }
  return lines;
}

}  // namespace gemlive::timeline
