// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "ledger.hpp"

#include <algorithm>

namespace gemlive::test {

void Ledger::speech(Number number, Time now) {
  if (quiet_ >= silence) utterance_ = number;
  quiet_ = 0;
  spoke_at_ = now;
  if (has_content()) is_spoken_over_ = true;
  if (utterance_ == number) begin(number, now);
  activity_end(number, now);
}

void Ledger::begin(Number number, Time now) {
  newest_ = number;
  newest_at_ = now;
}

void Ledger::quiet(Number number, Time duration) {
  other(number);
  quiet_ += duration;
}

void Ledger::question(Number number, Time now) {
  begin(number, now);
  activity_end(number, now);
}

void Ledger::activity_end(Number number, Time now) {
  sent_ = number;
  asked_at_ = now;
  fates_[number] = Fate::asked;
  is_late_ = is_done_ = is_declined_ = is_empty_ = false;
  maybe_.reset();
}

void Ledger::response(bool is_silent, Time now) {
  last_sign_ = now;
  if (is_silent) return;
  promised_at_ = now;
  doubt_.reset();
  is_done_ = is_declined_ = is_empty_ = false;
  if (turn_ == Turn::generated) turn_ = Turn::answering;
}

void Ledger::content(Time now, Time until) {
  last_sign_ = now;
  const bool is_over = is_asked_since_doubt() || is_generated_and_asked();
  if (is_over && has_asked(noticed(now))) settle(now);
  if (turn_ == Turn::cut) close(now);
  has_gone_on_ |= has_content() && is_spoken_over_;
  is_spoken_over_ &= has_content();
  if (!has_content()) begin_answer(now);
  if (promised_at_) may_answer_ = std::max(may_answer_, noticed(now));
  turn_ = Turn::answering;
  doubt_.reset();
  forget_promise();
  if (until > 0) heard_until(until);
}

void Ledger::begin_answer(Time now) {
  may_answer_ = noticed(now);
  const bool is_older_asked = newest_ > 0 && has_asked(newest_ - 1);
  if (!is_announced_) settle(Fate::asked, Fate::taken, may_answer_);
  const bool is_newest_taken = newest_ > 0 && fates_[newest_] == Fate::taken;
  const bool is_newest_new = now < newest_at_ + 1'000'000;
  may_be_cut_by_ = is_older_asked && is_newest_taken && is_newest_new ? newest_ : 0;
  is_late_ = has_model_closed_ = is_done_ = is_declined_ = is_cut_early_ = false;
  is_perceptible_ = is_dismissed_ = is_empty_ = false;
  maybe_.reset();
  began_ = heard_until_ = now;
  playing_until_ = 0;
}

void Ledger::tool_call(Time now) {
  content(now, 0);
  heard_until_ = std::max(heard_until_, now);
}

void Ledger::calls_cancelled(Time now) {
  if (has_content() && !is_perceptible_ && !goes_on()) interrupted(now);
}

void Ledger::heard_until(Time end) {
  heard_until_ = std::max(heard_until_, end);
  is_perceptible_ = true;
}

void Ledger::user_transcript(Time now) {
  last_sign_ = now;
  if (turn_ == Turn::cut || is_asked_since_doubt()) close(now);
  if (turn_ != Turn::none) return;
  turn_ = Turn::open;
  is_late_ = is_done_ = false;
  if (!has(Fate::asked)) promised_at_ = now;
}

void Ledger::interrupted(Time now) {
  last_sign_ = cut_at_ = now;
  takes_turns_ = true;
  is_cut_early_ = !has_content() && turn_ != Turn::cut;
  if (has_content() && !has(Fate::asked) && may_be_cut_by_ > 0)
    for (auto &[number, fate] : fates_)
      if (number >= may_be_cut_by_ && fate == Fate::taken) fate = Fate::asked;
  const bool is_whole = has_all() && !goes_on();
  if (has_content() ? is_whole : has(Fate::asked)) settle(Fate::taken, Fate::answered);
  if (has_content()) turn_ = Turn::cut;
  if (!has(Fate::asked)) promised_at_ = now;
  is_done_ = is_declined_ = is_announced_ = is_empty_ = is_late_ = false;
  doubt_.reset();
  maybe_.reset();
  playing_until_ = 0;
}

void Ledger::dismissed() {
  playing_until_ = 0;
  is_dismissed_ = has_content();
}

void Ledger::generated(Time now) {
  if (!has_content()) return;
  last_sign_ = now;
  turn_ = Turn::generated;
  takes_turns_ = true;
  expects_late_end_ = false;
  doubt_.reset();
}

void Ledger::turn_complete(bool more, bool is_last, Time now) {
  const bool was_open = turn_ == Turn::open;
  const bool is_empty = turn_ == Turn::none || was_open;
  const bool is_late_end = expects_late_end_;
  expects_late_end_ = false;
  if (is_late_end && is_empty) return;
  const bool is_announced = turn_ == Turn::none && is_announced_ && promised_at_;
  if (more && is_announced && !is_cut_early_ && !has_asked(noticed(now))) {
    ++closed_;
    return;
  }
  takes_turns_ = true;
  last_sign_ = now;
  const bool may_continue = promised_at_ && has_content() && !doubt_ && !is_last;
  if (!more && (may_continue || (is_late_end && turn_ == Turn::answering))) {
    doubt_ = now;
    return;
  }
  const bool is_cut_early = is_cut_early_;
  is_cut_early_ = false;
  if (is_cut_early && turn_ == Turn::none) return;
  const bool is_cut = is_cut_early || turn_ == Turn::cut;
  const bool is_nothing_announced = is_announced_ && !is_perceptible_;
  if (is_empty && more && has_asked(noticed(now))) begin_answer(now);
  close(now);
  expects_late_end_ = false;
  if (is_cut) return;
  if (more) {
    promised_at_ = now;
    is_announced_ = true;
    return;
  }
  const bool is_asked = was_open || has_asked(noticed(now)) || is_nothing_announced;
  if (is_empty && !is_empty_ && is_asked) {
    is_empty_ = true;
    is_done_ = false;
    return;
  }
  if (calls_ == 0 && is_empty) settle(Fate::asked, Fate::answered, noticed(now));
  if (calls_ == 0 && is_last && !is_empty) settle(Fate::asked, Fate::answered, may_answer_);
  complete(now);
}

void Ledger::complete(Time now) {
  forget_promise();
  if (calls_ == 0) settle(Fate::taken, Fate::answered);
  maybe_.reset();
  bool may_be_all = has(Fate::asked);
  for (const auto &[number, fate] : fates_)
    may_be_all &= fate != Fate::asked || number <= may_answer_;
  if (may_be_all) maybe_ = now;
  is_done_ = !has(Fate::asked);
}

std::optional<Ledger::Time> Ledger::settles_at() const {
  constexpr Time second = 1'000'000;
  if (calls_ > 0) return std::nullopt;
  const auto quiet_since = std::max(last_sign_, playing_until_);
  if (promised_at_) return doubt_ ? std::optional(quiet_since + 5 * second) : std::nullopt;
  std::optional<Time> at;
  if (has_all() && turn_timeout > 0) at = heard_until_ + turn_timeout;
  if (doubt_ ? !is_perceptible_ : !maybe_.has_value()) return at;
  const auto end = quiet_since + (doubt_ && is_answer() ? 1 : 5) * second;
  return at ? std::min(*at, end) : end;
}

void Ledger::settle(Time now) {
  const bool may_end_late = turn_ == Turn::generated && !doubt_;
  const bool is_turn = doubt_ || may_end_late;
  if (is_turn)
    close(now);
  else
    settle(Fate::asked, Fate::answered);
  complete(now);
  if (is_turn) expects_late_end_ = may_end_late;
}

void Ledger::waiting_for_input(Time now) {
  last_sign_ = now;
  if (has_content()) return;
  settle(Fate::asked, Fate::declined, noticed(now));
  settle(Fate::taken, Fate::declined, noticed(now));
  if (has(Fate::asked)) return;
  forget_promise();
  maybe_.reset();
  is_declined_ = true;
}

void Ledger::pending_calls(unsigned count) {
  calls_ = count;
  if (turn_ == Turn::none && is_done_ && !owed()) settle(Fate::taken, Fate::answered);
}

void Ledger::lost(Time now, Number not_resent_up_to) {
  settle(Fate::lost, Fate::given_up, not_resent_up_to);
  const bool is_complete = has_all() && !goes_on();
  const bool is_replaced = turn_ == Turn::cut && has(Fate::asked);
  if (is_complete || is_dismissed_ || is_replaced) settle(Fate::taken, Fate::answered);
  const bool is_owed = has_content() || turn_ == Turn::cut || promised_at_;
  is_done_ = !owed_beside_turn() && ((is_done_ && !owed()) || is_complete);
  if (is_owed && is_all_settled()) is_done_ = true;
  for (const auto fate : {Fate::asked, Fate::taken})
    settle(fate, Fate::lost);
  turn_ = Turn::none;
  closed_at_ = now;
  ++closed_;
  calls_ = 0;
  forget_promise();
  doubt_.reset();
  maybe_.reset();
  may_answer_ = 0;
  playing_until_ = 0;
  expects_late_end_ = is_cut_early_ = is_dismissed_ = false;
  is_late_ = has_model_closed_ = false;
}

void Ledger::gave_up_question(Time now) {
  for (const auto fate : {Fate::asked, Fate::taken})
    settle(fate, Fate::given_up);
  if (turn_ == Turn::cut) gave_up_turn(now);
  forget_promise();
  maybe_.reset();
  is_done_ = true;
}

void Ledger::gave_up_turn(Time now) {
  settle(Fate::taken, Fate::given_up);
  close(now);
  expects_late_end_ = true;
  forget_promise();
  is_done_ = !has(Fate::asked);
}

void Ledger::gave_up_lost() {
  settle(Fate::lost, Fate::given_up);
  is_done_ = !owed();
}

bool Ledger::is_model_transcript_late(Time now) const {
  if (turn_ == Turn::cut) return true;
  if (!has_model_closed_ || has_content()) return false;
  const bool is_being_asked = has(Fate::asked) && !has_asked(noticed(now));
  const bool is_more_to_come =
      promised_at_ && *promised_at_ >= closed_at_ && *promised_at_ > cut_at_;
  const bool is_soon = is_perceptible_ && now < closed_at_ + 1'000'000;
  if (turn_ == Turn::none)
    return is_being_asked || (!has(Fate::asked) && (!is_more_to_come || is_soon));
  return is_being_asked || (expects_late_end_ && now < cut_at_ + 1'000'000);
}

bool Ledger::has_asked(Number up_to) const {
  for (const auto &[number, fate] : fates_)
    if (fate == Fate::asked && number <= up_to) return true;
  return false;
}

/// Something was asked, and the newest of it has its answer, or gets none.
bool Ledger::is_all_settled() const {
  auto newest = Fate::silent;
  for (const auto &[number, fate] : fates_)
    if (fate != Fate::silent) newest = fate;
  return newest == Fate::answered || newest == Fate::declined || newest == Fate::given_up;
}

bool Ledger::has(Fate fate) const {
  for (const auto &[number, known] : fates_)
    if (known == fate) return true;
  return false;
}

void Ledger::settle(Fate from, Fate to, Number up_to) {
  for (auto &[number, fate] : fates_)
    if (number <= up_to && fate == from) fate = to;
}

/// A cut turn's question is answered by the next one, and that of a turn that was complete by it.
void Ledger::close(Time now) {
  if (turn_ == Turn::cut || (doubt_ && calls_ == 0)) settle(Fate::taken, Fate::answered);
  expects_late_end_ = turn_ == Turn::cut;
  turn_ = Turn::none;
  closed_at_ = now;
  ++closed_;
  doubt_.reset();
  is_late_ = !has(Fate::asked);
  has_model_closed_ = true;
}

Ledger::Number Ledger::noticed(Time now) const {
  return quiet_ >= silence || now - spoke_at_ >= silence ? sent_ : utterance_ - 1;
}

}  // namespace gemlive::test
