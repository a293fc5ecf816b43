// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <thread>

namespace gemlive::test {

/// The deadline of waits in tests: longer than any wait that succeeds.
constexpr std::chrono::milliseconds patience{10000};

/// Polls until `condition` is true; false after the deadline. Only for conditions that cannot
/// notify: wait for a condition variable or an event if there is one.
template <typename Condition>
bool wait_until(Condition condition, std::chrono::milliseconds deadline = patience) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace gemlive::test
