// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "action_reader.hpp"

#include <glib.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "answer_style_reader.hpp"
#include "field_formats.hpp"

namespace gemlive::simulator {

namespace {

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

Action read_error(MemberReader &reader, element action) {
  SendError error;
  reader.read(action, "error",
              {reader.number("error", error.code), reader.text("message", error.message),
               reader.text("status", error.status)});
  return error;
}

Action read_interrupt(MemberReader &reader, element action) {
  Interrupt interrupt;
  reader.read(
      action, "interrupt",
      {{"interrupt", [](element) {}}, reader.flag("turn-complete", interrupt.turn_complete)});
  return interrupt;
}

Action read_delay_handle(MemberReader &reader, element action) {
  DelayHandle delay;
  reader.read(action, "delay-handle", {reader.number("delay-handle", delay.ms)});
  return delay;
}

Action read_transcripts(MemberReader &reader, element action) {
  SetTranscriptStyle set_style;
  auto &style = set_style.style;
  reader.read(action, "transcripts", {{"transcripts", [&](element value) {
                                         reader.read(value, "transcripts",
                                                     {reader.flag("offsets", style.offsets),
                                                      reader.flag("interim", style.interim),
                                                      reader.flag("late", style.late)});
                                       }}});
  return set_style;
}

Action read_say(MemberReader &reader, element action) {
  Say say;
  reader.read(action, "say", {reader.text("say", say.text)});
  return say;
}

Action read_interpret(MemberReader &reader, element action) {
  Interpret interpret;
  reader.read(action, "interpret", {reader.number("interpret", interpret.delay_ms)});
  return interpret;
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
               reader.text("id", call.id),
               reader.number("partial", call.partial)});
  if (call.partial > 0 && !action["args"].is_object())
    reader.fail("\"partial\" requires \"args\", an object");
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
    {"delay-handle", read_delay_handle},
    {"interrupt", read_interrupt},
    {"error", read_error},
    {"transcripts", read_transcripts},
    {"say", read_say},
    {"interpret", read_interpret},
    {"go-away", read_go_away},
    {"tool-call", read_tool_call},
    {"answer", read_answer},
};

}  // namespace

void read_action(MemberReader &reader, element action, std::vector<Action> &actions) {
  for (const auto &[verb, read] : verbs) {
    element ignored;
    if (action[verb].get(ignored)) continue;
    actions.push_back(read(reader, action));
    return;
  }
  reader.fail("unknown action: " + compact(action).substr(0, 80));
}

}  // namespace gemlive::simulator
