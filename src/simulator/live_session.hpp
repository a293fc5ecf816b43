// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "answer.hpp"
#include "audio_input.hpp"
#include "checker.hpp"
#include "context.hpp"
#include "script.hpp"
#include "setup.hpp"
#include "timer.hpp"
#include "wav_file.hpp"

namespace gemlive::simulator {

class Client;

/// One conversation: setup, input, turns and answers. Input is timed in samples, output by the
/// clock. Main thread.
class LiveSession {
 public:
  LiveSession(Client &client, Context &context, Service service, bool bad_key);

  /// Handles one message from the client.
  void receive(std::string_view json);
  /// Stops the session: the connection is closed or closing.
  void end();

  // For script actions
  void withhold_setup_complete() { setup_complete_withheld_ = true; }
  void interrupt();
  void call_tool(const ToolCall &call);
  void set_answer_style(const AnswerStyle &style) { style_ = style; }

 private:
  enum class State {
    idle,
    waiting,  // for tool responses
    generating,
    playing,  // generation is complete, the client still plays the answer
  };

  // live_session.cpp: input
  void refuse(const Refusal &refusal);
  void set_up(simdjson::dom::element setup);
  void handle_content(simdjson::dom::element content, std::string_view message);
  void handle_input(simdjson::dom::element input);
  void handle_blob(simdjson::dom::element blob);
  void handle_audio(std::string_view mime, const std::vector<std::byte> &bytes);
  void handle_tool_response(simdjson::dom::element response, std::string_view message);
  std::string recording_path(const char *what) const;
  void handle_boundary(const SpeechBoundary &boundary);
  void start_activity();
  void end_activity();
  void end_stream();

  // live_session_turns.cpp: turns and output
  void answer_speech(double seconds);
  void barge_in();
  void request_answer(std::string answer);
  void begin_turn(std::string answer);
  void start_answer();
  void send_due();
  void send_piece();
  void send_content(const std::string &members, const std::string &beside = {});
  void finish_generation();
  void complete_turn();
  void update_resumption(bool resumable);
  std::string end_members() const;
  std::string usage() const;
  Pcm synthesize(const std::string &text);

  void event(const char *type, std::string_view members = {});
  void log(std::string_view line);

  Client &client_;
  Context &context_;
  const Service service_;
  const bool bad_key_;
  simdjson::dom::parser parser_;
  std::optional<Setup> setup_;
  bool setup_complete_withheld_ = false;
  bool receiving_history_ = false;
  std::string typed_text_;  // of a clientContent turn that is not complete

  std::optional<AudioInput> audio_input_;  // since the first audio message
  bool in_activity_ = false;               // with manual activity markers
  std::int64_t activity_start_ = 0;        // samples
  WavFile heard_file_;
  WavFile said_file_;

  State state_ = State::idle;
  int turn_ = 0;
  std::string answer_text_;
  AnswerStyle style_;
  std::optional<Answer> answer_;
  std::deque<std::string> queued_answers_;    // to give after the current turn
  int generated_ids_ = 0;                     // tool call ids that the script did not give
  std::set<std::string> pending_tool_calls_;  // ids without a response
  std::int64_t started_us_ = 0;
  std::int64_t playback_end_us_ = 0;
  std::int64_t sent_bytes_ = 0;  // audio of all answers
  int handles_issued_ = 0;
  std::int64_t received_messages_ = 0;  // after the setup
  Timer timer_;
};

}  // namespace gemlive::simulator
