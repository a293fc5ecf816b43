// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <map>

namespace gemlive::test {

/// The fate of each item that a service received: an independent account of the rules in
/// exchange.hpp, item by item. Times are monotonic us.
class Ledger {
 public:
  using Time = std::int64_t;
  using Number = std::uint64_t;  // from 1, in the order of sending

  enum class Fate {
    silent,    // asks nothing
    asked,     // waits for an answer
    taken,     // the model answers it now
    answered,  // its answer is complete, or was cut by another one
    declined,  // the model waits for the user to go on
    given_up,  // the user was asked to repeat it
    lost,      // with its connection, without an answer
  };
  enum class Turn { none, open, answering, generated, cut };

  // The user
  void speech(Number number, Time now) {
    if (quiet_ >= silence) utterance_ = number;
    quiet_ = 0;
    spoke_at_ = now;
    question(number);
  }
  void quiet(Number number, Time duration) {
    other(number);
    quiet_ += duration;
  }
  void speech_ended() { quiet_ = silence; }
  void question(Number number) {
    sent_ = number;
    fates_[number] = Fate::asked;
    is_late_ = is_done_ = is_declined_ = false;
  }
  void other(Number number) { fates_[sent_ = number] = Fate::silent; }
  void response(bool is_silent) {
    if (is_silent) return;
    is_promised_ = true;
    is_done_ = is_declined_ = false;
    if (turn_ == Turn::generated) turn_ = Turn::answering;
  }

  // The service
  void content(Time now) {
    if (turn_ == Turn::cut) {
      settle(Fate::taken, Fate::answered);
      close();
      has_stray_end_ = true;
    }
    if (!has_content()) {
      settle(Fate::asked, Fate::taken, noticed(now));
      is_late_ = is_done_ = is_declined_ = is_doubtful_ = is_cut_early_ = false;
    }
    turn_ = Turn::answering;
    is_promised_ = false;
  }
  /// Not for a late one.
  void user_transcript() {
    if (turn_ != Turn::none) return;
    turn_ = Turn::open;
    is_late_ = is_done_ = false;
    if (!has(Fate::asked)) is_promised_ = true;
  }
  /// A transcript now belongs to the turn that has closed last.
  bool is_transcript_late() const { return turn_ == Turn::none && is_late_; }
  void activity_started() { is_late_ = false; }
  void interrupted() {
    is_cut_early_ = !has_content() && turn_ != Turn::cut;
    if (has_content()) turn_ = Turn::cut;
    if (!has(Fate::asked)) is_promised_ = true;
    is_done_ = is_declined_ = is_doubtful_ = false;
  }
  void generated() {
    if (!has_content()) return;
    turn_ = Turn::generated;
    has_stray_end_ = false;
  }
  void turn_complete(bool more, Time now) {
    const bool is_empty = turn_ == Turn::none || turn_ == Turn::open;
    const bool is_stray = has_stray_end_;
    has_stray_end_ = false;
    if (is_stray && is_empty) return;
    const bool is_cut = is_cut_early_ || turn_ == Turn::cut;
    is_cut_early_ = false;
    is_doubtful_ = is_stray && turn_ == Turn::answering;
    if (turn_ == Turn::cut) settle(Fate::taken, Fate::answered);
    close();
    if (is_cut) return;
    is_promised_ = more;
    if (more) return;
    if (calls_ == 0) settle(Fate::taken, Fate::answered);
    if (calls_ == 0 && is_empty) settle(Fate::asked, Fate::answered, noticed(now));
    is_done_ = !is_doubtful_ && !has(Fate::asked);
  }
  void waiting_for_input(Time now) {
    if (has_content()) return;
    settle(Fate::asked, Fate::declined, noticed(now));
    settle(Fate::taken, Fate::declined, noticed(now));
    if (has(Fate::asked)) return;
    is_promised_ = false;
    is_declined_ = true;
  }
  void pending_calls(unsigned count) {
    calls_ = count;
    if (turn_ == Turn::none && is_done_ && !owed()) settle(Fate::taken, Fate::answered);
  }

  // What became of it
  void lost() {
    const bool is_complete = turn_ == Turn::generated && calls_ == 0 && !is_promised_;
    if (is_complete) settle(Fate::taken, Fate::answered);
    const bool is_all = is_doubtful_ || is_complete;
    is_done_ = !owed_beside_turn() && ((is_done_ && !owed()) || is_all);
    for (const auto fate : {Fate::asked, Fate::taken})
      settle(fate, Fate::lost);
    turn_ = Turn::none;
    calls_ = 0;
    is_promised_ = has_stray_end_ = is_doubtful_ = is_cut_early_ = false;
  }
  /// The user was told that no answer came.
  void gave_up_question() {
    for (const auto fate : {Fate::asked, Fate::taken})
      settle(fate, Fate::given_up);
    if (turn_ == Turn::cut) gave_up_turn();
    is_promised_ = false;
    is_done_ = true;
  }
  /// The user was told that the answer does not end.
  void gave_up_turn() {
    settle(Fate::taken, Fate::given_up);
    close();
    has_stray_end_ = true;
    is_promised_ = false;
    is_done_ = !has(Fate::asked);
  }

  // What follows
  Turn turn() const { return turn_; }
  bool has_content() const { return turn_ == Turn::answering || turn_ == Turn::generated; }
  /// All of the answer has come, though not its end.
  bool is_whole() const { return turn_ == Turn::generated && !owed_beside_turn(); }
  bool owed() const { return owed_beside_turn() || has_content() || turn_ == Turn::cut; }
  /// EOS is due if the input has ended.
  bool is_done() const { return is_done_ && !owed(); }
  bool is_declined() const { return is_declined_ && !owed(); }
  /// Speech has ended for certain.
  bool is_quiet() const { return quiet_ >= silence; }
  Fate fate(Number number) const { return fates_.at(number); }
  const std::map<Number, Fate> &fates() const { return fates_; }

  static constexpr Time silence = 200'000;

 private:
  bool has(Fate fate) const {
    for (const auto &[number, known] : fates_)
      if (known == fate) return true;
    return false;
  }
  bool owed_beside_turn() const { return has(Fate::asked) || is_promised_ || calls_ > 0; }
  void settle(Fate from, Fate to, Number up_to = ~Number{0}) {
    for (auto &[number, fate] : fates_)
      if (number <= up_to && fate == from) fate = to;
  }
  void close() {
    turn_ = Turn::none;
    is_late_ = !has(Fate::asked);
  }
  /// The newest item that the model can answer: it waits for the end of speech.
  Number noticed(Time now) const {
    return quiet_ >= silence || now - spoke_at_ >= silence ? sent_ : utterance_ - 1;
  }

  std::map<Number, Fate> fates_;
  Number sent_ = 0;
  Number utterance_ = 0;  // where the newest speech begins
  Time quiet_ = silence;
  Time spoke_at_ = 0;

  Turn turn_ = Turn::none;
  unsigned calls_ = 0;
  bool is_promised_ = false;  // an answer that belongs to no item
  bool has_stray_end_ = false;
  bool is_cut_early_ = false;
  bool is_doubtful_ = false;
  bool is_late_ = false;
  bool is_done_ = false;
  bool is_declined_ = false;
};

}  // namespace gemlive::test
