// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "exchange.hpp"

#include <algorithm>
#include <utility>

namespace gemlive {
namespace {

using namespace std::chrono_literals;

constexpr Exchange::Time second = 1'000'000;
/// Silence after playback that completes a turn after generationComplete or an uncertain
/// turnComplete.
constexpr auto quiet_after_generation = 1 * second;
/// After waitingForInput the model may still decide to speak.
constexpr auto quiet_after_declining = 3 * second;
/// Where all that was sent is silence.
constexpr auto quiet_after_silence = 1 * second;
/// The end of an interpreter's output. Real ones are up to four seconds behind the speech.
constexpr auto quiet_after_interpreter = 2 * second;
constexpr auto quiet_after_unheeded_speech = 5 * second;
/// A pause in an interpreter's output.
constexpr auto interpreter_pause = second / 2;
/// The model goes on while the user says this much, uninterrupted: then it is an interpreter.
constexpr auto least_spoken_over = 1s;

}  // namespace

void Exchange::sent_audio(Sequence number, Sound sound, std::chrono::nanoseconds duration,
                          Time said, Time now) {
  sent_other(number);
  has_sent_ = true;
  if (sound != Sound::silence) has_sound_ = true;
  if (sound != Sound::speech) {
    quiet_ += duration;
    return;
  }
  if (quiet_ >= rules_.silence) {
    speech_began_ = number;
    speech_since_ = now;
  }
  quiet_ = 0ns;
  speech_until_ = now;
  if (has_content()) spoken_over_ += duration;
  if (!unheeded_since_) unheeded_since_ = now;
  ask(number, said, now);
}

void Exchange::sent_question(Sequence number, Time now) {
  sent_other(number);
  ask(number, now, now);
}

void Exchange::sent_other(Sequence number) {
  sent_ = number;
}

void Exchange::ask(Sequence number, Time said, Time now) {
  if (!question_) question_ = {.since = now, .last_said = said, .from = number};
  const std::chrono::microseconds pause = rules_.pause;
  if (pause.count() > 0 && said - question_->last_said > pause.count()) question_->repeated = true;
  if (!question_->repeated) question_->since = now;
  question_->last_said = said;
  question_->up_to = number;
  has_sent_ = has_sound_ = true;
  is_done_ = is_declined_ = has_closed_ = false;
}

void Exchange::sent_tool_response(bool is_silent, Time now) {
  last_sign_ = now;
  if (is_silent) return;  // its turn is complete with it
  continuation_ = now;
  is_done_ = is_declined_ = false;
  if (turn_ == Turn::generated) turn_ = Turn::answering;
}

Exchange::Change Exchange::content(Time now, bool is_progress) {
  Change change;
  if (turn_ == Turn::cut) {
    change.closes = true;
    close(now);
    expects_late_end_ = true;
  }
  change.opens = turn_ == Turn::none;
  change.answers = !has_content();
  if (change.answers) begin_answer(now);
  turn_ = Turn::answering;
  continuation_.reset();
  last_sign_ = now;
  if (is_progress) progress(now);
  return change;
}

void Exchange::progress(Time until) {
  progress_ = std::max(progress_, until);
  unheeded_since_.reset();
  if (has_content() && !takes_turns_ && spoken_over_ >= least_spoken_over) is_interpreter_ = true;
}

/// The model does not answer speech that has not ended.
void Exchange::begin_answer(Time now) {
  answering_up_to_ = std::max(answering_up_to_, noticed(now));
  was_asked_ = question_ || continuation_;
  if (question_ && question_->up_to <= answering_up_to_) question_.reset();
  if (question_) {
    question_->since = speech_since_;
    question_->from = std::max(question_->from, answering_up_to_ + 1);
  }
  is_done_ = is_end_uncertain_ = is_declined_ = is_cut_early_ = false;
  has_closed_ = has_model_closed_ = false;
  playing_until_ = 0;
  progress_ = now;
  spoken_over_ = 0ns;
}

Exchange::Sequence Exchange::noticed(Time now) const {
  const bool is_quiet =
      quiet_ >= rules_.silence || std::chrono::microseconds(now - speech_until_) >= rules_.silence;
  return is_quiet ? sent_ : speech_began_ - 1;
}

/// If a turn completes while a tool call is pending, its question is answered only when the call is
/// done.
void Exchange::set_pending_calls(unsigned count) {
  calls_ = count;
  if (turn_ == Turn::none && is_done_ && !owed()) answer_up_to(answering_up_to_);
}

Exchange::Change Exchange::user_transcript(Time now) {
  last_sign_ = now;
  if (turn_ != Turn::none) return {};
  turn_ = Turn::open;
  has_closed_ = is_done_ = false;
  if (!question_) continuation_ = now;
  return {.opens = true};
}

/// The model will answer the interruption, so an interrupted turn is never the last.
void Exchange::interrupted(Time now) {
  last_sign_ = now;
  takes_turns_ = true;
  is_interpreter_ = false;
  is_cut_early_ = !has_content() && turn_ != Turn::cut;
  if (has_content()) turn_ = Turn::cut;
  if (!question_) continuation_ = now;
  is_done_ = is_end_uncertain_ = is_declined_ = false;
  silenced();
}

bool Exchange::generation_complete(Time now) {
  if (!has_content()) return false;
  turn_ = Turn::generated;
  takes_turns_ = true;
  is_interpreter_ = false;
  expects_late_end_ = false;
  last_sign_ = now;
  return true;
}

std::optional<Exchange::Change> Exchange::turn_complete(bool more_announced, Time now) {
  const bool is_late_end = std::exchange(expects_late_end_, false);
  if (is_late_end && (turn_ == Turn::none || turn_ == Turn::open)) return std::nullopt;
  last_sign_ = now;
  takes_turns_ = true;
  is_interpreter_ = false;
  const bool is_cut = std::exchange(is_cut_early_, false) || turn_ == Turn::cut;
  const Change change = {.opens = turn_ == Turn::none, .is_cut = is_cut};
  const bool is_empty = change.opens || turn_ == Turn::open;
  is_end_uncertain_ = is_late_end && turn_ == Turn::answering;
  close(now);
  if (is_cut) return change;
  continuation_.reset();
  if (more_announced) {
    continuation_ = now;
    return change;
  }
  if (calls_ == 0) answer_up_to(std::max(answering_up_to_, is_empty ? noticed(now) : 0));
  is_done_ = !is_end_uncertain_ && !question_;
  return change;
}

void Exchange::close(Time now) {
  if (turn_ == Turn::cut) answer_up_to(answering_up_to_);
  turn_ = Turn::none;
  closed_at_ = now;
  has_closed_ = !question_;
  has_model_closed_ = true;
}

bool Exchange::is_model_transcript_late(Time now) const {
  if (!has_model_closed_ || has_content() || turn_ == Turn::cut) return false;
  const bool is_being_asked = question_ && noticed(now) < question_->from;
  return turn_ == Turn::none ? !question_ || is_being_asked : is_being_asked;
}

void Exchange::answer_up_to(Sequence number) {
  answered_ = std::max(answered_, number);
  if (question_ && question_->up_to <= number) question_.reset();
}

/// Ignored during an answer, which ends by turnComplete.
void Exchange::waiting_for_input(Time now) {
  last_sign_ = now;
  if (has_content()) return;
  answer_up_to(noticed(now));
  if (question_) return;  // the user goes on
  continuation_.reset();
  is_declined_ = true;
}

bool Exchange::disconnected(Time now) {
  const bool is_whole = turn_ == Turn::generated && calls_ == 0 && !continuation_;
  if (is_whole) answer_up_to(answering_up_to_);
  is_done_ = (is_done_ && !owed()) || is_generated();
  turn_ = Turn::none;
  closed_at_ = now;
  question_.reset();
  continuation_.reset();
  calls_ = 0;
  answering_up_to_ = answered_;
  expects_late_end_ = is_end_uncertain_ = is_cut_early_ = false;
  has_closed_ = has_model_closed_ = false;
  playing_until_ = 0;
  unheeded_since_.reset();
  return is_whole;
}

/// Includes the silence behind the question, and a question that got only an interim answer.
void Exchange::give_up_question(Time now) {
  answer_up_to(question_ ? std::max(question_->up_to, noticed(now)) : answering_up_to_);
  if (turn_ == Turn::cut) give_up_turn(now);
  continuation_.reset();
  is_done_ = true;
}

void Exchange::give_up_turn(Time now) {
  answer_up_to(answering_up_to_);
  close(now);
  continuation_.reset();
  expects_late_end_ = true;
  is_done_ = !question_;
}

void Exchange::give_up_sent() {
  answer_up_to(sent_);
  is_done_ = true;
}

bool Exchange::quiet(Time now) const {
  const auto from = quiet_from();
  return !owed() || (from && now >= *from);
}

Exchange::Moment Exchange::quiet_from() const {
  if (!is_interpreter() || calls_ > 0 || input_end_) return std::nullopt;
  return progress_ + interpreter_pause;
}

bool Exchange::owed() const {
  return question_ || continuation_ || calls_ > 0 || has_content() || turn_ == Turn::cut;
}

bool Exchange::is_generated() const {
  const bool is_all = turn_ == Turn::generated || is_end_uncertain_;
  return is_all && !question_ && !continuation_ && calls_ == 0;
}

Exchange::End Exchange::end(Time now) const {
  if (!input_end_) return End::open;
  if (!owed() && (is_done_ || !has_sent_)) return End::complete;
  if (const auto at = assumed_at(); at && now >= *at) return End::assumed;
  return now >= eos_deadline() ? End::timed_out : End::open;
}

/// When the last turn is assumed complete without a message.
Exchange::Moment Exchange::assumed_at() const {
  if (is_generated()) return quiet_since() + quiet_after_generation;
  if (is_interpreter() && calls_ == 0) return interpreter_end();
  if (owed()) return std::nullopt;
  const auto quiet = std::max(*input_end_, quiet_since());
  if (is_declined_) return quiet + quiet_after_declining;
  if (!has_sound_) return quiet + quiet_after_silence;
  return std::nullopt;
}

Exchange::Time Exchange::interpreter_end() const {
  if (unheeded_since_)
    return std::max({*input_end_, speech_until_, progress_}) + quiet_after_unheeded_speech;
  return std::max(*input_end_, progress_) + quiet_after_interpreter;
}

/// Includes the playback of a long answer.
Exchange::Time Exchange::quiet_since() const {
  return std::max(last_sign_, playing_until_);
}

Exchange::Time Exchange::eos_deadline() const {
  return std::max(*input_end_, quiet_since()) +
         std::chrono::microseconds(rules_.eos_timeout).count();
}

/// A question that was asked during an answer waits for its end first.
Exchange::Moment Exchange::answer_deadline() const {
  if (has_content() || calls_ > 0 || rules_.turn_timeout == 0ms) return std::nullopt;
  if (!question_ && !continuation_) return std::nullopt;
  const auto since = question_ ? question_->since : *continuation_;
  return std::max({since, closed_at_, playing_until_}) +
         std::chrono::microseconds(rules_.turn_timeout).count();
}

/// A turn that waits for a tool response waits for us, and an interpreter for speech.
Exchange::Moment Exchange::end_deadline() const {
  if (!has_content() || calls_ > 0 || rules_.turn_timeout == 0ms) return std::nullopt;
  if (is_interpreter() && !unheeded_since_) return std::nullopt;
  const auto unheeded = is_interpreter() ? *unheeded_since_ : 0;
  return std::max({progress_, continuation_.value_or(0), unheeded}) +
         std::chrono::microseconds(rules_.turn_timeout).count();
}

Exchange::Overdue Exchange::overdue(Time now) const {
  if (const auto at = answer_deadline(); at && now >= *at) return Overdue::no_answer;
  if (const auto at = end_deadline(); at && now >= *at) return Overdue::no_end;
  return Overdue::none;
}

Exchange::Moment Exchange::next_check(Time now) const {
  Moment next;
  const auto consider = [&](Moment at) {
    if (at && *at > now) next = next ? std::min(*next, *at) : *at;
  };
  consider(answer_deadline());
  consider(end_deadline());
  if (!input_end_) return next;
  consider(eos_deadline());
  consider(assumed_at());
  return next;
}

}  // namespace gemlive
