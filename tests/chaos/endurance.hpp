// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>

namespace gemlive::chaos {

/// One call under so many faults; prints the account. Whether it is exact and everything recovered.
bool endure_faults(int faults, std::uint32_t seed);

/// Two calls for so many simulated minutes, of 0.6 s: in each comes a fault, and each tenth ends
/// the connection. Speech does not run faster: what is compressed is how often things happen.
/// Whether memory, descriptors and threads stay flat.
bool soak(int minutes, std::uint32_t seed);

/// Up and down in every phase of a connection; prints the time that state changes take.
bool change_states(int rounds);

}  // namespace gemlive::chaos
