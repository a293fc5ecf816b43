// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "script.hpp"

#include <glib.h>
#include <simdjson.h>

#include <array>
#include <functional>
#include <utility>

#include "json.hpp"

namespace gemlive::simulator {

namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

/// Reads the script, or remembers what is wrong with it. A member that nobody asked for is wrong.
class Reader {
 public:
  const std::string &fault() const { return fault_; }
  void fail(std::string what) {
    if (fault_.empty()) fault_ = std::move(what);
  }

  struct Member {
    std::string_view name = {};
    std::function<void(element)> take = {};
  };
  void read(element value, const std::string &where, const std::vector<Member> &members) {
    object fields;
    if (value.get(fields)) return fail(where + " is not an object");
    for (const auto &[name, item] : fields) {
      bool known = false;
      for (const auto &member : members) {
        if (member.name != name) continue;
        member.take(item);
        known = true;
      }
      if (!known) fail(where + " has an unknown member \"" + std::string(name) + '"');
    }
  }

  Member text(std::string_view name, std::string &out) {
    return {name, [this, name, &out](element value) {
              std::string_view text;
              if (value.get(text)) return fail('"' + std::string(name) + "\" is not a string");
              out = text;
            }};
  }
  Member flag(std::string_view name, bool &out) {
    return {name, [this, name, &out](element value) {
              if (value.get(out)) fail('"' + std::string(name) + "\" is not true or false");
            }};
  }
  template <typename Number>
  Member number(std::string_view name, Number &out) {
    return {name, [this, name, &out](element value) {
              std::int64_t number = 0;
              if (value.get(number) || number < 0 || number > 1'000'000'000)
                return fail('"' + std::string(name) + "\" is not a number from 0 to 1e9");
              out = static_cast<Number>(number);
            }};
  }

 private:
  std::string fault_;
};

std::string compact(element value) {
  return simdjson::minify(value);
}

std::vector<Reader::Member> framing_members(Reader &reader, Framing &framing, std::string &kind) {
  return {reader.text("frame", kind), reader.flag("compact", framing.compact),
          reader.number("fragment", framing.fragment), reader.number("pad", framing.pad),
          reader.number("cut", framing.cut)};
}

void settle_framing(Reader &reader, Framing &framing, const std::string &kind) {
  framing.text = kind == "text";
  if (kind != "text" && kind != "binary") reader.fail("\"frame\" is neither text nor binary");
}

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

Action read_refuse(Reader &reader, element action) {
  Refuse refuse;
  const auto headers = [&](element value) {
    object fields;
    if (value.get(fields)) return reader.fail("\"headers\" is not an object");
    for (const auto &[name, field] : fields) {
      std::string_view text;
      if (field.get(text)) return reader.fail("a header is not a string");
      refuse.response.headers[std::string(name)] = text;
    }
  };
  reader.read(action, "refuse",
              {reader.number("refuse", refuse.response.status),
               {"headers", headers},
               reader.text("body", refuse.response.body)});
  return refuse;
}

Action read_send(Reader &reader, element action) {
  Send send;
  std::string kind = "binary";
  auto members = framing_members(reader, send.framing, kind);
  members.push_back({"send", [&](element value) { send.payload = compact(value); }});
  members.push_back({"send-text", [&](element value) {
                       std::string_view text;
                       if (value.get(text)) return reader.fail("\"send-text\" is not a string");
                       send.payload = text;
                       send.json = false;
                     }});
  reader.read(action, "send", members);
  settle_framing(reader, send.framing, kind);
  return send;
}

Action read_raw(Reader &reader, element action) {
  std::string hex;
  reader.read(action, "raw", {reader.text("raw", hex)});
  auto bytes = from_hex(hex);
  if (!bytes) reader.fail("\"raw\" is not hexadecimal");
  return SendRaw{bytes.value_or("")};
}

Action read_close(Reader &reader, element action) {
  CloseFrame close;
  reader.read(action, "close",
              {reader.number("close", close.code), reader.text("reason", close.reason)});
  return close;
}

Action read_drop(Reader &reader, element action) {
  std::string how;
  reader.read(action, "drop", {reader.text("drop", how)});
  if (how != "reset" && how != "end") reader.fail("\"drop\" is neither reset nor end");
  return Drop{how == "reset"};
}

Action read_stall(Reader &reader, element action) {
  Stall stall;
  std::string what;
  reader.read(action, "stall", {reader.text("stall", what), reader.number("for", stall.ms)});
  stall.receiving = what == "receive" || what == "both";
  stall.sending = what == "send" || what == "both";
  if (!stall.receiving && !stall.sending) reader.fail("\"stall\" is not receive, send or both");
  return stall;
}

Action read_flood(Reader &reader, element action) {
  Flood flood;
  reader.read(action, "flood",
              {{"flood",
                [&](element value) {
                  if (value.is_string() && std::string_view(value) == "ping") return;
                  flood.opcode = Opcode::binary;
                  flood.payload = compact(value);
                }},
               reader.number("count", flood.count)});
  if (flood.count > 1'000'000) reader.fail("\"count\" of a flood is more than a million");
  return flood;
}

Action read_go_away(Reader &reader, element action) {
  std::string time_left;
  reader.read(action, "go-away", {reader.text("go-away", time_left)});
  return Send{"{\"goAway\":{\"timeLeft\":" + json::quoted(time_left) + "}}"};
}

Action read_tool_call(Reader &reader, element action) {
  ToolCall call;
  reader.read(action, "tool-call",
              {reader.text("tool-call", call.name),
               {"args", [&](element value) { call.args = compact(value); }},
               reader.text("id", call.id)});
  return call;
}

std::vector<std::size_t> read_chunks(Reader &reader, element value) {
  std::vector<std::size_t> chunks;
  array items;
  if (!value.get(items)) {
    for (const auto item : items) {
      std::uint64_t size = 0;
      if (item.get(size) || size == 0) break;
      chunks.push_back(size);
    }
  }
  if (!chunks.empty() && chunks.size() == items.size()) return chunks;
  reader.fail("\"chunks\" is not a list of numbers from 1");
  return {1};
}

void read_bundle(Reader &reader, element value, AnswerStyle &style) {
  const std::string_view what = value.is_string() ? std::string_view(value) : std::string_view();
  style.bundle_transcript = what == "transcript" || what == "end";
  style.bundle_end = what == "end";
  if (!style.bundle_transcript) reader.fail("\"bundle\" is neither transcript nor end");
}

AnswerStyle read_style(Reader &reader, element value) {
  AnswerStyle style;
  std::string kind = "binary";
  auto members = framing_members(reader, style.framing, kind);
  const std::vector<Reader::Member> more = {
      {"say",
       [&](element item) {
         std::string_view text;
         if (item.get(text)) return reader.fail("\"say\" is not a string");
         style.say = text;
       }},
      {"tone", [&](element item) { reader.number("tone", style.tone.emplace()).take(item); }},
      {"speed",
       [&](element item) {
         double speed = 0;
         if (item.get(speed) || speed < 0) return reader.fail("\"speed\" is not a number from 0");
         style.speed = speed;
       }},
      reader.number("rate", style.rate),
      reader.text("mime", style.mime),
      {"chunks", [&](element item) { style.chunks = read_chunks(reader, item); }},
      reader.number("parts", style.parts),
      {"bundle", [&](element item) { read_bundle(reader, item, style); }},
      reader.flag("url-safe", style.url_safe),
      reader.flag("escape", style.escape),
      reader.flag("generation-complete", style.generation_complete),
      reader.flag("turn-complete", style.turn_complete),
      reader.text("reason", style.reason),
      {"extra", [&](element item) {
         const auto text = compact(item);
         if (!item.is_object() || text.size() < 3)
           return reader.fail("\"extra\" is not an object with members");
         style.extra = text.substr(1, text.size() - 2);
       }}};
  members.insert(members.end(), more.begin(), more.end());
  reader.read(value, "answer", members);
  settle_framing(reader, style.framing, kind);
  if (style.parts < 1) reader.fail("\"parts\" is less than 1");
  if (style.rate < 1000 || style.rate > 192000) reader.fail("\"rate\" is not from 1000 to 192000");
  return style;
}

Action read_answer(Reader &reader, element action) {
  Restyle restyle;
  reader.read(action, "answer",
              {{"answer", [&](element value) { restyle.style = read_style(reader, value); }}});
  return restyle;
}

template <typename Simple>
Action read_simple(Reader &reader, element action) {
  object fields;
  if (!action.get(fields) && fields.size() > 1) reader.fail("an action has a member too many");
  return Simple{};
}

constexpr std::pair<std::string_view, Action (*)(Reader &, element)> verbs[] = {
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
    {"interrupt", read_simple<Interrupt>},
    {"go-away", read_go_away},
    {"tool-call", read_tool_call},
    {"answer", read_answer},
};

void read_action(Reader &reader, element action, std::vector<Action> &actions) {
  for (const auto &[verb, read] : verbs) {
    element ignored;
    if (action[verb].get(ignored)) continue;
    actions.push_back(read(reader, action));
    return;
  }
  reader.fail("an action has no verb that is known: " + compact(action).substr(0, 80));
}

constexpr std::pair<std::string_view, Occasion> occasions[] = {
    {"connect", Occasion::connect},
    {"open", Occasion::open},
    {"setup", Occasion::setup},
    {"ready", Occasion::ready},
    {"heard", Occasion::heard},
    {"speech", Occasion::speech},
    {"turn", Occasion::turn},
    {"said", Occasion::said},
    {"generated", Occasion::generated},
    {"complete", Occasion::complete},
    {"tool-response", Occasion::tool_response},
};

void read_when(Reader &reader, element when, Step &step) {
  std::string on;
  reader.read(when, "when",
              {reader.text("on", on), reader.number("session", step.session),
               reader.number("turn", step.turn), reader.number("ms", step.ms),
               reader.number("after", step.after)});
  for (const auto &[name, occasion] : occasions) {
    if (name != on) continue;
    step.on = occasion;
    return;
  }
  reader.fail("\"on\" names no moment that is known: \"" + on + '"');
}

Step read_step(Reader &reader, element value) {
  Step step;
  reader.read(value, "a step",
              {{"when", [&](element when) { read_when(reader, when, step); }},
               {"do", [&](element actions) {
                  array list;
                  if (actions.get(list)) return read_action(reader, actions, step.actions);
                  for (const auto action : list)
                    read_action(reader, action, step.actions);
                }}});
  if (step.actions.empty()) reader.fail("a step does nothing");
  return step;
}

}  // namespace

Result<Script> parse_script(std::string_view json) {
  simdjson::dom::parser parser;
  array steps;
  if (const auto error = parser.parse(simdjson::padded_string(json)).get(steps))
    return Error{ErrorKind::bad_setting,
                 std::string("The script is not a JSON list: ") + simdjson::error_message(error)};
  Reader reader;
  Script script;
  for (const auto step : steps)
    script.push_back(read_step(reader, step));
  if (!reader.fault().empty())
    return Error{ErrorKind::bad_setting, "The script is wrong: " + reader.fault() + '.'};
  return script;
}

ScriptRun::ScriptRun(const Script &script, int session) {
  for (const auto &step : script) {
    if (step.session == 0 || step.session == session) steps_.push_back({&step, -1});
  }
}

std::vector<const Step *> ScriptRun::due(const Moment &moment) {
  std::vector<const Step *> due;
  for (auto &[step, done] : steps_) {
    if (step->on != moment.occasion || done == moment.turn || moment.ms < step->ms) continue;
    if (step->turn != 0 && step->turn != moment.turn) continue;
    done = moment.turn;
    due.push_back(step);
  }
  return due;
}

}  // namespace gemlive::simulator
