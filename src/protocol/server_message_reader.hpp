// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "field_formats.hpp"
#include "json_reader.hpp"
#include "json_string.hpp"
#include "ordered_events.hpp"

namespace gemlive::wire {

using json::is_named;

/// Reads one server message into events. As in JsonReader, a function returns false if the message
/// is malformed. One thread.
class ServerMessageReader {
 public:
  static constexpr std::size_t max_events = 4096;

  ServerMessageReader(JsonReader &reader, std::string_view text, OrderedEvents &events)
      : reader_(reader), text_(text), events_(events) {}

  bool read();
  const char *problem() const {
    if (event_count_ > max_events) return "too many events";
    return is_list_without_error_ ? "a list without an error" : reader_.problem();
  }

 private:
  using Field = JsonReader::Field;
  using Value = JsonReader::Value;

  /// A known field and the function that reads it.
  struct KnownField {
    std::string_view name;
    bool (ServerMessageReader::*read)(Field &field);
  };
  static const std::array<KnownField, 12> top_level;
  static const std::array<KnownField, 10> server_content_level;

  template <std::size_t count>
  bool dispatch(const std::array<KnownField, count> &known, Field &field) {
    for (const auto &[name, read] : known)
      if (is_named(field.name, name)) return (this->*read)(field);
    return other(field);
  }

  bool setup_complete(Field &field);
  bool server_content(Field &field);
  bool model_turn(Field &field);
  bool part(Value value);
  bool inline_data(Value value);
  bool input_transcription(Field &field);
  bool output_transcription(Field &field);
  bool interim_transcription(Field &field);
  bool transcription(Field &field, Transcript &event);
  static bool is_empty(const Transcript &event) { return event.text.empty() && !event.finished; }
  bool interrupted(Field &field) { return flag(field, at_interruption, Interrupted{}); }
  bool generation_complete(Field &field);
  bool turn_complete(Field &field) { return reader_.boolean(field.value, turn_complete_); }
  bool turn_complete_reason(Field &field) { return turn_end_field(field, reason_); }
  bool interaction_status(Field &field) { return turn_end_field(field, status_); }
  bool waiting_for_input(Field &field);
  bool tool_call(Field &field);
  bool function_call(Value value);
  bool partial_arg(Value value, std::vector<PartialArg> &list);
  bool tool_call_cancellation(Field &field);
  bool usage_metadata(Field &field);
  bool voice_activity(Field &field);
  bool go_away(Field &field);
  bool resumption_update(Field &field);
  bool read_list();
  bool error(Field &field);
  bool error_value(Value value, ServiceError &result);
  bool other(Field &field);
  /// A field about the end of a turn, kept until it is known whether the turn ends.
  struct TurnEndField {
    std::string_view text = {};
    std::string_view source = {};  // including the field name
  };
  bool turn_end_field(Field &field, TurnEndField &result);

  bool is_object(Field &field) const { return *JsonReader::start_of(field.value) == '{'; }
  bool string(Value value, std::string &result);
  /// The compact source of a value that starts with `opening`. Other values are ignored.
  bool json(Value value, char opening, std::string &result);
  bool index(Value value, std::optional<std::int64_t> &result);
  bool flag(Field &field, EventOrder order, ServerEvent event);
  bool add(EventOrder order, ServerEvent event);
  bool add_source(std::string_view fields);

  JsonReader &reader_;
  std::string_view text_;
  OrderedEvents &events_;
  std::size_t event_count_ = 0;
  bool is_list_without_error_ = false;
  bool turn_complete_ = false;
  TurnEndField reason_ = {};
  TurnEndField status_ = {};
};

}  // namespace gemlive::wire
