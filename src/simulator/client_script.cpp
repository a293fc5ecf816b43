// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What a script does to a connection: the second half of Client.

#include <chrono>
#include <utility>

#include "client.hpp"
#include "field_formats.hpp"
#include "json_object.hpp"

namespace gemlive::simulator {

using namespace std::chrono_literals;

void Client::reach(const Moment &moment) {
  if (!run_) return;
  for (const auto *step : run_->due(moment)) {
    const auto perform_all = [this, step] {
      for (const auto &action : step->actions)
        perform(action);
    };
    if (step->after > 0)
      delays_.emplace_back().start(std::chrono::milliseconds(step->after), perform_all);
    else
      perform_all();
  }
}

void Client::perform(const Action &action) {
  if (state_ == State::ended) return;
  std::visit([this](const auto &it) { act(it); }, action);
}

void Client::act(const Refuse &action) {
  if (state_ == State::request) refuse(text(action.response));
}

void Client::act(const Ignore &) {
  unanswered_ = state_ == State::request;
}

void Client::act(const Withhold &) {
  if (session_) session_->withhold_setup_complete();
}

void Client::act(const Send &action) {
  if (action.json)
    send(action.payload, action.framing);
  else
    send_payload(action.payload, action.framing);
}

void Client::act(const SendRaw &raw) {
  link_.write(raw.bytes);
}

void Client::act(const CloseFrame &action) {
  close(action.code, action.reason);
}

void Client::act(const Drop &drop) {
  if (state_ == State::open)
    told_closed(1006, drop.reset ? "reset" : "end of connection", "server");
  if (state_ != State::request) state_ = State::closing;
  unanswered_ = true;
  if (drop.reset)
    link_.reset();
  else
    link_.finish();
}

void Client::act(const Stall &stall) {
  if (stall.receiving) link_.hold_receiving(true);
  if (stall.sending) link_.hold_sending(true);
  if (stall.ms == 0) return;
  stall_.start(std::chrono::milliseconds(stall.ms), [this] {
    link_.hold_receiving(false);
    link_.hold_sending(false);
  });
}

void Client::act(const Flood &flood) {
  std::string frames;
  for (int i = 0; i < flood.count; ++i)
    append_frame(frames, flood.opcode, flood.payload);
  if (state_ == State::open) link_.write(std::move(frames));
}

void Client::act(const DelayPong &delay) {
  pong_delay_ = std::chrono::milliseconds(delay.ms);
}

void Client::act(const GoAway &go_away) {
  send("{\"goAway\":{\"timeLeft\":" + json::quoted(go_away.time_left) + "}}");
  if (!go_away.close) return;
  const auto left = wire::parse_duration(go_away.time_left).value_or(0ms);
  delays_.emplace_back().start(
      left, [this] { close(1011, "Deadline expired before operation could complete."); });
}

void Client::act(const Interrupt &) {
  if (session_) session_->interrupt();
}

void Client::act(const ToolCall &call) {
  if (session_) session_->call_tool(call);
}

void Client::act(const Restyle &restyle) {
  if (session_) session_->restyle(restyle.style);
}

}  // namespace gemlive::simulator
