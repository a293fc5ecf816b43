// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "action.hpp"
#include "error.hpp"

/// Scripts: faults and answers that a user asks for (docs/simulator.md).
namespace gemlive::simulator {

/// The events of a connection that can run a step, in order.
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

/// A trigger with its values.
struct TriggerEvent {
  Trigger trigger = Trigger::connect;
  int turn = 0;  // from 1, with turn, said, generated and complete
  int ms = 0;    // amount of audio, with heard and said
};

struct Step {
  Trigger on = Trigger::connect;
  int session = 0;  // 0: any
  int turn = 0;     // 0: any
  int ms = 0;
  int after = 0;          // delay in ms
  std::string path = {};  // text in the request path; empty: any
  std::vector<Action> actions = {};
};

using Script = std::vector<Step>;

Result<Script> parse_script(std::string_view json);

/// Runs a script in one session. Each step runs once, or once per turn.
class ScriptRun {
 public:
  ScriptRun(const Script &script, int session, std::string_view path);
  /// Returns the steps to run now, and marks them as done.
  std::vector<const Step *> due(const TriggerEvent &event);

 private:
  struct Pending {
    const Step *step = nullptr;
    int done = -1;  // last turn in which it ran
  };
  std::vector<Pending> steps_;
};

}  // namespace gemlive::simulator
