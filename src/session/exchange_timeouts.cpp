// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What follows from the events: what is owed, when EOS is due, and the timeouts.

#include <algorithm>

#include "exchange.hpp"

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
/// Time for what must follow if a message was not the end of an answer.
constexpr auto quiet_after_doubt = 5 * second;
/// What is on its way when a turn is interrupted is shorter: two messages of 240 ms.
constexpr auto least_answer = second / 2;

}  // namespace

bool Exchange::quiet(Time now) const {
  const auto from = quiet_from();
  return !owed() || (from && now >= *from);
}

Exchange::Moment Exchange::quiet_from() const {
  if (!is_interpreter() || is_calling() || input_end_) return std::nullopt;
  return interpretation_.pauses_at();
}

bool Exchange::owed() const {
  return question_ || continuation_ || calls_ > 0 || has_content() || turn_ == Turn::cut;
}

/// Whether all of the open turn has come, though it has not closed.
bool Exchange::is_whole() const {
  return turn_ == Turn::generated || (doubt_ && is_substantial());
}

/// The same, and nothing follows a tool call of it.
bool Exchange::is_complete() const {
  return is_whole() && !continuation_ && !is_calling();
}

bool Exchange::is_generated() const {
  return is_complete() && !question_;
}

/// More of the answer has come than what was on its way when the turn before was interrupted.
bool Exchange::is_substantial() const {
  return progress_ - began_ >= least_answer;
}

Exchange::End Exchange::end(Time now) const {
  if (!input_end_) return End::open;
  if (!owed() && (is_done_ || !has_sent_)) return End::complete;
  if (const auto at = assumed_at(); at && now >= *at) return End::assumed;
  return now >= eos_deadline() ? End::timed_out : End::open;
}

bool Exchange::is_silent_end(Time now) const {
  const auto at = silent_end();
  return at && now >= *at;
}

Exchange::Moment Exchange::silent_end() const {
  const bool is_answered = asked_ <= answered_ && (is_done_ || !has_sound_);
  if (!input_end_ || owed() || !is_answered) return std::nullopt;
  return *input_end_ + quiet_after_silence;
}

/// When the last turn is assumed complete without a message.
Exchange::Moment Exchange::assumed_at() const {
  if (doubt_ || maybe_answered_) return !doubt_ || !question_ ? settled_at() : std::nullopt;
  if (is_generated()) return quiet_since() + quiet_after_generation;
  if (is_interpreter() && !is_calling()) return interpretation_.ends_at(*input_end_);
  if (owed()) return std::nullopt;
  const auto quiet = std::max(*input_end_, quiet_since());
  if (is_declined_) return quiet + quiet_after_declining;
  if (!has_sound_) return quiet + quiet_after_silence;
  return std::nullopt;
}

/// When what may have been the end of an answer was. Nothing that could be heard or read is no
/// answer.
Exchange::Moment Exchange::settled_at() const {
  if (is_calling() || (!doubt_ && !maybe_answered_)) return std::nullopt;
  if (continuation_) return doubt_ ? Moment(quiet_since() + quiet_after_doubt) : std::nullopt;
  if (doubt_ && !is_perceptible_) return std::nullopt;
  return quiet_since() + (doubt_ && is_substantial() ? quiet_after_generation : quiet_after_doubt);
}

/// When to give up a question that only an empty turnComplete has followed.
Exchange::Moment Exchange::empty_deadline() const {
  if (!empty_turn_ || calls_ > 0) return std::nullopt;
  return std::max(*empty_turn_, quiet_since()) + quiet_after_doubt;
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
  const auto since = is_interpreter() ? interpretation_.unheeded_since() : 0;
  if (!since) return std::nullopt;
  return std::max({progress_, continuation_.value_or(0), *since}) +
         std::chrono::microseconds(rules_.turn_timeout).count();
}

Exchange::Overdue Exchange::overdue(Time now) const {
  const auto is_over = [now](Moment at) { return at && now >= *at; };
  if (is_over(withheld_until_)) return Overdue::not_resent;
  if (is_over(settled_at())) return Overdue::settled;
  if (is_over(empty_deadline())) return Overdue::empty_turn;
  if (is_over(answer_deadline())) return Overdue::no_answer;
  if (!is_over(end_deadline())) return Overdue::none;
  return is_complete() ? Overdue::settled : Overdue::no_end;
}

Exchange::Moment Exchange::next_check(Time now) const {
  Moment next;
  const auto consider = [&](Moment at) {
    if (at && *at > now) next = next ? std::min(*next, *at) : *at;
  };
  consider(withheld_until_);
  consider(settled_at());
  consider(empty_deadline());
  consider(answer_deadline());
  consider(end_deadline());
  if (!input_end_) return next;
  consider(silent_end());
  consider(eos_deadline());
  consider(assumed_at());
  return next;
}

}  // namespace gemlive
