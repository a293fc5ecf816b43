// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "interpretation.hpp"
#include "sound.hpp"

namespace gemlive {

/// Tracks which answers are pending (owed). No other class does. Pure. Times are monotonic us,
/// sequence numbers count the items that were sent.
///
///     user   ── speech ──▶ ............... ── speech ──▶ .....................
///     model  ........... ── content ─ content ─ interrupted ─ turnComplete ── content ── ...
///     turn     none         answering            cut           none           answering
///     question    asked     answered                 asked                    answered
///
/// 1. A turn opens with the user's transcript or the model's first content. It closes with
///    turnComplete. After an interruption it also closes with the user's transcript or the model's
///    next audio, text or tool call. A lost connection and a timeout close it as well. An empty
///    turnComplete is a turn of its own, unless it ends an interruption. A late transcript opens no
///    turn.
/// 2. A question is answered when the turn that began after it is complete. Until then it is resent
///    after a loss. An empty turnComplete does not answer it, but the next one does. Never resent:
///    an answered question, one whose answer was dismissed or cut by a newer question, one that the
///    model declined (waitingForInput), and one that the user was asked to repeat. A connection
///    that must not resend keeps the question for two seconds in case it fails too. Then the user
///    is asked to repeat it.
/// 3. EOS is due when the input has ended and nothing is owed: no question, no open turn, no tool
///    call, no announced continuation, no answer to an interruption. A turn that was generated and
///    played counts as complete a second later. After a timeout, the answer is given up: it is not
///    owed.
///
/// Some messages have two meanings. Exchange then waits five seconds for the next one, counted from
/// the end of the playback:
///     [tool response], turnComplete             the model says nothing to it, or the turnComplete
///                                               was on its way: the turn stays open. It was
///                                               complete if nothing follows
///     interrupted, content, turnComplete        the new turn's end, or the old one's: the turn
///                                               stays open. It was complete if nothing follows
///     turnComplete without content              the model ignored noise, or goes on: the question
///                                               stays owed. A warning if nothing follows
///     turnComplete IN_PROGRESS or               the announced answer, or that to the question: the
///     [tool response], [question],              question stays owed. Answered if nothing follows
///     content, turnComplete
///
/// Services were seen to say, for one answer (each is a row of exchange_test):
///     content, generationComplete, turnComplete          the usual order
///     content, turnComplete                              no generationComplete
///     content, generationComplete, [question], content   no turnComplete
///     interrupted, turnComplete, content                 the user barged in
///     interrupted, transcript, turnComplete, content     the transcript is late
///     interrupted, content, turnComplete                 the old turn's turnComplete never comes,
///     interrupted, content, turnComplete, ..             or comes late, in the new turn
///     interrupted, turnComplete                          no turn is open: only its playback is cut
///     turnComplete                                       an empty turn: the model ignored noise
///     turnComplete, content, turnComplete                or the turnComplete was premature
///     content, turnComplete, transcript                  the transcript is late
///     content, turnComplete IN_PROGRESS, content, ..     an interim answer, then the answer
///     content, toolCall, [response], content, ..         a call in mid-turn
///     content, [speech], content, [speech], content, ..  an interpreter: the turn never ends
///
/// An interpreter answers while the user speaks, and completes no turn. So it always owes an
/// answer. EOS is due, and it is quiet, when it has said nothing for a time.
class Exchange {
 public:
  using Time = std::int64_t;
  using Sequence = std::uint64_t;

  enum class Turn {
    none,
    open,       // the user's transcript has come, nothing of the model
    answering,  // the model has said something
    generated,  // all of it has come
    cut,        // interrupted; its turnComplete or the next turn is pending
  };
  enum class End { open, complete, assumed, timed_out };
  enum class Overdue {
    none,
    no_answer,
    empty_turn,  // only an empty turnComplete has come
    no_end,
    settled,     // what has come was the end, since nothing followed: call settle()
    not_resent,  // the question was lost, and this connection does not resend it
  };

  struct Rules {
    std::chrono::milliseconds eos_timeout{20000};
    std::chrono::milliseconds turn_timeout{30000};  // 0: none
    std::chrono::milliseconds silence{200};         // a shorter pause does not end speech
    /// Speech after a longer pause repeats the question.
    std::chrono::milliseconds pause{0};
    /// The service is known to be an interpreter. Otherwise its answers show it.
    bool interpreter = false;
  };
  /// What an event of the server does to the turns.
  struct Change {
    bool closes = false;   // the turn that was open, before anything else
    bool opens = false;    // another one
    bool answers = false;  // it is the model's first content of the turn
    bool is_cut = false;   // turn_complete(): the turn was interrupted
  };

  explicit Exchange(Rules rules) : rules_(rules), interpretation_(rules.interpreter) {}

  // What was sent
  void sent_audio(Sequence number, Sound sound, std::chrono::nanoseconds duration, Time said,
                  Time now);
  /// A typed turn, content that wants an answer, the start of an activity.
  void sent_question(Sequence number, Time now);
  /// The end of an activity belongs to its question.
  void sent_activity_end(Sequence number, Time now);
  void sent_other(Sequence number);
  /// Speech in the input has ended for certain: a mark says so.
  void speech_ended() { quiet_ = rules_.silence; }
  /// A connection begins that does not resend. `oldest` is the oldest item that is withheld.
  void withhold(Sequence oldest, Time now);
  /// A connection begins that can resend only from `oldest` on; nullopt: nothing. `is_known`: the
  /// service goes on with the session, and has received what is older.
  void resume(std::optional<Sequence> oldest, bool is_known, Time now);
  /// The model goes on with it unless `is_silent`.
  void sent_tool_response(bool is_silent, Time now);
  void input_ended(Time now) { input_end_ = now; }
  void input_goes_on() { input_end_.reset(); }

  // What the server says
  /// Audio, text, or the model's transcript if it is not late. `is_progress`: false for silent
  /// audio.
  Change content(Time now, bool is_progress = true);
  /// Audible content arrived. Its playback ends at `until`.
  void progress(Time until);
  /// Or a part of one.
  Change tool_call(Time now);
  Change user_transcript(Time now);
  /// Speech has begun, by the service's own detection.
  void activity_started() { has_closed_ = false; }
  void interrupted(Time now);
  /// False: the open turn has no content, or no turn is open. Ignore it.
  bool generation_complete(Time now);
  /// nullopt: it closes no turn, or it is not certain that it does. Ignore it. `is_last`: the
  /// service says that no more answers are coming.
  std::optional<Change> turn_complete(bool more_announced, bool is_last, Time now);
  void waiting_for_input(Time now);
  /// When all audio that has come will have been played.
  void playing_until(Time end) { playing_until_ = end; }
  /// The application does not want the rest of the open turn. A loss does not bring it back.
  void dismiss();
  /// Number of pending calls, as counted by PendingToolCalls.
  void set_pending_calls(unsigned count);
  /// The service takes back calls. If nothing is left of the turn, that is an interruption.
  void calls_cancelled(Time now);
  /// Parts of a call have come, and more must follow: the answer is not complete.
  void set_gathering(bool is_gathering) { is_gathering_ = is_gathering; }

  // What became of it
  /// The connection is lost. Returns true if the open turn had arrived completely. It then counts
  /// as complete.
  bool disconnected(Time now);
  /// Stops waiting for an answer to the question. Call it after warning the user.
  void give_up_question(Time now);
  /// Stops waiting for the end of the open turn. Its turnComplete may still arrive.
  void give_up_turn(Time now);
  /// Nothing followed what may have been the end of an answer: it was.
  void settle(Time now);
  /// The connection was lost, and nothing that was sent on it is resent. No answer will come.
  void give_up_sent() { give_up_to(sent_); }
  /// The same for what was sent on earlier connections. Call it after warning the user.
  void give_up_lost() { give_up_to(lost_up_to_); }

  // What follows from it
  Turn turn() const { return turn_; }
  bool has_content() const { return turn_ == Turn::answering || turn_ == Turn::generated; }
  /// A transcript that arrives now is late: it belongs to the turn that was interrupted or closed
  /// last. The model's is late while the user still speaks, because an answer cannot have begun. If
  /// more of the answer is to come, it is late only for a second.
  bool is_user_transcript_late() const { return turn_ == Turn::none && has_closed_; }
  bool is_model_transcript_late(Time now) const;
  /// Whether an answer, or the rest of one, is pending.
  bool owed() const;
  /// The service answers while the user speaks, and has never completed a turn.
  bool is_interpreter() const { return interpretation_.is_interpreter(); }
  /// No answer is pending, or the interpreter pauses. At the end of the input it is not a pause.
  bool quiet(Time now) const;
  /// When the interpreter's pause is long enough, if no more output arrives.
  std::optional<Time> quiet_from() const;
  /// The model is active at least until then.
  Time active_until() const { return progress_; }
  /// Something that was asked is not answered. It is sent again after a loss.
  bool is_unanswered() const { return asked_ > answered_; }
  /// Where the question begins that was lost, and is not answered. 0 if there was none.
  Sequence lost_from() const { return lost_from_; }
  /// An interim answer, a tool response or an interruption: the model goes on.
  bool is_continuing() const { return continuation_.has_value(); }
  bool has_pending_calls() const { return calls_ > 0; }
  /// Anything but silence was sent.
  bool has_sound() const { return has_sound_; }
  bool has_input_ended() const { return input_end_.has_value(); }
  /// Whether EOS is due; asked only when all input has been sent.
  End end(Time now) const;
  /// Whether EOS is due if only silence is unsent, and there is no connection.
  bool is_silent_end(Time now) const;
  /// Whether eos-timeout has passed, sent or not.
  bool is_end_overdue(Time now) const { return input_end_ && now >= eos_deadline(); }
  Overdue overdue(Time now) const;
  /// The first moment after `now` at which end() or overdue() may change though nothing happens.
  std::optional<Time> next_check(Time now) const;
  /// Items up to this number are not resent.
  Sequence answered_up_to() const { return answered_; }

 private:
  using Moment = std::optional<Time>;
  struct Question {
    Time since = 0;      // asked, or repeated
    Time last_said = 0;  // the newest speech of it
    Time last_sent = 0;
    Sequence from = 0, up_to = 0;
    bool repeated = false;  // after a pause: that does not restart the timeout
  };

  void begin_question(Sequence number, Time now);
  void ask(Sequence number, Time said, Time now);
  void ask_again();
  bool is_more_to_come() const;
  bool is_announced_again(Time now) const;
  bool is_asked_since_doubt() const;
  bool is_generated_and_asked() const;
  void begin_answer(Time now);
  void close(Time now);
  void complete(Sequence up_to, Time now);
  void answer_up_to(Sequence number);
  void settle_up_to(Sequence number);
  void give_up_to(Sequence number);
  void clear_continuation();
  void connection_works(Time now);
  bool is_calling() const { return calls_ > 0 || is_gathering_; }
  bool is_whole() const;
  bool is_complete() const;
  bool is_generated() const;
  bool is_substantial() const;
  Sequence noticed(Time now) const;
  bool is_noticed(Time now) const;
  Time quiet_since() const;
  Time eos_deadline() const;
  Moment assumed_at() const;
  Moment silent_end() const;
  Moment settled_at() const;
  Moment empty_deadline() const;
  Moment answer_deadline() const;
  Moment end_deadline() const;

  const Rules rules_;
  Interpretation interpretation_;

  // The turn
  Turn turn_ = Turn::none;
  Sequence answering_up_to_ = 0;   // what it answers
  Sequence may_answer_up_to_ = 0;  // what it may answer beside the continuation
  Sequence may_be_cut_by_ = 0;     // the newest of its questions, if that was on its way; or 0
  bool is_dismissed_ = false;
  Time began_ = 0;                 // its first content
  bool is_perceptible_ = false;    // something of it can be heard or read
  Time closed_at_ = 0;             // the last one
  bool has_closed_ = false;        // one has, and neither side has begun anything since
  bool has_model_closed_ = false;  // one has, and the model has begun nothing since
  bool is_done_ = false;           // the last one was complete, and nothing was asked since
  /// The open turn's turnComplete has come, but may have been that of the interrupted turn before.
  Moment doubt_;
  bool is_cut_early_ = false;      // interrupted before the model said anything
  bool expects_late_end_ = false;  // a late turnComplete, of a cut or given-up turn, may arrive
  Time cut_at_ = 0;                // the newest interruption
  Time last_sign_ = 0;
  Time progress_ = 0;  // the end of the newest audible content
  Time playing_until_ = 0;

  // Other pending answers
  std::optional<Question> question_;
  Sequence asked_ = 0;          // the newest item that asks something
  Sequence newest_ = 0;         // where the newest speech, activity or typed turn begins
  Sequence before_newest_ = 0;  // what asked something before it
  Time newest_at_ = 0;
  Moment empty_turn_;       // an empty turnComplete came, and the question is still owed
  Moment maybe_answered_;   // the question, by a turn that answered the announced continuation
  Moment withheld_until_;   // a lost question, which is not resent on this connection
  Sequence lost_from_ = 0;  // where the lost question begins
  Sequence lost_up_to_ = 0;
  Sequence known_up_to_ = 0;  // of what was lost: the service has it
  /// Start of a pending answer that belongs to no sent item: after a tool response, an interim
  /// answer, an interruption, or a transcript of speech that we took for noise.
  Moment continuation_;
  bool is_announced_ = false;  // by IN_PROGRESS, or by parts of a call
  unsigned calls_ = 0;
  bool is_gathering_ = false;
  bool is_declined_ = false;

  // What was sent
  Sequence sent_ = 0;
  Sequence speech_began_ = 0;  // the newest speech
  Time speech_since_ = 0;
  Time speech_until_ = 0;
  std::chrono::nanoseconds quiet_{std::chrono::hours(1)};  // since speech
  bool has_sent_ = false;
  bool has_sound_ = false;
  Sequence answered_ = 0;
  Moment input_end_;
};

}  // namespace gemlive
