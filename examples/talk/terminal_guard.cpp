// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "terminal_guard.hpp"

#include <fcntl.h>
#include <glib-unix.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <utility>

#include "held_errors.hpp"

namespace gemlive::talk {

namespace {

/// The last two only if the program has no handlers for them.
constexpr std::array kFatal{SIGABRT, SIGBUS, SIGFPE,  SIGILL, SIGQUIT,
                            SIGSEGV, SIGSYS, SIGTRAP, SIGINT, SIGTERM};

// For the signal handlers. They change only while no handler can run.
volatile std::sig_atomic_t is_armed = 0;
int signal_pipe[2] = {-1, -1};
termios saved_modes;
bool has_saved_modes = false;
char restore_text[512];
std::size_t restore_size = 0;
std::array<struct sigaction, kFatal.size()> before;
struct sigaction before_stop, before_continue;

void restore_terminal() {
  if (!is_armed) return;
  is_armed = 0;
  // Without a terminal there is nothing that could be done.
  [[maybe_unused]] const auto ignored = write(STDOUT_FILENO, restore_text, restore_size);
  if (has_saved_modes) tcsetattr(STDIN_FILENO, TCSANOW, &saved_modes);
  HeldErrors::release_now();
}

void on_fatal(int number) {
  restore_terminal();
  for (std::size_t i = 0; i < kFatal.size(); ++i)
    if (kFatal[i] == number) sigaction(number, &before[i], nullptr);
  raise(number);
}

void on_signal(int number) {
  const int error = errno;
  const char byte = number == SIGTSTP ? 's' : 'c';
  [[maybe_unused]] const auto ignored = write(signal_pipe[1], &byte, 1);
  errno = error;
}

void handle(int number, void (*handler)(int), struct sigaction *old) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, old);
}

void handle_fatal(std::size_t index) {
  sigaction(kFatal[index], nullptr, &before[index]);
  const bool is_request = kFatal[index] == SIGINT || kFatal[index] == SIGTERM;
  if (!is_request || before[index].sa_handler == SIG_DFL)
    handle(kFatal[index], on_fatal, &before[index]);
}

void stop_handling_fatal(std::size_t index) {
  struct sigaction now;
  sigaction(kFatal[index], nullptr, &now);
  if (now.sa_handler == on_fatal) sigaction(kFatal[index], &before[index], nullptr);
}

bool is_ignored(const struct sigaction &action) {
  return action.sa_handler == SIG_IGN;
}

}  // namespace

TerminalGuard::TerminalGuard(std::function<void(Event)> on_event) : on_event_(std::move(on_event)) {
  has_saved_modes = tcgetattr(STDIN_FILENO, &saved_modes) == 0;
  // It stays open: a handler may still run on another thread.
  if (signal_pipe[0] < 0 && pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) != 0)
    g_error("Cannot open a pipe: %s", g_strerror(errno));
  pipe_source_ = g_unix_fd_add(signal_pipe[0], G_IO_IN, on_byte, this);
  resize_source_ = add_signal<Event::Resized>(SIGWINCH);
  hangup_source_ = add_signal<Event::HungUp>(SIGHUP);
  for (std::size_t i = 0; i < kFatal.size(); ++i)
    handle_fatal(i);
  handle(SIGTSTP, on_signal, &before_stop);
  // A shell without job control ignores it.
  if (is_ignored(before_stop)) sigaction(SIGTSTP, &before_stop, nullptr);
  handle(SIGCONT, on_signal, &before_continue);
}

template <TerminalGuard::Event event>
guint TerminalGuard::add_signal(int number) {
  return g_unix_signal_add(
      number,
      [](gpointer self) -> gboolean {
        static_cast<TerminalGuard *>(self)->on_event_(event);
        return G_SOURCE_CONTINUE;
      },
      this);
}

void TerminalGuard::arm(const std::string &restore) {
  restore_size = std::min(restore.size(), sizeof restore_text);
  std::copy_n(restore.data(), restore_size, restore_text);
  static const bool at_exit = std::atexit(restore_terminal) == 0;
  (void)at_exit;
  is_armed = 1;
}

TerminalGuard::~TerminalGuard() {
  is_armed = 0;
  for (std::size_t i = 0; i < kFatal.size(); ++i)
    stop_handling_fatal(i);
  sigaction(SIGTSTP, &before_stop, nullptr);
  sigaction(SIGCONT, &before_continue, nullptr);
  for (const auto source : {pipe_source_, resize_source_, hangup_source_})
    g_source_remove(source);
}

void TerminalGuard::stop() {
  is_armed = 0;
  struct sigaction ours, normal{};
  normal.sa_handler = SIG_DFL;
  sigemptyset(&normal.sa_mask);
  sigaction(SIGTSTP, &normal, &ours);
  raise(SIGTSTP);
  sigaction(SIGTSTP, &ours, nullptr);
  is_armed = 1;
}

gboolean TerminalGuard::on_byte(int descriptor, GIOCondition, gpointer data) {
  auto *self = static_cast<TerminalGuard *>(data);
  bool stop = false, is_continued = false;
  char byte;
  while (read(descriptor, &byte, 1) == 1)
    (byte == 's' ? stop : is_continued) = true;
  if (stop)
    self->on_event_(Event::Stop);
  else if (is_continued)
    self->on_event_(Event::Continued);
  return G_SOURCE_CONTINUE;
}

}  // namespace gemlive::talk
