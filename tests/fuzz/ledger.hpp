// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <map>
#include <optional>

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
  void speech(Number number, Time now);
  void quiet(Number number, Time duration);
  void speech_ended() { quiet_ = silence; }
  void question(Number number, Time now);
  void activity_end(Number number, Time now);
  void other(Number number) { fates_[sent_ = number] = Fate::silent; }
  void response(bool is_silent, Time now);

  // The service
  /// Audio or text, which can be heard or read until `until`; 0: not at all.
  void content(Time now, Time until);
  void tool_call(Time now);
  /// All that were pending.
  void calls_cancelled(Time now);
  /// Not for a late one.
  void user_transcript(Time now);
  /// A transcript now belongs to the turn that has closed last, or is cut.
  bool is_transcript_late() const { return turn_ == Turn::none && is_late_; }
  bool is_model_transcript_late(Time now) const;
  void activity_started() { is_late_ = false; }
  void interrupted(Time now);
  void generated(Time now);
  /// `is_last`: no other answer is coming.
  void turn_complete(bool more, bool is_last, Time now);
  /// All that has come ends then; 0: it is not played.
  void plays_until(Time end) { playing_until_ = end; }
  /// The application does not want the rest of the turn.
  void dismissed();
  void heard_until(Time end);
  void waiting_for_input(Time now);
  void pending_calls(unsigned count);

  // What became of it
  /// What was lost before is not sent again up to this number.
  void lost(Time now, Number not_resent_up_to = 0);
  /// The user was told that no answer came.
  void gave_up_question(Time now);
  /// The user was told that the answer does not end.
  void gave_up_turn(Time now);
  /// The user was told that what was lost is not sent again.
  void gave_up_lost();
  /// When what may have been the end of an answer was, if nothing follows.
  std::optional<Time> settles_at() const;
  void settle(Time now);
  void pass(Time now) {
    if (const auto at = settles_at(); at && now >= *at) settle(*at);
  }

  // What follows
  Turn turn() const { return turn_; }
  bool has_content() const { return turn_ == Turn::answering || turn_ == Turn::generated; }
  /// All of the answer has come, though not its end.
  bool is_whole() const { return has_all() && !owed_beside_turn(); }
  /// How many turns have closed.
  unsigned closed() const { return closed_; }
  bool owed() const { return owed_beside_turn() || has_content() || turn_ == Turn::cut; }
  /// EOS is due if the input has ended.
  bool is_done() const { return is_done_ && !owed(); }
  bool is_declined() const { return is_declined_ && !owed(); }
  /// The model has gone on while the user spoke, and has completed no turn so far.
  bool may_be_interpreter() const { return has_gone_on_ && !takes_turns_; }
  Time turn_timeout = 30'000'000;  // 0: none
  /// Speech has ended for certain.
  bool is_quiet() const { return quiet_ >= silence; }
  Fate fate(Number number) const { return fates_.at(number); }
  const std::map<Number, Fate> &fates() const { return fates_; }

  static constexpr Time silence = 200'000;

 private:
  bool has(Fate fate) const;
  bool owed_beside_turn() const { return has(Fate::asked) || goes_on(); }
  /// With the answer to what was taken.
  bool goes_on() const { return promised_at_ || calls_ > 0; }
  void settle(Fate from, Fate to, Number up_to = ~Number{0});
  void begin(Number number, Time now);
  void begin_answer(Time now);
  bool is_all_settled() const;
  void close(Time now);
  void complete(Time now);
  void forget_promise() {
    promised_at_.reset();
    is_announced_ = is_empty_ = false;
  }
  bool has_all() const { return turn_ == Turn::generated || (doubt_ && is_answer()); }
  /// More than what was on its way at the interruption.
  bool is_answer() const { return heard_until_ - began_ >= 500'000; }
  bool is_asked_since_doubt() const { return doubt_ && has(Fate::asked) && asked_at_ >= *doubt_; }
  bool is_generated_and_asked() const {
    return turn_ == Turn::generated && has(Fate::asked) && !goes_on();
  }
  bool has_asked(Number up_to) const;
  /// The newest item that the model can answer: it waits for the end of speech.
  Number noticed(Time now) const;

  std::map<Number, Fate> fates_;
  Number sent_ = 0;
  Number utterance_ = 0;  // where the newest speech begins
  Number newest_ = 0;     // where the newest question begins
  Time newest_at_ = 0;
  Time quiet_ = silence;
  Time spoke_at_ = 0;
  Time asked_at_ = 0;

  Turn turn_ = Turn::none;
  unsigned closed_ = 0;
  unsigned calls_ = 0;
  std::optional<Time> promised_at_;  // an answer that belongs to no item
  bool is_announced_ = false;  // by an interim answer
  bool expects_late_end_ = false;
  bool is_cut_early_ = false;
  std::optional<Time> doubt_;  // a turnComplete that may have been an earlier turn's
  bool is_empty_ = false;      // the newest turnComplete, of a question that is still asked
  std::optional<Time> maybe_;  // all that is asked may have been answered
  Number may_answer_ = 0;      // by the newest turn
  Number may_be_cut_by_ = 0;   // a question that was on its way when the turn began
  bool is_dismissed_ = false;
  Time began_ = 0, heard_until_ = 0;  // the newest turn
  bool is_perceptible_ = false;
  Time playing_until_ = 0;
  Time last_sign_ = 0;
  Time cut_at_ = 0, closed_at_ = 0;
  bool is_late_ = false;
  bool has_model_closed_ = false;
  bool is_done_ = false;
  bool is_declined_ = false;
  bool is_spoken_over_ = false;  // the open turn
  bool has_gone_on_ = false;
  bool takes_turns_ = false;
};

}  // namespace gemlive::test
