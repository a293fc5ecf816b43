// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "script.hpp"

#include <glib.h>
#include <simdjson.h>

#include <optional>
#include <string>
#include <utility>

#include "answer_style_reader.hpp"
#include "field_formats.hpp"
#include "member_reader.hpp"

namespace gemlive::simulator {

namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

std::optional<std::string> from_hex(std::string_view hex) {
  std::string bytes;
  int digits = 0;
  int value = 0;
  for (const char c : hex) {
    if (c == ' ') continue;
    const int digit = g_ascii_xdigit_value(c);
    if (digit < 0) return {};
    value = value * 16 + digit;
    if (++digits % 2) continue;
    bytes += static_cast<char>(value);
    value = 0;
  }
  if (digits % 2) return {};
  return bytes;
}

Action read_refuse(MemberReader &reader, element action) {
  Refuse refuse;
  const auto headers = [&](element value) {
    object fields;
    if (value.get(fields)) return reader.fail("\"headers\" must be an object");
    for (const auto &[name, field] : fields) {
      std::string_view text;
      if (field.get(text)) return reader.fail("a header must be a string");
      refuse.response.headers[std::string(name)] = text;
    }
  };
  reader.read(action, "refuse",
              {reader.number("refuse", refuse.response.status),
               {"headers", headers},
               reader.text("body", refuse.response.body)});
  return refuse;
}

Action read_send(MemberReader &reader, element action) {
  Send send;
  std::string kind = "binary";
  auto members = framing_members(reader, send.framing, kind);
  members.push_back({"send", [&](element value) { send.payload = compact(value); }});
  members.push_back({"send-text", [&](element value) {
                       std::string_view text;
                       if (value.get(text)) return reader.fail("\"send-text\" must be a string");
                       send.payload = text;
                       send.json = false;
                     }});
  reader.read(action, "send", members);
  finish_framing(reader, send.framing, kind);
  return send;
}

Action read_raw(MemberReader &reader, element action) {
  std::string hex;
  reader.read(action, "raw", {reader.text("raw", hex)});
  auto bytes = from_hex(hex);
  if (!bytes) reader.fail("\"raw\" must be hexadecimal");
  return SendRaw{bytes.value_or("")};
}

Action read_close(MemberReader &reader, element action) {
  CloseFrame close;
  reader.read(action, "close",
              {reader.number("close", close.code), reader.text("reason", close.reason)});
  return close;
}

Action read_drop(MemberReader &reader, element action) {
  std::string how;
  reader.read(action, "drop", {reader.text("drop", how)});
  if (how != "reset" && how != "end") reader.fail("\"drop\" must be reset or end");
  return Drop{how == "reset"};
}

Action read_stall(MemberReader &reader, element action) {
  Stall stall;
  std::string what;
  reader.read(action, "stall", {reader.text("stall", what), reader.number("for", stall.ms)});
  stall.receiving = what == "receive" || what == "both";
  stall.sending = what == "send" || what == "both";
  if (!stall.receiving && !stall.sending) reader.fail("\"stall\" must be receive, send or both");
  return stall;
}

Action read_flood(MemberReader &reader, element action) {
  Flood flood;
  reader.read(action, "flood",
              {{"flood",
                [&](element value) {
                  if (value.is_string() && std::string_view(value) == "ping") return;
                  flood.opcode = Opcode::binary;
                  flood.payload = compact(value);
                }},
               reader.number("count", flood.count)});
  if (flood.count > 1'000'000) reader.fail("\"count\" of a flood must be at most 1000000");
  return flood;
}

Action read_go_away(MemberReader &reader, element action) {
  GoAway go_away;
  reader.read(
      action, "go-away",
      {reader.text("go-away", go_away.time_left), reader.flag("then-close", go_away.close)});
  if (go_away.close && !wire::parse_duration(go_away.time_left))
    reader.fail("\"then-close\" requires a \"go-away\" duration such as 9.5s");
  return go_away;
}

Action read_delay_pong(MemberReader &reader, element action) {
  DelayPong delay;
  reader.read(action, "delay-pong", {reader.number("delay-pong", delay.ms)});
  return delay;
}

Action read_tool_call(MemberReader &reader, element action) {
  ToolCall call;
  reader.read(action, "tool-call",
              {reader.text("tool-call", call.name),
               {"args", [&](element value) { call.args = compact(value); }},
               reader.text("id", call.id)});
  return call;
}

Action read_answer(MemberReader &reader, element action) {
  SetAnswerStyle set_style;
  reader.read(
      action, "answer",
      {{"answer", [&](element value) { set_style.style = read_answer_style(reader, value); }}});
  return set_style;
}

template <typename Simple>
Action read_simple(MemberReader &reader, element action) {
  object fields;
  if (!action.get(fields) && fields.size() > 1) reader.fail("an action has an unexpected member");
  return Simple{};
}

constexpr std::pair<std::string_view, Action (*)(MemberReader &, element)> verbs[] = {
    {"refuse", read_refuse},
    {"ignore", read_simple<Ignore>},
    {"withhold", read_simple<Withhold>},
    {"send", read_send},
    {"send-text", read_send},
    {"raw", read_raw},
    {"close", read_close},
    {"drop", read_drop},
    {"stall", read_stall},
    {"flood", read_flood},
    {"delay-pong", read_delay_pong},
    {"interrupt", read_simple<Interrupt>},
    {"go-away", read_go_away},
    {"tool-call", read_tool_call},
    {"answer", read_answer},
};

void read_action(MemberReader &reader, element action, std::vector<Action> &actions) {
  for (const auto &[verb, read] : verbs) {
    element ignored;
    if (action[verb].get(ignored)) continue;
    actions.push_back(read(reader, action));
    return;
  }
  reader.fail("unknown action: " + compact(action).substr(0, 80));
}

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
