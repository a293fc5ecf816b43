// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "property_docs.hpp"

#include <glib.h>

#include <algorithm>
#include <iterator>

namespace gemlive::properties {
namespace {

constexpr double hour = 3'600'000;  // in ms

constexpr PropertyDoc property_docs[] = {
    {.name = "service",
     .nick = "Service",
     .blurb = "Service to connect to. auto selects vertex if project or credentials-file is set, "
              "or if GOOGLE_GENAI_USE_ENTERPRISE (if unset: GOOGLE_GENAI_USE_VERTEXAI) is true, or "
              "if both are unset, GOOGLE_CLOUD_PROJECT is set and there is no API key. Otherwise "
              "developer."},
    {.name = "uri",
     .nick = "URI",
     .blurb = "URI that replaces scheme, host and port of the service, such as "
              "ws://127.0.0.1:8765. If it has a path, it is used exactly as given. If unset: "
              "GEMLIVE_URI, otherwise the address of the service."},
    {.name = "api-version",
     .nick = "API Version",
     .blurb = "Version of the API in the path. If unset: v1beta for the Developer API (v1alpha "
              "with an ephemeral token), v1beta1 for Vertex AI."},
    {.name = "model",
     .nick = "Model",
     .blurb = "Model to talk to, as a short name or a full resource name. If unset: GEMLIVE_MODEL, "
              "otherwise gemini-3.8-live."},
    {.name = "project",
     .nick = "Project",
     .blurb =
         "Google Cloud project for Vertex AI. If unset: the project in a full model name, then "
         "GOOGLE_CLOUD_PROJECT, then GCLOUD_PROJECT, then the project of the credentials."},
    {.name = "location",
     .nick = "Location",
     .blurb = "Google Cloud location for Vertex AI. If unset: the location in a full model name, "
              "then GOOGLE_CLOUD_LOCATION, then us-central1."},
    {.name = "api-key",
     .nick = "API Key",
     .blurb = "API key, sent as a header. Write-only, because it is a secret. If unset: "
              "GOOGLE_API_KEY, then GEMINI_API_KEY."},
    {.name = "access-token",
     .nick = "Access Token",
     .blurb = "OAuth 2 access token or ephemeral token (auth_tokens/...), sent as a header. "
              "Write-only, because it is a secret. A token set while PLAYING is used for the next "
              "connection and must have the type of the token that it replaces."},
    {.name = "credentials-file",
     .nick = "Credentials File",
     .blurb = "Google credentials file (JSON) for Vertex AI, such as a service account key. If "
              "unset: GOOGLE_APPLICATION_CREDENTIALS, then the login of 'gcloud auth "
              "application-default login', then the metadata server."},
    {.name = "universe-domain",
     .nick = "Universe Domain",
     .blurb = "Domain of the service and of its token services. If unset: "
              "GOOGLE_CLOUD_UNIVERSE_DOMAIN, otherwise googleapis.com."},
    {.name = "allow-custom-endpoints",
     .nick = "Allow Custom Endpoints",
     .blurb = "Allow a credentials file to name token services outside Google, and allow its token "
              "to be sent to the host in uri."},
    {.name = "allow-executable-credentials",
     .nick = "Allow Executable Credentials",
     .blurb = "Allow a credentials file to name a program to run. "
              "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES must be 1 as well."},
    {.name = "extra-headers",
     .nick = "Extra Headers",
     .blurb =
         "Extra headers to append to the HTTP request that opens a connection, one for each field "
         "(\"headers,x-tenant=blue\"). Write-only, because headers can contain secrets."},
    {.name = "proxy",
     .nick = "Proxy",
     .blurb = "HTTP proxy to connect through, as http://user:password@host:port. Write-only, "
              "because it can contain a password. If unset: https_proxy, then all_proxy, except "
              "for the hosts in no_proxy."},
    {.name = "tls-ca-file",
     .nick = "TLS CA File",
     .blurb = "PEM file with trusted certificate authorities. If unset: those of the system."},
    {.name = "voice",
     .nick = "Voice",
     .blurb = "Name of the voice, spelled as the service spells it. If unset: the default of the "
              "service."},
    {.name = "language-code",
     .nick = "Language Code",
     .blurb = "Language that the model speaks, such as en-US. If unset: the service decides."},
    {.name = "system-instruction",
     .nick = "System Instruction",
     .blurb =
         "Instruction to the model for the whole conversation. If unset: no instruction is sent."},
    {.name = "temperature",
     .nick = "Temperature",
     .blurb = "Randomness of the answers, from 0 to 2 (-1 = default of the service).",
     .minimum = -1,
     .maximum = 2},
    {.name = "input-transcription",
     .nick = "Input Transcription",
     .blurb = "Request transcripts of the user's speech."},
    {.name = "output-transcription",
     .nick = "Output Transcription",
     .blurb = "Request transcripts of the model's speech."},
    {.name = "tools",
     .nick = "Tools",
     .blurb = "Functions and other tools that the model can use: a JSON array of Tool objects, or "
              "@FILE to read it from a file (at most 1 MiB). A function call is posted as "
              "gemlive/tool-call. If unset: no tools."},
    {.name = "setup",
     .nick = "Setup",
     .blurb = "JSON object, or @FILE to read it from a file (at most 1 MiB), that is merged over "
              "the setup message level by level, after all other properties. It can set any field "
              "of the API. If unset: nothing is merged."},
    {.name = "activity-detection",
     .nick = "Activity Detection",
     .blurb = "How the start and end of speech are found: by the service, or by the application "
              "with activity-start and activity-end."},
    {.name = "start-sensitivity",
     .nick = "Start Sensitivity",
     .blurb = "Sensitivity with which automatic detection finds the start of speech."},
    {.name = "end-sensitivity",
     .nick = "End Sensitivity",
     .blurb = "Sensitivity with which automatic detection finds the end of speech."},
    {.name = "prefix-padding",
     .nick = "Prefix Padding",
     .blurb = "Minimum speech in ms before automatic detection reports a start of speech (-1 = "
              "default of the service).",
     .minimum = -1,
     .maximum = hour},
    {.name = "silence-duration",
     .nick = "Silence Duration",
     .blurb = "Minimum silence in ms before automatic detection reports an end of speech (-1 = "
              "default of the service).",
     .minimum = -1,
     .maximum = hour},
    {.name = "activity-handling",
     .nick = "Activity Handling",
     .blurb = "Whether the user's speech interrupts the model's answer."},
    {.name = "turn-coverage", .nick = "Turn Coverage", .blurb = "Input included in a user turn."},
    {.name = "context-compression",
     .nick = "Context Compression",
     .blurb = "Allow the service to drop the oldest content, which lifts its limit on the length "
              "of a session."},
    {.name = "text-mode",
     .nick = "Text Mode",
     .blurb = "How typed turns are sent. realtime: as realtimeInput.text. content: as "
              "clientContent. auto selects realtime for 3.1 models, which accept clientContent "
              "only as history, otherwise content."},
    {.name = "session-resumption",
     .nick = "Session Resumption",
     .blurb = "Continue the conversation on a new connection when a connection is lost. The "
              "service stores the session for this."},
    {.name = "resumption-handle",
     .nick = "Resumption Handle",
     .blurb = "Handle of an earlier conversation to continue. Reads as the newest handle of this "
              "conversation. Anyone who has it can continue the conversation, so keep it secret. "
              "If unset: a new conversation."},
    {.name = "pacing",
     .nick = "Pacing",
     .blurb =
         "Speed of input and output. clock: sends non-live input and pushes output at the pace "
         "of the pipeline clock. none: as fast as possible, with contiguous timestamps from "
         "0, for files."},
    {.name = "latency",
     .nick = "Latency",
     .blurb = "Jitter buffer of the audio output in ms (0 = none), and the only latency that is "
              "added to the pipeline. Not used if pacing=none.",
     .minimum = 0,
     .maximum = 60'000},
    {.name = "buffer-duration",
     .nick = "Buffer Duration",
     .blurb = "Maximum duration in ms of a buffer of output audio. A buffer that is due does not "
              "wait for more than 20 ms of audio. With longer buffers the source wakes up less "
              "often, but more is still played after an interruption.",
     .minimum = 5,
     .maximum = 200},
    {.name = "chunk-duration",
     .nick = "Chunk Duration",
     .blurb = "Duration in ms of the input audio in one message. The last message of the input can "
              "be shorter.",
     .minimum = 5,
     .maximum = 1000},
    {.name = "max-backlog",
     .nick = "Maximum Backlog",
     .blurb = "Maximum duration in ms of input audio that waits to be sent. When it is reached, "
              "live input drops its oldest audio, and other input waits.",
     .minimum = 100,
     .maximum = 600'000},
    {.name = "input-pause",
     .nick = "Input Pause",
     .blurb = "Time in ms without audio after which live input counts as silent (0 = off). Up to a "
              "second of silence is then sent in real time, and audioStreamEnd. A hole between the "
              "timestamps of two buffers counts as silence, too. Not used with manual detection.",
     .minimum = 0,
     .maximum = hour},
    {.name = "text-turns",
     .nick = "Text Turns",
     .blurb = "Part of a text input that is one turn. auto selects buffer for buffers with "
              "timestamps and for appsrc, otherwise stream for a file, and line for a pipe or a "
              "terminal."},
    {.name = "picture-interval",
     .nick = "Picture Interval",
     .blurb =
         "Minimum interval between two pictures in ms (0 = send every picture at once). A newer "
         "picture replaces one that waits. The service takes about one picture a second.",
     .minimum = 0,
     .maximum = hour},
    {.name = "gaps",
     .nick = "Gaps",
     .blurb = "Audio output between two answers. With GAP events an idle session costs less, but "
              "encoders, muxers and webrtcbin wait for audio. With pacing=none the answers follow "
              "each other, and there is neither."},
    {.name = "on-interrupt",
     .nick = "On Interrupt",
     .blurb = "What to do with queued output when the model is interrupted. Do not use flush with "
              "filesink: it truncates the file."},
    {.name = "max-lag",
     .nick = "Maximum Lag",
     .blurb = "Maximum delay in ms from the arrival of audio to its output (0 = no limit), for a "
              "service that speaks without pause, such as an interpreter. If more audio waits, "
              "quiet is skipped. After 5 seconds the oldest audio is skipped, too. Not used if "
              "pacing=none.",
     .minimum = 0,
     .maximum = hour},
    {.name = "captions",
     .nick = "Captions",
     .blurb = "Buffers of the text streams. With lines, a line is pushed when it is complete, or "
              "when no text follows for 2 seconds."},
    {.name = "caption-width",
     .nick = "Caption Width",
     .blurb = "Maximum number of characters in a line. Used if captions=lines.",
     .minimum = 1,
     .maximum = 1000},
    {.name = "resend",
     .nick = "Resend",
     .blurb = "Input that is sent again when a connection was lost or replaced. With none, an "
              "interpreter does not fall behind, and questions that were not answered stay "
              "unanswered."},
    {.name = "tool-timeout",
     .nick = "Tool Timeout",
     .blurb = "Timeout in ms for the application's answer to a tool call (0 = no timeout). When it "
              "expires, the model gets an error as the answer, and gemlive/tool-call-cancelled is "
              "posted.",
     .minimum = 0,
     .maximum = hour},
    {.name = "refuse-unknown-tools",
     .nick = "Refuse Unknown Tools",
     .blurb = "Answer a call of a function that the setup does not declare with an error, and post "
              "a warning instead of gemlive/tool-call."},
    {.name = "eos-timeout",
     .nick = "EOS Timeout",
     .blurb =
         "Timeout in ms for the end of the answer, counted from EOS of the input or from the last "
         "data of the answer (0 = do not wait). When it expires, a warning is posted and the "
         "stream ends.",
     .minimum = 0,
     .maximum = hour},
    {.name = "max-turns",
     .nick = "Maximum Turns",
     .blurb = "Number of complete turns after which the output ends with EOS, even if input "
              "continues (0 = no limit).",
     .minimum = 0,
     .maximum = G_MAXUINT},
    {.name = "connect-timeout",
     .nick = "Connect Timeout",
     .blurb = "Timeout in ms for sign-in, connecting and setup together.",
     .minimum = 1,
     .maximum = hour},
    {.name = "max-retries",
     .nick = "Maximum Retries",
     .blurb = "Maximum number of retries in a row after a connection failed or was lost (0 = no "
              "retry, -1 = no limit). Failures that a retry cannot solve are not retried.",
     .minimum = -1,
     .maximum = G_MAXINT},
    {.name = "connection-lifetime",
     .nick = "Connection Lifetime",
     .blurb =
         "Age in ms at which a connection is replaced when no one is speaking and no answer is "
         "pending, if the session can be resumed (0 = no limit by age).",
     .minimum = 0,
     .maximum = 24 * hour},
    {.name = "turn-timeout",
     .nick = "Turn Timeout",
     .blurb = "Timeout in ms for an answer to begin or to continue (0 = no timeout). When it "
              "expires, a warning is posted, and the conversation continues.",
     .minimum = 0,
     .maximum = hour},
    {.name = "idle-timeout",
     .nick = "Idle Timeout",
     .blurb = "Time in ms without speech of the user or the model after which the conversation "
              "ends with a warning and EOS (0 = no limit).",
     .minimum = 0,
     .maximum = 24 * hour},
    {.name = "max-session-duration",
     .nick = "Maximum Session Duration",
     .blurb = "Time in ms after which the conversation ends with a warning and EOS (0 = no limit).",
     .minimum = 0,
     .maximum = 24 * hour},
    {.name = "keepalive-interval",
     .nick = "Keepalive Interval",
     .blurb = "Interval between WebSocket pings in ms (0 = off). Pings detect a dead connection "
              "while no data is sent.",
     .minimum = 0,
     .maximum = hour},
    {.name = "capture-location",
     .nick = "Capture Location",
     .blurb = "File to which everything that the service and this client say is written, without "
              "secrets, for gemlive-simulator --replay and bug reports. It contains the "
              "conversation. A file that exists is kept, and the new one gets a number. If unset: "
              "GEMLIVE_CAPTURE_LOCATION, otherwise nothing is written."},
};

}  // namespace

const PropertyDoc &property_doc(std::string_view name) {
  auto *found = std::find_if(std::begin(property_docs), std::end(property_docs),
                             [&](const PropertyDoc &doc) { return doc.name == name; });
  g_assert(found != std::end(property_docs));
  return *found;
}

}  // namespace gemlive::properties
