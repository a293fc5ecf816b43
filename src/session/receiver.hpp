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

/// Turns server events into output streams and notices, grouped by turn. Session's thread only.
///
/// A turn opens with its first event (transcript, content, tool call) and ends with turnComplete.
/// An interrupted turn stays open until turnComplete or new content of the model.
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

  /// `event` was decoded from `message`; `now` in monotonic us. False: a late end of a turn that
  /// was given up; it does not concern later turns.
  bool handle(const ServerEvent &event, GBytes *message, std::int64_t now);
  /// The user's speech, or other input, ended at this time at the latest.
  void note_user_end(std::int64_t at);
  bool has_user_ended() const { return has_user_ended_; }
  /// Drops the playing answer and the rest of it.
  void interrupt_locally();
  /// Closes the open turn as complete.
  void assume_turn_complete(std::int64_t now);
  /// The connection ended. Cancels pending calls. Reports an open turn as interrupted, unless it
  /// was generated completely; returns true in that case.
  bool disconnect(std::int64_t now);
  /// Reports the open turn as disconnect() does; the connection continues.
  void give_up_turn(std::int64_t now);
  bool has_turn() const { return turn_.has_value(); }
  /// The open turn has content of the model.
  bool has_answer() const { return turn_ && turn_->has_content(); }
  /// The last audio was not only silence, or was not examined.
  bool is_audible() const { return is_audible_; }
  /// Ignores further events except usage. Reports an open turn as interrupted.
  void finish(std::int64_t now);

  Exchange &exchange() { return exchange_; }
  /// Number of turns that were complete and not interrupted.
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
  void on(const SetupComplete &) {}  // the session handles it

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
  std::optional<std::int64_t> input_end_ = {};  // until an answer begins
  bool has_user_ended_ = false;
  bool interrupted_before_content_ = false;  // `interrupted` arrived before content
  bool late_completion_due_ = false;         // of an interrupted or given up turn
  bool is_audible_ = false;
  bool finished_ = false;
  bool media_reported_ = false;
  bool drop_reported_ = false;

  std::int64_t now_ = 0;       // time of the last event
  GBytes *message_ = nullptr;  // while handle() runs
};

}  // namespace gemlive
