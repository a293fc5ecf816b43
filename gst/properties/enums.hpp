// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <glib-object.h>

#include "config.hpp"
#include "conversation.hpp"
#include "properties.hpp"

namespace gemlive::properties {

/// The GType of an enumeration of the core, such as Enum<Pacing>::gtype(). Any thread.
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
           "Vertex AI with a project or a credentials file, else the Developer API"),
     VALUE(developer, "developer", "Gemini Developer API"), VALUE(vertex, "vertex", "Vertex AI"));
ENUM(ActivityDetection, "GstGemliveActivityDetection",
     VALUE(automatic, "automatic", "The service detects speech"),
     VALUE(manual, "manual", "The application marks speech"));
ENUM(Sensitivity, "GstGemliveSensitivity", VALUE(server_default, "default", "The service decides"),
     VALUE(low, "low", "Detect less often"), VALUE(high, "high", "Detect more often"));
ENUM(ActivityHandling, "GstGemliveActivityHandling",
     VALUE(server_default, "default", "The service decides"),
     VALUE(interrupt, "interrupt", "Speech interrupts the answer"),
     VALUE(no_interruption, "no-interruption", "Speech does not interrupt the answer"));
ENUM(TurnCoverage, "GstGemliveTurnCoverage",
     VALUE(server_default, "default", "The service decides"),
     VALUE(only_activity, "only-activity", "A turn includes only speech"),
     VALUE(all_input, "all-input", "A turn includes all input"),
     VALUE(audio_activity_and_all_video, "audio-activity-and-all-video",
           "A turn includes speech and all pictures"));
ENUM(TextMode, "GstGemliveTextMode",
     VALUE(automatic, "auto", "realtime or content, whichever the model accepts"),
     VALUE(realtime, "realtime", "realtimeInput.text, which counts as activity of the user"),
     VALUE(content, "content", "clientContent, which is appended to the history in order"));
ENUM(TextTurns, "GstGemliveTextTurns",
     VALUE(automatic, "auto", "buffer, stream for a file, line for a pipe or a terminal"),
     VALUE(buffer, "buffer", "Each buffer is a turn"), VALUE(line, "line", "Each line is a turn"),
     VALUE(stream, "stream", "All text until EOS is one turn"));
ENUM(Pacing, "GstGemlivePacing", VALUE(clock, "clock", "At the pace of the pipeline clock"),
     VALUE(none, "none", "As fast as possible, for files"));
ENUM(Gaps, "GstGemliveGaps", VALUE(gap, "gap", "GAP events"),
     VALUE(silence, "silence", "Buffers of silence"));
ENUM(OnInterrupt, "GstGemliveOnInterrupt", VALUE(discard, "discard", "Drop queued output"),
     VALUE(flush, "flush", "Drop queued output and flush downstream"),
     VALUE(keep, "keep", "Play queued output"));
ENUM(Resend, "GstGemliveResend",
     VALUE(unanswered, "unanswered", "Input without a complete answer is sent again"),
     VALUE(none, "none", "Nothing is sent again, for interpreters"));
ENUM(Captions, "GstGemliveCaptions",
     VALUE(pieces, "pieces", "A buffer for each piece that the service sends"),
     VALUE(lines, "lines", "Whole lines of at most caption-width characters"));
ENUM(StreamKind, "GstGemliveStream", VALUE(audio, "audio", "Speech of the model"),
     VALUE(input_transcript, "input-transcript", "Transcript of the user's speech"),
     VALUE(output_transcript, "output-transcript", "Transcript of the model's speech"),
     VALUE(text, "text", "Text that the model writes"));
ENUM(ConnectionState, "GstGemliveConnectionState",
     VALUE(disconnected, "disconnected", "Not connected"),
     VALUE(connecting, "connecting", "Connecting"),
     VALUE(connected, "connected", "Connected and set up"),
     VALUE(failed, "failed", "The conversation failed"));

#undef ENUM
#undef VALUE

}  // namespace gemlive::properties
