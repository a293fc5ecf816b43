// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>

namespace gemlive::test {

/// The number of malloc calls of this thread so far, including those of new, GLib and libraries. A
/// program that calls this function gets a malloc that counts.
std::size_t allocations();

}  // namespace gemlive::test
