// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "page_event.hpp"

#include <cstring>
#include <map>
#include <string_view>

#include "json.hpp"

namespace gemlive::web {
namespace {

constexpr gsize max_text = 8000;  // bytes. A data channel loses messages of more than 64 KiB

std::string text(const GstStructure *fields, const char *name) {
  const char *value = gst_structure_get_string(fields, name);
  if (!value) return {};
  if (std::strlen(value) <= max_text) return value;
  const char *end = g_utf8_find_prev_char(value, value + max_text);
  return std::string(value, end) + "…";
}

bool flag(const GstStructure *fields, const char *name) {
  gboolean value = FALSE;
  gst_structure_get_boolean(fields, name, &value);
  return value;
}

double number(const GstStructure *fields, const char *name) {
  guint value = 0;
  gst_structure_get_uint(fields, name, &value);
  return value;
}

double seconds(const GstStructure *fields, const char *name) {
  guint64 value = GST_CLOCK_TIME_NONE;
  gst_structure_get_uint64(fields, name, &value);
  return GST_CLOCK_TIME_IS_VALID(value) ? static_cast<double>(value) / GST_SECOND : 0;
}

/// The element `level` sends a list of RMS values, one for each channel.
double decibels(const GstStructure *fields) {
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  auto *list =
      static_cast<GValueArray *>(g_value_get_boxed(gst_structure_get_value(fields, "rms")));
  const double rms = g_value_get_double(g_value_array_get_nth(list, 0));
  G_GNUC_END_IGNORE_DEPRECATIONS
  return std::max(rms, -100.0);
}

using Fields = const GstStructure *;
const std::map<std::string_view, std::string (*)(Fields)> events = {
    {"gemlive/connected",
     [](Fields fields) {
       return to_json({{"event", "connected"}, {"resumed", flag(fields, "resumed")}});
     }},
    {"gemlive/reconnecting",
     [](Fields) {
       return to_json({{"event", "reconnecting"}});
     }},
    {"gemlive/turn-started",
     [](Fields fields) {
       return to_json({{"event", "turn-started"}, {"turn", number(fields, "turn")}});
     }},
    {"gemlive/interrupted",
     [](Fields) {
       return to_json({{"event", "interrupted"}});
     }},
    {"gemlive/turn-complete",
     [](Fields fields) {
       return to_json({{"event", "turn-complete"},
                       {"turn", number(fields, "turn")},
                       {"interrupted", flag(fields, "interrupted")},
                       {"duration", seconds(fields, "audio-duration")}});
     }},
    {"gemlive/tool-call",
     [](Fields fields) {
       return to_json({{"event", "tool-call"},
                       {"name", text(fields, "name")},
                       {"arguments", text(fields, "args")}});
     }},
    {"web/caption",
     [](Fields fields) {
       return to_json(
           {{"event", "caption"}, {"of", text(fields, "of")}, {"text", text(fields, "text")}});
     }},
    {"web/caption-end",
     [](Fields fields) {
       return to_json({{"event", "caption-end"}, {"of", text(fields, "of")}});
     }},
};

}  // namespace

std::string page_event(GstMessage *message) {
  const GstStructure *fields = gst_message_get_structure(message);
  if (!fields) return {};
  if (gst_structure_has_name(fields, "level"))
    return to_json(
        {{"event", "level"}, {"of", GST_MESSAGE_SRC_NAME(message)}, {"level", decibels(fields)}});
  const auto event = events.find(gst_structure_get_name(fields));
  return event == events.end() ? "" : event->second(fields);
}

}  // namespace gemlive::web
