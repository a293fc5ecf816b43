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
struct Interrupt {};
struct ToolCall {
  std::string name = {};
  std::string args = {};  // JSON
  std::string id = {};
};
struct SetAnswerStyle {
  AnswerStyle style = {};
};

using Action = std::variant<Refuse, Ignore, Withhold, Send, SendRaw, CloseFrame, Drop, Stall, Flood,
                            DelayPong, GoAway, Interrupt, ToolCall, SetAnswerStyle>;

}  // namespace gemlive::simulator
