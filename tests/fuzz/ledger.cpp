// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "ledger.hpp"

namespace gemlive::test {

void Ledger::speech(Number number, Time now) {
  if (quiet_ >= silence) utterance_ = number;
  quiet_ = 0;
  spoke_at_ = now;
  if (has_content()) is_spoken_over_ = true;
  question(number);
}

void Ledger::quiet(Number number, Time duration) {
  other(number);
  quiet_ += duration;
}

void Ledger::question(Number number) {
  sent_ = number;
  fates_[number] = Fate::asked;
  is_late_ = is_done_ = is_declined_ = false;
}

void Ledger::response(bool is_silent) {
  if (is_silent) return;
  is_promised_ = true;
  is_done_ = is_declined_ = false;
  if (turn_ == Turn::generated) turn_ = Turn::answering;
}

void Ledger::content(Time now) {
  if (turn_ == Turn::cut) {
    settle(Fate::taken, Fate::answered);
    close();
    expects_late_end_ = true;
  }
  has_gone_on_ |= has_content() && is_spoken_over_;
  is_spoken_over_ &= has_content();
  if (!has_content()) {
    settle(Fate::asked, Fate::taken, noticed(now));
    is_late_ = is_done_ = is_declined_ = is_end_uncertain_ = is_cut_early_ = false;
  }
  turn_ = Turn::answering;
  is_promised_ = false;
}

void Ledger::user_transcript() {
  if (turn_ != Turn::none) return;
  turn_ = Turn::open;
  is_late_ = is_done_ = false;
  if (!has(Fate::asked)) is_promised_ = true;
}

void Ledger::interrupted() {
  takes_turns_ = true;
  is_cut_early_ = !has_content() && turn_ != Turn::cut;
  if (has_content()) turn_ = Turn::cut;
  if (!has(Fate::asked)) is_promised_ = true;
  is_done_ = is_declined_ = is_end_uncertain_ = false;
}

void Ledger::generated() {
  if (!has_content()) return;
  turn_ = Turn::generated;
  takes_turns_ = true;
  expects_late_end_ = false;
}

void Ledger::turn_complete(bool more, Time now) {
  const bool is_empty = turn_ == Turn::none || turn_ == Turn::open;
  const bool is_late_end = expects_late_end_;
  expects_late_end_ = false;
  if (is_late_end && is_empty) return;
  takes_turns_ = true;
  const bool is_cut = is_cut_early_ || turn_ == Turn::cut;
  is_cut_early_ = false;
  is_end_uncertain_ = is_late_end && turn_ == Turn::answering;
  if (turn_ == Turn::cut) settle(Fate::taken, Fate::answered);
  close();
  if (is_cut) return;
  is_promised_ = more;
  if (more) return;
  if (calls_ == 0) settle(Fate::taken, Fate::answered);
  if (calls_ == 0 && is_empty) settle(Fate::asked, Fate::answered, noticed(now));
  is_done_ = !is_end_uncertain_ && !has(Fate::asked);
}

void Ledger::waiting_for_input(Time now) {
  if (has_content()) return;
  settle(Fate::asked, Fate::declined, noticed(now));
  settle(Fate::taken, Fate::declined, noticed(now));
  if (has(Fate::asked)) return;
  is_promised_ = false;
  is_declined_ = true;
}

void Ledger::pending_calls(unsigned count) {
  calls_ = count;
  if (turn_ == Turn::none && is_done_ && !owed()) settle(Fate::taken, Fate::answered);
}

void Ledger::lost() {
  const bool is_complete = turn_ == Turn::generated && calls_ == 0 && !is_promised_;
  if (is_complete) settle(Fate::taken, Fate::answered);
  const bool is_all = is_end_uncertain_ || is_complete;
  is_done_ = !owed_beside_turn() && ((is_done_ && !owed()) || is_all);
  for (const auto fate : {Fate::asked, Fate::taken})
    settle(fate, Fate::lost);
  turn_ = Turn::none;
  calls_ = 0;
  is_promised_ = expects_late_end_ = is_end_uncertain_ = is_cut_early_ = false;
  is_late_ = false;
}

void Ledger::gave_up_question() {
  for (const auto fate : {Fate::asked, Fate::taken})
    settle(fate, Fate::given_up);
  if (turn_ == Turn::cut) gave_up_turn();
  is_promised_ = false;
  is_done_ = true;
}

void Ledger::gave_up_turn() {
  settle(Fate::taken, Fate::given_up);
  close();
  expects_late_end_ = true;
  is_promised_ = false;
  is_done_ = !has(Fate::asked);
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

void Ledger::close() {
  turn_ = Turn::none;
  is_late_ = !has(Fate::asked);
}

Ledger::Number Ledger::noticed(Time now) const {
  return quiet_ >= silence || now - spoke_at_ >= silence ? sent_ : utterance_ - 1;
}

}  // namespace gemlive::test
