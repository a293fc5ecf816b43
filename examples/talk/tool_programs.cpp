// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tool_programs.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "handle.hpp"
#include "json.hpp"

namespace gemlive::talk {

struct ToolPrograms::Run {
  ToolPrograms *owner;  // null: nobody waits for the answer
  ToolCall call;
  ObjectPtr<GSubprocess> process = {};
  guint timer = 0;

  Run(ToolPrograms *programs, ToolCall tool_call) : owner(programs), call(std::move(tool_call)) {}
  Run(const Run &) = delete;
  Run &operator=(const Run &) = delete;
  ~Run() { stop(); }
  /// Ends the program, and what it has started.
  void stop() {
    if (timer) g_source_remove(std::exchange(timer, 0));
    const char *id = process ? g_subprocess_get_identifier(process.get()) : nullptr;
    if (id) kill(-std::stoi(id), SIGKILL);
  }
};

namespace {

/// A file in memory: a program need not read it.
int file_of(const std::string &text) {
  const int file = memfd_create("arguments", MFD_CLOEXEC);
  if (file < 0 || write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return file;
  lseek(file, 0, SEEK_SET);
  return file;
}

std::string first_line(const std::string &text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

ToolPrograms::ToolPrograms(std::vector<Tool> tools, int timeout_ms, Answer answer)
    : tools_(std::move(tools)), timeout_ms_(timeout_ms), answer_(std::move(answer)) {}

ToolPrograms::~ToolPrograms() {
  for (auto &run : runs_) {
    run->owner = nullptr;
    run->stop();
  }
}

std::string ToolPrograms::declaration() const {
  std::string functions;
  for (const auto &tool : tools_)
    functions += (functions.empty() ? "" : ",") + to_json("name", tool.name);
  return functions.empty() ? "" : "[{\"functionDeclarations\":[" + functions + "]}]";
}

void ToolPrograms::call(const ToolCall &call) {
  auto run = std::make_shared<Run>(this, call);
  runs_.push_back(run);
  const auto tool = std::find_if(tools_.begin(), tools_.end(),
                                 [&](const Tool &item) { return item.name == call.name; });
  if (tool == tools_.end())
    return finish(
        *run, to_json("error", "There is no program for this function."),
        "No program answers " + call.name + ". Give one with --tool " + call.name + "=COMMAND.");
  std::vector<const char *> argv;
  for (const auto &word : tool->command)
    argv.push_back(word.c_str());
  argv.push_back(nullptr);
  const ObjectPtr<GSubprocessLauncher> launcher(g_subprocess_launcher_new(
      GSubprocessFlags(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE)));
  g_subprocess_launcher_take_stdin_fd(launcher.get(), file_of(call.arguments));
  g_subprocess_launcher_set_child_setup(
      launcher.get(), [](gpointer) { setpgid(0, 0); }, nullptr, nullptr);
  GError *error = nullptr;
  run->process.reset(g_subprocess_launcher_spawnv(launcher.get(), argv.data(), &error));
  if (!run->process) {
    const ErrorPtr owner(error);
    return finish(*run, to_json("error", "The program of this function does not start."),
                  "The program of " + call.name + " does not start: " + error->message);
  }
  run->timer = g_timeout_add(static_cast<guint>(timeout_ms_), on_timeout, run.get());
  g_subprocess_communicate_async(run->process.get(), nullptr, nullptr, on_output,
                                 new std::shared_ptr<Run>(run));
}

void ToolPrograms::cancel(const std::string &id) {
  std::erase_if(runs_, [&](const std::shared_ptr<Run> &run) {
    if (run->call.id != id) return false;
    run->owner = nullptr;
    run->stop();
    return true;
  });
}

void ToolPrograms::on_output(GObject *process, GAsyncResult *result, gpointer data) {
  const std::unique_ptr<std::shared_ptr<Run>> owner(static_cast<std::shared_ptr<Run> *>(data));
  auto &run = **owner;
  GBytes *out = nullptr, *err = nullptr;
  GError *failure = nullptr;
  auto *subprocess = G_SUBPROCESS(process);
  g_subprocess_communicate_finish(subprocess, result, &out, &err, &failure);
  const Handle<GBytes, g_bytes_unref> output(out), errors(err);
  const ErrorPtr failed(failure);
  if (!run.owner) return;
  const auto text = [](GBytes *bytes) {
    gsize size = 0;
    const auto *begin = bytes ? static_cast<const char *>(g_bytes_get_data(bytes, &size)) : nullptr;
    return StrPtr(g_utf8_make_valid(begin ? begin : "", static_cast<gssize>(size)));
  };
  if (!failed && g_subprocess_get_successful(subprocess))
    return run.owner->finish(run, as_object(text(out).get()), "");
  const bool has_status = !failed && g_subprocess_get_if_exited(subprocess);
  const auto end = has_status
                       ? "with status " + std::to_string(g_subprocess_get_exit_status(subprocess))
                       : std::string("by a signal");
  run.owner->finish(
      run, to_json("error", "The program of this function ended " + end + "."),
      "The program of " + run.call.name + " ended " + end + ": " + first_line(text(err).get()));
}

gboolean ToolPrograms::on_timeout(gpointer data) {
  auto &run = *static_cast<Run *>(data);
  run.timer = 0;
  run.owner->finish(run, to_json("error", "The program of this function did not answer in time."),
                    "The program of " + run.call.name + " did not answer in " +
                        std::to_string(run.owner->timeout_ms_) +
                        " ms and was ended. --tool-timeout MS gives it more time.");
  return G_SOURCE_REMOVE;
}

void ToolPrograms::finish(Run &run, const std::string &json, const std::string &complaint) {
  run.owner = nullptr;
  run.stop();
  const ToolResult result{run.call.name, run.call.id, json, !complaint.empty()};
  std::erase_if(runs_, [&](const std::shared_ptr<Run> &item) { return item.get() == &run; });
  answer_(result, complaint);
}

}  // namespace gemlive::talk
