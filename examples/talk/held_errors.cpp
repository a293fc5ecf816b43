// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "held_errors.hpp"

#include <fcntl.h>
#include <glib-unix.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <string_view>

namespace gemlive::talk {

namespace {

constexpr std::size_t kKept = 65536;  // bytes, at least

// For release_now().
char kept[2 * kKept];
volatile std::size_t kept_size = 0;
volatile bool is_cut = false;
volatile int terminal = -1, pipe_end = -1;  // -1: standard error is not held

void write_all(std::string_view text) {
  while (!text.empty()) {
    const auto size = write(STDERR_FILENO, text.data(), text.size());
    if (size <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(size));
  }
}

void forget_oldest() {
  const auto *half = kept + kKept;
  const auto *line = static_cast<const char *>(memchr(half, '\n', sizeof kept - kKept));
  const auto *rest = line ? line + 1 : half;
  kept_size = static_cast<std::size_t>(kept + sizeof kept - rest);
  memmove(kept, rest, kept_size);
  is_cut = true;
}

}  // namespace

HeldErrors::HeldErrors() {
  if (!isatty(STDERR_FILENO)) return;
  std::fflush(stderr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return;
  // Programs that this one starts inherit the pipe as their standard error, not the terminal.
  const int saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (saved < 0 || dup2(ends[1], STDERR_FILENO) < 0) {
    if (saved >= 0) close(saved);
    close(ends[0]);
    close(ends[1]);
    return;
  }
  close(ends[1]);
  terminal = saved;
  pipe_end = ends[0];
  source_ = g_unix_fd_add(
      pipe_end, G_IO_IN,
      [](int, GIOCondition, gpointer) -> gboolean {
        read();
        return G_SOURCE_CONTINUE;
      },
      nullptr);
}

HeldErrors::~HeldErrors() {
  if (terminal < 0) return;
  g_source_remove(source_);
  std::fflush(stderr);
  release_now();
  close(terminal);
  close(pipe_end);
  terminal = -1;
  pipe_end = -1;
}

void HeldErrors::release_now() {
  if (terminal < 0) return;
  read();
  dup2(terminal, STDERR_FILENO);
  if (is_cut)
    write_all(
        "(Earlier lines are left out. Redirect standard error, as in 2>FILE, to keep all.)\n");
  write_all({kept, kept_size});
  kept_size = 0;
  is_cut = false;
}

void HeldErrors::read() {
  for (;;) {
    if (kept_size == sizeof kept) forget_oldest();
    const auto size = ::read(pipe_end, kept + kept_size, sizeof kept - kept_size);
    if (size <= 0) return;
    kept_size = kept_size + static_cast<std::size_t>(size);
  }
}

}  // namespace gemlive::talk
