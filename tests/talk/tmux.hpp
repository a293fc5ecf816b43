// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gio/gio.h>
#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "glib_ptr.hpp"
#include "read_file.hpp"
#include "temp_folder.hpp"
#include "wait.hpp"

namespace gemlive::test {

/// A terminal window in a tmux server of its own. The destructor ends both.
class Tmux {
 public:
  using Variables = std::vector<std::pair<std::string, std::string>>;

  /// Runs a shell command in the window. When it has ended, the window stays, and shows what is
  /// typed.
  explicit Tmux(const std::string &command, int columns = 80, int rows = 24,
                const Variables &variables = {}) {
    const auto config = folder_.write("tmux.conf",
                                      "set -g status off\nset -sg escape-time 0\n"
                                      "set -g default-terminal tmux-256color\n");
    // tmux 3.3 loses an exit status now and then. The trap is for the shell only: it goes on.
    const auto script = folder_.write("script", "trap : INT\n" + command + "\necho $? >" +
                                                    folder_.path() + "/status\nexec cat\n");
    std::vector<std::string> arguments{"-f",          config,
                                       "new-session", "-d",
                                       "-x",          std::to_string(columns),
                                       "-y",          std::to_string(rows)};
    for (const auto &[name, value] : variables)
      arguments.insert(arguments.end(), {"-e", name + "=" + value});
    arguments.push_back("exec sh " + script);
    run(arguments);
  }
  ~Tmux() {
    try {
      run({"kill-server"});
    } catch (const std::runtime_error &) {  // it has ended
    }
  }
  Tmux(const Tmux &) = delete;
  Tmux &operator=(const Tmux &) = delete;

  /// Presses keys by tmux's names: "q", "Enter", "PPage", "C-c".
  void press(const std::vector<std::string> &keys) {
    std::vector<std::string> arguments{"send-keys"};
    arguments.insert(arguments.end(), keys.begin(), keys.end());
    run(arguments);
  }
  void type(const std::string &text) { run({"send-keys", "-l", text}); }
  void paste(const std::string &text) {
    run({"set-buffer", text});
    run({"paste-buffer", "-p", "-r"});
  }
  void resize(int columns, int rows) {
    run({"resize-window", "-x", std::to_string(columns), "-y", std::to_string(rows)});
  }
  /// Stops the command for a while, as a machine that is busy does.
  void stall(std::chrono::milliseconds duration) const {
    const auto shell = value("pane_pid");
    const auto command = read_file("/proc/" + shell + "/task/" + shell + "/children");
    const auto process = static_cast<pid_t>(std::stoi(command));
    kill(process, SIGSTOP);
    std::this_thread::sleep_for(duration);
    kill(process, SIGCONT);
  }
  /// As a user closes the window.
  void close() { run({"kill-server"}); }

  std::string screen() const { return run({"capture-pane", "-p"}); }
  /// With colours and attributes.
  std::string screen_with_attributes() const { return run({"capture-pane", "-p", "-e"}); }
  /// A variable of tmux, such as "cursor_flag" or "alternate_on".
  std::string value(const std::string &name) const {
    auto text = run({"display-message", "-p", "#{" + name + "}"});
    if (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
  }
  bool shows(const std::string &text) const {
    return wait_until([&] { return screen().find(text) != std::string::npos; });
  }
  bool hides(const std::string &text) const {
    return wait_until([&] { return screen().find(text) == std::string::npos; });
  }
  bool has(const std::string &name, const std::string &wanted) const {
    return wait_until([&] { return value(name) == wanted; });
  }
  /// Waits for the end of the command. Returns its exit status. -1: it does not end.
  int status() const {
    std::string status;
    const bool has_ended = wait_until([&] {
      status = read_file(folder_ / "status");
      return !status.empty() && status.back() == '\n';
    });
    return has_ended ? std::stoi(status) : -1;
  }

 private:
  std::string run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"tmux", "-u", "-S", folder_ / "socket"});
    std::vector<const char *> argv;
    for (const auto &word : arguments)
      argv.push_back(word.c_str());
    argv.push_back(nullptr);
    ObjectPtr<GSubprocess> process(
        g_subprocess_newv(argv.data(),
                          static_cast<GSubprocessFlags>(G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                                        G_SUBPROCESS_FLAGS_STDERR_PIPE),
                          nullptr));
    if (!process) throw std::runtime_error("cannot run tmux");
    StrPtr output, errors;
    g_subprocess_communicate_utf8(process.get(), nullptr, nullptr, out(output), out(errors),
                                  nullptr);
    if (!g_subprocess_get_successful(process.get()))
      throw std::runtime_error("tmux: " + std::string(errors ? errors.get() : "no reason"));
    return output ? output.get() : "";
  }

  TempFolder folder_;
};

}  // namespace gemlive::test
