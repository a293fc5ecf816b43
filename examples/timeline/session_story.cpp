// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "session_story.hpp"

#include <algorithm>
#include <utility>

namespace gemlive::timeline {
namespace {

constexpr double letters_a_second = 15;

double spoken(const std::string &text) {
  return static_cast<double>(text.size()) / letters_a_second;
}

}  // namespace

void SessionStory::at(double time) {
  if (is_timed_) now_ = std::max(now_, time);
}

/// Without times: what comes next waits until the model has spoken.
void SessionStory::hear_out() {
  if (!is_timed_) now_ = std::min(longest, std::max(now_, played_until_));
}

void SessionStory::lost() {
  if (is_in_turn_) end_turn(true, 0);
  if (closed_) story_.connection_lost(closed_->at, closed_->code, closed_->reason);
  closed_.reset();
}

void SessionStory::setup(bool is_resumed) {
  hear_out();
  lost();
  ++connection_;
  is_resumed_ = is_resumed;
}

void SessionStory::ready() {
  story_.connected(now_, is_resumed_);
}

void SessionStory::closed(int code, std::string reason) {
  closed_ = Closed{.at = now_, .code = code, .reason = std::move(reason)};
}

void SessionStory::user_audio(Chunk chunk) {
  if (is_timed_) {
    chunk.at = now_;
    chunk.connection = connection_;
    user_.push_back(std::move(chunk));
    return;
  }
  add_chunk(user_levels_, chunk, now_);
  now_ = std::min(longest, now_ + chunk.duration);
}

void SessionStory::audio_stream_end() {
  constexpr double at_once = 0.25;
  constexpr float quiet = 0.01F;
  while (!user_.empty() && user_.back().at > now_ - at_once &&
         std::ranges::all_of(user_.back().peaks, [](float peak) { return peak < quiet; }))
    user_.pop_back();
}

void SessionStory::user_said(const std::string &text) {
  story_.said(Side::user, now_, {.text = text, .turn = is_in_turn_ ? turn_ : 0});
}

void SessionStory::typed(const std::string &text) {
  if (text.empty()) return;
  hear_out();
  story_.typed(now_, text);
  input_end_ = now_;
  if (!is_timed_) now_ = std::min(longest, now_ + std::max(1.0, spoken(text)));
}

void SessionStory::speech(bool begins) {
  if (begins) hear_out();
  story_.speech(begins, now_);
  if (!begins) input_end_ = now_;
}

void SessionStory::begin_turn(double first_sound) {
  if (is_in_turn_) return;
  is_in_turn_ = true;
  audio_ = 0;
  has_words_ = false;
  story_.turn_started(first_sound, ++turn_,
                      is_timed_ ? std::exchange(input_end_, {}) : std::nullopt);
  place_early_words();
}

/// Words that came shortly before the first sound are its own. Others are the turn's before it.
void SessionStory::place_early_words() {
  for (const auto &[at, text] : std::exchange(early_, {})) {
    const bool is_own = is_in_turn_ && (turn_ == 1 || now_ - at < 1);
    story_.said(Side::model, at,
                {.text = text, .turn = is_own ? turn_ : turn_ - (is_in_turn_ ? 1 : 0)});
  }
}

void SessionStory::model_audio(const Chunk &chunk) {
  const auto start = std::max(now_, played_until_);
  begin_turn(start);
  add_chunk(model_levels_, chunk, start);
  played_until_ = std::min(longest, start + chunk.duration);
  audio_ += chunk.duration;
}

void SessionStory::model_said(const std::string &text) {
  if (text.empty()) return;
  if (!is_in_turn_)
    early_.emplace_back(now_, text);
  else
    story_.said(Side::model, now_, {.text = text, .turn = turn_, .position = position()});
}

/// Where words lie that come now: behind the audio so far. The first words are those of the first
/// sound, even if they come behind it.
std::optional<double> SessionStory::position() {
  if (audio_ <= 0) return std::nullopt;
  return std::exchange(has_words_, true) ? audio_ : 0;
}

void SessionStory::model_wrote(const std::string &text) {
  if (text.empty()) return;
  begin_turn(std::max(now_, played_until_));
  story_.said(Side::model, now_, {.text = text, .turn = turn_});
  if (!is_timed_) now_ = std::min(longest, now_ + spoken(text));
}

void SessionStory::end_turn(bool is_interrupted, double discarded) {
  is_in_turn_ = false;
  story_.turn_completed(now_, turn_,
                        {.is_interrupted = is_interrupted,
                         .audio_duration = audio_,
                         .heard_duration = std::max(0.0, audio_ - discarded)});
}

void SessionStory::interrupted() {
  const auto discarded = std::max(0.0, played_until_ - now_);
  if (!is_in_turn_ && discarded <= 0) return;
  story_.interrupted(now_, discarded);
  const auto first = static_cast<std::size_t>(now_ / Levels::frame);
  if (first < model_levels_.peaks.size()) model_levels_.peaks.resize(first);
  end_turn(true, discarded);
  played_until_ = std::min(played_until_, now_);
}

void SessionStory::turn_complete() {
  if (!is_in_turn_ && !early_.empty() && turn_ == 0) begin_turn(early_.front().first);
  if (is_in_turn_) end_turn(false, 0);
  hear_out();
}

void SessionStory::tool_call(const std::string &id, const std::string &name,
                             const std::string &args) {
  story_.tool_call(now_, id, name, args);
  if (!is_timed_) now_ = std::min(longest, now_ + 0.5);
}

void SessionStory::tool_cancelled(const std::string &id) {
  story_.tool_cancelled(now_, id);
}

void SessionStory::tool_answered(const std::string &id, const std::string &name) {
  story_.tool_answered(now_, id, name);
}

Model SessionStory::finish() && {
  if (!is_in_turn_ && !early_.empty() && turn_ == 0) begin_turn(early_.front().first);
  place_early_words();
  constexpr int normal = 1000, going_away = 1001;
  if (closed_ && (closed_->code == normal || closed_->code == going_away))
    story_.mark(Mark::Kind::note, closed_->at, "closed");
  else if (closed_)
    lost();
  if (is_timed_) user_levels_ = place_before_sending(user_, story_);
  return std::move(story_).finish(std::move(user_levels_), std::move(model_levels_));
}

}  // namespace gemlive::timeline
