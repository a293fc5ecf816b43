// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <vector>

#include "simulator_process.hpp"

namespace gemlive::test {

/// What the simulator did as an interpreter, by its own log: one clock, and no thread of the test.
/// In ms of CLOCK_MONOTONIC.
struct InterpreterLog {
  /// After its last connection was closed.
  explicit InterpreterLog(SimulatorProcess &simulator);

  /// By how much it said each word of this schedule (in ms) later than their median. 0 for a word
  /// that it did not say.
  std::vector<double> lateness(const std::vector<double> &schedule) const;

  std::vector<double> words;  // when it said the begin of each
  double last_heard = 0;      // when it had heard the end of the speech
  double closed = 0;          // when the client closed the last connection
};

double median(std::vector<double> values);  // 0: there are none

}  // namespace gemlive::test
