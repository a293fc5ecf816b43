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
#include "server_event.hpp"

namespace gemlive::wire {

/// The order of events, independent of the order of the fields.
enum Place {
  at_setup,
  at_user_transcript,
  at_model_transcript,  // before the audio that it belongs to
  at_content,
  at_tools,
  at_interruption,
  at_generation_end,
  at_usage,
  at_turn_end,
  at_rest,
  places,
};
using Found = std::array<std::vector<ServerEvent>, places>;

/// Reads one server message into events. As in JsonReader, a function returns false if the message
/// is malformed. One thread.
class Message {
 public:
  static constexpr std::size_t max_facts = 4096;

  Message(JsonReader &reader, std::string_view text, Found &found)
      : reader_(reader), text_(text), found_(found) {}

  bool read();
  const char *problem() const { return facts_ > max_facts ? "too many events" : reader_.problem(); }

 private:
  using Field = JsonReader::Field;
  using Value = JsonReader::Value;

  /// A known field and the function that reads it.
  struct Known {
    std::string_view name;
    bool (Message::*read)(Field &field);
  };
  static const std::array<Known, 11> top_level;
  static const std::array<Known, 9> server_content_level;

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
  bool waiting_for_input(Field &field);
  bool tool_call(Field &field);
  bool function_call(Value value);
  bool tool_call_cancellation(Field &field);
  bool usage_metadata(Field &field);
  bool voice_activity(Field &field);
  bool go_away(Field &field);
  bool resumption_update(Field &field);
  bool other(Field &field);

  /// A field about the end of a turn, kept until it is known whether the turn ends.
  struct Remark {
    std::string_view text = {};
    std::string_view source = {};  // including the field name
  };
  bool remark(Field &field, Remark &remark);

  bool is_object(Field &field) const { return *JsonReader::start_of(field.value) == '{'; }
  bool string(Value value, std::string &result);
  /// The compact source of a value that starts with `opening`. Other values are ignored.
  bool json(Value value, char opening, std::string &result);
  bool index(Value value, std::optional<std::int64_t> &result);
  bool flag(Field &field, Place place, ServerEvent event);
  bool add(Place place, ServerEvent event);
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

}  // namespace gemlive::wire
