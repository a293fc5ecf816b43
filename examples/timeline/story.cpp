// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "story.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "end_of_sound.hpp"
#include "lettering.hpp"

namespace gemlive::timeline {
namespace {

constexpr double most_marks = 100'000;

double sane(double time) {
  return std::isfinite(time) ? std::clamp(time, 0.0, longest) : 0;
}

std::string counted(unsigned number, const char *noun) {
  return std::to_string(number) + ' ' + noun + (number == 1 ? "" : "s");
}

template <typename Timed>
void sort_by_start(std::vector<Timed> &list) {
  std::ranges::stable_sort(list, {}, &Timed::start);
}

}  // namespace

void Story::reached(double at) {
  model_.duration = std::max(model_.duration, sane(at));
}

Story::Answer &Story::answer(unsigned number) {
  auto &found = answers_[number];
  found.turn.number = number;
  return found;
}

void Story::mark(Mark::Kind kind, double at, const std::string &label) {
  if (static_cast<double>(model_.marks.size()) >= most_marks) return;
  reached(at);
  model_.marks.push_back({.kind = kind, .at = sane(at), .label = label});
}

void Story::note(const std::string &text) {
  model_.notes.push_back(text);
}

void Story::connected(double at, bool is_resumed) {
  at = sane(at);
  std::string label = is_resumed && was_connected_ ? "resumed"
                      : was_connected_             ? "connected, new session"
                      : is_resumed                 ? "connected, session resumed"
                                                   : "connected";
  if (offline_since_) {
    model_.spans.push_back({.kind = Span::Kind::offline, .start = *offline_since_, .end = at});
    label += " after " + seconds_text(at - *offline_since_);
    if (attempts_ > 1) label += ", " + counted(attempts_, "attempt");
  }
  mark(is_resumed && was_connected_ ? Mark::Kind::resumed : Mark::Kind::connected, at, label);
  was_connected_ = true;
  attempts_ = 0;
  offline_since_.reset();
}

void Story::connection_lost(double at, int code, const std::string &reason) {
  ++attempts_;
  if (offline_since_) return;
  offline_since_ = sane(at);
  std::string label = was_connected_ ? "connection lost" : "cannot connect";
  if (code) label += " (" + std::to_string(code) + ')';
  if (!reason.empty()) label += ": " + reason;
  mark(Mark::Kind::lost, at, label);
}

void Story::turn_started(double at, unsigned number, std::optional<double> input_end) {
  turn_ = number ? number : turn_ + 1;
  auto &started = answer(turn_);
  started.has_started = true;
  started.turn.first_sound = started.turn.end = sane(at);
  if (input_end && *input_end <= at) started.turn.input_end = sane(*input_end);
  started.questions.insert(started.questions.end(), untold_.begin(), untold_.end());
  untold_.clear();
  reached(at);
}

void Story::turn_completed(double at, unsigned number, End end) {
  auto &completed = answer(current(number));
  completed.turn.end = sane(at);
  completed.turn.is_interrupted |= end.is_interrupted;
  completed.end = std::move(end);
  if (!completed.has_started) completed.turn.first_sound = sane(at);
  reached(at);
}

void Story::interrupted(double at, std::optional<double> discarded) {
  auto &cut = answer(turn_);
  cut.interrupted_at = sane(at);
  cut.turn.is_interrupted = true;
  cut.discarded = discarded;
  mark(Mark::Kind::interrupted, at,
       discarded && *discarded > 0 ? "interrupted, " + seconds_text(*discarded) + " not heard"
                                   : "interrupted");
}

void Story::said(Side side, double at, Piece piece) {
  if (piece.text.empty()) return;
  reached(at);
  const auto number = piece.turn;
  Told told{.at = sane(at), .piece = std::move(piece)};
  if (side == Side::model)
    answer(current(number)).pieces.push_back(std::move(told));
  else if (number && answers_.contains(number))
    answers_[number].questions.push_back(std::move(told));
  else
    untold_.push_back(std::move(told));
}

void Story::speech(bool begins, double at) {
  speech_.emplace_back(begins, sane(at));
  reached(at);
}

void Story::tool_call(double at, const std::string &id, const std::string &name,
                      const std::string &args) {
  tools_[id] = {.at = sane(at), .name = name};
  mark(Mark::Kind::tool, at, "tool " + name + (args.empty() || args == "{}" ? "" : ' ' + args));
}

void Story::tool_cancelled(double at, const std::string &id) {
  const auto found = tools_.find(id);
  if (found == tools_.end()) return;
  mark(Mark::Kind::tool, at, "tool " + found->second.name + " cancelled");
  tools_.erase(found);
}

void Story::tool_answered(double at, const std::string &id, const std::string &name) {
  const auto found = tools_.find(id);
  std::string label =
      "answer of " + (name.empty() && found != tools_.end() ? found->second.name : name);
  if (found != tools_.end()) label += " after " + seconds_text(sane(at) - found->second.at);
  if (found != tools_.end()) tools_.erase(found);
  mark(Mark::Kind::tool, at, label);
}

void Story::typed(double at, const std::string &text) {
  mark(Mark::Kind::typed, at, "typed");
  const auto start = sane(at);
  untold_.push_back({.at = start, .piece = {.text = text, .start = start, .end = start + 2}});
}

void Story::backlog(double at, double seconds) {
  constexpr double usual = 0.25;  // a chunk and a busy machine
  if (seconds < usual) seconds = 0;
  if (static_cast<double>(model_.backlog.size()) >= 10 * most_marks || !(seconds >= 0)) return;
  model_.backlog.push_back({.at = sane(at), .seconds = std::min(seconds, longest)});
}

void Story::add_turn(Answer &told) {
  auto &turn = told.turn;
  turn.is_open = !told.end && !told.interrupted_at;
  if (told.interrupted_at)
    turn.end = *told.interrupted_at;
  else if (told.end && told.end->audio_duration.value_or(0) > 0)
    turn.end = turn.first_sound + sane(*told.end->audio_duration);
  if (turn.is_interrupted && !told.interrupted_at && told.end && told.end->heard_duration)
    turn.end = turn.first_sound + sane(*told.end->heard_duration);
  turn.end = std::max(turn.end, turn.first_sound);
  if (turn.is_open) turn.end = model_.duration;
  if (!turn.input_end && !model_.user.peaks.empty() && told.has_started) {
    const auto end = end_of_sound(model_.user, turn.first_sound);
    turn.is_estimated = end.has_value();
    turn.input_end = end;
  }
  if (!told.has_started && !told.end) return;  // words outside a turn
  reached(turn.end);
  model_.turns.push_back(turn);
  model_.spans.push_back(
      {.kind = Span::Kind::model_speech, .start = turn.first_sound, .end = turn.end});
  place_discarded(told);
}

Model Story::finish(Levels user, Levels model) && {
  model_.user = std::move(user);
  model_.model = std::move(model);
  reached(model_.user.duration());
  reached(model_.model.duration());
  for (std::optional<double> start; const auto &[begins, at] : speech_) {
    if (!begins && start)
      model_.spans.push_back({.kind = Span::Kind::user_speech, .start = *start, .end = at});
    start = begins ? std::optional(at) : std::nullopt;
  }
  for (auto &[number, told] : answers_) {
    add_turn(told);
    place_user_words(told);
    place_model_words(told);
  }
  if (!untold_.empty()) {
    Answer rest;
    rest.questions = std::move(untold_);
    place_user_words(rest);
  }
  if (offline_since_)
    model_.spans.push_back(
        {.kind = Span::Kind::offline, .start = *offline_since_, .end = model_.duration});
  sort_by_start(model_.words);
  sort_by_start(model_.spans);
  std::ranges::stable_sort(model_.turns, {}, &Turn::first_sound);
  std::ranges::stable_sort(model_.marks, {}, &Mark::at);
  std::ranges::stable_sort(model_.backlog, {}, &Backlog::at);
  for (std::size_t i = 0; i + 1 < model_.turns.size(); ++i)
    if (auto &turn = model_.turns[i]; turn.is_open) {
      turn.is_open = false;
      turn.end = std::min(turn.end, model_.turns[i + 1].first_sound);
    }
  for (auto &span : model_.spans)  // what was not heard gives way to what was
    if (span.kind == Span::Kind::discarded)
      for (const auto &turn : model_.turns)
        if (turn.first_sound > span.start) {
          span.end = std::min(span.end, turn.first_sound);
          break;
        }
  for (const auto &span : model_.spans)
    reached(span.end);
  for (const auto &words : model_.words)
    reached(words.end);
  return std::move(model_);
}

}  // namespace gemlive::timeline
