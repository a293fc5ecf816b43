// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "subject_process.hpp"

#include <gio/gio.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <utility>

#include "glib_ptr.hpp"
#include "io_thread.hpp"
#include "text.hpp"
#include "timer.hpp"

namespace gemlive::auth {
namespace {

constexpr std::size_t max_output = 64 * 1024;
using StringsPtr = Handle<char *, g_strfreev>;

Error failed(const std::string &who, const std::string &why) {
  return {.kind = ErrorKind::not_authorized,
          .message = "The program of the credentials in " + who + " " + why +
                     ". Check credential_source.executable."};
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

class SubjectProcess::State {
 public:
  State(SubjectProcess *owner, std::string who, Done done)
      : owner_(owner), who_(std::move(who)), done_(std::move(done)) {}
  ~State() { explicit_bzero(piece_.data(), piece_.size()); }

  void start(const SubjectProgram &program, const Federation &federation);
  void abandon();

 private:
  void fail_later(Error error);
  void conclude(Result<Secret> result);
  void give_up(const std::string &why);
  void stop();
  void read();
  static void got(GObject *stream, GAsyncResult *result, gpointer self);
  static void waited(GObject *process, GAsyncResult *result, gpointer self);

  IoThread::WorkGuard work_guard_;
  SubjectProcess *owner_;
  const std::string who_;
  Done done_;  // empty when it was called, or nobody waits for it
  ObjectPtr<GSubprocess> process_;
  ObjectPtr<GCancellable> cancellable_{g_cancellable_new()};
  pid_t group_ = 0;
  Secret output_;
  std::array<char, 4096> piece_;
  Timer later_;
};

void SubjectProcess::State::start(const SubjectProgram &program, const Federation &federation) {
  StringsPtr arguments;
  const bool parsed = g_shell_parse_argv(program.command.c_str(), nullptr, out(arguments), nullptr);
  if (!parsed || !g_path_is_absolute(arguments.get()[0]))
    return fail_later(failed(who_, "does not have an absolute path"));
  ErrorPtr error;
  const auto launcher = make_launcher(federation);
  process_.reset(g_subprocess_launcher_spawnv(launcher.get(), arguments.get(), out(error)));
  if (!process_)
    return fail_later(failed(who_, "cannot be started: " + text::excerpt(error->message)));
  // No identifier if the program has already ended. It then has no process group.
  if (const char *id = g_subprocess_get_identifier(process_.get())) group_ = std::atoi(id);
  later_.start(program.timeout, [this] { give_up("takes too long"); });
  read();
}

void SubjectProcess::State::abandon() {
  owner_ = nullptr;
  done_ = nullptr;
  if (!process_) {
    delete this;
  } else {
    stop();
  }
}

void SubjectProcess::State::fail_later(Error error) {
  later_.start(std::chrono::milliseconds(0), [this, error = std::move(error)] {
    conclude(error);
    delete this;
  });
}

void SubjectProcess::State::conclude(Result<Secret> result) {
  if (owner_) owner_->state_ = nullptr;
  owner_ = nullptr;
  if (auto done = std::exchange(done_, nullptr)) done(std::move(result));
}

/// waited() is still called, when the program has ended.
void SubjectProcess::State::give_up(const std::string &why) {
  stop();
  conclude(failed(who_, why));
}

void SubjectProcess::State::stop() {
  later_.stop();
  g_cancellable_cancel(cancellable_.get());
  if (group_ > 0) kill(-group_, SIGKILL);
  if (process_) g_subprocess_force_exit(process_.get());
}

void SubjectProcess::State::read() {
  g_input_stream_read_async(g_subprocess_get_stdout_pipe(process_.get()), piece_.data(),
                            piece_.size(), G_PRIORITY_DEFAULT, cancellable_.get(), &State::got,
                            this);
}

void SubjectProcess::State::got(GObject *stream, GAsyncResult *result, gpointer data) {
  auto *self = static_cast<State *>(data);
  const auto size = g_input_stream_read_finish(G_INPUT_STREAM(stream), result, nullptr);
  if (size > 0) self->output_.append({self->piece_.data(), static_cast<std::size_t>(size)});
  if (self->output_.reveal().size() > max_output) self->give_up("prints more than 64 KiB");
  if (size > 0 && self->done_) return self->read();
  g_subprocess_wait_async(self->process_.get(), nullptr, &State::waited, self);
}

void SubjectProcess::State::waited(GObject *process, GAsyncResult *result, gpointer data) {
  const std::unique_ptr<State> self(static_cast<State *>(data));
  g_subprocess_wait_finish(G_SUBPROCESS(process), result, nullptr);
  // Google's programs also report failures in their output.
  if (!g_subprocess_get_successful(G_SUBPROCESS(process)) && self->output_.empty())
    return self->conclude(failed(self->who_, "fails"));
  self->conclude(std::move(self->output_));
}

SubjectProcess::SubjectProcess(const SubjectProgram &program, const Federation &federation,
                               const std::string &who, Done done)
    : state_(new State(this, who, std::move(done))) {
  state_->start(program, federation);
}

SubjectProcess::~SubjectProcess() {
  if (state_) state_->abandon();
}

}  // namespace gemlive::auth
