// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <glib.h>

#include <functional>
#include <string>

namespace gemlive::talk {

/// The signals that concern a terminal. Those of the terminal itself come as events on the main
/// thread. A fatal signal and exit() restore the terminal first.
/// One object at a time; main thread, before it starts others.
class TerminalGuard {
 public:
  enum class Event { Resized, Stop, Continued, HungUp };

  /// Before the modes of the terminal are changed: they are restored at a fatal end.
  explicit TerminalGuard(std::function<void(Event)> on_event);
  ~TerminalGuard();
  TerminalGuard(const TerminalGuard &) = delete;
  TerminalGuard &operator=(const TerminalGuard &) = delete;

  /// From now on. `restore`: what to send to the terminal at a fatal end.
  void arm(const std::string &restore);

  /// Stops the process, as Ctrl-Z does. Returns when it goes on. A process without a shell that
  /// could let it go on does not stop.
  void stop();

 private:
  template <Event event>
  guint add_signal(int number);
  static gboolean on_byte(int descriptor, GIOCondition condition, gpointer self);

  std::function<void(Event)> on_event_;
  guint pipe_source_ = 0, resize_source_ = 0, hangup_source_ = 0;
};

}  // namespace gemlive::talk
