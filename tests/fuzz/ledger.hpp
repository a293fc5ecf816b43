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
  void speech(Number number, Time now);
  void quiet(Number number, Time duration);
  void speech_ended() { quiet_ = silence; }
  void question(Number number);
  void other(Number number) { fates_[sent_ = number] = Fate::silent; }
  void response(bool is_silent);

  // The service
  void content(Time now);
  /// Not for a late one.
  void user_transcript();
  /// A transcript now belongs to the turn that has closed last.
  bool is_transcript_late() const { return turn_ == Turn::none && is_late_; }
  void activity_started() { is_late_ = false; }
  void interrupted();
  void generated();
  void turn_complete(bool more, Time now);
  void waiting_for_input(Time now);
  void pending_calls(unsigned count);

  // What became of it
  void lost();
  /// The user was told that no answer came.
  void gave_up_question();
  /// The user was told that the answer does not end.
  void gave_up_turn();

  // What follows
  Turn turn() const { return turn_; }
  bool has_content() const { return turn_ == Turn::answering || turn_ == Turn::generated; }
  /// All of the answer has come, though not its end.
  bool is_whole() const { return turn_ == Turn::generated && !owed_beside_turn(); }
  bool owed() const { return owed_beside_turn() || has_content() || turn_ == Turn::cut; }
  /// EOS is due if the input has ended.
  bool is_done() const { return is_done_ && !owed(); }
  bool is_declined() const { return is_declined_ && !owed(); }
  /// The model has gone on while the user spoke, and has completed no turn so far.
  bool may_be_interpreter() const { return has_gone_on_ && !takes_turns_; }
  /// Speech has ended for certain.
  bool is_quiet() const { return quiet_ >= silence; }
  Fate fate(Number number) const { return fates_.at(number); }
  const std::map<Number, Fate> &fates() const { return fates_; }

  static constexpr Time silence = 200'000;

 private:
  bool has(Fate fate) const;
  bool owed_beside_turn() const { return has(Fate::asked) || is_promised_ || calls_ > 0; }
  void settle(Fate from, Fate to, Number up_to = ~Number{0});
  void close();
  /// The newest item that the model can answer: it waits for the end of speech.
  Number noticed(Time now) const;

  std::map<Number, Fate> fates_;
  Number sent_ = 0;
  Number utterance_ = 0;  // where the newest speech begins
  Time quiet_ = silence;
  Time spoke_at_ = 0;

  Turn turn_ = Turn::none;
  unsigned calls_ = 0;
  bool is_promised_ = false;  // an answer that belongs to no item
  bool expects_late_end_ = false;
  bool is_cut_early_ = false;
  bool is_end_uncertain_ = false;
  bool is_late_ = false;
  bool is_done_ = false;
  bool is_declined_ = false;
  bool is_spoken_over_ = false;  // the open turn
  bool has_gone_on_ = false;
  bool takes_turns_ = false;
};

}  // namespace gemlive::test
