// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "context.hpp"
#include "frame_parser.hpp"
#include "handshake.hpp"
#include "link.hpp"
#include "live_session.hpp"
#include "replay_session.hpp"
#include "script.hpp"
#include "timer.hpp"

namespace gemlive::simulator {

/// One client's connection, from the HTTP request to the end of TCP. It handles the WebSocket
/// and runs the script's actions; LiveSession handles the messages. Main thread.
class Client final : private Link::Listener {
 public:
  /// Calls `ended` once, when the connection is closed. The callback must not destroy the client.
  Client(Context &context, ObjectPtr<GIOStream> stream, GSocket *socket,
         std::function<void(Client *)> ended);

  int number() const { return number_; }
  bool is_open() const { return state_ == State::open; }

  /// Sends compact JSON as one message, pretty-printed unless `framing` says otherwise.
  void send(std::string_view json, const Framing &framing = {});
  void close(int code, std::string_view reason);
  /// Ends the connection without a Close frame, with FIN or RST.
  void drop(bool reset = false);
  /// Runs the script's steps for this event.
  void fire(const TriggerEvent &event);

 private:
  enum class State { request, open, closing, ended };

  void received(std::string_view bytes) override;
  void ended(const std::string &why) override;
  void answer_request(const Request &request);
  void refuse(const std::string &response);
  void read_frames();
  void handle_frame(const Incoming &incoming);
  void peer_closed(std::string_view payload);
  void send_payload(std::string_view payload, const Framing &framing);
  void pong(std::string_view payload);
  void report_closed(int code, std::string_view reason, const char *by);

  void execute(const Action &action);
  void perform(const Refuse &refuse);
  void perform(const Ignore &);
  void perform(const Withhold &);
  void perform(const Send &send);
  void perform(const SendRaw &raw);
  void perform(const CloseFrame &close);
  void perform(const Drop &drop);
  void perform(const Stall &stall);
  void perform(const Flood &flood);
  void perform(const DelayPong &delay);
  void perform(const GoAway &go_away);
  void perform(const DelayHandle &delay);
  void perform(const SendError &error);
  void perform(const Interrupt &interrupt);
  void perform(const ToolCall &call);
  void perform(const SetTranscriptStyle &action);
  void perform(const Say &say);
  void perform(const Interpret &interpret);
  void perform(const SetAnswerStyle &action);

  Context &context_;
  std::function<void(Client *)> ended_callback_;
  State state_ = State::request;
  int number_ = 0;  // counted from 1; 0 before the request arrives
  std::string head_;
  bool request_done_ = false;  // refused, or the script ignores it
  FrameParser parser_{FrameParser::Side::server};
  std::optional<ScriptRun> run_;
  std::optional<LiveSession> session_;
  std::optional<ReplaySession> replay_session_;  // in place of session_
  Timer close_timeout_;                          // waiting for the peer's Close frame
  Timer stall_;
  std::chrono::milliseconds pong_delay_{0};
  std::list<Timer> delayed_;  // of delayed steps, pongs and closes
  Link link_;                 // last member: destroyed first
};

}  // namespace gemlive::simulator
