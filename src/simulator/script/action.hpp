// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <variant>

#include "answer.hpp"
#include "frame.hpp"
#include "handshake.hpp"

/// What a script can do to a connection (docs/simulator.md).
namespace gemlive::simulator {

struct Refuse {
  Response response = {};
};
struct Ignore {};    // the upgrade is never answered
struct Withhold {};  // no setupComplete
struct Send {
  std::string payload = {};
  bool json = true;  // compact JSON text, else sent as it is
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
  int ms = 0;  // 0: for good
};
struct Flood {
  Opcode opcode = Opcode::ping;
  std::string payload = {};
  int count = 0;
};
struct DelayPong {
  int ms = 0;  // from now on
};
struct GoAway {
  std::string time_left = {};
  bool close = false;  // with 1011 when the time is up
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
