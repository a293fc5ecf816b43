// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <glib-unix.h>
#include <sys/resource.h>

#include <clocale>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <optional>
#include <sstream>

#include "context.hpp"
#include "error.hpp"
#include "options.hpp"
#include "script.hpp"
#include "server.hpp"
#include "sign_in_server.hpp"
#include "whole_file.hpp"

namespace {

using namespace gemlive;
using namespace gemlive::simulator;

int fail(const Error &error) {
  std::fprintf(stderr, "gemlive-simulator: %s\n", error.message.c_str());
  return 1;
}

/// Reads and parses the file `path` into `value`. Does nothing if `path` is empty.
template <typename Value>
std::optional<Error> load(const std::string &path, Result<Value> (*parse)(std::string_view),
                          Value &value) {
  if (path.empty()) return {};
  std::ifstream file(path);
  std::stringstream text;
  if (!file || !(text << file.rdbuf()))
    return Error{ErrorKind::bad_setting, "Cannot read " + path + ". Check the path"};
  auto parsed = parse(text.str());
  if (!parsed) return parsed.error();
  value = std::move(*parsed);
  return {};
}

using MappedFilePtr = Handle<GMappedFile, g_mapped_file_unref>;

/// `file` must outlive the replay. Does nothing if `path` is empty.
std::optional<Error> load_recording(const std::string &path, Context &context,
                                    MappedFilePtr &file) {
  if (path.empty()) return {};
  constexpr auto advice =
      ". Give a file that capture-location wrote, or a recording of google/test-server";
  if (is_irregular_file(path))
    return Error{ErrorKind::bad_setting, path + " is no regular file" + advice};
  ErrorPtr error;
  file.reset(g_mapped_file_new(path.c_str(), FALSE, out(error)));
  if (!file)
    return Error{ErrorKind::bad_setting,
                 "Cannot read " + path + ": " + error->message + ". Check the path"};
  const char *text = g_mapped_file_get_contents(file.get());
  const auto found = context.replay.emplace(context.event_log)
                         .load({text ? text : "", g_mapped_file_get_length(file.get())});
  if (found) return Error{ErrorKind::bad_setting, path + ": " + found->message + advice};
  return {};
}

/// Raises the limit of open files: a benchmark opens hundreds of connections.
void raise_descriptor_limit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

struct Running {
  GMainLoop *loop = nullptr;
  Server &server;
};

gboolean on_signal(gpointer data) {
  const auto *running = static_cast<Running *>(data);
  running->server.stop([running] { g_main_loop_quit(running->loop); });
  return G_SOURCE_CONTINUE;
}

void run(Server &server, Context &context) {
  const Handle<GMainLoop, g_main_loop_unref> loop(g_main_loop_new(nullptr, FALSE));
  Running running{loop.get(), server};
  const guint on_int = g_unix_signal_add(SIGINT, on_signal, &running);
  const guint on_term = g_unix_signal_add(SIGTERM, on_signal, &running);
  if (context.replay)
    context.replay->on_over([&] { server.stop([&] { g_main_loop_quit(loop.get()); }); });
  g_main_loop_run(loop.get());
  g_source_remove(on_int);
  g_source_remove(on_term);
}

}  // namespace

int main(int argc, char **argv) {
  std::setlocale(LC_CTYPE, "");
  std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  const auto options = parse_options(argc, argv);
  if (!options) return fail(options.error());
  MappedFilePtr recording;
  Context context(*options);
  if (const auto error = load(options->script, parse_script, context.script)) return fail(*error);
  std::vector<SignInFault> faults;
  if (const auto error = load(options->sign_in_faults, parse_sign_in_faults, faults))
    return fail(*error);
  if (!context.event_log.open(options->events, options->quiet))
    return fail({ErrorKind::bad_setting,
                 "Cannot write the events file " + options->events + ". Choose another --events"});
  if (!options->record.empty() && g_mkdir_with_parents(options->record.c_str(), 0755) != 0)
    return fail({ErrorKind::bad_setting, "Cannot create the folder for recordings " +
                                             options->record + ". Choose another --record"});

  if (const auto error = load_recording(options->replay, context, recording)) return fail(*error);

  Server server(context);
  if (const auto error = server.listen()) return fail(*error);
  std::printf("gemlive-simulator: listening on %s\n", server.uri().c_str());
  SignInServer sign_in(context.tokens, context.event_log, std::move(faults));
  if (!options->sign_in.empty()) {
    if (const auto error = sign_in.start(options->sign_in)) return fail(*error);
    std::printf("gemlive-simulator: signing in at %s, credentials in %s\n", sign_in.uri().c_str(),
                options->sign_in.c_str());
  }
  std::fflush(stdout);
  if (context.voice.kind() != options->voice)
    context.event_log.print("espeak-ng is not available: answers are tones");
  run(server, context);
  return context.replay ? context.replay->finish() : 0;
}
