// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include "simulator_process.hpp"

namespace gemlive::test {

/// From the arrival of the last speech before answer `turn` (from 0) to the begin of the answer, in
/// the log of the service: one clock, and no thread of the test. `rate` is that of the input, in
/// Hz. No value: the log has no such answer.
inline std::optional<std::chrono::microseconds> answer_delay(SimulatorProcess &simulator,
                                                             std::size_t turn = 0,
                                                             int rate = 16000) {
  const auto events = simulator.events();
  std::int64_t end = -1, answered = -1;
  std::size_t ends = 0, answers = 0;
  for (const auto &event : events) {
    if (event.type == "speech-end" && ends++ == turn) end = event.number("at") * rate / 500;
    if (event.type == "turn-started" && answers++ == turn) answered = event.time;
  }
  std::int64_t arrived = 0;
  for (const auto &event : events) {
    if (event.type == "audio") arrived += event.number("bytes");
    if (end < 0 || answered < 0 || arrived < end) continue;
    return std::chrono::microseconds(answered - event.time);
  }
  return std::nullopt;
}

/// Runs `scenario`, which returns a delay, until one is within `limit`, three times at most. A busy
/// machine only adds to a delay, so that the shortest one is that of gemlive.
inline void expect_within(
    std::chrono::milliseconds limit,
    const std::function<std::optional<std::chrono::microseconds>()> &scenario) {
  std::optional<std::chrono::microseconds> shortest;
  for (int run = 0; run < 3; ++run) {
    const auto delay = scenario();
    if (::testing::Test::HasFailure()) return;
    ASSERT_TRUE(delay);
    if (!shortest || *delay < *shortest) shortest = delay;
    if (*shortest <= limit) return;
  }
  EXPECT_LE(*shortest, limit) << "of three runs, in us";
}

}  // namespace gemlive::test
