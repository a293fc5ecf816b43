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
#include "script.hpp"
#include "timer.hpp"

namespace gemlive::simulator {

/// One client's connection, from its HTTP request to the end of TCP: the WebSocket, and whatever
/// the script does to it. What is talked about is the session's business.
class Client final : private Link::Listener {
 public:
  /// `ended` is called once, when nothing is left of the connection; it must not destroy the client
  /// at once.
  Client(Context &context, ObjectPtr<GIOStream> stream, GSocket *socket,
         std::function<void(Client *)> ended);

  int number() const { return number_; }
  bool is_open() const { return state_ == State::open; }

  /// `json` is compact.
  void send(std::string_view json, const Framing &framing = {});
  void close(int code, std::string_view reason);
  /// Does what the script wants done now.
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
  void perform(const Interrupt &);
  void perform(const ToolCall &call);
  void perform(const SetAnswerStyle &action);

  Context &context_;
  std::function<void(Client *)> ended_callback_;
  State state_ = State::request;
  int number_ = 0;  // 0 until the request has come
  std::string head_;
  bool request_done_ = false;  // the request is answered already, or never will be
  FrameParser parser_{FrameParser::Side::server};
  std::optional<ScriptRun> run_;
  std::optional<LiveSession> session_;
  Timer close_timeout_;  // with the peer's Close
  Timer stall_;
  std::chrono::milliseconds pong_delay_{0};
  std::list<Timer> delayed_;  // of steps with `after` and what else comes later
  Link link_;                 // last: the first to go
};

}  // namespace gemlive::simulator
