// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <memory>

#include "view.hpp"

namespace gemlive::talk {

struct ScreenOptions {
  bool push_to_talk = false;
  bool colours = true;  // without: bold and reverse only
};

/// Whether the environment allows colours: NO_COLOR is not set, or empty (https://no-color.org).
bool wants_colours();

/// Shows the conversation on the whole terminal, and lets its keys act on `controls`, which must
/// live longer. The destructor restores the terminal, then prints the conversation, the problems
/// that were shown, and what came on standard error meanwhile. SIGINT and SIGTERM are the caller's; a closed window
/// calls quit(). Main thread, with its default main context. nullptr: there is no terminal, or TERM
/// names one that cannot place text. Print lines then.
std::unique_ptr<View> make_screen(Controls &controls, const ScreenOptions &options);

}  // namespace gemlive::talk
