// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <glib.h>

#include <cstdarg>

namespace gemlive {

/// Destination of the core's log lines. Passed by value. Any thread may call it, so `sink` must be
/// thread-safe. Callers never pass a secret (key, token or resumption handle).
struct Log {
  enum class Level { error, warning, info, debug };
  using Sink = void (*)(Level, const char *text);

  Sink sink = nullptr;
  Level level = Level::warning;

  bool enabled(Level at) const { return sink && at <= level; }

  void operator()(Level at, const char *format, ...) const G_GNUC_PRINTF(3, 4) {
    if (!enabled(at)) return;
    va_list arguments;
    va_start(arguments, format);
    char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    sink(at, text);
    g_free(text);
  }
};

}  // namespace gemlive
