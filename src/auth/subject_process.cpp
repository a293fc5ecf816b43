// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "subject_process.hpp"

#include <gio/gio.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <utility>

#include "async_operation.hpp"
#include "glib_ptr.hpp"
#include "text.hpp"
#include "timer.hpp"

namespace gemlive::auth {
namespace {

constexpr std::size_t max_output = 64 * 1024;
using StringsPtr = Handle<char *, g_strfreev>;

Error failed(const std::string &who, const std::string &why) {
  return {.kind = ErrorKind::not_authorized,
          .message = "The program of the credentials in " + who + " " + why +
                     ". Check credential_source.executable"};
}

/// The program gets only these variables, because our environment may contain a key.
ObjectPtr<GSubprocessLauncher> make_launcher(const Federation &federation) {
  ObjectPtr<GSubprocessLauncher> launcher(g_subprocess_launcher_new(static_cast<GSubprocessFlags>(
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE)));
  std::array<char *, 1> none = {nullptr};
  g_subprocess_launcher_set_environ(launcher.get(), none.data());
  for (const char *name : {"PATH", "HOME", "LANG", "TMPDIR"})
    if (const char *value = std::getenv(name))
      g_subprocess_launcher_setenv(launcher.get(), name, value, TRUE);
  const std::pair<const char *, const char *> variables[] = {
      {"GOOGLE_EXTERNAL_ACCOUNT_AUDIENCE", federation.audience.c_str()},
      {"GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE", federation.subject_token_type.c_str()},
      {"GOOGLE_EXTERNAL_ACCOUNT_INTERACTIVE", "0"}};
  for (const auto &[name, value] : variables)
    g_subprocess_launcher_setenv(launcher.get(), name, value, TRUE);
  g_subprocess_launcher_set_child_setup(
      launcher.get(), [](gpointer) { setpgid(0, 0); }, nullptr, nullptr);
  return launcher;
}

}  // namespace

class SubjectProcess::State final : public AsyncOperation<SubjectProcess::State, Secret> {
 public:
  State(std::string who, Done done) : AsyncOperation(std::move(done)), who_(std::move(who)) {}
  ~State() override { explicit_bzero(piece_.data(), piece_.size()); }

  void start(const SubjectProgram &program, const Federation &federation);

 private:
  void stop() override;
  void give_up(const std::string &why);
  void read();
  static void got(GObject *stream, GAsyncResult *result, gpointer held);
  static void waited(GObject *process, GAsyncResult *result, gpointer held);

  const std::string who_;
  ObjectPtr<GSubprocess> process_;
  pid_t group_ = 0;
  Secret output_;
  std::array<char, 4096> piece_;
  Timer timeout_;
};

void SubjectProcess::State::start(const SubjectProgram &program, const Federation &federation) {
  StringsPtr arguments;
  const bool parsed = g_shell_parse_argv(program.command.c_str(), nullptr, out(arguments), nullptr);
  if (!parsed || !g_path_is_absolute(arguments.get()[0]))
    return finish_later(failed(who_, "does not have an absolute path"));
  ErrorPtr error;
  const auto launcher = make_launcher(federation);
  process_.reset(g_subprocess_launcher_spawnv(launcher.get(), arguments.get(), out(error)));
  if (!process_)
    return finish_later(failed(who_, "cannot be started: " + text::excerpt(error->message)));
  // No identifier if the program has already ended. It then has no process group.
  if (const char *id = g_subprocess_get_identifier(process_.get())) group_ = std::atoi(id);
  timeout_.start(program.timeout, [this] { give_up("takes too long"); });
  read();
}

void SubjectProcess::State::stop() {
  AsyncOperation::stop();
  timeout_.stop();
  if (group_ > 0) kill(-group_, SIGKILL);
  if (process_) g_subprocess_force_exit(process_.get());
}

/// waited() is still called, when the program has ended.
void SubjectProcess::State::give_up(const std::string &why) {
  stop();
  finish(failed(who_, why));
}

void SubjectProcess::State::read() {
  g_input_stream_read_async(g_subprocess_get_stdout_pipe(process_.get()), piece_.data(),
                            piece_.size(), G_PRIORITY_DEFAULT, cancellable(), &State::got, hold());
}

void SubjectProcess::State::got(GObject *stream, GAsyncResult *result, gpointer held) {
  const auto self = release(held);
  const auto size = g_input_stream_read_finish(G_INPUT_STREAM(stream), result, nullptr);
  if (size > 0) self->output_.append({self->piece_.data(), static_cast<std::size_t>(size)});
  if (self->output_.reveal().size() > max_output) self->give_up("prints more than 64 KiB");
  if (size > 0 && !self->is_finished()) return self->read();
  g_subprocess_wait_async(self->process_.get(), nullptr, &State::waited, self->hold());
}

void SubjectProcess::State::waited(GObject *process, GAsyncResult *result, gpointer held) {
  const auto self = release(held);
  g_subprocess_wait_finish(G_SUBPROCESS(process), result, nullptr);
  self->timeout_.stop();
  // Google's programs also report failures in their output.
  if (!g_subprocess_get_successful(G_SUBPROCESS(process)) && self->output_.empty())
    return self->finish(failed(self->who_, "failed"));
  self->finish(std::move(self->output_));
}

SubjectProcess::SubjectProcess(const SubjectProgram &program, const Federation &federation,
                               const std::string &who, Done done)
    : state_(std::make_shared<State>(who, std::move(done))) {
  state_->start(program, federation);
}

SubjectProcess::~SubjectProcess() {
  state_->cancel();
}

}  // namespace gemlive::auth
