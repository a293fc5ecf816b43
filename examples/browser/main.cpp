// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// gemlive-web: talk to the model on a web page. README.md says how to run it.

#include <glib-unix.h>
#include <sys/resource.h>

#include <algorithm>
#include <clocale>
#include <csignal>
#include <cstdio>

#include "origin.hpp"
#include "server.hpp"
#include "simulator.h"

namespace {

using namespace gemlive;
using namespace gemlive::web;

/// Each element, and the Debian package that contains it.
constexpr std::pair<const char *, const char *> elements[] = {
    {"webrtcbin", "gstreamer1.0-plugins-bad"}, {"dtlsenc", "gstreamer1.0-plugins-bad"},
    {"sctpenc", "gstreamer1.0-plugins-bad"},   {"nicesink", "gstreamer1.0-nice"},
    {"opusenc", "gstreamer1.0-plugins-base"},  {"rtpopuspay", "gstreamer1.0-plugins-good"},
    {"level", "gstreamer1.0-plugins-good"},    {"gemlivesrc", "gstreamer1.0-gemlive"},
};

int fail(const std::string &message) {
  std::fprintf(stderr, "gemlive-web: %s\n", message.c_str());
  return 1;
}

std::string missing_element() {
  for (const auto &[element, package] : elements)
    if (!GstPtr<GstElementFactory>(gst_element_factory_find(element)))
      return std::string("There is no element ") + element + ". Install " + package +
             ", or run in `meson devenv -C build`.";
  return {};
}

/// GLib ends a process that has no descriptor left. A visitor has about 10, and one for each
/// address of the machine.
std::string provide_descriptors(unsigned visitors) {
  const rlim_t needed = 200 + rlim_t{30} * visitors;
  rlimit limit = {};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::max(limit.rlim_cur, std::min(needed, limit.rlim_max));
  setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= needed) return {};
  return "--visitors " + std::to_string(visitors) + " needs " + std::to_string(needed) +
         " open files, and the limit is " + std::to_string(limit.rlim_cur) +
         ". Raise it (ulimit -n), or lower --visitors.";
}

std::string parse(int argc, char **argv, Options &options) {
  char *address = nullptr;
  char **origins = nullptr;
  int port = static_cast<int>(options.port), visitors = static_cast<int>(options.visitors);
  const GOptionEntry entries[] = {
      {"port", 'p', 0, G_OPTION_ARG_INT, &port, "TCP port (default 8080; 0: any)", "PORT"},
      {"address", 'a', 0, G_OPTION_ARG_FILENAME, &address,
       "IP address to listen on (default 127.0.0.1; 0.0.0.0: all)", "IP"},
      {"origin", 'o', 0, G_OPTION_ARG_FILENAME_ARRAY, &origins,
       "Address of the page as browsers see it, such as https://talk.example.org", "URL"},
      {"visitors", 'v', 0, G_OPTION_ARG_INT, &visitors, "Visitors at a time (default 20)", "N"},
      {}};
  const Handle<GOptionContext, g_option_context_free> context(g_option_context_new(nullptr));
  g_option_context_set_summary(context.get(), "Serves a page on which visitors talk to the model.");
  g_option_context_add_main_entries(context.get(), entries, nullptr);
  GError *raw = nullptr;
  g_option_context_parse(context.get(), &argc, &argv, &raw);
  const ErrorPtr error(raw);
  const StrPtr address_owner(address);
  const Handle<char *, g_strfreev> origins_owner(origins);
  if (error) return std::string(error->message) + ". --help shows the options.";
  if (argc > 1)
    return std::string("There is no argument ") + argv[1] + ". --help shows the options.";
  if (port < 0 || port > 65535) return "--port must be from 0 to 65535.";
  if (visitors < 1) return "--visitors must be at least 1.";
  options.port = static_cast<unsigned>(port);
  options.visitors = static_cast<unsigned>(visitors);
  if (address) options.address = address;
  for (char **origin = origins; origin && *origin; ++origin)
    if (auto problem = check_origin(*origin); !problem.empty())
      return problem;
    else
      options.origins.push_back(*origin);
  return {};
}

gboolean quit(gpointer loop) {
  g_main_loop_quit(static_cast<GMainLoop *>(loop));
  return G_SOURCE_CONTINUE;
}

}  // namespace

int main(int argc, char **argv) {
  std::setlocale(LC_CTYPE, "");
  std::signal(SIGPIPE, SIG_IGN);
  Options options;
  if (const auto error = parse(argc, argv, options); !error.empty()) return fail(error);
  if (const auto error = provide_descriptors(options.visitors); !error.empty()) return fail(error);
  if (!use_simulator_unless_configured(nullptr)) return 1;
  gst_init(nullptr, nullptr);
  if (const auto error = missing_element(); !error.empty()) return fail(error);

  Server server(options);
  if (const auto error = server.listen(); !error.empty()) return fail(error);
  std::printf("gemlive-web listens on %s\n", server.address().c_str());
  std::printf("Open %s\n", server.origin().c_str());
  std::fflush(stdout);
  const Handle<GMainLoop, g_main_loop_unref> loop(g_main_loop_new(nullptr, FALSE));
  g_unix_signal_add(SIGINT, quit, loop.get());
  g_unix_signal_add(SIGTERM, quit, loop.get());
  g_main_loop_run(loop.get());
  return 0;
}
