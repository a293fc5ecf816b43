// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <thread>

namespace gemlive::test {

/// Far beyond what anything takes, so that a test that waits for nothing ends.
constexpr std::chrono::milliseconds patience{10000};

/// Waits until `condition` holds; false when the deadline has passed first. For what cannot wake
/// anybody up: where there is a condition variable or an event, wait for that.
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
