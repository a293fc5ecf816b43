// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "session_fixture.hpp"
#include "virtual_clock.hpp"

namespace gemlive::test {

/// A session on a virtual clock.
struct TimedSession : SessionTest {
  TimedSession() {
    time = [this] { return clock.now(); };
  }
  /// Returns how often the session woke up.
  unsigned pass(std::chrono::milliseconds duration) { return clock.advance(duration); }
  std::string warning(std::size_t at = 0) const {
    const auto warnings = notices_of<notice::Warning>();
    return at < warnings.size() ? warnings[at].error.message : "";
  }

  VirtualClock clock;
};

}  // namespace gemlive::test
