// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "config.hpp"
#include "counters.hpp"
#include "exchange.hpp"
#include "glib_ptr.hpp"
#include "log.hpp"
#include "notice.hpp"
#include "output_streams.hpp"
#include "playout_estimate.hpp"
#include "server_event.hpp"
#include "turn_report.hpp"

namespace gemlive {

/// What the server says, sorted into turns: from its events to streams and notices. The session's
/// thread.
///
/// A turn opens with its first event (transcript, content, tool call) and ends with turnComplete.
/// An interrupted turn stays open until then, or until the model says something new.
class Receiver {
 public:
  struct Options {
    OnInterrupt on_interrupt = OnInterrupt::discard;
    std::chrono::milliseconds patience{20000};
    std::shared_ptr<OutputStreams> streams = {};
    std::shared_ptr<Counters> counters = {};
    std::function<void(const Notice &)> notify = {};
    Log log = {};
  };

  explicit Receiver(Options options);

  /// `message` is what `event` was decoded from; monotonic us. False: it ended a turn that was
  /// given up, and says nothing about what came later.
  bool handle(const ServerEvent &event, GBytes *message, std::int64_t now);
  /// The user's speech, or what stands for it, ended (at the latest) then.
  void note_user_end(std::int64_t at);
  bool has_user_ended() const { return has_user_ended_; }
  /// Drops the answer that is playing, and what still comes of it.
  void interrupt_locally();
  /// The open turn is taken as complete.
  void assume_turn_complete(std::int64_t now);
  /// The connection is lost, and what was under way with it: an open turn is told of as
  /// interrupted unless all of it had come, calls that wait for an answer as cancelled. True: there
  /// was a turn, and all of it had come.
  bool disconnect(std::int64_t now);
  /// So for the turn alone: it is waited for no longer.
  void give_up_turn(std::int64_t now);
  bool has_turn() const { return turn_.has_value(); }
  /// The model has said something in it.
  bool has_answer() const { return turn_ && turn_->has_content(); }
  /// The audio that came last is more than silence, or nobody listens to it.
  bool is_audible() const { return is_audible_; }
  /// Nothing more is taken but what it has cost. An open turn is told of as interrupted.
  void finish(std::int64_t now);

  Exchange &exchange() { return exchange_; }
  /// How many turns were complete and not interrupted.
  unsigned complete_turns() const { return complete_turns_; }

 private:
  void on(const Audio &event);
  void on(const UnknownMedia &event);
  void on(const Transcript &event);
  void on(const Text &event);
  void on(const Interrupted &);
  void on(const GenerationComplete &);
  void on(const TurnComplete &event);
  void on(const WaitingForInput &);
  void on(const ToolCall &event);
  void on(const ToolCallCancelled &event);
  void on(const Usage &event);
  void on(const VoiceActivity &event) { notify(event); }
  void on(const GoAway &event) { notify(event); }
  void on(const ResumptionUpdate &event) { notify(event); }
  void on(const ServerMessage &event);
  void on(const SetupComplete &) {}  // the session's own

  TurnReport &open_turn();
  TurnReport &answering_turn();
  void start(TurnReport &turn);
  void end_item(OutputStream &stream) { stream.end_turn(playout_.position()); }
  std::chrono::nanoseconds discard_output(bool keep);
  bool end_turn(std::int64_t now);
  void close_turn(const TurnComplete &end = {});
  void report_drop(output::PushResult how);
  void notify(Notice::Body body);
  void warn_once(bool &reported, Error error);

  Options options_;
  Exchange exchange_;
  PlayoutEstimate playout_ = {};
  std::optional<TurnReport> turn_ = {};
  unsigned turns_ = 0;
  unsigned complete_turns_ = 0;
  std::optional<std::int64_t> input_end_ = {};  // until an answer has begun
  bool has_user_ended_ = false;
  bool interrupted_before_content_ = false;  // `interrupted` came while the model had said nothing
  bool late_completion_due_ = false;         // of a turn that the server cut, or that was given up
  bool is_audible_ = false;
  bool finished_ = false;
  bool media_reported_ = false;
  bool drop_reported_ = false;

  std::int64_t now_ = 0;       // when something last happened
  GBytes *message_ = nullptr;  // while handle() runs
};

}  // namespace gemlive
