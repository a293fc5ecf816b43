// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// gemlive-talk: a conversation with a Live model, with devices or files.

#include <fcntl.h>
#include <glib-unix.h>
#include <gst/gst.h>
#include <unistd.h>

#include <clocale>
#include <csignal>
#include <cstdio>
#include <exception>

#include "metrics_place.hpp"
#include "options.hpp"
#include "plain_view.hpp"
#include "problem.hpp"
#include "simulator.h"
#include "talk.hpp"
#ifdef GEMLIVE_TALK_SCREEN
#include "screen.hpp"
#endif

namespace gemlive::talk {
namespace {

constexpr int stopped_by_user = 128 + SIGINT;

/// A closed one would be the number of the next file that is opened, such as a connection.
void open_standard_files() {
  int file = -1;
  do {
    file = open("/dev/null", O_RDWR);
  } while (file >= 0 && file <= STDERR_FILENO);
  close(file);
}

bool is_terminal() {
  return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/// gemlive reads them when its first conversation begins.
void show_metrics(const std::string &where) {
  if (where.empty()) return;
  check_metrics_place(where);
  g_setenv("GEMLIVE_METRICS", where.c_str(), TRUE);
}

bool has_service(const Options &options) {
  for (const char *name : {"uri", "api-key", "access-token", "project", "credentials-file"})
    if (options.has_property(name)) return true;
  return use_simulator_unless_configured(nullptr);
}

std::unique_ptr<View> make_view(const Options &options, [[maybe_unused]] Talk &talk) {
  const bool uses_pipes = options.input == "-" || options.output == "-";
#ifdef GEMLIVE_TALK_SCREEN
  if (is_terminal() && !uses_pipes)
    if (auto screen = make_screen(talk, {options.push_to_talk, wants_colours()})) return screen;
#endif
  if (options.push_to_talk)
    throw Problem("--push-to-talk needs a terminal for its keys.",
                  is_terminal() && !uses_pipes ? "Set TERM, or build gemlive-talk with ncursesw."
                                               : "Run gemlive-talk on a terminal, without pipes.");
  return std::make_unique<PlainView>(options.output == "-" ? stderr : stdout,
                                     isatty(STDERR_FILENO));
}

gboolean on_signal(gpointer talk) {
  static_cast<Talk *>(talk)->quit();
  return G_SOURCE_CONTINUE;
}

int converse(const Options &options) {
  if (!has_service(options)) return 1;  // before other threads start
  gst_init(nullptr, nullptr);
  Talk talk(options);
  const auto view = make_view(options, talk);
  const guint signals[] = {g_unix_signal_add(SIGINT, on_signal, &talk),
                           g_unix_signal_add(SIGTERM, on_signal, &talk),
                           g_unix_signal_add(SIGHUP, on_signal, &talk)};
  const bool is_successful = talk.run(*view);
  for (const auto signal : signals)
    g_source_remove(signal);
  if (!is_successful) return 1;
  return talk.is_cut_short() ? stopped_by_user : 0;
}

int run(int argc, char **argv) {
  const auto options = parse_options(argc, argv);
  if (options.show_version) {
    std::printf("gemlive-talk " GEMLIVE_VERSION "\n");
    return 0;
  }
  show_metrics(options.metrics);
  if (options.list_devices) {
    gst_init(nullptr, nullptr);
    std::fputs(Devices().list().c_str(), stdout);
    return 0;
  }
  const int status = converse(options);
  gst_deinit();  // GST_TRACERS=leaks reports here
  return status;
}

}  // namespace
}  // namespace gemlive::talk

int main(int argc, char **argv) {
  gemlive::talk::open_standard_files();
  std::setlocale(LC_ALL, "");
  std::setlocale(LC_NUMERIC, "C");
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return gemlive::talk::run(argc, argv);
  } catch (const gemlive::talk::Problem &problem) {
    std::fprintf(stderr, "gemlive-talk: %s %s\n", problem.what(), problem.what_to_do().c_str());
    return 2;
  } catch (const std::exception &error) {
    std::fprintf(stderr, "gemlive-talk: %s\n", error.what());
    return 1;
  }
}
