// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>

namespace gemlive::chaos {

/// Makes one call with that many random faults, and prints the totals. True if the sums are exact
/// and the call recovers from every fault.
bool run_random_faults(int faults, std::uint32_t seed);

/// Makes two calls for that many simulated minutes of 0.6 s. Every tenth minute ends the
/// connection, each of the others has a random fault. Speech runs in real time. True if the process
/// does not grow in memory, descriptors and threads.
bool run_soak(int minutes, std::uint32_t seed);

/// Changes the state in every phase of a connection, and prints the times.
bool run_state_changes(int rounds);

}  // namespace gemlive::chaos
