// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "shell_run.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <future>
#include <sstream>
#include <stdexcept>

#include "read_file.hpp"

namespace gemlive::test {
namespace {

using namespace std::string_literals;

constexpr auto longest_run = std::chrono::seconds(60);

bool is_complaint(const std::string &line) {
  const auto has = [&line](const char *text) { return line.find(text) != std::string::npos; };
  if (has("CRITICAL") || (has("object-alive,") && !has("new format"))) return true;
  return (has(" WARN ") || has(" ERROR ")) && has("gemlive");
}

}  // namespace

ShellRun::~ShellRun() {
  if (group_ > 0) kill(-group_, SIGKILL);
}

std::string ShellRun::read(const std::string &file) const {
  return read_file(folder_ / file);
}

void ShellRun::run(const std::string &commands, const Environment &environment) {
  ObjectPtr<GSubprocessLauncher> launcher(g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_NONE));
  g_subprocess_launcher_set_cwd(launcher.get(), folder_.path().c_str());
  g_subprocess_launcher_set_stdout_file_path(launcher.get(), (folder_ / "stdout").c_str());
  g_subprocess_launcher_set_stderr_file_path(launcher.get(), (folder_ / "stderr").c_str());
  // A group of its own, as a terminal has: Ctrl-C reaches all commands.
  g_subprocess_launcher_set_child_setup(
      launcher.get(), [](gpointer) { setpgid(0, 0); }, nullptr, nullptr);
  Environment all = {{"GST_DEBUG", "*:3,GST_TRACER:7"},
                     {"GST_DEBUG_NO_COLOR", "1"},
                     {"GST_DEBUG_FILE", folder_ / "gst-%p.log"}};
  all.insert(all.end(), environment.begin(), environment.end());
  if (const char *sanitizers = g_getenv("GEMLIVE_PRELOAD")) {
    all.emplace_back("LD_PRELOAD", sanitizers);
    // The shell and gst-launch-1.0 have no sanitizer. Their leaks do not count.
    all.emplace_back("ASAN_OPTIONS", g_getenv("ASAN_OPTIONS") + ":detect_leaks=0"s);
  }
  for (const auto &[name, value] : all)
    g_subprocess_launcher_setenv(launcher.get(), name.c_str(), value.c_str(), TRUE);
  const auto script = folder_.write("commands.sh", commands);
  const std::array<const char *, 4> argv = {"bash", "-e", script.c_str(), nullptr};
  process_.reset(g_subprocess_launcher_spawnv(launcher.get(), argv.data(), nullptr));
  if (!process_) throw std::runtime_error("cannot run bash");
  if (const char *id = g_subprocess_get_identifier(process_.get())) group_ = std::stoi(id);
}

void ShellRun::interrupt() {
  if (group_ > 0) kill(-group_, SIGINT);
}

int ShellRun::status() {
  auto ended = std::async(std::launch::async, [this] {
    return g_subprocess_wait(process_.get(), nullptr, nullptr) == TRUE;
  });
  const bool in_time = ended.wait_for(longest_run) == std::future_status::ready;
  if (!in_time) kill(-group_, SIGKILL);
  const bool has_status = ended.get() && in_time && g_subprocess_get_if_exited(process_.get());
  group_ = 0;
  return has_status ? g_subprocess_get_exit_status(process_.get()) : -1;
}

std::string ShellRun::complaints() const {
  std::string found;
  const auto search = [&found](const std::string &text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
      if (is_complaint(line)) found += line + '\n';
  };
  search(error_output());
  for (const auto &file : std::filesystem::directory_iterator(folder_.path()))
    if (file.path().extension() == ".log") search(read_file(file.path()));
  return found;
}

}  // namespace gemlive::test
