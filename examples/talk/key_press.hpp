// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace gemlive::talk {

enum class Key {
  Character,
  Enter,
  Escape,
  Backspace,
  Delete,
  Left,
  Right,
  Up,
  Down,
  Home,
  End,
  PageUp,
  PageDown,
  PasteStart,
  PasteEnd,
  Other
};

struct KeyPress {
  Key key;
  char32_t character = 0;  // of Key::Character; below 32: with Ctrl
};

}  // namespace gemlive::talk
