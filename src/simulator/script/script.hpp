// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "action.hpp"
#include "error.hpp"

/// What a server is told to do wrong (docs/simulator.md).
namespace gemlive::simulator {

/// What happens to a connection, in the order of its life.
enum class Trigger {
  connect,
  open,
  setup,
  ready,
  heard,
  speech,
  turn,
  said,
  generated,
  complete,
  tool_response,
};

struct TriggerEvent {
  Trigger trigger = Trigger::connect;
  int turn = 0;  // of turn, said, generated, complete: from 1
  int ms = 0;    // of heard and said: so much audio so far
};

struct Step {
  Trigger on = Trigger::connect;
  int session = 0;  // 0: every
  int turn = 0;     // 0: every
  int ms = 0;
  int after = 0;          // ms of delay
  std::string path = {};  // words in the path of the request; empty: any
  std::vector<Action> actions = {};
};

using Script = std::vector<Step>;

Result<Script> parse_script(std::string_view json);

/// The script in one session: each step once, or once for each turn.
class ScriptRun {
 public:
  ScriptRun(const Script &script, int session, std::string_view path);
  std::vector<const Step *> due(const TriggerEvent &event);

 private:
  struct Pending {
    const Step *step = nullptr;
    int done = -1;  // the turn that it was last done for
  };
  std::vector<Pending> steps_;
};

}  // namespace gemlive::simulator
