// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <glib.h>

namespace gemlive::web {

/// Seconds on a clock that never jumps.
inline double now() {
  return static_cast<double>(g_get_monotonic_time()) / G_USEC_PER_SEC;
}

}  // namespace gemlive::web
