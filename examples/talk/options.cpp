// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "options.hpp"

#include <algorithm>

#include "handle.hpp"
#include "problem.hpp"

namespace gemlive::talk {
namespace {

constexpr auto help = "Run gemlive-talk --help for the options.";
constexpr auto summary =
    "Talks to a Gemini Live model: with microphone and loudspeaker, or with files.\n"
    "Without an account (no key, no project, no GEMLIVE_URI) it starts gemlive-simulator,\n"
    "a local service.";

/// The variables that GOption fills in: plain C types.
struct Raw {
  char *input = nullptr, *output = nullptr, *text = nullptr;
  gboolean echo_cancel = FALSE, no_echo_cancel = FALSE;
  char *voice = nullptr, *instruction = nullptr, *language = nullptr, *model = nullptr;
  char **tools = nullptr;
  char **properties = nullptr;
  int tool_timeout = 20000;
  char *resume = nullptr, *record = nullptr, *metrics = nullptr;
  gboolean push_to_talk = FALSE, list_devices = FALSE, show_version = FALSE;

  Raw() = default;
  Raw(const Raw &) = delete;
  Raw &operator=(const Raw &) = delete;
  ~Raw() {
    for (char *text_of :
         {input, output, text, voice, instruction, language, model, resume, record, metrics})
      g_free(text_of);
    g_strfreev(tools);
    g_strfreev(properties);
  }
};

gboolean on_metrics(const char *, const char *value, gpointer data, GError **) {
  auto *raw = static_cast<Raw *>(data);
  g_free(raw->metrics);
  raw->metrics = g_strdup(value ? value : "9464");
  return TRUE;
}

std::string text_of(const char *text) {
  return text ? text : "";
}

/// In any locale.
void check_utf8(int argc, char **argv) {
  for (int i = 1; i < argc; ++i)
    if (!g_utf8_validate(argv[i], -1, nullptr))
      throw Problem("Argument " + std::to_string(i) + " is not UTF-8.",
                    "Write it in a terminal with UTF-8.");
}

void parse(Raw &raw, int argc, char **argv) {
  const GOptionEntry entries[] = {
      {"input", 'i', 0, G_OPTION_ARG_FILENAME, &raw.input,
       "What the model hears: an audio file, - (standard input: WAV, Ogg or FLAC, else S16LE mono "
       "at 16000 Hz), or a device of --list-devices. Default: the default microphone",
       "FILE|-|DEVICE"},
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &raw.output,
       "Where the answer goes: a file (.wav, .ogg, .opus, .flac, .mp3, .raw), - (standard output: "
       "S16LE mono at 24000 Hz), or a device of --list-devices. Default: the default loudspeaker",
       "FILE|-|DEVICE"},
      {"text", 't', 0, G_OPTION_ARG_FILENAME, &raw.text,
       "Begin with this typed line. Without --input it replaces the microphone. The speech of a "
       "file interrupts its answer",
       "LINE"},
      {"list-devices", 'l', 0, G_OPTION_ARG_NONE, &raw.list_devices,
       "List the names of microphones and loudspeakers, and end", nullptr},
      {"echo-cancel", 0, 0, G_OPTION_ARG_NONE, &raw.echo_cancel,
       "Remove the loudspeaker's sound from the microphone's (webrtcdsp). Default with a "
       "microphone and a loudspeaker, where it is installed",
       nullptr},
      {"no-echo-cancel", 0, 0, G_OPTION_ARG_NONE, &raw.no_echo_cancel, "Do not: for headphones",
       nullptr},
      {"push-to-talk", 0, 0, G_OPTION_ARG_NONE, &raw.push_to_talk,
       "The model hears you only while you talk by key (space). With a microphone, on a terminal",
       nullptr},
      {"voice", 0, 0, G_OPTION_ARG_FILENAME, &raw.voice, "Voice of the model", "NAME"},
      {"system-instruction", 0, 0, G_OPTION_ARG_FILENAME, &raw.instruction,
       "Instruction to the model for the whole conversation", "TEXT"},
      {"language", 0, 0, G_OPTION_ARG_FILENAME, &raw.language,
       "Language that the model speaks, such as en-US", "CODE"},
      {"model", 'm', 0, G_OPTION_ARG_FILENAME, &raw.model,
       "Name of the model (default: GEMLIVE_MODEL, else the plugin's)", "NAME"},
      {"tool", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &raw.tools,
       "A program that answers calls of the function NAME: arguments as JSON on its standard "
       "input, result on its standard output. No shell. Can be repeated",
       "NAME=COMMAND"},
      {"tool-timeout", 0, 0, G_OPTION_ARG_INT, &raw.tool_timeout,
       "Time limit of such a program in ms, from 1 (default 20000)", "MS"},
      {"resume", 0, 0, G_OPTION_ARG_FILENAME, &raw.resume,
       "Continue the conversation whose handle is in FILE, and keep the newest handle there. The "
       "handle is a secret",
       "FILE"},
      {"record", 0, 0, G_OPTION_ARG_FILENAME, &raw.record,
       "Keep the conversation in a folder: conversation.wav, events.jsonl, session.websocket.log, "
       "timeline.svg",
       "DIR"},
      {"property", 'p', 0, G_OPTION_ARG_FILENAME_ARRAY, &raw.properties,
       "Any property of gemlive (gst-inspect-1.0 gemlive). Can be repeated", "NAME=VALUE"},
      {"metrics", 0, G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK,
       reinterpret_cast<gpointer>(on_metrics),
       "Show metrics on this port of 127.0.0.1 (default 9464) or in this file, as GEMLIVE_METRICS "
       "does. Written with an equals sign",
       "PORT|FILE"},
      {"version", 0, 0, G_OPTION_ARG_NONE, &raw.show_version, "Show the version, and end", nullptr},
      {}};
  const Handle<GOptionContext, g_option_context_free> context(g_option_context_new(nullptr));
  auto *group = g_option_group_new("talk", "", "", &raw, nullptr);
  g_option_group_add_entries(group, entries);
  g_option_context_set_main_group(context.get(), group);
  g_option_context_set_summary(context.get(), summary);
  GError *error = nullptr;
  if (!g_option_context_parse(context.get(), &argc, &argv, &error)) {
    const ErrorPtr owner(error);
    throw Problem(std::string(error->message) + ".", help);
  }
  if (argc > 1)
    throw Problem(std::string("\"") + argv[1] + "\" is not an option.",
                  "Name a file with --input FILE. " + std::string(help));
}

/// Such as of a variable that is not set. It would mean: a microphone, no recording ...
void check_not_empty(const Raw &raw) {
  const std::pair<const char *, const char *> values[] = {
      {"input", raw.input},   {"output", raw.output}, {"text", raw.text},
      {"resume", raw.resume}, {"record", raw.record}, {"metrics", raw.metrics}};
  for (const auto &[option, value] : values)
    if (value && !*value)
      throw Problem(std::string("--") + option + " has an empty value.",
                    "Give it a value, or leave it out.");
}

std::pair<std::string, std::string> split(const std::string &option, const std::string &pair) {
  const auto equals = pair.find('=');
  if (equals == std::string::npos || equals == 0)
    throw Problem("--" + option + " \"" + pair + "\" is not NAME=VALUE.", help);
  return {pair.substr(0, equals), pair.substr(equals + 1)};
}

Tool tool(const std::string &text) {
  const auto [name, command] = split("tool", text);
  char **words = nullptr;
  GError *error = nullptr;
  if (!g_shell_parse_argv(command.c_str(), nullptr, &words, &error)) {
    const ErrorPtr owner(error);
    throw Problem("The command of --tool " + name + " cannot be read: " + error->message + ".",
                  "Write a program and its arguments, such as --tool weather=./weather.py.");
  }
  Tool result{name, {}};
  for (char **word = words; *word; ++word)
    result.command.emplace_back(*word);
  g_strfreev(words);
  const StrPtr program(g_find_program_in_path(result.command[0].c_str()));
  if (!program)
    throw Problem("The program of --tool " + name + ", " + result.command[0] + ", is not found.",
                  "Write the path of an executable file.");
  return result;
}

/// A port as it is, a file with its absolute path.
std::string metrics(const std::string &value) {
  if (value.empty()) return value;
  const auto digits = value.find_first_not_of('-');
  const bool is_number =
      digits != value.npos && value.find_first_not_of("0123456789", digits) == value.npos;
  if (!is_number) return StrPtr(g_canonicalize_filename(value.c_str(), nullptr)).get();
  if (digits > 0 || value.size() > 5 || std::stoi(value) > 65535)
    throw Problem("--metrics=" + value + " is not a port.", "Use a port up to 65535, or a file.");
  return value;
}

/// The end of a file waits for the answer to a call that is answered late.
std::string eos_timeout_behind(int tool_timeout) {
  constexpr int usual = 20000, longest = 3600000;
  return std::to_string(std::min(tool_timeout, longest - usual) + usual);
}

void check(const Options &options) {
  for (const auto &tool : options.tools)
    if (std::count_if(options.tools.begin(), options.tools.end(),
                      [&](const Tool &other) { return other.name == tool.name; }) > 1)
      throw Problem("--tool " + tool.name + " is given twice.", "Leave out one of the two.");
  if (options.tool_timeout < 1) throw Problem("--tool-timeout must be at least 1 ms.", help);
  if (options.push_to_talk && options.has_property("activity-detection"))
    throw Problem("--push-to-talk sets the property activity-detection itself.",
                  "Leave out one of the two.");
  if (!options.record_folder.empty() && options.has_property("capture-location"))
    throw Problem("--record sets the property capture-location itself.",
                  "Leave out one of the two.");
}

}  // namespace

bool Options::has_property(const std::string &name) const {
  return std::any_of(properties.begin(), properties.end(),
                     [&](const auto &property) { return property.first == name; });
}

Options parse_options(int argc, char **argv) {
  check_utf8(argc, argv);
  Raw raw;
  parse(raw, argc, argv);
  check_not_empty(raw);
  Options options;
  options.input = text_of(raw.input);
  options.output = text_of(raw.output);
  options.text = text_of(raw.text);
  if (raw.echo_cancel && raw.no_echo_cancel)
    throw Problem("--echo-cancel and --no-echo-cancel exclude each other.", help);
  if (raw.echo_cancel || raw.no_echo_cancel) options.echo_cancel = raw.echo_cancel;
  const std::pair<const char *, const char *> shortcuts[] = {
      {"voice", raw.voice},
      {"system-instruction", raw.instruction},
      {"language-code", raw.language},
      {"model", raw.model}};
  for (const auto &[name, value] : shortcuts)
    if (value) options.properties.emplace_back(name, value);
  for (char **pair = raw.properties; pair && *pair; ++pair)
    options.properties.push_back(split("property", *pair));
  for (char **pair = raw.tools; pair && *pair; ++pair)
    options.tools.push_back(tool(*pair));
  options.tool_timeout = raw.tool_timeout;
  if (!options.tools.empty() && !options.has_property("eos-timeout"))
    options.properties.emplace_back("eos-timeout", eos_timeout_behind(options.tool_timeout));
  options.resume_file = text_of(raw.resume);
  options.record_folder = text_of(raw.record);
  options.metrics = metrics(text_of(raw.metrics));
  options.push_to_talk = raw.push_to_talk;
  options.list_devices = raw.list_devices;
  options.show_version = raw.show_version;
  check(options);
  return options;
}

}  // namespace gemlive::talk
