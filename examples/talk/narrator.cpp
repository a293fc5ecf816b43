// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "narrator.hpp"

#include <algorithm>
#include <utility>

#include "captions.hpp"

namespace gemlive::talk {
namespace {

std::string text(const GstStructure *fields, const char *name) {
  const char *value = gst_structure_get_string(fields, name);
  return value ? value : "";
}

GstClockTime time(const GstStructure *fields, const char *name) {
  GstClockTime value = GST_CLOCK_TIME_NONE;
  gst_structure_get_clock_time(fields, name, &value);
  return value;
}

bool flag(const GstStructure *fields, const char *name) {
  gboolean value = FALSE;
  gst_structure_get_boolean(fields, name, &value);
  return value;
}

std::chrono::milliseconds in_ms(GstClockTime time) {
  return std::chrono::milliseconds(GST_TIME_AS_MSECONDS(time));
}

std::optional<std::chrono::milliseconds> time_to_first_sound(const GstStructure *fields) {
  const auto sound = time(fields, "first-audible-sample"), asked = time(fields, "input-end");
  if (GST_CLOCK_TIME_IS_VALID(sound) && GST_CLOCK_TIME_IS_VALID(asked) && sound >= asked)
    return in_ms(sound - asked);
  const auto delay = time(fields, "first-audio-delay");
  if (GST_CLOCK_TIME_IS_VALID(sound) && GST_CLOCK_TIME_IS_VALID(delay)) return in_ms(delay);
  return {};
}

/// The loudest channel.
double peak(const GstStructure *fields) {
  const GValue *value = gst_structure_get_value(fields, "peak");
  double result = -90;
  if (!value) return result;
  const auto *array = static_cast<GValueArray *>(g_value_get_boxed(value));
  for (guint i = 0; i < array->n_values; ++i)
    result = std::max(result, g_value_get_double(array->values + i));
  return result;
}

}  // namespace

void Narrator::tell(GstMessage *message) {
  if (const auto words = words_of(message)) return view_.words(*words);
  const auto *fields = gst_message_get_structure(message);
  if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_ELEMENT || !fields) return;
  if (gst_structure_has_name(fields, "level")) return tell_level(message, fields);
  tell_element(gst_structure_get_name(fields), fields);
}

void Narrator::tell_element(const std::string &name, const GstStructure *fields) {
  if (name == "gemlive/connected") tell_connected(fields);
  if (name == "gemlive/reconnecting") tell_reconnecting(fields);
  if (name == "gemlive/turn-started") view_.turn_started();
  if (name == "gemlive/interrupted") view_.interrupted();
  if (name == "gemlive/turn-complete") tell_turn(fields);
  if (name == "gemlive/usage") tell_usage(fields);
  if (name == "gemlive/tool-call")
    view_.tool_call({text(fields, "name"), text(fields, "args"), text(fields, "id")});
  if (name == "gemlive/backlog-dropped")
    view_.note((is_connected_ ? "The network is too slow: " : "There was no connection: ") +
               std::to_string(GST_TIME_AS_MSECONDS(time(fields, "duration"))) +
               " ms of speech were not sent.");
}

void Narrator::tell_connected(const GstStructure *fields) {
  is_connected_ = true;
  view_.connection(Connection::Connected,
                   flag(fields, "resumed") ? "the conversation continues" : "");
}

void Narrator::tell_reconnecting(const GstStructure *fields) {
  is_connected_ = false;
  view_.connection(Connection::Reconnecting,
                   "in " + std::to_string(GST_TIME_AS_MSECONDS(time(fields, "delay"))) + " ms. " +
                       text(fields, "error"));
}

void Narrator::tell_turn(const GstStructure *fields) {
  Turn turn;
  turn.interrupted = flag(fields, "interrupted");
  ++turns_;
  if (!turn.interrupted) ++complete_turns_;
  turn.time_to_first_sound = time_to_first_sound(fields);
  const auto heard = time(fields, "heard-duration"), whole = time(fields, "audio-duration");
  if (GST_CLOCK_TIME_IS_VALID(whole)) turn.speech = in_ms(whole);
  if (turn.interrupted && GST_CLOCK_TIME_IS_VALID(heard)) turn.speech = in_ms(heard);
  view_.turn_ended(turn);
}

/// Of several reports in a turn the last counts.
void Narrator::tell_usage(const GstStructure *fields) {
  guint turn = 0;
  gint64 count = 0;
  gst_structure_get_uint(fields, "turn", &turn);
  if (!gst_structure_get_int64(fields, "totalTokenCount", &count) || count < 0) return;
  if (turn != usage_turn_) tokens_before_ += tokens_of_turn_;
  usage_turn_ = turn;
  tokens_of_turn_ = static_cast<std::uint64_t>(count);
  view_.tokens(tokens_before_ + tokens_of_turn_);
}

void Narrator::tell_level(GstMessage *message, const GstStructure *fields) {
  if (g_str_equal(GST_MESSAGE_SRC_NAME(message), "user-level"))
    levels_.user_db = is_muted_ ? -90 : peak(fields);
  else
    levels_.model_db = peak(fields);
  view_.levels(levels_);
}

void Narrator::begin_again() {
  tokens_before_ += std::exchange(tokens_of_turn_, 0);
  usage_turn_ = 0;
}

/// No level comes while nothing passes.
void Narrator::set_muted(bool is_muted) {
  is_muted_ = is_muted;
  levels_.user_db = -90;
  view_.levels(levels_);
}

}  // namespace gemlive::talk
