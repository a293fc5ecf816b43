// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Dubs a live MPEG-TS stream: the picture passes through, the model's voice becomes the second
// audio track, and its words the subtitles where the container can hold them.

#include <glib-unix.h>
#include <gst/gst.h>

#include <clocale>
#include <cstdio>
#include <exception>

#include "dub.hpp"
#include "simulator.h"

namespace {

/// Makes the simulator an interpreter that is half a second behind.
constexpr const char *interpreter = R"([{"when": {"on": "ready"}, "do": {"interpret": 500}}])";

struct Arguments {
  dubbing::Options options = {};
  char **outputs = nullptr;
  char *language = nullptr;
  ~Arguments() {
    g_strfreev(outputs);
    g_free(language);
  }
};

/// False: an error was printed.
bool read(Arguments &arguments, int argc, char **argv) {
  const GOptionEntry entries[] = {
      {"output", 'o', 0, G_OPTION_ARG_FILENAME_ARRAY, &arguments.outputs,
       "srt://, udp://, FILE.ts or FILE.mkv; more than one is possible", "OUTPUT"},
      {"language", 'l', 0, G_OPTION_ARG_FILENAME, &arguments.language,
       "Language of the voice (default en)", "CODE"},
      {"delay", 'd', 0, G_OPTION_ARG_INT, &arguments.options.delay,
       "Hold the picture back by so many ms (default: learned from the voice)", "MS"},
      {}};
  auto *context = g_option_context_new("INPUT");
  g_option_context_set_summary(context, "Dubs a live MPEG-TS stream. INPUT: srt:// or udp://");
  g_option_context_add_main_entries(context, entries, nullptr);
  g_option_context_add_group(context, gst_init_get_option_group());
  GError *error = nullptr;
  const bool parsed = g_option_context_parse(context, &argc, &argv, &error);
  g_option_context_free(context);
  if (argc == 2) arguments.options.input = argv[1];
  for (auto **output = arguments.outputs; output && *output; ++output)
    arguments.options.outputs.emplace_back(*output);
  if (arguments.language) arguments.options.language = arguments.language;
  const auto problem = !parsed    ? error->message
                       : argc > 2 ? std::string("There is one INPUT, not also ") + argv[2]
                                  : dubbing::problem_of(arguments.options);
  g_clear_error(&error);
  if (!problem.empty()) g_printerr("%s. Run gemlive-dub --help\n", problem.c_str());
  return problem.empty();
}

gboolean on_signal(gpointer dub) {
  static_cast<dubbing::Dub *>(dub)->end();
  return G_SOURCE_CONTINUE;
}

}  // namespace

int main(int argc, char **argv) {
  std::setlocale(LC_CTYPE, "");
  Arguments arguments;
  if (!read(arguments, argc, argv)) return 2;
  setvbuf(stdout, nullptr, _IOLBF, 0);
  if (!use_simulator_unless_configured(interpreter)) return 1;
  try {
    dubbing::Dub dub(arguments.options);
    g_unix_signal_add(SIGINT, on_signal, &dub);
    g_unix_signal_add(SIGTERM, on_signal, &dub);
    return dub.run();
  } catch (const std::exception &error) {
    g_printerr("%s\n", error.what());
    return 1;
  }
}
