// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "event_lines.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "event_fields.hpp"
#include "lettering.hpp"
#include "secrets.hpp"
#include "story.hpp"

namespace gemlive::timeline {
namespace {

struct Event {
  double at = 0;
  std::string message = {};
  json::Value value = {};
};

/// Tells the story what messages say.
class Teller {
 public:
  Teller(Story &story, Secrets &secrets) : story_(story), secrets_(secrets) {}

  /// False if the message is not known.
  bool tell(const Event &event) {
    const auto found = handlers().find(event.message);
    if (found == handlers().end()) return false;
    at_ = event.at;
    (this->*found->second)(EventFields(event.value.find("fields")));
    return true;
  }

 private:
  using Handler = void (Teller::*)(EventFields);
  static const std::map<std::string, Handler> &handlers();

  /// A running time as a time of the recording.
  std::optional<double> time(EventFields fields, std::string_view name) const {
    const auto then = fields.seconds(name), now = fields.seconds("running-time");
    if (!then || !now) return std::nullopt;
    return at_ - (*now - *then);
  }
  std::string shown(EventFields fields, std::string_view name, std::size_t limit = 20'000) const {
    return secrets_.shown(fields.text(name), limit);
  }

  void connected(EventFields f) { story_.connected(at_, f.is_true("resumed")); }
  void reconnecting(EventFields f) {
    const auto code = f.number("close-code").value_or(0);
    story_.connection_lost(at_, code > 0 && code < 65536 ? static_cast<int>(code) : 0,
                           shown(f, "close-reason", 200));
  }
  void go_away(EventFields f) {
    const auto left = f.seconds("time-left");
    story_.mark(Mark::Kind::note, at_,
                left ? "connection ends in " + seconds_text(*left) : "connection ends soon");
  }
  void turn_started(EventFields f) {
    auto input_end = time(f, "input-end");
    if (const auto delay = f.seconds("first-audio-delay")) input_end = at_ - *delay;
    story_.turn_started(at_, f.count("turn"), input_end);
  }
  void turn_complete(EventFields f) {
    Story::End end{.is_interrupted = f.is_true("interrupted"),
                   .audio_duration = f.seconds("audio-duration"),
                   .heard_duration = f.seconds("heard-duration"),
                   .first_audible = time(f, "first-audible-sample"),
                   .input_transcript = shown(f, "input-transcript"),
                   .output_transcript = shown(f, "output-transcript")};
    if (end.output_transcript.empty()) end.output_transcript = shown(f, "text");
    if (f.text_if_any("heard-transcript")) end.heard_transcript = shown(f, "heard-transcript");
    story_.turn_completed(at_, f.count("turn"), std::move(end));
  }
  void interrupted(EventFields f) { story_.interrupted(at_, f.seconds("discarded-duration")); }
  void said(Side side, EventFields f) {
    Story::Piece piece{.text = shown(f, "text"), .turn = f.count("turn")};
    if (side == Side::model) piece.position = f.seconds("start-offset");
    piece.start = f.number("start");
    piece.end = f.number("end");
    story_.said(side, at_, std::move(piece));
  }
  void user_said(EventFields f) { said(Side::user, f); }
  void model_said(EventFields f) { said(Side::model, f); }
  void activity(EventFields f) {
    story_.speech(f.text("type") == "start", time(f, "audio-offset").value_or(at_));
  }
  void tool_call(EventFields f) {
    story_.tool_call(at_, f.text("id"), shown(f, "name", 64),
                     secrets_.shown_json(f.text("args"), 200));
  }
  void tool_cancelled(EventFields f) { story_.tool_cancelled(at_, f.text("id")); }
  void tool_response(EventFields f) {
    story_.tool_answered(at_, f.text("id"), shown(f, "name", 64));
  }
  void dropped(EventFields f) {
    story_.mark(Mark::Kind::dropped, at_,
                "input dropped: " + seconds_text(f.seconds("duration").value_or(0)));
  }
  void skipped(EventFields f) {
    story_.mark(Mark::Kind::dropped, at_,
                "output skipped: " + seconds_text(f.seconds("duration").value_or(0)));
  }
  void stats(EventFields f) {
    const auto rate = f.number("rate").value_or(16000);
    if (const auto held = f.number("input-held"); held && rate >= 1)
      story_.backlog(at_, *held / (2 * rate));
  }
  void typed(EventFields f) { story_.typed(at_, shown(f, "text")); }
  void warning(EventFields f) {
    story_.mark(Mark::Kind::warning, at_, "warning: " + shown(f, "text", 400));
  }
  void error(EventFields f) {
    story_.mark(Mark::Kind::error, at_, "error: " + shown(f, "text", 400));
  }
  void nothing(EventFields) {}

  Story &story_;
  Secrets &secrets_;
  double at_ = 0;
};

const std::map<std::string, Teller::Handler> &Teller::handlers() {
  static const std::map<std::string, Handler> table = {
      {"gemlive/connected", &Teller::connected},
      {"gemlive/reconnecting", &Teller::reconnecting},
      {"gemlive/go-away", &Teller::go_away},
      {"gemlive/turn-started", &Teller::turn_started},
      {"gemlive/turn-complete", &Teller::turn_complete},
      {"gemlive/generation-complete", &Teller::nothing},
      {"gemlive/interrupted", &Teller::interrupted},
      {"gemlive/input-transcript", &Teller::user_said},
      {"gemlive/output-transcript", &Teller::model_said},
      {"gemlive/text", &Teller::model_said},
      {"gemlive/activity", &Teller::activity},
      {"gemlive/tool-call", &Teller::tool_call},
      {"gemlive/tool-call-cancelled", &Teller::tool_cancelled},
      {"gemlive/tool-response", &Teller::tool_response},
      {"gemlive/backlog-dropped", &Teller::dropped},
      {"gemlive/output-skipped", &Teller::skipped},
      {"gemlive/stats", &Teller::stats},
      {"typed", &Teller::typed},
      {"warning", &Teller::warning},
      {"error", &Teller::error},
  };
  return table;
}

Error problem(std::string_view name, std::size_t line, const std::string &what) {
  return {ErrorKind::bad_setting,
          std::string(name) + ", line " + std::to_string(line) + ": " + what};
}

}  // namespace

Result<Model> read_event_lines(std::string_view text, std::string_view name, Levels user,
                               Levels model) {
  Secrets secrets;
  std::vector<Event> events;
  bool is_cut = false;
  for (std::size_t begin = 0, line = 1; begin < text.size(); ++line) {
    const auto end = std::min(text.find('\n', begin), text.size());
    const auto content = text.substr(begin, end - begin);
    const bool is_last = end == text.size();
    begin = end + 1;
    if (content.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    Event event;
    if (const auto error = json::parse(content, event.value)) {
      if ((is_cut = is_last && !events.empty())) break;  // the program was ended while it wrote
      return problem(
          name, line,
          "at column " + std::to_string(error->column) + ' ' + error->expected +
              " is missing. Each line must be one JSON object with \"at\" and \"message\"");
    }
    const auto at = number_of(event.value.find("at"));
    const auto *message = event.value.find("message");
    if (!at || !message || !message->string())
      return problem(name, line,
                     "\"at\" (seconds, a number) or \"message\" (a string) is missing. Write "
                     "{\"at\": 1.5, \"message\": \"gemlive/turn-started\", \"fields\": {...}}");
    if (!(*at >= 0 && *at <= longest))
      return problem(
          name, line,
          "\"at\" is not between 0 and 604800. Write the seconds since the recording began");
    event.at = *at;
    event.message = *message->string();
    secrets.learn(event.value);
    events.push_back(std::move(event));
  }
  Story story;
  Teller teller(story, secrets);
  bool is_any_known = false;
  for (const auto &event : events)
    is_any_known |= teller.tell(event) || event.message.starts_with("gemlive/");
  if (!is_any_known)
    return Error{ErrorKind::bad_setting,
                 std::string(name) +
                     ": no line tells of a conversation. Write messages of gemlive's bus, such as "
                     "\"gemlive/turn-started\" (examples/timeline/README.md)"};
  if (is_cut) story.note("The last line of the events is cut off.");
  return std::move(story).finish(std::move(user), std::move(model));
}

}  // namespace gemlive::timeline
