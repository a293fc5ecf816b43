// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The second half of Client: the actions of the script.

#include <chrono>
#include <utility>

#include "client.hpp"
#include "field_formats.hpp"
#include "json_string.hpp"
#include "service_messages.hpp"

namespace gemlive::simulator {

using namespace std::chrono_literals;

void Client::fire(const TriggerEvent &event) {
  if (!run_) return;
  for (const auto *step : run_->due(event)) {
    const auto execute_all = [this, step] {
      for (const auto &action : step->actions)
        execute(action);
    };
    if (step->after > 0)
      delayed_.emplace_back().start(std::chrono::milliseconds(step->after), execute_all);
    else
      execute_all();
  }
}

void Client::execute(const Action &action) {
  if (state_ == State::ended) return;
  std::visit([this](const auto &it) { perform(it); }, action);
}

void Client::perform(const Refuse &action) {
  if (state_ == State::request) refuse(text(action.response));
}

void Client::perform(const Ignore &) {
  request_done_ = state_ == State::request;
}

void Client::perform(const Withhold &) {
  if (session_) session_->withhold_setup_complete();
}

void Client::perform(const Send &action) {
  if (action.json)
    send(action.payload, action.framing);
  else
    send_payload(action.payload, action.framing);
}

void Client::perform(const SendRaw &raw) {
  link_.write(raw.bytes);
}

void Client::perform(const CloseFrame &action) {
  close(action.code, action.reason);
}

void Client::perform(const Drop &action) {
  drop(action.reset);
}

void Client::drop(bool reset) {
  if (state_ == State::open) report_closed(1006, reset ? "reset" : "end of connection", "server");
  if (state_ != State::request) state_ = State::closing;
  request_done_ = true;
  if (reset)
    link_.reset();
  else
    link_.finish();
}

void Client::perform(const Stall &stall) {
  if (stall.receiving) link_.hold_receiving(true);
  if (stall.sending) link_.hold_sending(true);
  if (stall.ms == 0) return;
  stall_.start(std::chrono::milliseconds(stall.ms), [this] {
    link_.hold_receiving(false);
    link_.hold_sending(false);
  });
}

void Client::perform(const Flood &flood) {
  std::string frames;
  for (int i = 0; i < flood.count; ++i)
    append_frame(frames, flood.opcode, flood.payload);
  if (state_ == State::open) link_.write(std::move(frames));
}

void Client::perform(const DelayPong &delay) {
  pong_delay_ = std::chrono::milliseconds(delay.ms);
}

void Client::perform(const GoAway &go_away) {
  send("{\"goAway\":{\"timeLeft\":" + json::quoted(go_away.time_left) + "}}");
  if (!go_away.close) return;
  const auto left = wire::parse_duration(go_away.time_left).value_or(0ms);
  delayed_.emplace_back().start(
      left, [this] { close(1011, "Deadline expired before operation could complete."); });
}

void Client::perform(const DelayHandle &delay) {
  if (session_) session_->delay_handles(std::chrono::milliseconds(delay.ms));
}

/// With the trigger `setup`, the error comes in place of setupComplete.
void Client::perform(const SendError &error) {
  if (session_) session_->withhold_setup_complete();
  send(messages::error(error.code, error.message, error.status));
}

void Client::perform(const Interrupt &interrupt) {
  if (session_) session_->interrupt(interrupt.turn_complete);
}

void Client::perform(const SetTranscriptStyle &action) {
  if (session_) session_->set_transcript_style(action.style);
}

void Client::perform(const Say &say) {
  if (session_) session_->say(say.text);
}

void Client::perform(const Interpret &interpret) {
  if (session_) session_->interpret(interpret.delay_ms);
}

void Client::perform(const ToolCall &call) {
  if (session_) session_->call_tool(call);
}

void Client::perform(const SetAnswerStyle &action) {
  if (session_) session_->set_answer_style(action.style);
}

}  // namespace gemlive::simulator
