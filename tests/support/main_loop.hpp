// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <glib.h>

#include <chrono>

#include "timer.hpp"

namespace gemlive::test {

/// Runs the main loop until `done`; false after 10 s.
template <typename Done>
bool run_until(Done done) {
  const auto deadline = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;
  while (!done() && g_get_monotonic_time() < deadline) {
    Timer wake;
    wake.start(std::chrono::milliseconds(10), [] {});
    g_main_context_iteration(nullptr, TRUE);
  }
  return done();
}

}  // namespace gemlive::test
