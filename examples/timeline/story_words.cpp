// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The part of Story that finds when words were said.

#include <algorithm>
#include <cmath>
#include <utility>

#include "end_of_sound.hpp"
#include "lettering.hpp"
#include "story.hpp"

namespace gemlive::timeline {
namespace {

constexpr double letters_a_second = 15;
constexpr std::size_t most_bytes = 1 << 20;  // of an answer's words

/// Where a byte of a text lies in time. Between two of them: in proportion.
struct Anchor {
  std::size_t byte = 0;
  double at = 0;
};

double spoken(std::string_view text) {
  return static_cast<double>(text.size()) / letters_a_second;
}

double time_of(const std::vector<Anchor> &anchors, std::size_t byte) {
  const auto next = std::ranges::upper_bound(anchors, byte, {}, &Anchor::byte);
  if (next == anchors.begin()) return anchors.front().at;
  if (next == anchors.end()) return anchors.back().at;
  const auto &before = *(next - 1);
  const auto share =
      static_cast<double>(byte - before.byte) / static_cast<double>(next->byte - before.byte);
  return before.at + share * (next->at - before.at);
}

/// Times never go back.
void straighten(std::vector<Anchor> &anchors) {
  for (std::size_t i = 1; i < anchors.size(); ++i)
    anchors[i].at = std::max(anchors[i].at, anchors[i - 1].at);
}

void append(std::vector<Words> &list, Side side, std::string_view text, std::size_t first,
            std::size_t last, const std::vector<Anchor> &anchors, bool is_heard) {
  for (const auto &[begin, end] : phrases(text.substr(first, last - first)))
    list.push_back({.side = side,
                    .start = time_of(anchors, first + begin),
                    .end = time_of(anchors, first + end),
                    .text = std::string(text.substr(first + begin, end - begin)),
                    .is_heard = is_heard});
}

}  // namespace

double Story::start_of_speech(double end, double estimate) const {
  double start = -1;
  for (const auto &[begins, at] : speech_)
    if (begins && at < end && at > end - 60) start = at;
  if (start >= 0) return start;
  if (!model_.user.peaks.empty())
    if (const auto found = start_of_sound(model_.user, end); found < end) return found;
  return std::max(0.0, end - estimate);
}

void Story::place_utterance(std::vector<Told> pieces, std::optional<double> end) {
  std::string text;
  std::vector<Anchor> anchors;
  for (const auto &told : pieces) {
    if (text.size() > most_bytes) break;
    if (told.piece.start) anchors.push_back({.byte = text.size(), .at = *told.piece.start});
    text += told.piece.text;
    if (told.piece.end) anchors.push_back({.byte = text.size(), .at = *told.piece.end});
  }
  if (text.empty()) return;
  if (anchors.empty()) {
    auto ended = end.value_or(pieces.back().at);
    if (!end && !model_.user.peaks.empty())
      ended = end_of_sound(model_.user, ended).value_or(ended);
    anchors.push_back({.byte = 0, .at = start_of_speech(ended, spoken(text))});
    anchors.push_back({.byte = text.size(), .at = ended});
    model_.spans.push_back(
        {.kind = Span::Kind::user_speech, .start = anchors[0].at, .end = anchors[1].at});
  }
  straighten(anchors);
  append(model_.words, Side::user, text, 0, text.size(), anchors, true);
}

void Story::place_user_words(Answer &told) {
  auto &questions = told.questions;
  if (questions.empty() && told.end && !told.end->input_transcript.empty())
    questions.push_back(
        {.at = told.turn.first_sound, .piece = {.text = told.end->input_transcript}});
  // What was typed has its own time. Words that came long after the others were said later.
  std::vector<Told> utterance;
  const auto place = [&](bool is_last) {
    const auto end = is_last && told.turn.input_end ? told.turn.input_end : std::nullopt;
    place_utterance(std::exchange(utterance, {}), end);
  };
  for (auto &next : questions) {
    const bool is_new = !utterance.empty() && (next.piece.start || utterance.back().piece.start ||
                                               next.at - utterance.back().at > 4);
    if (is_new) place(false);
    utterance.push_back(std::move(next));
  }
  place(true);
}

void Story::place_model_words(Answer &told) {
  auto pieces = std::move(told.pieces);
  if (pieces.empty() && told.end && !told.end->output_transcript.empty())
    pieces.push_back({.at = told.turn.first_sound, .piece = {.text = told.end->output_transcript}});
  if (pieces.empty()) return;
  const auto first =
      told.end && told.end->first_audible ? *told.end->first_audible : told.turn.first_sound;
  double played = 0;
  if (told.end)
    played = (told.turn.is_interrupted ? told.end->heard_duration : told.end->audio_duration)
                 .value_or(0);
  const bool has_sound = played > 0;
  std::string text;
  std::vector<Anchor> anchors;
  for (const auto &[at, piece] : pieces) {
    if (text.size() > most_bytes) break;
    if (piece.start || piece.position)
      anchors.push_back(
          {.byte = text.size(), .at = piece.start ? *piece.start : first + *piece.position});
    else if (!has_sound)
      anchors.push_back({.byte = text.size(), .at = at});
    text += piece.text;
  }
  auto heard = text.size();
  const auto &transcript = told.end ? told.end->heard_transcript : std::nullopt;
  if (told.turn.is_interrupted && transcript) heard = std::min(heard, transcript->size());
  if (anchors.empty()) {
    anchors.push_back({.byte = 0, .at = first});
    anchors.push_back({.byte = heard, .at = first + (has_sound ? played : spoken(text))});
  } else {
    const auto rest = std::string_view(text).substr(anchors.back().byte);
    const auto end = std::min(anchors.back().at + spoken(rest),
                              has_sound ? std::max(first + played, anchors.back().at) : longest);
    anchors.push_back({.byte = text.size(), .at = end});
  }
  straighten(anchors);
  if (told.turn.is_interrupted && !transcript && told.interrupted_at)
    while (heard > 0 && time_of(anchors, heard - 1) >= *told.interrupted_at)
      --heard;
  heard = start_of_word(text, heard);
  append(model_.words, Side::model, text, 0, heard, anchors, true);
  const auto cut = told.interrupted_at.value_or(told.turn.end);
  const std::vector<Anchor> unheard = {
      {.byte = heard, .at = cut},
      {.byte = text.size(), .at = cut + told.discarded.value_or(spoken(text) / 2)}};
  append(model_.words, Side::model, text, heard, text.size(), unheard, false);
}

void Story::place_discarded(const Answer &told) {
  auto length = told.discarded.value_or(0);
  if (length <= 0 && told.turn.is_interrupted && told.end && told.end->heard_duration &&
      told.end->audio_duration)
    length = *told.end->audio_duration - *told.end->heard_duration;
  if (!(length > 0.05)) return;
  const auto start = told.turn.end;
  model_.spans.push_back({.kind = Span::Kind::discarded,
                          .start = start,
                          .end = std::min(longest, start + length),
                          .length = length});
}

}  // namespace gemlive::timeline
