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

/// One conversation: what was set up, what is heard, whose turn it is. Time is counted in samples
/// on the way in, and by the clock on the way out.
class LiveSession {
 public:
  LiveSession(Client &client, Context &context, Service service, bool bad_key);

  /// A message of the client, whole.
  void receive(std::string_view json);
  /// The connection is closed, or as good as closed.
  void end();

  // What a script can do.
  void withhold_setup_complete() { setup_complete_withheld_ = true; }
  void interrupt();
  void call_tool(const ToolCall &call);
  void set_answer_style(const AnswerStyle &style) { style_ = style; }

 private:
  enum class State {
    idle,
    waiting,  // for the answers of tools
    generating,
    playing,  // all was generated, and the client still plays it
  };

  // session.cpp: what comes in
  void refuse(const Refusal &refusal);
  void set_up(simdjson::dom::element setup);
  void handle_content(simdjson::dom::element content);
  void handle_input(simdjson::dom::element input);
  void handle_blob(simdjson::dom::element blob);
  void handle_audio(std::string_view mime, const std::vector<std::byte> &bytes);
  void handle_tool_response(simdjson::dom::element response);
  std::string recording_path(const char *what) const;
  void handle_boundary(const SpeechBoundary &boundary);
  void start_activity();
  void end_activity();
  void end_stream();

  // session_turns.cpp: what goes out
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
  std::string typed_text_;  // and not yet complete

  std::optional<AudioInput> audio_input_;  // since the first audio came
  bool in_activity_ = false;               // manual detection
  std::int64_t activity_start_ = 0;        // samples
  WavFile heard_file_;
  WavFile said_file_;

  State state_ = State::idle;
  int turn_ = 0;
  std::string answer_text_;
  AnswerStyle style_;
  std::optional<Answer> answer_;
  std::deque<std::string> queued_answers_;    // answers that are due after this turn
  int generated_ids_ = 0;                     // of tools, whose ids are ours
  std::set<std::string> pending_tool_calls_;  // ids that nobody has answered yet
  std::int64_t started_us_ = 0;
  std::int64_t playback_end_us_ = 0;
  std::int64_t sent_bytes_ = 0;  // in the session
  int handles_issued_ = 0;
  std::int64_t received_messages_ = 0;  // messages behind the setup
  Timer timer_;
};

}  // namespace gemlive::simulator
