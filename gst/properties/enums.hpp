// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <glib-object.h>

#include "config.hpp"
#include "conversation.hpp"
#include "properties.hpp"

namespace gemlive::properties {

/// The GType of an enumeration of the core's: Enum<Pacing>::gtype(). Any thread.
template <typename E>
struct Enum;

#define ENUM(type, gtype_name, ...)                                            \
  template <>                                                                  \
  struct Enum<type> {                                                          \
    static GType gtype() {                                                     \
      using enum type;                                                         \
      static const GEnumValue values[] = {__VA_ARGS__, {0, nullptr, nullptr}}; \
      static const GType id = g_enum_register_static(gtype_name, values);      \
      return id;                                                               \
    }                                                                          \
  }
#define VALUE(value, nick, description) \
  { static_cast<int>(value), description, nick }

ENUM(Service, "GstGemliveService",
     VALUE(automatic, "auto",
           "Vertex AI where a project or a credentials file is named, else the Developer API"),
     VALUE(developer, "developer", "Gemini Developer API"), VALUE(vertex, "vertex", "Vertex AI"));
ENUM(ActivityDetection, "GstGemliveActivityDetection",
     VALUE(automatic, "automatic", "The service detects speech"),
     VALUE(manual, "manual", "The application marks speech"));
ENUM(Sensitivity, "GstGemliveSensitivity", VALUE(server_default, "default", "The service decides"),
     VALUE(low, "low", "Low: detect less often"), VALUE(high, "high", "High: detect more often"));
ENUM(ActivityHandling, "GstGemliveActivityHandling",
     VALUE(server_default, "default", "The service decides"),
     VALUE(interrupt, "interrupt", "Speech interrupts the answer"),
     VALUE(no_interruption, "no-interruption", "Speech does not interrupt the answer"));
ENUM(TurnCoverage, "GstGemliveTurnCoverage",
     VALUE(server_default, "default", "The service decides"),
     VALUE(only_activity, "only-activity", "A turn includes what was said"),
     VALUE(all_input, "all-input", "A turn includes all input"),
     VALUE(audio_activity_and_all_video, "audio-activity-and-all-video",
           "A turn includes what was said and all video"));
ENUM(TextMode, "GstGemliveTextMode", VALUE(automatic, "auto", "As the model's generation wants it"),
     VALUE(realtime, "realtime", "realtimeInput.text"), VALUE(content, "content", "clientContent"));
ENUM(Pacing, "GstGemlivePacing", VALUE(clock, "clock", "By the pipeline's clock"),
     VALUE(none, "none", "As fast as possible, for files"));
ENUM(Gaps, "GstGemliveGaps", VALUE(gap, "gap", "GAP events"),
     VALUE(silence, "silence", "Buffers of silence, flagged GAP"));
ENUM(OnInterrupt, "GstGemliveOnInterrupt", VALUE(discard, "discard", "Drop what is queued"),
     VALUE(flush, "flush", "Drop what is queued and flush downstream"),
     VALUE(keep, "keep", "Play out what is queued"));
ENUM(StreamKind, "GstGemliveStream", VALUE(audio, "audio", "What the model says"),
     VALUE(input_transcript, "input-transcript", "Text of what the user says"),
     VALUE(output_transcript, "output-transcript", "Text of what the model says"),
     VALUE(text, "text", "What the model writes"));
ENUM(ConnectionState, "GstGemliveConnectionState",
     VALUE(disconnected, "disconnected", "Not connected"),
     VALUE(connecting, "connecting", "Connecting"),
     VALUE(connected, "connected", "Connected and set up"),
     VALUE(failed, "failed", "The conversation has failed"));

#undef ENUM
#undef VALUE

}  // namespace gemlive::properties
