// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "options.hpp"

#include <glib.h>

#include <cmath>
#include <utility>

#include "glib_ptr.hpp"

namespace gemlive::simulator {

namespace {

constexpr auto description =
    "Local server that speaks the protocol of the Gemini Live API. It checks the messages of its\n"
    "client as strictly as the service does, detects speech and answers it. It needs no account\n"
    "and no network. See docs/simulator.md.\n";

constexpr double not_given = -HUGE_VAL;

/// The variables that GOption fills in: plain C types. Texts are file names to it: it would convert
/// other texts from the encoding of the locale.
struct Raw {
  int port = 8765;
  char *address = nullptr;
  char *voice = nullptr;
  char *say = nullptr;
  int tone_duration = 2000;
  double speed = not_given;
  char *service = nullptr;
  char *turn_complete = nullptr;
  int silence_duration = 800;
  char *script = nullptr;
  char *replay = nullptr;
  char *record = nullptr;
  char *events = nullptr;
  char *sign_in = nullptr;
  char *sign_in_faults = nullptr;
  char *tls_certificate = nullptr;
  char *tls_key = nullptr;
  gboolean quiet = FALSE;
};

Error usage_error(std::string what) {
  return {ErrorKind::bad_setting, std::move(what) + ". --help lists the options"};
}

std::string take_string(char *text) {
  const StrPtr owner(text);
  return text ? text : "";
}

/// Returns the index of `text` in `names`, 0 if `text` is empty, -1 if it is not in `names`.
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
      {"port", 'p', 0, G_OPTION_ARG_INT, &raw.port, "TCP port, 0 = any free port (default 8765)",
       "N"},
      {"address", 'a', 0, G_OPTION_ARG_FILENAME, &raw.address,
       "Address to listen on (default 127.0.0.1)", "IP"},
      {"voice", 0, 0, G_OPTION_ARG_FILENAME, &raw.voice,
       "Voice of the answers: speech (default) or tones", "espeak|tone"},
      {"say", 0, 0, G_OPTION_ARG_FILENAME, &raw.say, "Give this answer in every turn", "TEXT"},
      {"tone-duration", 0, 0, G_OPTION_ARG_INT, &raw.tone_duration,
       "Length of a tone answer in ms (default 2000)", "MS"},
      {"speed", 0, 0, G_OPTION_ARG_DOUBLE, &raw.speed,
       "Send audio F times as fast as real time, 0 = all at once (default 4, with --replay 1)",
       "F"},
      {"service", 0, 0, G_OPTION_ARG_FILENAME, &raw.service,
       "Service to simulate; auto (default): the request path decides", "auto|developer|vertex"},
      {"turn-complete", 0, 0, G_OPTION_ARG_FILENAME, &raw.turn_complete,
       "When to send turnComplete (default: after playback)", "playback|now|never"},
      {"silence-duration", 0, 0, G_OPTION_ARG_INT, &raw.silence_duration,
       "Silence that ends speech in ms, unless the client sets it (default 800)", "MS"},
      {"script", 0, 0, G_OPTION_ARG_FILENAME, &raw.script, "Follow a script of faults and answers",
       "FILE"},
      {"replay", 0, 0, G_OPTION_ARG_FILENAME, &raw.replay,
       "Say what the service said in a recorded session, compare the client with it, and end (exit "
       "status 2: it differs)",
       "FILE"},
      {"record", 0, 0, G_OPTION_ARG_FILENAME, &raw.record,
       "Write received and sent audio to WAV files in DIR", "DIR"},
      {"events", 0, 0, G_OPTION_ARG_FILENAME, &raw.events,
       "Write events as lines of JSON, - = standard output", "FILE|-"},
      {"sign-in", 0, 0, G_OPTION_ARG_FILENAME, &raw.sign_in,
       "Simulate Google's sign-in too, and write credentials into DIR", "DIR"},
      {"sign-in-faults", 0, 0, G_OPTION_ARG_FILENAME, &raw.sign_in_faults,
       "Faults of the simulated sign-in", "FILE"},
      {"tls-cert", 0, 0, G_OPTION_ARG_FILENAME, &raw.tls_certificate,
       "Serve wss:// with this certificate (PEM)", "FILE"},
      {"tls-key", 0, 0, G_OPTION_ARG_FILENAME, &raw.tls_key, "Private key of the certificate (PEM)",
       "FILE"},
      {"quiet", 'q', 0, G_OPTION_ARG_NONE, &raw.quiet, "Do not print the conversation", nullptr},
      {nullptr, 0, 0, G_OPTION_ARG_NONE, nullptr, nullptr, nullptr}};
  const Handle<GOptionContext, g_option_context_free> context(g_option_context_new(nullptr));
  g_option_context_set_summary(context.get(), description);
  g_option_context_add_main_entries(context.get(), entries, nullptr);
  ErrorPtr error;
  if (!g_option_context_parse(context.get(), &argc, &argv, out(error)))
    return usage_error(error->message);
  if (argc > 1) return usage_error(std::string("Unknown argument: ") + argv[1]);
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
  options.replay = take_string(raw.replay);
  options.speed = raw.speed != not_given ? raw.speed : options.replay.empty() ? 4 : 1;
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
  if (voice < 0) return usage_error("--voice must be espeak or tone");
  if (service < 0) return usage_error("--service must be auto, developer or vertex");
  if (turn_complete < 0) return usage_error("--turn-complete must be playback, now or never");
  if (!g_utf8_validate(options.say.c_str(), -1, nullptr))
    return usage_error("--say is not UTF-8. Write it in a terminal with UTF-8");
  if (raw.port < 0 || raw.port > 65535) return usage_error("--port must be from 0 to 65535");
  if (raw.tone_duration < 0 || raw.tone_duration > 3'600'000)
    return usage_error("--tone-duration must be from 0 to 3600000");
  if (!(options.speed >= 0)) return usage_error("--speed must be 0 or more");
  if (raw.silence_duration < 0) return usage_error("--silence-duration must be 0 or more");
  if (options.tls_certificate.empty() != options.tls_key.empty())
    return usage_error("--tls-cert and --tls-key must be given together");
  if (!options.replay.empty() && !options.script.empty())
    return usage_error("--replay and --script cannot be given together");
  if (options.sign_in.empty() && !options.sign_in_faults.empty())
    return usage_error("--sign-in-faults requires --sign-in");
  options.voice = static_cast<Voice::Kind>(voice);
  if (service > 0) options.service = service == 1 ? Service::developer : Service::vertex;
  options.turn_complete = static_cast<TurnComplete>(turn_complete);
  return options;
}

}  // namespace gemlive::simulator
