// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <simdjson.h>

#include <chrono>
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
#include "interpreter.hpp"
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
  void interrupt(bool turn_complete = true);
  void call_tool(const ToolCall &call);
  void set_answer_style(const AnswerStyle &style) { style_ = style; }
  void set_transcript_style(const TranscriptStyle &style) { transcript_style_ = style; }
  void delay_handles(std::chrono::milliseconds delay) { handle_delay_ = delay; }
  void say(const std::string &text) { request_answer({text, true, {}}); }
  void interpret(int delay_ms) { interpreter_delay_ = delay_ms; }

 private:
  enum class State {
    idle,
    waiting,  // for tool responses
    generating,
    playing,  // generation is complete, the client still plays the answer
  };

  struct Reply {
    std::string text = {};
    bool from_script = false;             // takes precedence over --say
    std::string late_transcription = {};  // of the question, to send behind turnComplete
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

  // live_session_speech.cpp: transcripts of the user's speech, and the interpreter
  void answer_speech(std::int64_t start, std::int64_t end);
  std::string transcribe_input(const char *field, std::int64_t start, std::int64_t end,
                               bool finished, bool offsets) const;
  void send_interim_transcription();
  void hear_as_interpreter(const std::vector<std::byte> &bytes);
  void send_interpretation();
  void send_interpretation_piece(const Interpreter::Piece &piece);

  // live_session_turns.cpp: turns and output
  void barge_in();
  void request_answer(Reply reply);
  void begin_turn(Reply reply);
  void start_answer();
  void send_due();
  void send_piece();
  void send_content(const std::string &members, const std::string &beside = {});
  void finish_generation();
  void complete_turn();
  std::vector<std::string> take_late_transcriptions();
  void update_resumption(bool resumable);
  void send_resumption_update(bool resumable);
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
  std::int64_t activity_start_ = 0;        // samples; of speech or of a marked activity
  std::int64_t interim_sent_ = 0;          // samples that the last interim transcription covers
  WavFile heard_file_;
  WavFile said_file_;

  State state_ = State::idle;
  int turn_ = 0;
  Reply reply_;
  AnswerStyle style_;
  TranscriptStyle transcript_style_;
  std::optional<Answer> answer_;
  std::deque<Reply> queued_replies_;          // to give after the current turn
  int generated_ids_ = 0;                     // tool call ids that the script did not give
  std::set<std::string> pending_tool_calls_;  // ids without a response
  std::int64_t started_us_ = 0;
  std::int64_t playback_end_us_ = 0;
  std::int64_t sent_bytes_ = 0;  // audio of all answers
  int handles_issued_ = 0;
  std::int64_t received_messages_ = 0;  // after the setup
  Timer timer_;
  std::chrono::milliseconds handle_delay_{0};
  Timer handle_timer_;
  std::optional<int> interpreter_delay_;  // ms; the script wants an interpreter
  std::optional<Interpreter> interpreter_;
};

}  // namespace gemlive::simulator
