// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "recording.hpp"

#include <utility>

#include "client_audio.hpp"
#include "json_value.hpp"
#include "secret_placeholders.hpp"

namespace gemlive::simulator {
namespace {

class Reader {
 public:
  std::optional<Error> add(const websocket_log::Entry &entry) {
    if (entry.is_clients) return add_clients(entry);
    if (recording.connections.empty()) return no_setup();
    auto &connection = recording.connections.back();
    // Counts the secrets as the session did.
    std::string ignored;
    placeholders_.append(entry.payload, ignored);
    Recording::Step step{.payload = entry.payload,
                         .note = websocket_log::read_note(entry.payload),
                         .messages = connection.messages.size(),
                         .audio = connection.audio_bytes};
    if (entry.time && setup_time_) step.time = *entry.time - *setup_time_;
    connection.is_closed |= step.note && step.note->closed;
    connection.is_cut |= step.note && (step.note->is_full || step.note->dropped > 0);
    connection.steps.push_back(std::move(step));
    return {};
  }

  /// The text ends within an entry: as if the file had been full.
  void cut() {
    auto &connection = recording.connections.back();
    connection.is_cut = true;
    connection.steps.push_back(
        {.note = websocket_log::Note{.is_full = true},
         .time = connection.steps.empty() ? std::nullopt : connection.steps.back().time,
         .messages = connection.messages.size(),
         .audio = connection.audio_bytes});
  }

  static Error no_setup() {
    return {ErrorKind::bad_setting, "The recording does not begin with a setup message"};
  }

  Recording recording = {};

 private:
  std::optional<Error> add_clients(const websocket_log::Entry &entry) {
    std::string text;
    placeholders_.append(entry.payload, text);
    json::Value message;
    const bool is_json = !json::parse(entry.payload, message);
    if (is_json && message.find("setup")) {
      recording.connections.emplace_back();
      setup_time_ = entry.time;
    }
    if (recording.connections.empty()) return no_setup();
    auto &connection = recording.connections.back();
    const auto audio = is_json ? read_client_audio(message) : std::nullopt;
    if (audio) {
      connection.audio.push_back(entry.payload);
      connection.audio_bytes += audio->bytes.size();
    } else {
      connection.messages.push_back(std::move(text));
    }
    return {};
  }

  SecretPlaceholders placeholders_;
  std::optional<std::int64_t> setup_time_ = {};
};

}  // namespace

Result<Recording> Recording::read(std::string_view text) {
  if (text.empty())
    return Error{ErrorKind::bad_setting,
                 "The recording is empty: there was no connection. A later conversation with the "
                 "same capture-location has -2, -3 ... in its file's name"};
  const auto entries = websocket_log::parse(text);
  if (!entries) return entries.error();
  Reader reader;
  for (const auto &entry : entries->list) {
    if (auto error = reader.add(entry)) return *error;
  }
  if (reader.recording.connections.empty()) return Reader::no_setup();
  if (entries->is_cut) reader.cut();
  return std::move(reader.recording);
}

}  // namespace gemlive::simulator
