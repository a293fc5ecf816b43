// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The fields of serverContent: content, transcripts and the end of a turn.

#include <utility>

#include "server_message_reader.hpp"

namespace gemlive::wire {

constexpr std::array<ServerMessageReader::KnownField, 10>
    ServerMessageReader::server_content_level = {{
        {"modelTurn", &ServerMessageReader::model_turn},
        {"outputTranscription", &ServerMessageReader::output_transcription},
        {"inputTranscription", &ServerMessageReader::input_transcription},
        {"interimInputTranscription", &ServerMessageReader::interim_transcription},
        {"interrupted", &ServerMessageReader::interrupted},
        {"generationComplete", &ServerMessageReader::generation_complete},
        {"turnComplete", &ServerMessageReader::turn_complete},
        {"turnCompleteReason", &ServerMessageReader::turn_complete_reason},
        {"interactionStatus", &ServerMessageReader::interaction_status},
        {"waitingForInput", &ServerMessageReader::waiting_for_input},
    }};

bool ServerMessageReader::server_content(Field &field) {
  const auto read = [this](Field &inner) { return dispatch(server_content_level, inner); };
  if (!reader_.object(field.value, read)) return false;
  const auto reason = std::exchange(reason_, {}), status = std::exchange(status_, {});
  if (std::exchange(turn_complete_, false))
    return add(at_turn_end, TurnComplete{.reason = std::string(reason.text),
                                         .more_to_come = status.text == "IN_PROGRESS",
                                         .status = std::string(status.text)});
  return (reason.source.empty() || add_source(reason.source)) &&
         (status.source.empty() || add_source(status.source));
}

bool ServerMessageReader::generation_complete(Field &field) {
  return flag(field, at_generation_end, GenerationComplete{});
}

/// Also kept as a ServerMessage for the application.
bool ServerMessageReader::waiting_for_input(Field &field) {
  const auto rest = events_[at_rest].size();
  return other(field) && (events_[at_rest].size() == rest || add(at_turn_end, WaitingForInput{}));
}

bool ServerMessageReader::model_turn(Field &field) {
  return reader_.object(field.value, [this](Field &inner) {
    if (is_named(inner.name, "parts"))
      return reader_.array(inner.value, [this](Value value) { return part(value); });
    return is_named(inner.name, "role") ? reader_.skip(inner.value) : other(inner);
  });
}

/// A thought is never content. The whole part becomes a ServerMessage.
bool ServerMessageReader::part(Value value) {
  const auto *start = JsonReader::start_of(value);
  const auto content = events_[at_content].size(), rest = events_[at_rest].size();
  const auto count = event_count_;
  bool thought = false;
  const auto read = [&](Field &field) {
    if (is_named(field.name, "inlineData")) return inline_data(field.value);
    if (is_named(field.name, "thought")) return reader_.boolean(field.value, thought);
    if (!is_named(field.name, "text")) return other(field);
    Text event;
    return string(field.value, event.text) &&
           (event.text.empty() || add(at_content, std::move(event)));
  };
  if (!reader_.object(value, read)) return false;
  if (!thought) return true;
  events_[at_content].resize(content);
  events_[at_rest].resize(rest);
  event_count_ = count;
  std::string_view source;
  return reader_.source_since(start, value, source) && add(at_rest, ServerMessage{compact(source)});
}

bool ServerMessageReader::inline_data(Value value) {
  std::string_view mime_type, data;
  const auto read = [&](Field &field) {
    if (is_named(field.name, "mimeType")) return reader_.string(field.value, mime_type);
    if (is_named(field.name, "data")) return reader_.string(field.value, data);
    return other(field);
  };
  if (!reader_.object(value, read)) return false;
  if (data.empty()) return true;
  const auto rate = pcm_rate(mime_type);
  if (!rate) return add(at_content, UnknownMedia{std::string(mime_type)});
  const auto offset = reader_.offset_of(data);
  if (offset < text_.size()) data = text_.substr(offset, data.size());
  return add(at_content, Audio{.base64 = data, .rate = *rate});
}

bool ServerMessageReader::input_transcription(Field &field) {
  Transcript event{.speaker = Speaker::user};
  return transcription(field, event) &&
         (is_empty(event) || add(at_user_transcript, std::move(event)));
}

bool ServerMessageReader::output_transcription(Field &field) {
  Transcript event{.speaker = Speaker::model};
  return transcription(field, event) &&
         (is_empty(event) || add(at_model_transcript, std::move(event)));
}

/// An empty text takes back the last one.
bool ServerMessageReader::interim_transcription(Field &field) {
  if (!is_object(field)) return reader_.skip(field.value);
  Transcript event;
  return transcription(field, event) &&
         add(at_user_transcript, InterimTranscript{.text = std::move(event.text),
                                                   .language_code = std::move(event.language_code),
                                                   .start_offset = event.start_offset,
                                                   .end_offset = event.end_offset});
}

bool ServerMessageReader::transcription(Field &field, Transcript &event) {
  std::string_view start, end;
  const auto read = [&](Field &inner) {
    if (is_named(inner.name, "text")) return string(inner.value, event.text);
    if (is_named(inner.name, "finished")) return reader_.boolean(inner.value, event.finished);
    if (is_named(inner.name, "languageCode")) return string(inner.value, event.language_code);
    if (is_named(inner.name, "speakerLabel")) return string(inner.value, event.speaker_label);
    if (is_named(inner.name, "words")) return json(inner.value, '[', event.words);
    if (is_named(inner.name, "startOffset")) return reader_.string(inner.value, start);
    if (is_named(inner.name, "endOffset")) return reader_.string(inner.value, end);
    return other(inner);
  };
  if (!reader_.object(field.value, read)) return false;
  event.start_offset = parse_duration(start);
  event.end_offset = parse_duration(end);
  return true;
}

}  // namespace gemlive::wire
