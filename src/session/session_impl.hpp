// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "connection_age.hpp"
#include "connector.hpp"
#include "deadlines.hpp"
#include "exchange.hpp"
#include "receiver.hpp"
#include "reconnect_policy.hpp"
#include "sender.hpp"
#include "session.hpp"
#include "timer.hpp"
#include "tool_call_handler.hpp"

namespace gemlive {

/// The parts of a session. Holds the phase and connects the parts. The parts decide which answers
/// are pending, when to reconnect and what to send. Session's thread only, except send_audio().
///
/// idle → connecting → connected → (lost, or replaced) waiting → connecting … → over. A closed
/// connection makes no callbacks.
class Session::Impl final : private Connection::Owner {
 public:
  explicit Impl(Options options);

  void start();
  void drain();
  bool send_audio();
  void interrupt_locally();

 private:
  enum class Phase { idle, connecting, connected, waiting, over };

  // Connection::Owner
  void on_setup_complete(const SetupComplete &event) override;
  void on_events(std::span<const ServerEvent> events, const Message &message) override;
  void on_bad_message(const Error &error) override;
  void on_writable() override { drain(); }
  void on_end(const Error &how) override;

  // session.cpp: from one connection to the next
  void connect();
  void connect_later(const ReconnectPolicy::Attempt &attempt, const Error &how);
  void leave_connection();
  void replace_connection();
  void notify(Notice::Body body);
  void warn(std::string message);
  void set_phase(Phase phase);
  void set_state(ConnectionState state);

  // session_events.cpp: what the service says
  void on_event(const ServerEvent &event, const Message &message, std::int64_t now);
  void on_tool_call(const ToolCall &call, const Message &message, std::int64_t now);
  void on_tool_call_part(const ToolCallPart &part, const Message &message, std::int64_t now);
  void note_complete_turns(unsigned before);
  void apply(const ServerEvent &event, std::int64_t now);
  void update_handle(const ResumptionUpdate &update);
  void set_handle(const std::string &handle);

  // session_timeouts.cpp: inputs, timeouts, and the age of the connection
  void check();
  bool is_check_soon(std::int64_t now) const;
  void schedule_check(std::int64_t now);
  std::optional<std::int64_t> next_check(std::int64_t now);
  bool has_check_in_time(std::int64_t now);
  void check_inputs(std::int64_t now);
  void check_pause(std::int64_t now);
  void check_deadlines(std::int64_t now);
  void check_exchange(std::int64_t now);
  void give_up_question(const std::string &warning, std::int64_t now);
  void check_age(std::int64_t now);

  // session_end.cpp: the end of the session
  void check_end(std::int64_t now);
  bool has_had_its_turns() const;
  bool is_complete(std::int64_t now);
  bool waits_for_handle(std::int64_t now);
  bool expects_handle(std::int64_t now) const {
    return turn_ended_ && now < *turn_ended_ + time_for_handle;
  }
  void end_with_warning(const std::string &why);
  void finish();
  void finish_text();
  void disconnect();
  void fail(Error error);
  bool has_unsent_sound();
  std::string what_was_lost();
  void warn_of_eos_timeout();
  void warn_of_silence();
  void warn_of_open_inputs();

  /// The service sends a turn's handle shortly after the turn.
  static constexpr std::int64_t time_for_handle = 500'000;

  const Options options_;
  Exchange exchange_;
  ToolCallHandler tool_call_handler_;
  Sender sender_;
  Receiver receiver_;
  bool brings_content_ = false;  // the message whose events are handled
  Connector connector_;
  ReconnectPolicy reconnect_policy_;
  ConnectionAge connection_age_;
  Deadlines deadlines_;

  Phase phase_ = Phase::idle;
  std::int64_t connecting_since_ = 0;
  bool is_finished_ = false;                         // the output has ended
  std::optional<std::int64_t> inactive_since_ = {};  // the open inputs, when last looked at
  bool has_inactive_inputs_ = false;  // only inactive ones are open: the input counts as ended
  std::optional<std::int64_t> next_fill_ = {};  // of a pause in the audio
  bool without_resending_ = false;              // this attempt
  std::string last_failure_ = {};               // since there was a connection
  Timer retry_;
  Timer check_;
  std::int64_t check_at_ = 0;
  Timer close_delay_;
  Timer text_end_;

  std::string handle_;                           // the newest valid one of the session; a secret
  bool is_resumable_ = false;                    // with a handle for the current state
  bool is_resuming_ = false;                     // this connection was made with a handle
  std::optional<std::int64_t> turn_ended_ = {};  // and no handle has come since

  std::vector<std::string> reported_problems_;
};

}  // namespace gemlive
