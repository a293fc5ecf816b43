// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "blurbs.hpp"

#include <glib.h>

#include <algorithm>
#include <iterator>

namespace gemlive::properties {
namespace {

constexpr double hour = 3'600'000;  // in ms

constexpr Blurb blurbs[] = {
    {.name = "service",
     .text = "Which service to talk to; auto is vertex when project is set or "
             "GOOGLE_GENAI_USE_VERTEXAI is true, else developer."},
    {.name = "uri",
     .text = "Replaces scheme, host and port of the service (ws://127.0.0.1:8765); a URI with a "
             "path is used exactly as given. Falls back to GEMLIVE_URI."},
    {.name = "api-version",
     .text = "Version of the API in the path; unset: v1beta (developer) or v1beta1 (vertex)."},
    {.name = "model",
     .text = "Short name or full resource name of the model. Falls back to GEMLIVE_MODEL, then to "
             "gemini-3.8-live."},
    {.name = "project", .text = "Project of Vertex AI. Falls back to GOOGLE_CLOUD_PROJECT."},
    {.name = "location",
     .text = "Location of Vertex AI. Falls back to GOOGLE_CLOUD_LOCATION, then to us-central1."},
    {.name = "api-key",
     .text = "API key; it is sent as a header and cannot be read back. Falls back to "
             "GOOGLE_API_KEY, then to GEMINI_API_KEY."},
    {.name = "access-token",
     .text = "OAuth 2 access token; it is sent as a header and cannot be read back."},
    {.name = "tls-ca-file",
     .text = "PEM file with the certificate authorities to trust in place of the system's."},
    {.name = "voice", .text = "Name of the voice, as the service spells it; unset: its default."},
    {.name = "language-code",
     .text = "Language to speak, such as en-US; unset: the service decides."},
    {.name = "system-instruction", .text = "What the model is told before the conversation."},
    {.name = "temperature",
     .text = "Randomness of the answers from 0 to 2; -1: the service's default.",
     .minimum = -1,
     .maximum = 2},
    {.name = "input-transcription", .text = "Whether to ask for the text of what the user says."},
    {.name = "output-transcription", .text = "Whether to ask for the text of what the model says."},
    {.name = "setup",
     .text =
         "JSON text or @FILE: an object that is merged last and deep over the setup message, so "
         "that any field of the API can be set."},
    {.name = "activity-detection",
     .text = "Who finds out where speech begins and ends: the service, or the application with "
             "activity-start and activity-end."},
    {.name = "start-sensitivity",
     .text = "How readily automatic detection takes sound for the start of speech."},
    {.name = "end-sensitivity",
     .text = "How readily automatic detection takes silence for the end of speech."},
    {.name = "prefix-padding",
     .text = "Speech in ms before automatic detection takes it for a start; -1: the service's "
             "default.",
     .minimum = -1,
     .maximum = hour},
    {.name = "silence-duration",
     .text = "Silence in ms before automatic detection takes it for an end; -1: the service's "
             "default.",
     .minimum = -1,
     .maximum = hour},
    {.name = "activity-handling", .text = "Whether speech interrupts the model's answer."},
    {.name = "turn-coverage", .text = "What of the input a turn of the user includes."},
    {.name = "context-compression",
     .text = "Whether the service may drop the oldest content, which lifts its limit on the length "
             "of a session."},
    {.name = "pacing",
     .text = "How fast to go: clock releases input of a file, and all output, at the pace of the "
             "pipeline's clock; none sends and delivers as fast as possible, with timestamps "
             "contiguous from 0."},
    {.name = "latency",
     .text = "Jitter buffer of the audio output in ms, which is all that is added to the "
             "pipeline's latency; 0: none. With pacing=none it is not used.",
     .minimum = 0,
     .maximum = 60'000},
    {.name = "chunk-duration",
     .text = "Input audio per message in ms.",
     .minimum = 5,
     .maximum = 1000},
    {.name = "max-backlog",
     .text = "Input audio in ms that is kept while it cannot be sent; beyond it live input loses "
             "the oldest, and other input waits.",
     .minimum = 100,
     .maximum = 600'000},
    {.name = "gaps",
     .text = "What fills the time between answers; silence (with pacing=clock) is for muxers and "
             "mixers that need a continuous stream."},
    {.name = "on-interrupt",
     .text = "What happens to audio that is queued when the model is interrupted; flush truncates "
             "a filesink."},
    {.name = "eos-timeout",
     .text = "How long in ms after the input's EOS, or the last sign of the answer, to wait for "
             "the answer to end; then a warning and EOS. 0: not at all.",
     .minimum = 0,
     .maximum = hour},
    {.name = "max-turns",
     .text = "EOS on the output after that many complete turns, whatever the input does; 0: no "
             "limit.",
     .minimum = 0,
     .maximum = G_MAXUINT},
    {.name = "connect-timeout",
     .text = "How long in ms connecting and setup may take together.",
     .minimum = 1,
     .maximum = hour},
    {.name = "keepalive-interval",
     .text = "Time in ms between pings, by which a dead connection is noticed while nothing is "
             "sent; 0: no pings.",
     .minimum = 0,
     .maximum = hour},
};

}  // namespace

const Blurb &blurb(std::string_view name) {
  auto *found = std::find_if(std::begin(blurbs), std::end(blurbs),
                             [&](const Blurb &b) { return b.name == name; });
  g_assert(found != std::end(blurbs));
  return *found;
}

}  // namespace gemlive::properties
