// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config.hpp"
#include "connection.hpp"
#include "connection_age.hpp"
#include "counters.hpp"
#include "deadlines.hpp"
#include "endpoint.hpp"
#include "input_queue.hpp"
#include "log.hpp"
#include "notice.hpp"
#include "output_streams.hpp"
#include "picture_slot.hpp"
#include "receiver.hpp"
#include "reconnect_policy.hpp"
#include "resend_buffer.hpp"
#include "session.hpp"
#include "sign_in.hpp"
#include "speech_level.hpp"
#include "timer.hpp"
#include "tool_call_handler.hpp"

namespace gemlive {

/// What a session is made of. The session's thread.
///
/// idle → connecting → connected → (lost, or handed over) waiting → connecting … → over. Of
/// connections that were left nothing is heard any more.
class Session::Impl final : private Connection::Owner {
 public:
  explicit Impl(Options options);

  void start();
  void drain();
  void interrupt_locally();

 private:
  enum class Phase { idle, connecting, connected, waiting, over };

  void on_setup_complete(const SetupComplete &event) override;
  void on_events(std::span<const ServerEvent> events, GBytes *message) override;
  void on_bad_message(const Error &error) override;
  void on_writable() override { drain(); }
  void on_end(const Error &how) override;

  void connect();
  void open(const Headers &headers, std::chrono::milliseconds timeout);
  void connect_later(const ReconnectPolicy::Attempt &attempt, const Error &how);
  void close_connection();
  void end_exchange();
  void apply(const ServerEvent &event, std::int64_t now);
  void update_handle(const ResumptionUpdate &update);
  void acknowledge_answered();
  void set_handle(const std::string &handle);
  void replace_connection();

  void send_picture();
  void resend(const input::Item &item);
  void send_next();
  void send(const input::Chunk &chunk);
  void send(const input::ActivityStart &);
  void send(const input::ActivityEnd &);
  void send(const input::AudioStreamEnd &);
  void send(const input::TypedText &typed);
  void send(const input::Content &content);
  void send(const input::ToolResponse &response);
  void send(const input::EndOfInput &);
  void expect_answer(std::int64_t said);
  bool sends_realtime_text() const;
  void send_message(const std::string &text);
  bool has_unsent();
  bool is_resend_paused();
  void report_drops();

  void check();
  void schedule_check();
  void check_end();
  bool is_complete();
  void check_age();
  void warn_of_eos_timeout();
  void on_expired(Deadlines::Expired expired);
  void end_with_warning(const std::string &why);
  void finish();
  void disconnect();
  void fail(Error error);

  void notify(Notice::Body body);
  void set_state(ConnectionState state);

  Options options_;
  Receiver receiver_;
  ReconnectPolicy reconnect_policy_;
  ResendBuffer resend_buffer_;
  ToolCallHandler tool_call_handler_;
  ConnectionAge connection_age_;
  Deadlines deadlines_;
  Phase phase_ = Phase::idle;
  bool finished_ = false;
  auth::SignIn sign_in_;
  Timer sign_in_deadline_;
  std::unique_ptr<Connection> connection_;
  Timer retry_;
  std::string handle_;      // of the session, the newest good one; a secret
  bool resumable_ = false;  // at this moment
  bool resuming_ = false;   // this connection was made with a handle

  std::string encoded_;  // an audio message; its memory is used again
  SpeechLevel speech_level_;
  std::int64_t last_question_ = 0;
  unsigned sent_messages_ = 0;  // by what was sent last
  bool sent_speech_ = false;
  bool in_activity_ = false;  // on this connection, as the user marked it
  std::vector<std::string> reported_problems_;
  Timer next_picture_;
  std::chrono::nanoseconds dropped_{0};
  Timer next_drop_report_;
  Timer check_;
  std::int64_t check_at_ = 0;
  Timer close_delay_;

  std::unique_ptr<Connection> closing_;  // may not die in its own callback
  Timer closing_timer_;
};

}  // namespace gemlive
