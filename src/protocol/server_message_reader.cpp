// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "server_message_reader.hpp"

#include <charconv>
#include <utility>

namespace gemlive::wire {

constexpr std::array<ServerMessageReader::KnownField, 12> ServerMessageReader::top_level = {{
    {"serverContent", &ServerMessageReader::server_content},
    {"usageMetadata", &ServerMessageReader::usage_metadata},
    {"setupComplete", &ServerMessageReader::setup_complete},
    {"toolCall", &ServerMessageReader::tool_call},
    {"toolCallCancellation", &ServerMessageReader::tool_call_cancellation},
    {"sessionResumptionUpdate", &ServerMessageReader::resumption_update},
    {"goAway", &ServerMessageReader::go_away},
    {"voiceActivity", &ServerMessageReader::voice_activity},
    {"voiceActivityDetectionSignal", &ServerMessageReader::voice_activity},
    {"inputTranscription", &ServerMessageReader::input_transcription},
    {"outputTranscription", &ServerMessageReader::output_transcription},
    {"error", &ServerMessageReader::error},
}};

bool ServerMessageReader::read() {
  const auto first = text_.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text_[first] == '[') return read_list();
  return reader_.read(text_, [this](Field &field) { return dispatch(top_level, field); });
}

/// Google's streaming APIs report an error as [{"error":{...}}]. Nothing else of a list is used.
bool ServerMessageReader::read_list() {
  const auto read = [this](Field &field) {
    return is_named(field.name, "error") ? error(field) : reader_.skip(field.value);
  };
  if (!reader_.read_array(text_, [&](Value value) { return reader_.object(value, read); }))
    return false;
  is_list_without_error_ = events_[at_error].empty();
  return !is_list_without_error_;
}

bool ServerMessageReader::add(EventOrder order, ServerEvent event) {
  if (++event_count_ > max_events) return false;
  events_[order].push_back(std::move(event));
  return true;
}

bool ServerMessageReader::add_source(std::string_view fields) {
  return add(at_rest, ServerMessage{"{" + compact(fields) + "}"});
}

bool ServerMessageReader::string(Value value, std::string &result) {
  std::string_view view;
  if (!reader_.string(value, view)) return false;
  if (view.data()) result = view;
  return true;
}

bool ServerMessageReader::json(Value value, char opening, std::string &result) {
  std::string_view source;
  if (!reader_.source(value, source)) return false;
  if (source.starts_with(opening)) result = compact(source);
  return true;
}

bool ServerMessageReader::flag(Field &field, EventOrder order, ServerEvent event) {
  bool set = false;
  return reader_.boolean(field.value, set) && (!set || add(order, std::move(event)));
}

bool ServerMessageReader::turn_end_field(Field &field, TurnEndField &result) {
  std::string_view value;
  if (!reader_.source(field.value, value)) return false;
  if (value.size() < 2 || value.front() != '"') return true;
  result.text = value.substr(1, value.size() - 2);
  result.source = {field.start,
                   static_cast<std::size_t>(value.data() + value.size() - field.start)};
  return true;
}

/// A field that is not known or not used.
bool ServerMessageReader::other(Field &field) {
  std::string_view value;
  if (!reader_.source(field.value, value)) return false;
  if (is_nothing(compact(value.substr(0, 64)))) return true;
  return add_source(
      {field.start, static_cast<std::size_t>(value.data() + value.size() - field.start)});
}

bool ServerMessageReader::setup_complete(Field &field) {
  if (!is_object(field)) return reader_.skip(field.value);
  SetupComplete event;
  return reader_.object(field.value, [&](Field &inner) {
    return is_named(inner.name, "sessionId") ? string(inner.value, event.session_id) : other(inner);
  }) && add(at_setup, std::move(event));
}

bool ServerMessageReader::usage_metadata(Field &field) {
  Usage event;
  const auto *start = JsonReader::start_of(field.value);
  const auto read = [&](Field &inner) {
    std::string_view source;
    if (!reader_.source(inner.value, source)) return false;
    std::int64_t count = 0;
    const auto end = source.data() + source.size();
    const auto parsed = std::from_chars(source.data(), end, count);
    if (parsed.ec != std::errc{} || parsed.ptr != end) return true;
    if (const auto index = count_index(inner.name)) event.counts[*index] = count;
    return true;
  };
  if (!is_object(field)) return reader_.skip(field.value);
  std::string_view source;
  if (!reader_.object(field.value, read)) return false;
  if (!reader_.source_since(start, field.value, source)) return false;
  event.json = compact(source);
  return is_nothing(event.json) || add(at_usage, std::move(event));
}

/// voiceActivity, or voiceActivityDetectionSignal if the setup requested it.
bool ServerMessageReader::voice_activity(Field &field) {
  std::string_view type, offset;
  const auto rest = events_[at_rest].size();
  const auto count = event_count_;
  const auto read = [&](Field &inner) {
    for (const auto *name : {"type", "voiceActivityType", "vadSignalType"})
      if (is_named(inner.name, name)) return reader_.string(inner.value, type);
    if (is_named(inner.name, "audioOffset")) return reader_.string(inner.value, offset);
    return other(inner);
  };
  if (!is_object(field)) return reader_.skip(field.value);
  if (!reader_.object(field.value, read)) return false;
  const bool start = type == "ACTIVITY_START" || type == "VAD_SIGNAL_TYPE_SOS";
  if (start || type == "ACTIVITY_END" || type == "VAD_SIGNAL_TYPE_EOS")
    return add(at_rest, VoiceActivity{.start = start, .audio_offset = parse_duration(offset)});
  events_[at_rest].resize(rest);
  event_count_ = count;
  std::string_view source;
  if (!reader_.source_since(field.start, field.value, source)) return false;
  return type.empty() || add_source(source);
}

bool ServerMessageReader::go_away(Field &field) {
  if (!is_object(field)) return reader_.skip(field.value);
  std::string_view time_left;
  const auto read = [&](Field &inner) {
    return is_named(inner.name, "timeLeft") ? reader_.string(inner.value, time_left) : other(inner);
  };
  if (!reader_.object(field.value, read)) return false;
  return add(at_rest, GoAway{parse_duration(time_left)});
}

/// Also kept as a ServerMessage for the application.
bool ServerMessageReader::error(Field &field) {
  ServiceError event;
  const auto *start = JsonReader::start_of(field.value);
  const bool is_scalar = *start != '{' && *start != '[' && *start != '"';
  std::string_view source;
  if (is_scalar && !reader_.source(field.value, source)) return false;
  if (!error_value(field.value, event)) return false;
  if (!is_scalar && !reader_.source_since(start, field.value, source)) return false;
  if (is_nothing(compact(source.substr(0, 64)))) return true;
  const auto *end = source.data() + source.size();
  return add_source({field.start, static_cast<std::size_t>(end - field.start)}) &&
         (event == ServiceError{} || add(at_error, std::move(event)));
}

/// An object, or only its message or code, or a list of these, whose first error counts.
bool ServerMessageReader::error_value(Value value, ServiceError &result) {
  switch (*JsonReader::start_of(value)) {
    case '{':
      return reader_.object(value, [&](Field &inner) {
        if (is_named(inner.name, "code")) return index(inner.value, result.code);
        if (is_named(inner.name, "message")) return string(inner.value, result.message);
        if (is_named(inner.name, "status")) return string(inner.value, result.status);
        return reader_.skip(inner.value);
      });
    case '[':
      return reader_.array(value, [&](Value item) {
        ServiceError found;
        if (!error_value(item, found)) return false;
        if (result == ServiceError{}) result = std::move(found);
        return true;
      });
    case '"':
      return string(value, result.message);
    default:
      if (!index(value, result.code)) return false;
      if (result.code == 0) result.code.reset();  // OK
      return true;
  }
}

/// protobuf writes an int64 as a JSON string, but some servers send a number.
bool ServerMessageReader::index(Value value, std::optional<std::int64_t> &result) {
  std::string_view text;
  if (!reader_.source(value, text)) return false;
  if (text.starts_with('"')) text = text.substr(1, text.size() - 2);
  std::int64_t number = 0;
  const auto end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec == std::errc{} && parsed.ptr == end && number >= 0) result = number;
  return true;
}

bool ServerMessageReader::resumption_update(Field &field) {
  if (!is_object(field)) return reader_.skip(field.value);
  ResumptionUpdate event;
  const auto read = [&](Field &inner) {
    if (is_named(inner.name, "newHandle")) return string(inner.value, event.handle);
    if (is_named(inner.name, "resumable")) return reader_.boolean(inner.value, event.resumable);
    if (is_named(inner.name, "lastConsumedClientMessageIndex"))
      return index(inner.value, event.last_consumed);
    // Unknown fields are not passed on: they may be as secret as the handle.
    return reader_.skip(inner.value);
  };
  return reader_.object(field.value, read) && add(at_rest, std::move(event));
}

}  // namespace gemlive::wire
