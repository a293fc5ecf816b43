// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <glib.h>

namespace gemlive::talk {

/// Holds standard error back while a screen is shown, if it is a terminal: GStreamer's log would
/// destroy the screen. The destructor prints the last of it. Output that comes faster than the main
/// loop reads is lost. One object at a time; main thread.
class HeldErrors {
 public:
  HeldErrors();
  ~HeldErrors();
  HeldErrors(const HeldErrors &) = delete;
  HeldErrors &operator=(const HeldErrors &) = delete;

  /// Lets standard error through again, and prints what was held back. For a signal handler.
  static void release_now();

 private:
  static void read();

  guint source_ = 0;
};

}  // namespace gemlive::talk
