// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdio>
#include <cstdlib>

namespace gemlive::test {

/// Ends the program if `holds` is false. `what` is the requirement. For fuzz targets.
inline void require(bool holds, const char *what) {
  if (holds) return;
  std::fprintf(stderr, "requirement failed: %s\n", what);
  std::abort();
}

}  // namespace gemlive::test
