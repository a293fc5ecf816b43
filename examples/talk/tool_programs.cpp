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

namespace {

/// Much more than a model reads, and less than a message may have (16 MiB).
constexpr std::size_t most_output = 1 << 20;

}  // namespace

/// What a program writes.
struct ToolPrograms::Stream {
  std::string text = {};  // at most most_output and a chunk
  char chunk[16384];
  bool is_over = false;
};

struct ToolPrograms::Run {
  ToolPrograms *owner;  // null: the answer is not wanted any more
  ToolCall call;
  ObjectPtr<GSubprocess> process = {};
  guint timer = 0;
  Stream output = {}, errors = {};
  bool has_exited = false;

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
                  "The program of " + call.name + " does not start: " + error->message + '.');
  }
  run->timer = g_timeout_add(static_cast<guint>(timeout_ms_), on_timeout, run.get());
  g_subprocess_wait_async(run->process.get(), nullptr, on_exit, new std::shared_ptr<Run>(run));
  read(run, g_subprocess_get_stdout_pipe(run->process.get()), on_output);
  read(run, g_subprocess_get_stderr_pipe(run->process.get()), on_errors);
}

void ToolPrograms::cancel(const std::string &id) {
  std::erase_if(runs_, [&](const std::shared_ptr<Run> &run) {
    if (run->call.id != id) return false;
    run->owner = nullptr;
    run->stop();
    return true;
  });
}

/// One chunk. Its end calls `done`.
void ToolPrograms::read(const std::shared_ptr<Run> &run, GInputStream *from,
                        GAsyncReadyCallback done) {
  auto &stream = done == on_output ? run->output : run->errors;
  g_input_stream_read_async(from, stream.chunk, sizeof stream.chunk, G_PRIORITY_DEFAULT, nullptr,
                            done, new std::shared_ptr<Run>(run));
}

void ToolPrograms::on_output(GObject *from, GAsyncResult *result, gpointer data) {
  const std::unique_ptr<std::shared_ptr<Run>> owner(static_cast<std::shared_ptr<Run> *>(data));
  auto &run = **owner;
  const auto count = g_input_stream_read_finish(G_INPUT_STREAM(from), result, nullptr);
  if (!run.owner) return;
  if (count > 0) run.output.text.append(run.output.chunk, static_cast<std::size_t>(count));
  if (run.output.text.size() > most_output)
    return run.owner->finish(run, to_json("error", "The program of this function wrote too much."),
                             "The program of " + run.call.name +
                                 " wrote more than 1 MiB and was ended. Let it answer in short.");
  if (count > 0) return read(*owner, G_INPUT_STREAM(from), on_output);
  run.output.is_over = true;
  finish_if_over(run);
}

/// The first of it are kept: for a line that says why.
void ToolPrograms::on_errors(GObject *from, GAsyncResult *result, gpointer data) {
  const std::unique_ptr<std::shared_ptr<Run>> owner(static_cast<std::shared_ptr<Run> *>(data));
  auto &run = **owner;
  const auto count = g_input_stream_read_finish(G_INPUT_STREAM(from), result, nullptr);
  if (!run.owner) return;
  if (count > 0 && run.errors.text.empty())
    run.errors.text.assign(run.errors.chunk, static_cast<std::size_t>(count));
  if (count > 0) return read(*owner, G_INPUT_STREAM(from), on_errors);
  run.errors.is_over = true;
  finish_if_over(run);
}

void ToolPrograms::on_exit(GObject *process, GAsyncResult *result, gpointer data) {
  const std::unique_ptr<std::shared_ptr<Run>> owner(static_cast<std::shared_ptr<Run> *>(data));
  g_subprocess_wait_finish(G_SUBPROCESS(process), result, nullptr);
  (*owner)->has_exited = true;
  if ((*owner)->owner) finish_if_over(**owner);
}

void ToolPrograms::finish_if_over(Run &run) {
  if (!run.has_exited || !run.output.is_over || !run.errors.is_over) return;
  const auto valid = [](const std::string &text) {
    return std::string(
        StrPtr(g_utf8_make_valid(text.data(), static_cast<gssize>(text.size()))).get());
  };
  auto *process = run.process.get();
  if (g_subprocess_get_successful(process))
    return run.owner->finish(run, as_object(valid(run.output.text)), "");
  const auto end = g_subprocess_get_if_exited(process)
                       ? "with status " + std::to_string(g_subprocess_get_exit_status(process))
                       : std::string("by a signal");
  const auto why = first_line(valid(run.errors.text));
  run.owner->finish(
      run, to_json("error", "The program of this function ended " + end + "."),
      "The program of " + run.call.name + " ended " + end + (why.empty() ? "." : ": " + why));
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
