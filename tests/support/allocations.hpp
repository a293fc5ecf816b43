// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>

namespace gemlive::test {

/// How often this thread has asked malloc for memory, whoever did it: new, GLib, a library. A
/// program that calls this gets a malloc that counts.
std::size_t allocations();

}  // namespace gemlive::test
