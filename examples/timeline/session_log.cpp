// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "session_log.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "event_fields.hpp"
#include "json_string.hpp"
#include "json_value.hpp"
#include "lettering.hpp"
#include "secrets.hpp"
#include "session_audio.hpp"
#include "session_story.hpp"
#include "websocket_log.hpp"

namespace gemlive::timeline {
namespace {

using json::Value;

/// A field in camelCase or snake_case.
const Value *field(const Value *object, std::string_view name) {
  if (!object || !object->is_object()) return nullptr;
  for (const auto &inner : object->inner)
    if (json::is_named(inner.plain_name(), name)) return &inner;
  return nullptr;
}

std::string text_of(const Value *value) {
  return value ? value->string().value_or("") : "";
}

template <typename Visit>
void each(const Value *array, Visit &&visit) {
  if (!array || !array->is_array()) return;
  for (const auto &inner : array->inner)
    visit(inner);
}

class Reader {
 public:
  Reader(SessionStory &story, Secrets &secrets) : story_(story), secrets_(secrets) {}

  void sent(const Value &message) {
    if (const auto *setup = field(&message, "setup"))
      story_.setup(!text_of(field(field(setup, "sessionResumption"), "handle")).empty());
    if (const auto *input = field(&message, "realtimeInput")) realtime_input(*input);
    each(field(field(&message, "clientContent"), "turns"), [this](const Value &turn) {
      if (text_of(field(&turn, "role")) == "model") return;
      each(field(&turn, "parts"),
           [this](const Value &part) { story_.typed(shown(field(&part, "text"))); });
    });
    each(field(field(&message, "toolResponse"), "functionResponses"), [this](
                                                                          const Value &response) {
      story_.tool_answered(text_of(field(&response, "id")), shown(field(&response, "name"), 64));
    });
  }

  void received(const Value &message) {
    if (field(&message, "setupComplete")) story_.ready();
    if (const auto *content = field(&message, "serverContent")) server_content(*content);
    each(field(field(&message, "toolCall"), "functionCalls"), [this](const Value &call) {
      std::string args;
      if (const auto *given = field(&call, "args")) given->append_to(args);
      story_.tool_call(
          text_of(field(&call, "id")), shown(field(&call, "name"), 64),
          args.empty() ? args : secrets_.shown_json(args.substr(args.find_first_of("{[")), 200));
    });
    each(field(field(&message, "toolCallCancellation"), "ids"),
         [this](const Value &id) { story_.tool_cancelled(text_of(&id)); });
    if (field(&message, "goAway")) story_.mark(Mark::Kind::note, "connection ends soon");
    if (const auto *error = field(&message, "error"))
      story_.mark(Mark::Kind::error, "error: " + shown(field(error, "message"), 400));
  }

 private:
  std::string shown(const Value *value, std::size_t limit = 20'000) const {
    return secrets_.shown(text_of(value), limit);
  }

  void realtime_input(const Value &input) {
    const auto audio = [this](const Value *blob) {
      const auto mime = text_of(field(blob, "mimeType"));
      if (!blob || mime.starts_with("image/") || mime.starts_with("video/")) return;
      if (auto chunk = read_chunk(text_of(field(blob, "data")), mime, 16000))
        story_.user_audio(std::move(*chunk));
    };
    audio(field(&input, "audio"));
    each(field(&input, "mediaChunks"), [&](const Value &blob) { audio(&blob); });
    if (const auto *text = field(&input, "text")) story_.typed(shown(text));
    if (field(&input, "activityStart")) story_.speech(true);
    if (field(&input, "activityEnd")) story_.speech(false);
    if (field(&input, "audioStreamEnd")) story_.audio_stream_end();
  }

  void server_content(const Value &content) {
    const auto is_true = [&](const char *name) {
      const auto *value = field(&content, name);
      return value && value->text == "true";
    };
    if (const auto *said = field(&content, "inputTranscription"))
      story_.user_said(shown(field(said, "text")));
    if (is_true("interrupted")) story_.interrupted();
    each(field(field(&content, "modelTurn"), "parts"), [this](const Value &part) {
      const auto *blob = field(&part, "inlineData");
      if (const auto mime = text_of(field(blob, "mimeType")); blob && mime.starts_with("audio/"))
        if (const auto chunk = read_chunk(text_of(field(blob, "data")), mime, 24000))
          story_.model_audio(*chunk);
      const auto *thought = field(&part, "thought");
      if (!thought || thought->text != "true") story_.model_wrote(shown(field(&part, "text")));
    });
    if (const auto *said = field(&content, "outputTranscription"))
      story_.model_said(shown(field(said, "text")));
    if (is_true("turnComplete")) story_.turn_complete();
  }

  SessionStory &story_;
  Secrets &secrets_;
};

double seconds(const websocket_log::Entry &entry) {
  return static_cast<double>(entry.time.value_or(0)) / 1e6;
}

/// Whether the times of the file say when it was spoken: they are there, and no more audio was sent
/// than there was time for (and a full backlog).
bool are_times_real(const std::vector<websocket_log::Entry> &entries) {
  constexpr double backlog = 12;
  constexpr double bytes_a_second = 16000 * 2 * 4.0 / 3;  // in base64
  double audio = 0, end = 0;
  for (const auto &entry : entries) {
    if (!entry.time) return false;
    end = std::max(end, seconds(entry));
    if (entry.is_clients &&
        entry.payload.substr(0, 200).find("audio/pcm") != std::string_view::npos)
      audio += static_cast<double>(entry.payload.size()) / bytes_a_second;
  }
  return audio < 1.2 * end + backlog;
}

}  // namespace

Result<Model> read_session_log(std::string_view text, std::string_view name) {
  const auto entries = websocket_log::parse(text);
  if (!entries)
    return Error{ErrorKind::bad_setting,
                 std::string(name) + ": " + entries.error().message +
                     ". Give a file that capture-location wrote (docs/contributing.md)"};
  Secrets secrets;
  for (const auto &entry : entries->list)
    if (Value message; entry.payload.find("esumption") != std::string_view::npos &&
                       !json::parse(entry.payload, message))
      secrets.learn(message);
  const bool is_timed = are_times_real(entries->list);
  SessionStory story(is_timed);
  Reader reader(story, secrets);
  std::size_t unreadable = 0, known = 0;
  for (const auto &entry : entries->list) {
    story.at(std::clamp(seconds(entry), 0.0, longest));
    if (const auto note = websocket_log::read_note(entry.payload)) {
      if (note->closed) {
        // Without a Close frame there is no reason of the service, and ours has its address.
        constexpr int lost = 1006;
        story.closed(note->closed->code,
                     note->closed->code == lost ? "" : secrets.shown(note->closed->reason, 200));
      }
      if (note->dropped > 0)
        story.mark(Mark::Kind::note,
                   std::to_string(note->dropped) + " messages are missing in the file");
      if (note->is_full) story.mark(Mark::Kind::note, "the file was full here");
      continue;
    }
    Value message;
    if (json::parse(entry.payload, message) || !message.is_object()) {
      ++unreadable;
      continue;
    }
    ++known;
    secrets.hide(message);
    entry.is_clients ? reader.sent(message) : reader.received(message);
  }
  if (known == 0)
    return Error{ErrorKind::bad_setting,
                 std::string(name) +
                     ": it holds no message. Give a file that capture-location "
                     "wrote while there was a conversation"};
  if (!is_timed)
    story.note(
        "The file does not say when things were said: the order is right, the times are "
        "estimated.");
  if (entries->is_cut) story.note("The end of the file is cut off.");
  if (unreadable > 0)
    story.note(std::to_string(unreadable) + (unreadable == 1
                                                 ? " message is no JSON and is left out."
                                                 : " messages are no JSON and are left out."));
  return std::move(story).finish();
}

}  // namespace gemlive::timeline
