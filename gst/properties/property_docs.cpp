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
     .text = "Says which service to talk to; auto is vertex when project or "
             "credentials-file is set, or GOOGLE_GENAI_USE_ENTERPRISE or (where that is unset) "
             "GOOGLE_GENAI_USE_VERTEXAI is true, else developer."},
    {.name = "uri",
     .text = "Replaces scheme, host and port of the service (ws://127.0.0.1:8765), and the path "
             "too where it has one; unset it falls back to GEMLIVE_URI."},
    {.name = "api-version",
     .text = "Names the version of the API in the path; unset it is v1beta (developer; v1alpha "
             "with an ephemeral token) or v1beta1 (vertex)."},
    {.name = "model",
     .text = "Names the model by its short name or full resource name; unset it falls back to "
             "GEMLIVE_MODEL, then to gemini-3.8-live."},
    {.name = "project",
     .text = "Names the project of Vertex AI; unset it falls back to that in a full resource name "
             "of model, then to GOOGLE_CLOUD_PROJECT, then to GCLOUD_PROJECT, then to the project "
             "of the credentials."},
    {.name = "location",
     .text = "Names the location of Vertex AI; unset it falls back to that in a full resource name "
             "of model, then to GOOGLE_CLOUD_LOCATION, then to us-central1."},
    {.name = "api-key",
     .text = "Signs in with an API key, which is sent as a header and cannot be read back; unset "
             "it falls back to GOOGLE_API_KEY, then to GEMINI_API_KEY."},
    {.name = "access-token",
     .text = "Signs in with an OAuth 2 access token or an ephemeral token (auth_tokens/...), which "
             "is sent as a header and cannot be read back; one that is set while PLAYING is used "
             "at the next connection."},
    {.name = "credentials-file",
     .text = "Names a JSON file of Google's to sign in to Vertex AI with, such as a service "
             "account's key; unset it falls back to GOOGLE_APPLICATION_CREDENTIALS, then to the "
             "login of gcloud auth application-default login, then to the metadata server."},
    {.name = "universe-domain",
     .text = "Names the domain that the service and its sign-in belong to; unset it falls back to "
             "GOOGLE_CLOUD_UNIVERSE_DOMAIN, then to googleapis.com."},
    {.name = "allow-custom-endpoints",
     .text = "Lets a credentials file name other hosts than Google's to sign in at, and lets the "
             "token that it leads to go to the host in uri."},
    {.name = "allow-executable-credentials",
     .text = "Lets a credentials file name a program to run, where "
             "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1 does so too."},
    {.name = "extra-headers",
     .text = "Adds headers to the request that opens a connection, a field for each "
             "(\"headers,x-tenant=blue\"); cannot be read back, since they may hold secrets."},
    {.name = "proxy",
     .text = "Names the HTTP proxy to go through by CONNECT, as http://user:password@host:port; "
             "cannot be read back; unset it falls back to https_proxy, then to all_proxy, but for "
             "the hosts in no_proxy."},
    {.name = "tls-ca-file",
     .text =
         "Names a PEM file with the certificate authorities to trust in place of the system's."},
    {.name = "voice",
     .text = "Names the voice as the service spells it; unset it is the service's default."},
    {.name = "language-code",
     .text = "Says which language to speak, such as en-US; unset the service decides."},
    {.name = "system-instruction",
     .text = "Tells the model how to behave before the conversation begins."},
    {.name = "temperature",
     .text = "Sets how random answers are, from 0 to 2; -1 leaves it to the service.",
     .minimum = -1,
     .maximum = 2},
    {.name = "input-transcription", .text = "Asks for the text of what the user says."},
    {.name = "output-transcription", .text = "Asks for the text of what the model says."},
    {.name = "tools",
     .text = "Takes JSON text or @FILE (1 MiB at most) with an array of Tool objects, such as "
             "function declarations; what the model then calls is told by gemlive/tool-call."},
    {.name = "setup",
     .text = "Takes JSON text or @FILE (1 MiB at most) with an object that is merged last and deep "
             "over the setup message, so that any field of the API can be set."},
    {.name = "activity-detection",
     .text = "Says who finds out where speech begins and ends: the service, or the application "
             "with activity-start and activity-end."},
    {.name = "start-sensitivity",
     .text = "Sets how readily automatic detection takes sound for the start of speech."},
    {.name = "end-sensitivity",
     .text = "Sets how readily automatic detection takes silence for the end of speech."},
    {.name = "prefix-padding",
     .text = "Sets how much speech, in ms from 0 to 3600000, automatic detection takes for a "
             "start; -1 leaves it to the service.",
     .minimum = -1,
     .maximum = hour},
    {.name = "silence-duration",
     .text = "Sets how much silence, in ms from 0 to 3600000, automatic detection takes for an "
             "end; -1 leaves it to the service.",
     .minimum = -1,
     .maximum = hour},
    {.name = "activity-handling", .text = "Says whether speech interrupts the model's answer."},
    {.name = "turn-coverage", .text = "Says what of the input a turn of the user includes."},
    {.name = "context-compression",
     .text = "Lets the service drop the oldest content, which lifts its limit on the length of a "
             "session."},
    {.name = "text-mode",
     .text = "Says how typed turns are sent: realtime (realtimeInput.text) counts as the user's "
             "activity, content (clientContent) is appended to the history in order; auto takes "
             "realtime for the 3.1 models, which refuse the other, else content."},
    {.name = "session-resumption",
     .text = "Lets another connection go on with the conversation when one is lost; the service "
             "stores the session for that."},
    {.name = "resumption-handle",
     .text = "Goes on with an earlier conversation by its handle; reads as the newest handle of "
             "this one, which is as good as a key to it, so keep it safe."},
    {.name = "pacing",
     .text = "Sets the speed: clock releases a file's input, and all output, at the pace of the "
             "pipeline's clock; none sends and delivers as fast as possible, with timestamps "
             "contiguous from 0."},
    {.name = "latency",
     .text = "Sets the jitter buffer of the audio output, in ms from 0 (none) to 60000; it is all "
             "that is added to the pipeline's latency, and is 0 with pacing=none.",
     .minimum = 0,
     .maximum = 60'000},
    {.name = "chunk-duration",
     .text = "Sets how much input audio one message carries, in ms from 5 to 1000.",
     .minimum = 5,
     .maximum = 1000},
    {.name = "max-backlog",
     .text = "Limits the input audio that is kept while it cannot be sent, in ms from 100 to "
             "600000; beyond it live input loses the oldest, and other input waits.",
     .minimum = 100,
     .maximum = 600'000},
    {.name = "picture-interval",
     .text = "Sets the shortest time between two pictures, in ms from 0 (each at once) to 3600000; "
             "of those that come in between the newest is sent, and the others are counted as "
             "dropped. The service takes about one a second.",
     .minimum = 0,
     .maximum = hour},
    {.name = "gaps",
     .text = "Says what fills the time between answers; silence (with pacing=clock) is for muxers "
             "and mixers that need a continuous stream."},
    {.name = "on-interrupt",
     .text = "Says what happens to audio that is queued when the model is interrupted; flush "
             "truncates a filesink."},
    {.name = "tool-timeout",
     .text = "Limits the wait for the application's answer to a tool call, in ms up to 3600000; "
             "then the model gets an error as the answer, and gemlive/tool-call-cancelled says so. "
             "0 sets no limit.",
     .minimum = 0,
     .maximum = hour},
    {.name = "refuse-unknown-tools",
     .text = "Answers a call of a function that the setup does not declare with an error at once, "
             "without telling the application."},
    {.name = "eos-timeout",
     .text = "Limits the wait for the answer to end, in ms up to 3600000 after the input's EOS or "
             "the last sign of the answer; then come a warning and EOS. 0 does not wait.",
     .minimum = 0,
     .maximum = hour},
    {.name = "max-turns",
     .text = "Ends the output after that many complete turns, whatever the input does; 0 sets no "
             "limit.",
     .minimum = 0,
     .maximum = G_MAXUINT},
    {.name = "connect-timeout",
     .text = "Limits connecting and setup together, in ms from 1 to 3600000.",
     .minimum = 1,
     .maximum = hour},
    {.name = "max-retries",
     .text = "Limits how often in a row a connection that could not be made, or was lost, is tried "
             "again, from 0 (never); -1 sets no limit. What cannot succeed is never tried again.",
     .minimum = -1,
     .maximum = G_MAXINT},
    {.name = "connection-lifetime",
     .text =
         "Sets the age, in ms up to 86400000, at which a connection that can be resumed is "
         "replaced by another one as soon as nobody speaks; 0 leaves it until the service ends it.",
     .minimum = 0,
     .maximum = 24 * hour},
    {.name = "turn-timeout",
     .text =
         "Sets the time, in ms up to 3600000, after which an answer that does not begin, or does "
         "not go on, is no longer waited for; it is told by a warning, and 0 sets no limit.",
     .minimum = 0,
     .maximum = hour},
    {.name = "idle-timeout",
     .text = "Ends a conversation, with a warning and EOS, in which for so many ms, up to "
             "86400000, neither the user nor the model has said anything; 0 sets no limit.",
     .minimum = 0,
     .maximum = 24 * hour},
    {.name = "max-session-duration",
     .text = "Ends a conversation, with a warning and EOS, that has lasted for so many ms, up to "
             "86400000; 0 sets no limit.",
     .minimum = 0,
     .maximum = 24 * hour},
    {.name = "keepalive-interval",
     .text = "Sets the time between pings, in ms up to 3600000, by which a dead connection is "
             "noticed while nothing is sent; 0 sends none.",
     .minimum = 0,
     .maximum = hour},
};

}  // namespace

const PropertyDoc &property_doc(std::string_view name) {
  auto *found = std::find_if(std::begin(property_docs), std::end(property_docs),
                             [&](const PropertyDoc &b) { return b.name == name; });
  g_assert(found != std::end(property_docs));
  return *found;
}

}  // namespace gemlive::properties
