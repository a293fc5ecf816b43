// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "wire.hpp"

#include <array>
#include <charconv>
#include <iterator>
#include <vector>

#include "json_reader.hpp"
#include "wire_text.hpp"

namespace gemlive::wire {
namespace {

using Field = JsonReader::Field;
using Value = JsonReader::Value;

constexpr std::size_t max_message = 16 * 1024 * 1024;
constexpr std::size_t max_facts = 4096;

/// The order in which facts are to be taken, whatever the order of the fields.
enum Place {
  at_setup,
  at_user_transcript,
  at_model_transcript,  // text that comes with audio stands beside its beginning
  at_content,
  at_tools,
  at_interruption,
  at_generation_end,
  at_usage,
  at_turn_end,
  at_rest,
  places,
};
using Found = std::array<std::vector<Event>, places>;

/// One message on its way to facts. As in JsonReader, false means malformed.
class Message {
 public:
  Message(JsonReader &reader, std::string_view text, Found &found)
      : reader_(reader), text_(text), found_(found) {}

  bool read() {
    return reader_.read(text_, [this](Field &field) { return dispatch(top_level, field); });
  }
  const char *problem() const { return facts_ > max_facts ? "too many facts" : reader_.problem(); }

 private:
  /// A field that we know, and what reads it.
  struct Known {
    std::string_view name;
    bool (Message::*read)(Field &field);
  };
  static const std::array<Known, 11> top_level;
  static const std::array<Known, 8> server_content_level;

  template <std::size_t count>
  bool dispatch(const std::array<Known, count> &known, Field &field) {
    for (const auto &[name, read] : known)
      if (is_named(field.name, name)) return (this->*read)(field);
    return other(field);
  }

  bool setup_complete(Field &field);
  bool server_content(Field &field);
  bool model_turn(Field &field);
  bool part(Value value);
  bool inline_data(Value value);
  bool input_transcription(Field &field) { return transcription(field, Speaker::user); }
  bool output_transcription(Field &field) { return transcription(field, Speaker::model); }
  bool transcription(Field &field, Speaker speaker);
  bool interrupted(Field &field) { return flag(field, at_interruption, Interrupted{}); }
  bool generation_complete(Field &field) {
    return flag(field, at_generation_end, GenerationComplete{});
  }
  bool turn_complete(Field &field) { return reader_.boolean(field.value, turn_complete_); }
  bool turn_complete_reason(Field &field) { return remark(field, reason_); }
  bool interaction_status(Field &field) { return remark(field, status_); }
  bool tool_call(Field &field);
  bool function_call(Value value);
  bool tool_call_cancellation(Field &field);
  bool usage_metadata(Field &field);
  bool voice_activity(Field &field);
  bool go_away(Field &field);
  bool resumption_update(Field &field);
  bool other(Field &field);

  /// Something said about a turn's end, kept until it is known whether the turn ends.
  struct Remark {
    std::string_view text = {};
    std::string_view source = {};  // with its name
  };
  bool remark(Field &field, Remark &remark);

  bool is_object(Field &field) const { return *JsonReader::start_of(field.value) == '{'; }
  bool string(Value value, std::string &result);
  /// The source of a value that begins like that.
  bool json(Value value, char opening, std::string &result);
  bool index(Value value, std::optional<std::int64_t> &result);
  bool flag(Field &field, Place place, Event fact);
  bool add(Place place, Event fact);
  bool add_source(std::string_view fields) {
    return add(at_rest, ServerMessage{"{" + compact(fields) + "}"});
  }

  JsonReader &reader_;
  std::string_view text_;
  Found &found_;
  std::size_t facts_ = 0;
  bool turn_complete_ = false;
  Remark reason_ = {};
  Remark status_ = {};
};

constexpr std::array<Message::Known, 11> Message::top_level = {{
    {"serverContent", &Message::server_content},
    {"usageMetadata", &Message::usage_metadata},
    {"setupComplete", &Message::setup_complete},
    {"toolCall", &Message::tool_call},
    {"toolCallCancellation", &Message::tool_call_cancellation},
    {"sessionResumptionUpdate", &Message::resumption_update},
    {"goAway", &Message::go_away},
    {"voiceActivity", &Message::voice_activity},
    {"voiceActivityDetectionSignal", &Message::voice_activity},
    {"inputTranscription", &Message::input_transcription},
    {"outputTranscription", &Message::output_transcription},
}};

constexpr std::array<Message::Known, 8> Message::server_content_level = {{
    {"modelTurn", &Message::model_turn},
    {"outputTranscription", &Message::output_transcription},
    {"inputTranscription", &Message::input_transcription},
    {"interrupted", &Message::interrupted},
    {"generationComplete", &Message::generation_complete},
    {"turnComplete", &Message::turn_complete},
    {"turnCompleteReason", &Message::turn_complete_reason},
    {"interactionStatus", &Message::interaction_status},
}};

bool Message::add(Place place, Event fact) {
  if (++facts_ > max_facts) return false;
  found_[place].push_back(std::move(fact));
  return true;
}

bool Message::string(Value value, std::string &result) {
  std::string_view view;
  if (!reader_.string(value, view)) return false;
  if (view.data()) result = view;
  return true;
}

bool Message::json(Value value, char opening, std::string &result) {
  std::string_view source;
  if (!reader_.source(value, source)) return false;
  if (source.starts_with(opening)) result = compact(source);
  return true;
}

bool Message::flag(Field &field, Place place, Event fact) {
  bool set = false;
  return reader_.boolean(field.value, set) && (!set || add(place, std::move(fact)));
}

bool Message::remark(Field &field, Remark &remark) {
  std::string_view value;
  if (!reader_.source(field.value, value)) return false;
  if (value.size() < 2 || value.front() != '"') return true;
  remark.text = value.substr(1, value.size() - 2);
  remark.source = {field.start,
                   static_cast<std::size_t>(value.data() + value.size() - field.start)};
  return true;
}

/// A field that we do not know, or have no use for.
bool Message::other(Field &field) {
  std::string_view value;
  if (!reader_.source(field.value, value)) return false;
  if (is_nothing(compact(value.substr(0, 64)))) return true;
  return add_source(
      {field.start, static_cast<std::size_t>(value.data() + value.size() - field.start)});
}

bool Message::setup_complete(Field &field) {
  if (!is_object(field)) return reader_.skip(field.value);
  SetupComplete fact;
  return reader_.object(field.value, [&](Field &inner) {
    return is_named(inner.name, "sessionId") ? string(inner.value, fact.session_id) : other(inner);
  }) && add(at_setup, std::move(fact));
}

bool Message::server_content(Field &field) {
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

bool Message::model_turn(Field &field) {
  return reader_.object(field.value, [this](Field &inner) {
    if (is_named(inner.name, "parts"))
      return reader_.array(inner.value, [this](Value value) { return part(value); });
    return is_named(inner.name, "role") ? reader_.skip(inner.value) : other(inner);
  });
}

/// A thought is for reading at most: the whole part goes to the rest, never to the content.
bool Message::part(Value value) {
  const auto *start = JsonReader::start_of(value);
  const auto content = found_[at_content].size(), rest = found_[at_rest].size();
  bool thought = false;
  const auto read = [&](Field &field) {
    if (is_named(field.name, "inlineData")) return inline_data(field.value);
    if (is_named(field.name, "thought")) return reader_.boolean(field.value, thought);
    if (!is_named(field.name, "text")) return other(field);
    Text fact;
    return string(field.value, fact.text) &&
           (fact.text.empty() || add(at_content, std::move(fact)));
  };
  if (!reader_.object(value, read)) return false;
  if (!thought) return true;
  found_[at_content].resize(content);
  found_[at_rest].resize(rest);
  std::string_view source;
  return reader_.source_since(start, value, source) && add(at_rest, ServerMessage{compact(source)});
}

bool Message::inline_data(Value value) {
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

bool Message::transcription(Field &field, Speaker speaker) {
  Transcript fact{.speaker = speaker};
  const auto read = [&](Field &inner) {
    if (is_named(inner.name, "text")) return string(inner.value, fact.text);
    if (is_named(inner.name, "finished")) return reader_.boolean(inner.value, fact.finished);
    if (is_named(inner.name, "languageCode")) return string(inner.value, fact.language_code);
    if (is_named(inner.name, "speakerLabel")) return string(inner.value, fact.speaker_label);
    if (is_named(inner.name, "words")) return json(inner.value, '[', fact.words);
    return other(inner);
  };
  if (!reader_.object(field.value, read)) return false;
  if (fact.text.empty() && !fact.finished) return true;
  return add(speaker == Speaker::user ? at_user_transcript : at_model_transcript, std::move(fact));
}

bool Message::tool_call(Field &field) {
  return reader_.object(field.value, [this](Field &inner) {
    if (!is_named(inner.name, "functionCalls")) return other(inner);
    return reader_.array(inner.value, [this](Value value) { return function_call(value); });
  });
}

bool Message::function_call(Value value) {
  ToolCall fact{.args = "{}"};
  const auto read = [&](Field &field) {
    if (is_named(field.name, "id")) return string(field.value, fact.id);
    if (is_named(field.name, "name")) return string(field.value, fact.name);
    return is_named(field.name, "args") ? json(field.value, '{', fact.args) : other(field);
  };
  if (!reader_.object(value, read)) return false;
  return (fact.name.empty() && fact.id.empty()) || add(at_tools, std::move(fact));
}

bool Message::tool_call_cancellation(Field &field) {
  return reader_.object(field.value, [this](Field &inner) {
    if (!is_named(inner.name, "ids")) return other(inner);
    return reader_.array(inner.value, [this](Value value) {
      ToolCallCancelled fact;
      return string(value, fact.id) && (fact.id.empty() || add(at_tools, std::move(fact)));
    });
  });
}

bool Message::usage_metadata(Field &field) {
  Usage fact;
  const auto *start = JsonReader::start_of(field.value);
  const auto read = [&](Field &inner) {
    std::string_view source;
    if (!reader_.source(inner.value, source)) return false;
    std::int64_t count = 0;
    const auto end = source.data() + source.size();
    const auto parsed = std::from_chars(source.data(), end, count);
    if (parsed.ec == std::errc{} && parsed.ptr == end)
      fact.counts.emplace_back(count_name(inner.name), count);
    return true;
  };
  if (!is_object(field)) return reader_.skip(field.value);
  std::string_view source;
  if (!reader_.object(field.value, read)) return false;
  if (!reader_.source_since(start, field.value, source)) return false;
  fact.json = compact(source);
  return is_nothing(fact.json) || add(at_usage, std::move(fact));
}

/// voiceActivity, or voiceActivityDetectionSignal where that was asked for.
bool Message::voice_activity(Field &field) {
  std::string_view type, offset;
  const auto rest = found_[at_rest].size();
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
  found_[at_rest].resize(rest);
  std::string_view source;
  if (!reader_.source_since(field.start, field.value, source)) return false;
  return type.empty() || add_source(source);
}

bool Message::go_away(Field &field) {
  if (!is_object(field)) return reader_.skip(field.value);
  std::string_view time_left;
  const auto read = [&](Field &inner) {
    return is_named(inner.name, "timeLeft") ? reader_.string(inner.value, time_left) : other(inner);
  };
  if (!reader_.object(field.value, read)) return false;
  return add(at_rest, GoAway{parse_duration(time_left).value_or(std::chrono::milliseconds(0))});
}

/// int64 is a string in JSON, but not with every server.
bool Message::index(Value value, std::optional<std::int64_t> &result) {
  std::string_view text;
  if (!reader_.source(value, text)) return false;
  if (text.starts_with('"')) text = text.substr(1, text.size() - 2);
  std::int64_t number = 0;
  const auto end = text.data() + text.size();
  if (std::from_chars(text.data(), end, number).ptr == end && number >= 0) result = number;
  return true;
}

bool Message::resumption_update(Field &field) {
  if (!is_object(field)) return reader_.skip(field.value);
  ResumptionUpdate fact;
  const auto read = [&](Field &inner) {
    if (is_named(inner.name, "newHandle")) return string(inner.value, fact.handle);
    if (is_named(inner.name, "resumable")) return reader_.boolean(inner.value, fact.resumable);
    if (is_named(inner.name, "lastConsumedClientMessageIndex"))
      return index(inner.value, fact.last_consumed);
    // Nothing else that is not known: it may be as secret as the handle.
    return reader_.skip(inner.value);
  };
  return reader_.object(field.value, read) && add(at_rest, std::move(fact));
}

Error bad_data(const char *problem) {
  return {.kind = ErrorKind::bad_data,
          .message =
              "The service sent a message that cannot be understood; if `uri` is set, see "
              "whether a Live API server answers there",
          .detail = problem};
}

}  // namespace

struct Decoder::Memory {
  JsonReader reader;
  Found found;
  std::vector<Event> facts;
};

Decoder::Decoder() : memory_(std::make_unique<Memory>()) {}
Decoder::~Decoder() = default;

Result<std::span<const Event>> Decoder::decode(std::string_view message) {
  auto &[reader, found, facts] = *memory_;
  facts.clear();
  for (auto &place : found)
    place.clear();
  if (message.size() > max_message) return bad_data("larger than 16 MiB");

  Message reading(reader, message, found);
  if (!reading.read()) return bad_data(reading.problem());
  for (auto &place : found)
    facts.insert(facts.end(), std::move_iterator(place.begin()), std::move_iterator(place.end()));
  return std::span<const Event>(facts);
}

}  // namespace gemlive::wire
