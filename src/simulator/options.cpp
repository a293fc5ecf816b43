// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "options.hpp"

#include <glib.h>

#include <utility>

#include "glib_ptr.hpp"

namespace gemlive::simulator {

namespace {

constexpr auto description =
    "A server of the Gemini Live API's protocol on this machine: strict about what a client sends, "
    "it listens for\nspeech and answers it. Needs no account and no network. docs/simulator.md has "
    "the rest.\n";

/// What GLib fills in; it wants plain C types.
struct Raw {
  int port = 8765;
  char *address = nullptr;
  char *voice = nullptr;
  char *say = nullptr;
  int tone_duration = 2000;
  double speed = 4;
  char *service = nullptr;
  char *turn_complete = nullptr;
  int silence_duration = 800;
  char *script = nullptr;
  char *record = nullptr;
  char *events = nullptr;
  char *sign_in = nullptr;
  char *sign_in_faults = nullptr;
  char *tls_certificate = nullptr;
  char *tls_key = nullptr;
  gboolean quiet = FALSE;
};

Error usage_error(std::string what) {
  return {ErrorKind::bad_setting, std::move(what) + " (--help lists the options)"};
}

std::string take_string(char *text) {
  const StrPtr owner(text);
  return text ? text : "";
}

/// The index of `text` in `names`; empty text: 0; none: -1.
template <std::size_t count>
int index_of(const std::string &text, const char *const (&names)[count]) {
  if (text.empty()) return 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text == names[i]) return static_cast<int>(i);
  }
  return -1;
}

std::optional<Error> parse(int argc, char **argv, Raw &raw) {
  const GOptionEntry entries[] = {
      {"port", 'p', 0, G_OPTION_ARG_INT, &raw.port, "TCP port; 0 takes any (default 8765)", "N"},
      {"address", 'a', 0, G_OPTION_ARG_STRING, &raw.address,
       "Address to listen at (default 127.0.0.1)", "IP"},
      {"voice", 0, 0, G_OPTION_ARG_STRING, &raw.voice,
       "espeak speaks the answers (default), tone plays notes", "espeak|tone"},
      {"say", 0, 0, G_OPTION_ARG_STRING, &raw.say, "Always answer with TEXT", "TEXT"},
      {"tone-duration", 0, 0, G_OPTION_ARG_INT, &raw.tone_duration,
       "Length of a tone answer (default 2000)", "MS"},
      {"speed", 0, 0, G_OPTION_ARG_DOUBLE, &raw.speed,
       "Audio is sent F times as fast as real time; 0: all at once (default 4)", "F"},
      {"service", 0, 0, G_OPTION_ARG_STRING, &raw.service,
       "Which service to be (default auto: the path tells)", "auto|developer|vertex"},
      {"turn-complete", 0, 0, G_OPTION_ARG_STRING, &raw.turn_complete,
       "When turnComplete comes (default: after playback)", "playback|now|never"},
      {"silence-duration", 0, 0, G_OPTION_ARG_INT, &raw.silence_duration,
       "Silence that ends speech, where the client asks for none (default 800)", "MS"},
      {"script", 0, 0, G_OPTION_ARG_FILENAME, &raw.script, "Do what the script says", "FILE"},
      {"record", 0, 0, G_OPTION_ARG_FILENAME, &raw.record,
       "Keep what was heard and said as WAV files", "DIR"},
      {"events", 0, 0, G_OPTION_ARG_FILENAME, &raw.events,
       "Write what happens as lines of JSON; -: standard output", "FILE|-"},
      {"sign-in", 0, 0, G_OPTION_ARG_FILENAME, &raw.sign_in,
       "Be Google's sign-in as well, and write credentials for it into DIR", "DIR"},
      {"sign-in-faults", 0, 0, G_OPTION_ARG_FILENAME, &raw.sign_in_faults,
       "What the sign-in does wrong", "FILE"},
      {"tls-cert", 0, 0, G_OPTION_ARG_FILENAME, &raw.tls_certificate,
       "Serve wss:// with this certificate (PEM)", "FILE"},
      {"tls-key", 0, 0, G_OPTION_ARG_FILENAME, &raw.tls_key, "Its private key (PEM)", "FILE"},
      {"quiet", 'q', 0, G_OPTION_ARG_NONE, &raw.quiet, "Do not print the conversation", nullptr},
      {nullptr, 0, 0, G_OPTION_ARG_NONE, nullptr, nullptr, nullptr}};
  const Handle<GOptionContext, g_option_context_free> context(g_option_context_new(nullptr));
  g_option_context_set_summary(context.get(), description);
  g_option_context_add_main_entries(context.get(), entries, nullptr);
  ErrorPtr error;
  if (!g_option_context_parse(context.get(), &argc, &argv, out(error)))
    return usage_error(error->message);
  if (argc > 1) return usage_error(std::string("Unknown argument ") + argv[1]);
  return {};
}

}  // namespace

Result<Options> parse_options(int argc, char **argv) {
  Raw raw;
  const auto error = parse(argc, argv, raw);
  Options options;
  if (auto address = take_string(raw.address); !address.empty())
    options.address = std::move(address);
  const int voice = index_of(take_string(raw.voice), {"espeak", "tone"});
  const int service = index_of(take_string(raw.service), {"auto", "developer", "vertex"});
  const int turn_complete = index_of(take_string(raw.turn_complete), {"playback", "now", "never"});
  options.port = raw.port;
  options.say = take_string(raw.say);
  options.tone_duration = raw.tone_duration;
  options.speed = raw.speed;
  options.silence_duration = raw.silence_duration;
  options.script = take_string(raw.script);
  options.record = take_string(raw.record);
  options.events = take_string(raw.events);
  options.sign_in = take_string(raw.sign_in);
  options.sign_in_faults = take_string(raw.sign_in_faults);
  options.tls_certificate = take_string(raw.tls_certificate);
  options.tls_key = take_string(raw.tls_key);
  options.quiet = raw.quiet;

  if (error) return *error;
  if (voice < 0) return usage_error("--voice is neither espeak nor tone");
  if (service < 0) return usage_error("--service is not auto, developer or vertex");
  if (turn_complete < 0) return usage_error("--turn-complete is not playback, now or never");
  if (raw.port < 0 || raw.port > 65535) return usage_error("--port is not from 0 to 65535");
  if (raw.tone_duration < 0 || raw.tone_duration > 3'600'000)
    return usage_error("--tone-duration is not from 0 to 3600000");
  if (!(raw.speed >= 0)) return usage_error("--speed is not a number from 0");
  if (raw.silence_duration < 0) return usage_error("--silence-duration is negative");
  if (options.tls_certificate.empty() != options.tls_key.empty())
    return usage_error("--tls-cert and --tls-key go together");
  if (options.sign_in.empty() && !options.sign_in_faults.empty())
    return usage_error("--sign-in-faults goes with --sign-in");
  options.voice = static_cast<Voice::Kind>(voice);
  if (service > 0) options.service = service == 1 ? Service::developer : Service::vertex;
  options.turn_complete = static_cast<TurnComplete>(turn_complete);
  return options;
}

}  // namespace gemlive::simulator
