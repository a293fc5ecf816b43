// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "virtual_clock.hpp"

#include <glib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>

namespace {

bool is_virtual = false;
std::int64_t virtual_now = 1'000'000'000;  // us
std::int64_t limit = 0;

/// Does not wait: time passes instead.
gint poll_virtually(GPollFD *fds, guint count, gint timeout) {
  const auto left = std::max<std::int64_t>(limit - virtual_now, 0);
  const auto pause =
      timeout < 0 ? left : std::min<std::int64_t>(std::int64_t{timeout} * 1000, left);
  const auto ready = g_poll(fds, count, 0);
  if (ready == 0) virtual_now += pause;
  return ready;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int clock_gettime(clockid_t clock,
                                                                    timespec *time) noexcept {
  if (!is_virtual || clock != CLOCK_MONOTONIC)
    return static_cast<int>(syscall(SYS_clock_gettime, clock, time));
  time->tv_sec = virtual_now / G_USEC_PER_SEC;
  time->tv_nsec = virtual_now % G_USEC_PER_SEC * 1000;
  return 0;
}

namespace gemlive::test {

VirtualClock::VirtualClock() {
  is_virtual = true;
  g_main_context_set_poll_func(g_main_context_default(), &poll_virtually);
}

VirtualClock::~VirtualClock() {
  is_virtual = false;
  g_main_context_set_poll_func(g_main_context_default(), nullptr);
}

std::int64_t VirtualClock::now() const {
  return virtual_now;
}

unsigned VirtualClock::advance(std::chrono::milliseconds duration) {
  limit = virtual_now + std::chrono::microseconds(duration).count();
  unsigned wakeups = 0;
  do
    wakeups += g_main_context_iteration(nullptr, FALSE) ? 1 : 0;
  while (g_main_context_pending(nullptr));
  while (virtual_now < limit)
    wakeups += g_main_context_iteration(nullptr, TRUE) ? 1 : 0;
  return wakeups;
}

}  // namespace gemlive::test
