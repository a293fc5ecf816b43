// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "heap.hpp"

#include <glib.h>

#ifdef __GLIBC__
#include <malloc.h>

#include <atomic>
#endif

namespace gemlive::heap {

#ifdef __GLIBC__

namespace {

constexpr gulong delay = 2 * G_USEC_PER_SEC;

std::atomic<bool> is_due = false;

/// An arena is locked while its pages are returned.
gpointer trim(gpointer) {
  g_usleep(delay);
  is_due = false;
  malloc_trim(0);
  return nullptr;
}

}  // namespace

void trim_later() {
  if (is_due.exchange(true)) return;
  if (auto *thread = g_thread_try_new("gemlive-trim", trim, nullptr, nullptr))
    g_thread_unref(thread);
  else
    is_due = false;
}

#else

void trim_later() {}

#endif

}  // namespace gemlive::heap
