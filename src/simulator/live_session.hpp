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
class Session {
 public:
  Session(Client &client, Shared &shared, Service service, bool bad_key);

  /// A message of the client, whole.
  void receive(std::string_view json);
  /// The connection is closed, or as good as closed.
  void end();

  // What a script can do.
  void withhold_setup_complete() { withheld_ = true; }
  void interrupt();
  void call_tool(const ToolCall &call);
  void restyle(const AnswerStyle &style) { style_ = style; }

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
  void take_content(simdjson::dom::element content);
  void take_input(simdjson::dom::element input);
  void take_blob(simdjson::dom::element blob);
  void take_audio(std::string_view mime, const std::vector<std::byte> &bytes);
  void take_tool_response(simdjson::dom::element response);
  std::string recording(const char *what) const;
  void take_mark(const SpeechMark &mark);
  void start_activity();
  void end_activity();
  void end_stream();

  // session_turns.cpp: what goes out
  void spoken(double seconds);
  void barge_in();
  void ask(std::string answer);
  void begin_turn(std::string answer);
  void start_answer();
  void pump();
  void send_piece();
  void say_content(const std::string &members, const std::string &beside = {});
  void generated();
  void complete();
  void update_resumption(bool resumable);
  std::string end_members() const;
  std::string usage() const;
  Pcm render(const std::string &text);

  void event(const char *type, std::string_view members = {});
  void log(std::string_view line);

  Client &client_;
  Shared &shared_;
  const Service service_;
  const bool bad_key_;
  simdjson::dom::parser parser_;
  std::optional<Setup> setup_;
  bool withheld_ = false;
  bool seeding_ = false;
  std::string typed_;  // and not yet complete

  std::optional<Ear> ear_;          // since the first audio came
  bool in_activity_ = false;        // manual detection
  std::int64_t activity_from_ = 0;  // samples
  WavFile heard_file_;
  WavFile said_file_;

  State state_ = State::idle;
  int turn_ = 0;
  std::string answer_text_;
  AnswerStyle style_;
  std::optional<Answer> answer_;
  std::deque<std::string> waiting_;   // answers that are due after this turn
  int calls_ = 0;                     // of tools, whose ids are ours
  std::set<std::string> tool_calls_;  // ids that nobody has answered yet
  std::int64_t started_us_ = 0;
  std::int64_t playback_end_us_ = 0;
  std::int64_t said_bytes_ = 0;  // in the session
  int updates_ = 0;
  std::int64_t taken_ = 0;  // messages behind the setup
  Timer timer_;
};

}  // namespace gemlive::simulator
