// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "key_press.hpp"

namespace gemlive::talk {

enum class Style { Plain, User, Model, Tool, Note, Problem, Status };

/// The terminal as a screen (ncurses). The destructor restores it, and so does the end of the
/// process by exit() or by a fatal signal. Ctrl-Z stops the process with the terminal restored.
/// Ctrl-C is SIGINT, as without a screen. One object at a time; main thread, with its default main
/// context.
class Terminal {
 public:
  struct Listener {
    std::function<void(KeyPress)> key;
    std::function<void()> changed;  // the size, or all must be drawn again
    std::function<void()> gone;     // the window is closed; at most once
  };
  /// nullptr: standard input or output is no terminal, or TERM names one that cannot place text.
  static std::unique_ptr<Terminal> open(bool colours, Listener listener);
  virtual ~Terminal() = default;

  virtual int rows() const = 0;
  virtual int columns() const = 0;
  /// False: what was shown is still on its way (a slow connection). Draw later.
  virtual bool is_ready() const = 0;
  virtual void clear() = 0;
  /// Shows printable text. The row is filled with the style to its end if `fill`.
  virtual void put(int row, int column, std::string_view text, Style style, bool fill = false) = 0;
  /// Shows what was put. A cursor only if it has a place.
  virtual void show(std::optional<int> cursor_row = {}, int cursor_column = 0) = 0;
  /// Everything anew: another program wrote on the screen.
  virtual void redraw() = 0;
};

}  // namespace gemlive::talk
