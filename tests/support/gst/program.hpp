// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>

#include <future>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "gst_ptr.hpp"
#include "pipeline.hpp"

namespace gemlive::test {

/// A running program with its standard input and output. The destructor kills it.
class Program {
 public:
  Program(const std::vector<std::string> &command,
          const std::vector<std::pair<std::string, std::string>> &environment) {
    ObjectPtr<GSubprocessLauncher> launcher(g_subprocess_launcher_new(static_cast<GSubprocessFlags>(
        G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE)));
    for (const auto &[name, value] : environment)
      g_subprocess_launcher_setenv(launcher.get(), name.c_str(), value.c_str(), TRUE);
    if (const char *sanitizers = g_getenv("GEMLIVE_PRELOAD")) {
      g_subprocess_launcher_setenv(launcher.get(), "LD_PRELOAD", sanitizers, TRUE);
      // The shell and gst-launch-1.0 have no sanitizer. Their leaks do not count.
      const auto options = std::string(g_getenv("ASAN_OPTIONS")) + ":detect_leaks=0";
      g_subprocess_launcher_setenv(launcher.get(), "ASAN_OPTIONS", options.c_str(), TRUE);
    }
    std::vector<const char *> argv;
    for (const auto &word : command)
      argv.push_back(word.c_str());
    argv.push_back(nullptr);
    process_.reset(g_subprocess_launcher_spawnv(launcher.get(), argv.data(), nullptr));
    if (!process_) throw std::runtime_error("cannot run " + command[0]);
    lines_.reset(g_data_input_stream_new(g_subprocess_get_stdout_pipe(process_.get())));
  }
  ~Program() { g_subprocess_force_exit(process_.get()); }

  void type(const std::string &text) {
    auto *input = g_subprocess_get_stdin_pipe(process_.get());
    g_output_stream_write_all(input, text.data(), text.size(), nullptr, nullptr, nullptr);
    g_output_stream_flush(input, nullptr, nullptr);
  }
  void close_input() {
    g_output_stream_close(g_subprocess_get_stdin_pipe(process_.get()), nullptr, nullptr);
  }
  void send_signal(int number) { g_subprocess_send_signal(process_.get(), number); }
  /// Reads until a line contains `words`.
  bool prints(const std::string &words) {
    return in_time([this, words] {
      for (;;) {
        char *line = g_data_input_stream_read_line(lines_.get(), nullptr, nullptr, nullptr);
        if (!line) return false;
        const bool found = std::string(line).find(words) != std::string::npos;
        g_free(line);
        if (found) return true;
      }
    });
  }
  /// All that it prints until it ends.
  std::string output() {
    std::string text;
    in_time([&] {
      while (char *line = g_data_input_stream_read_line(lines_.get(), nullptr, nullptr, nullptr)) {
        text += line + std::string("\n");
        g_free(line);
      }
      return true;
    });
    return text;
  }
  /// Waits for the end of the program. Returns its exit status.
  int status() {
    const bool ended =
        in_time([this] { return g_subprocess_wait(process_.get(), nullptr, nullptr) == TRUE; });
    return ended && g_subprocess_get_if_exited(process_.get())
               ? g_subprocess_get_exit_status(process_.get())
               : -1;
  }

 private:
  template <typename Do>
  bool in_time(Do act) {
    auto done = std::async(std::launch::async, act);
    if (done.wait_for(deadline) != std::future_status::ready)
      g_subprocess_force_exit(process_.get());
    return done.get();
  }

  ObjectPtr<GSubprocess> process_;
  ObjectPtr<GDataInputStream> lines_;
};

/// The path of a program of examples/.
inline std::string example_program(const char *name) {
  return std::string(g_getenv("GEMLIVE_EXAMPLE_PROGRAMS")) + "/" + name;
}

}  // namespace gemlive::test
