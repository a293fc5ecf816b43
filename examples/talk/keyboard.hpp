// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "key_press.hpp"
#include "line_editor.hpp"
#include "status_line.hpp"
#include "transcript.hpp"
#include "view.hpp"

namespace gemlive::talk {

/// What the keys do: they control the conversation, scroll its text, and type a line. One thread.
class Keyboard {
 public:
  struct Area {
    int width, height;  // of the conversation's text
  };

  /// The arguments must live longer.
  Keyboard(Controls &controls, Transcript &transcript, const Status &status)
      : controls_(controls), transcript_(transcript), status_(status) {}

  /// Whether the screen must be drawn.
  bool press(KeyPress press, const Area &area);

  bool is_typing() const { return is_typing_; }
  bool is_help() const { return is_help_; }
  const LineEditor &editor() const { return editor_; }

 private:
  bool scroll(Key key, const Area &area);
  bool act(char32_t character);
  bool edit(KeyPress press);
  bool edit_character(char32_t character);
  void send();
  void stop_typing();

  Controls &controls_;
  Transcript &transcript_;
  const Status &status_;
  LineEditor editor_;
  bool is_typing_ = false, is_pasting_ = false, is_help_ = false;
};

}  // namespace gemlive::talk
