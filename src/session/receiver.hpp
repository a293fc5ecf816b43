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
#include "input_item.hpp"
#include "log.hpp"
#include "message.hpp"
#include "notice.hpp"
#include "notice_limit.hpp"
#include "output_streams.hpp"
#include "playout_estimate.hpp"
#include "server_event.hpp"
#include "turn_report.hpp"

namespace gemlive {

/// Assigns server events to turns, and passes them to the output streams and to notices. Turns open
/// and close as Exchange says. Notices beyond NoticeLimit are dropped. The session's thread.
class Receiver {
 public:
  struct Options {
    OnInterrupt on_interrupt = OnInterrupt::discard;
    bool limits_lag = false;
    std::shared_ptr<OutputStreams> streams = {};
    std::shared_ptr<Counters> counters = {};
    std::function<void(const Notice &)> notify = {};
    /// When the user said what is at this offset of the input.
    std::function<input::SaidAt(std::chrono::nanoseconds offset)> said_at = {};
    bool is_paced = true;  // the time is monotonic, else it is a running time
    Log log = {};
  };

  Receiver(Options options, Exchange &exchange);

  /// `message` is what `event` was decoded from, and brings audio, text or a tool call; monotonic
  /// us.
  void take(const ServerEvent &event, const Message &message, std::int64_t now,
            bool brings_content = false);
  /// Warns if events were dropped since the last warning. After the events of a message.
  void report_dropped_events(std::int64_t now);
  /// The user's speech (or typed input) ended at `at` or earlier.
  void speech_ended(std::int64_t at);
  /// The input ended at `at`. Used if there was no speech.
  void input_ended(std::int64_t at);
  /// Drops the answer that is playing, and the rest that is still to arrive.
  void interrupt_locally();

  /// Reports the open turn as complete although turnComplete did not arrive.
  void assume_complete(std::int64_t now);
  /// Reports the open turn as interrupted, unless all of it had arrived: the connection is lost, or
  /// the turn was given up.
  void cut_off(bool was_whole, std::int64_t now);
  /// Reports the open turn as interrupted. Afterwards only late transcripts, handles and usage are
  /// handled.
  void finish(std::int64_t now);

  /// Number of turns with a tool call, or with audible or readable content, that were not
  /// interrupted.
  unsigned complete_turns() const { return complete_turns_; }
  /// Of those with such content. One that waits for a tool call counts only when nothing more
  /// follows.
  unsigned answers() const { return answers_ + (is_interim_ && !exchange_.owed() ? 1 : 0); }

 private:
  void on(const Audio &event);
  void on(const UnknownMedia &event);
  void on(const Transcript &event);
  void on(const InterimTranscript &event);
  void on(const Text &event);
  void on(const Interrupted &);
  void on(const GenerationComplete &);
  void on(const TurnComplete &event);
  void on(const WaitingForInput &) { exchange_.waiting_for_input(now_); }
  void on(const ToolCall &event);
  void on(const ToolCallPart &) { apply(exchange_.tool_call(now_)).begin(); }
  void on(const ToolCallCancelled &event);
  void on(const Usage &event);
  void on(const VoiceActivity &event);
  void on(const GoAway &event) { notify(event); }
  void on(const ResumptionUpdate &event);
  void on(const ServerMessage &event);
  void on(const SetupComplete &) {}  // the session's own
  void on(const ServiceError &) {}   // the connection's own

  TurnReport &apply(Exchange::Change change);
  void start();
  void end_item(OutputStream &stream) { stream.end_turn(playout_.position()); }
  std::chrono::nanoseconds discard_output(bool keep);
  void take_skipped();
  void report_skipped();
  void close_turn(const TurnComplete &end = {});
  void report_late(Transcript transcript);
  input::SaidAt said_at(AudioOffset offset) const;
  std::optional<output::Said> said(const Transcript &transcript) const;
  bool is_late(Speaker speaker) const;
  void report_drop(output::PushResult how);
  void notify(Notice::Body body);
  void notify(const Notice &notice);
  void warn_once(bool &reported, Error error);
  void warn(Error error);

  const Options options_;
  Exchange &exchange_;
  PlayoutEstimate playout_ = {};
  std::optional<TurnReport> turn_ = {};
  unsigned turns_ = 0;
  unsigned complete_turns_ = 0;
  unsigned answers_ = 0;
  bool is_interim_ = false;                     // the newest complete turn waits for a tool call
  std::optional<std::int64_t> input_end_ = {};  // until an answer has begun
  bool has_speech_ended_ = false;
  bool is_finished_ = false;
  bool media_reported_ = false;
  bool drop_reported_ = false;
  NoticeLimit notice_limit_ = {};
  notice::OutputSkipped skipped_ = {};  // since the last report
  std::int64_t next_skip_report_ = 0;

  std::int64_t now_ = 0;              // of the event
  const Message *message_ = nullptr;  // while take() runs
  bool brings_content_ = false;       // the message
};

}  // namespace gemlive
