// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "exchange.hpp"

#include <algorithm>
#include <utility>

namespace gemlive {
namespace {

using namespace std::chrono_literals;

/// How long transcripts of a turn may arrive when the next one has begun, or is known to come.
constexpr Exchange::Time late_transcripts = 1'000'000;
/// How long a question may be on its way to the service, and the answer to an earlier one to us.
constexpr Exchange::Time most_on_its_way = 1'000'000;

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
    begin_question(number, now);
  }
  quiet_ = 0ns;
  speech_until_ = now;
  interpretation_.speech(duration, has_content(), now);
  ask(number, said, now);
}

void Exchange::sent_question(Sequence number, Time now) {
  begin_question(number, now);
  sent_activity_end(number, now);
}

void Exchange::sent_activity_end(Sequence number, Time now) {
  sent_other(number);
  ask(number, now, now);
}

void Exchange::sent_other(Sequence number) {
  sent_ = number;
}

void Exchange::begin_question(Sequence number, Time now) {
  before_newest_ = asked_;
  newest_ = number;
  newest_at_ = now;
}

void Exchange::ask(Sequence number, Time said, Time now) {
  if (!question_) question_ = {.since = now, .last_said = said, .from = number};
  const std::chrono::microseconds pause = rules_.pause;
  if (pause.count() > 0 && said - question_->last_said > pause.count()) question_->repeated = true;
  if (!question_->repeated) question_->since = now;
  question_->last_said = said;
  question_->last_sent = now;
  question_->up_to = asked_ = number;
  empty_turn_.reset();
  maybe_answered_.reset();
  has_sent_ = has_sound_ = true;
  is_done_ = is_declined_ = has_closed_ = false;
}

void Exchange::sent_tool_response(bool is_silent, Time now) {
  last_sign_ = now;
  if (is_silent) return;  // its turn is complete with it
  continuation_ = now;
  doubt_.reset();
  empty_turn_.reset();
  is_done_ = is_declined_ = false;
  if (turn_ == Turn::generated) turn_ = Turn::answering;
}

Exchange::Change Exchange::content(Time now, bool is_progress) {
  Change change;
  const bool is_next = (is_asked_since_doubt() || is_generated_and_asked()) && is_noticed(now);
  change.closes = turn_ == Turn::cut || is_next;
  if (is_next) settle(now);
  if (turn_ == Turn::cut) close(now);
  change.opens = turn_ == Turn::none;
  change.answers = !has_content();
  if (change.answers) begin_answer(now);
  // Behind a tool response it may answer a newer question as well.
  if (continuation_) may_answer_up_to_ = std::max(may_answer_up_to_, noticed(now));
  turn_ = Turn::answering;
  doubt_.reset();  // more of the turn: the turnComplete was that of the turn before
  clear_continuation();
  last_sign_ = now;
  connection_works(now);
  if (is_progress) progress(now);
  return change;
}

/// It is progress, but nothing that can be heard or read.
Exchange::Change Exchange::tool_call(Time now) {
  const auto change = content(now, false);
  progress_ = std::max(progress_, now);
  return change;
}

/// Then the open turn was complete, and what comes is the next one's.
bool Exchange::is_asked_since_doubt() const {
  return doubt_ && question_ && question_->last_sent >= *doubt_;
}

/// The same: its turnComplete never comes, or comes late.
bool Exchange::is_generated_and_asked() const {
  return turn_ == Turn::generated && question_ && !continuation_ && !is_calling();
}

void Exchange::progress(Time until) {
  progress_ = std::max(progress_, until);
  is_perceptible_ = true;
  interpretation_.output(until, has_content());
}

/// The model does not answer speech that has not ended. An announced answer comes before that to a
/// newer question, unless the service says otherwise.
void Exchange::begin_answer(Time now) {
  may_answer_up_to_ = std::max(answering_up_to_, noticed(now));
  if (!is_announced_ || !question_) answering_up_to_ = may_answer_up_to_;
  const bool is_newest_new = question_ && before_newest_ >= question_->from &&
                             newest_ <= answering_up_to_ && now < newest_at_ + most_on_its_way;
  may_be_cut_by_ = is_newest_new ? newest_ : 0;
  if (question_ && question_->up_to <= answering_up_to_) question_.reset();
  if (question_ && !is_announced_) {
    question_->since = speech_since_;
    question_->from = std::max(question_->from, answering_up_to_ + 1);
  }
  empty_turn_.reset();
  maybe_answered_.reset();
  is_done_ = is_declined_ = is_cut_early_ = false;
  has_closed_ = has_model_closed_ = false;
  playing_until_ = 0;
  progress_ = began_ = now;
  is_perceptible_ = is_dismissed_ = false;
  interpretation_.answer_begins();
}

bool Exchange::is_noticed(Time now) const {
  return question_ && noticed(now) >= question_->from;
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

/// Behind an interruption it is the interruption's.
Exchange::Change Exchange::user_transcript(Time now) {
  last_sign_ = now;
  const bool closes = turn_ == Turn::cut || is_asked_since_doubt();
  if (closes) close(now);
  if (turn_ != Turn::none) return {};
  turn_ = Turn::open;
  has_closed_ = is_done_ = false;
  if (!question_) continuation_ = now;
  return {.closes = closes, .opens = true};
}

/// The model will answer the interruption, so an interrupted turn is never the last. What was still
/// to come for an older question, such as an announced answer, is dropped.
void Exchange::interrupted(Time now) {
  last_sign_ = cut_at_ = now;
  interpretation_.takes_turn();
  is_cut_early_ = !has_content() && turn_ != Turn::cut;
  if (has_content()) ask_again();
  if (has_content() ? is_complete() : question_.has_value()) answer_up_to(answering_up_to_);
  if (has_content()) turn_ = Turn::cut;
  if (!question_) continuation_ = now;
  doubt_.reset();
  empty_turn_.reset();
  maybe_answered_.reset();
  has_closed_ = is_announced_ = is_done_ = is_declined_ = false;
  playing_until_ = 0;
}

/// If nothing was asked during the answer, what has cut it was on its way when the answer began.
void Exchange::ask_again() {
  if (question_ || may_be_cut_by_ == 0) return;
  question_ = {.since = newest_at_,
               .last_said = newest_at_,
               .last_sent = newest_at_,
               .from = may_be_cut_by_,
               .up_to = asked_};
  answering_up_to_ = may_be_cut_by_ - 1;
}

void Exchange::calls_cancelled(Time now) {
  if (has_content() && !is_perceptible_ && !is_calling() && !continuation_) interrupted(now);
}

void Exchange::dismiss() {
  is_dismissed_ = has_content();
  playing_until_ = 0;
}

bool Exchange::generation_complete(Time now) {
  if (!has_content()) return false;
  turn_ = Turn::generated;
  interpretation_.takes_turn();
  expects_late_end_ = false;
  doubt_.reset();
  last_sign_ = now;
  return true;
}

std::optional<Exchange::Change> Exchange::turn_complete(bool more_announced, bool is_last,
                                                        Time now) {
  const bool is_late_end = std::exchange(expects_late_end_, false);
  const bool is_empty = turn_ == Turn::none || turn_ == Turn::open;
  if (is_late_end && is_empty) return std::nullopt;
  if (more_announced && is_announced_again(now)) return Change{.opens = true};
  last_sign_ = now;
  interpretation_.takes_turn();
  const bool may_continue = (is_late_end && turn_ == Turn::answering) ||
                            (continuation_ && !doubt_ && has_content() && !is_last);
  if (may_continue && !more_announced) {
    doubt_ = now;
    return std::nullopt;
  }
  const bool is_cut_early = std::exchange(is_cut_early_, false);
  if (is_cut_early && turn_ == Turn::none) return std::nullopt;
  const bool is_cut = is_cut_early || turn_ == Turn::cut;
  const Change change = {.opens = turn_ == Turn::none, .is_cut = is_cut};
  const bool is_nothing_announced = is_empty && is_announced_ && !is_perceptible_;
  const bool is_asked = turn_ == Turn::open || is_noticed(now) || is_nothing_announced;
  if (is_empty && more_announced && is_noticed(now)) begin_answer(now);
  close(now);
  expects_late_end_ = false;
  if (is_cut) return change;
  if (more_announced || is_gathering_) {
    continuation_ = now;
    is_announced_ = true;
  } else if (is_empty && is_asked && !empty_turn_) {
    empty_turn_ = now;
    is_done_ = false;
  } else {
    const auto up_to = is_empty ? noticed(now) : is_last ? may_answer_up_to_ : 0;
    complete(std::max(answering_up_to_, up_to), now);
  }
  return change;
}

/// An empty turn that announces what is announced already. It extends no timeout.
bool Exchange::is_announced_again(Time now) const {
  return turn_ == Turn::none && is_announced_ && continuation_ && !is_cut_early_ &&
         !is_noticed(now);
}

/// A turn has closed as complete.
void Exchange::complete(Sequence up_to, Time now) {
  clear_continuation();
  connection_works(now);
  if (calls_ == 0) answer_up_to(up_to);
  if (question_ && question_->up_to <= may_answer_up_to_) maybe_answered_ = now;
  is_done_ = !question_;
}

/// turnComplete of a turn that something else has closed may still arrive.
void Exchange::close(Time now) {
  const bool is_cut = turn_ == Turn::cut;
  if (is_cut || (doubt_ && calls_ == 0)) answer_up_to(answering_up_to_);
  expects_late_end_ = is_cut;
  turn_ = Turn::none;
  doubt_.reset();
  closed_at_ = now;
  has_closed_ = !question_;
  has_model_closed_ = true;
}

bool Exchange::is_model_transcript_late(Time now) const {
  if (turn_ == Turn::cut) return true;
  if (!has_model_closed_ || has_content()) return false;
  const bool is_being_asked = question_ && !is_noticed(now);
  if (turn_ == Turn::none && question_) return is_being_asked;
  if (turn_ == Turn::none)
    return !is_more_to_come() || (is_perceptible_ && now < closed_at_ + late_transcripts);
  return is_being_asked || (expects_late_end_ && now < cut_at_ + late_transcripts);
}

/// An announced answer, or that to a tool response.
bool Exchange::is_more_to_come() const {
  return continuation_ && *continuation_ >= closed_at_ && *continuation_ > cut_at_;
}

/// What was lost is answered only if it is sent again, or if the service has it.
void Exchange::answer_up_to(Sequence number) {
  if (number > lost_up_to_ || number <= known_up_to_) settle_up_to(number);
}

void Exchange::settle_up_to(Sequence number) {
  answered_ = std::max(answered_, number);
  if (!question_) return;
  question_->from = std::max(question_->from, number + 1);
  if (question_->up_to > number) return;
  question_.reset();
  empty_turn_.reset();
  maybe_answered_.reset();
}

void Exchange::clear_continuation() {
  continuation_.reset();
  empty_turn_.reset();
  is_announced_ = false;
}

/// Ignored during an answer, which ends by turnComplete.
void Exchange::waiting_for_input(Time now) {
  if (!is_declined_) last_sign_ = now;
  if (has_content()) return;
  connection_works(now);
  answer_up_to(noticed(now));
  if (question_) return;  // the user goes on
  clear_continuation();
  is_declined_ = true;
}

/// Includes the silence behind the question, and a question that got only an interim answer.
void Exchange::give_up_question(Time now) {
  answer_up_to(question_ ? std::max(question_->up_to, noticed(now))
                         : std::max(answering_up_to_, known_up_to_));
  if (turn_ == Turn::cut) give_up_turn(now);
  clear_continuation();
  is_done_ = true;
}

void Exchange::give_up_turn(Time now) {
  answer_up_to(answering_up_to_);
  close(now);
  clear_continuation();
  expects_late_end_ = true;
  is_done_ = !question_;
}

void Exchange::settle(Time now) {
  if (doubt_ || turn_ == Turn::generated) {
    const bool may_end_late = !doubt_;
    close(now);
    complete(answering_up_to_, now);
    expects_late_end_ = may_end_late;
  } else if (maybe_answered_) {
    complete(question_->up_to, now);
  }
}

}  // namespace gemlive
