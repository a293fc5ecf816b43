// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "script.hpp"

#include <simdjson.h>

#include <string>
#include <utility>

#include "action_reader.hpp"
#include "member_reader.hpp"

namespace gemlive::simulator {

namespace {

using simdjson::dom::array;
using simdjson::dom::element;

constexpr std::pair<std::string_view, Trigger> triggers[] = {
    {"connect", Trigger::connect},
    {"open", Trigger::open},
    {"setup", Trigger::setup},
    {"ready", Trigger::ready},
    {"heard", Trigger::heard},
    {"speech", Trigger::speech},
    {"turn", Trigger::turn},
    {"said", Trigger::said},
    {"generated", Trigger::generated},
    {"complete", Trigger::complete},
    {"tool-response", Trigger::tool_response},
};

void read_when(MemberReader &reader, element when, Step &step) {
  std::string on;
  reader.read(when, "when",
              {reader.text("on", on), reader.number("session", step.session),
               reader.number("turn", step.turn), reader.number("ms", step.ms),
               reader.number("after", step.after), reader.text("path", step.path)});
  for (const auto &[name, trigger] : triggers) {
    if (name != on) continue;
    step.on = trigger;
    return;
  }
  reader.fail("\"on\" has an unknown trigger \"" + on + '"');
}

Step read_step(MemberReader &reader, element value) {
  Step step;
  reader.read(value, "a step",
              {{"when", [&](element when) { read_when(reader, when, step); }},
               {"do", [&](element actions) {
                  array list;
                  if (actions.get(list)) return read_action(reader, actions, step.actions);
                  for (const auto action : list)
                    read_action(reader, action, step.actions);
                }}});
  if (step.actions.empty()) reader.fail("a step has no action");
  return step;
}

}  // namespace

Result<Script> parse_script(std::string_view json) {
  simdjson::dom::parser parser;
  array steps;
  if (const auto error = parser.parse(simdjson::padded_string(json)).get(steps))
    return Error{ErrorKind::bad_setting,
                 std::string("Invalid script: not a JSON list: ") + simdjson::error_message(error)};
  MemberReader reader;
  Script script;
  for (const auto step : steps)
    script.push_back(read_step(reader, step));
  if (!reader.fault().empty())
    return Error{ErrorKind::bad_setting, "Invalid script: " + reader.fault() + '.'};
  return script;
}

ScriptRun::ScriptRun(const Script &script, int session, std::string_view path) {
  for (const auto &step : script) {
    if (step.session != 0 && step.session != session) continue;
    if (path.find(step.path) != path.npos) steps_.push_back({&step, -1});
  }
}

std::vector<const Step *> ScriptRun::due(const TriggerEvent &event) {
  std::vector<const Step *> due;
  for (auto &[step, done] : steps_) {
    if (step->on != event.trigger || done == event.turn || event.ms < step->ms) continue;
    if (step->turn != 0 && step->turn != event.turn) continue;
    done = event.turn;
    due.push_back(step);
  }
  return due;
}

}  // namespace gemlive::simulator
