// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <variant>

#include "answer.hpp"
#include "frame.hpp"
#include "handshake.hpp"

/// The actions of a script on a connection (docs/simulator.md).
namespace gemlive::simulator {

struct Refuse {
  Response response = {};
};
struct Ignore {};    // sends no answer to the upgrade
struct Withhold {};  // sends no setupComplete
struct Send {
  std::string payload = {};
  bool json = true;  // compact JSON; false: any text
  Framing framing = {};
};
struct SendRaw {
  std::string bytes = {};
};
struct CloseFrame {
  int code = 1000;
  std::string reason = {};
};
struct Drop {
  bool reset = false;
};
struct Stall {
  bool receiving = false;
  bool sending = false;
  int ms = 0;  // 0: until the end
};
struct Flood {
  Opcode opcode = Opcode::ping;
  std::string payload = {};
  int count = 0;
};
struct DelayPong {
  int ms = 0;  // delay of each later pong
};
struct GoAway {
  std::string time_left = {};
  bool close = false;  // with code 1011 after time_left
};
struct DelayHandle {
  int ms = 0;  // delay of each later resumption handle
};
struct SendError {  // a message with the member "error"
  int code = 0;
  std::string message = {};
  std::string status = {};
};
struct Interrupt {
  bool turn_complete = true;
};
struct ToolCall {
  std::string name = {};
  std::string args = {};  // JSON
  std::string id = {};
  int partial = 0;  // number of messages that bring the arguments in pieces; 0: one whole call
};
struct SetTranscriptStyle {
  TranscriptStyle style = {};
};
struct Say {  // an answer that the client has not asked for
  std::string text = {};
};
struct Interpret {
  int delay_ms = 0;
};
struct SetAnswerStyle {
  AnswerStyle style = {};
};

using Action = std::variant<Refuse, Ignore, Withhold, Send, SendRaw, CloseFrame, Drop, Stall, Flood,
                            DelayPong, GoAway, DelayHandle, SendError, Interrupt, ToolCall,
                            SetTranscriptStyle, Say, Interpret, SetAnswerStyle>;

}  // namespace gemlive::simulator
