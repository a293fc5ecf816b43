// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "core_log.hpp"

#include <gst/gst.h>

GST_DEBUG_CATEGORY_STATIC(gemlive_session_debug);
GST_DEBUG_CATEGORY_STATIC(gemlive_net_debug);
GST_DEBUG_CATEGORY_STATIC(gemlive_protocol_debug);

namespace gemlive {
namespace {

GstDebugCategory *category_of(Log::Topic topic) {
  switch (topic) {
    case Log::Topic::session:
      return gemlive_session_debug;
    case Log::Topic::net:
      return gemlive_net_debug;
    case Log::Topic::protocol:
      return gemlive_protocol_debug;
  }
  return gemlive_session_debug;
}

GstDebugLevel level_of(Log::Level level) {
  switch (level) {
    case Log::Level::error:
      return GST_LEVEL_ERROR;
    case Log::Level::warning:
      return GST_LEVEL_WARNING;
    case Log::Level::info:
      return GST_LEVEL_INFO;
    case Log::Level::debug:
      return GST_LEVEL_DEBUG;
  }
  return GST_LEVEL_DEBUG;
}

/// Reads the threshold each time: an application may change it while it runs.
bool is_enabled(Log::Topic topic, Log::Level level) {
  return level_of(level) <= gst_debug_category_get_threshold(category_of(topic));
}

void write(Log::Topic topic, Log::Level level, const char *line) {
  GST_CAT_LEVEL_LOG(category_of(topic), level_of(level), nullptr, "%s", line);
}

void register_categories() {
  GST_DEBUG_CATEGORY_INIT(gemlive_session_debug, "gemlive-session", 0,
                          "Gemini Live sessions: phases, turns, deadlines");
  GST_DEBUG_CATEGORY_INIT(gemlive_net_debug, "gemlive-net", 0, "Gemini Live connections");
  GST_DEBUG_CATEGORY_INIT(gemlive_protocol_debug, "gemlive-protocol", 0,
                          "Gemini Live messages: setup, server events, invalid data");
}

}  // namespace

Log core_log() {
  static const bool registered = (register_categories(), true);
  static_cast<void>(registered);
  return Log({.is_enabled = &is_enabled, .write = &write});
}

}  // namespace gemlive
