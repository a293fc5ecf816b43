// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Text in the columns of a terminal. Columns are those of wcwidth(3) in the locale of the process
/// (LC_CTYPE), as ncurses counts them. Any thread.
namespace gemlive::talk {

/// Makes text from outside safe for a terminal: UTF-8 without control characters (a newline stays,
/// a tab becomes a space), bidi controls and invisible characters. What has no columns in this
/// locale becomes a replacement character. Emoji are not joined, since terminals do not agree on
/// the width of joined ones.
std::string printable(std::string_view text);

/// The same, on one line.
std::string printable_line(std::string_view text);

/// A character with its combining marks: of at most four, as ncurses keeps them.
struct Cell {
  std::string_view bytes;  // in the text
  int columns = 0;
};
/// The cells of printable text. Marks without a character before them are left out, and newlines
/// have no columns.
std::vector<Cell> cells(std::string_view text);

int columns(std::string_view text);

/// Printable text in lines: at most `first_width` columns for the first, `width` for the others.
/// Breaks between words, and between characters of scripts without spaces. Never no line.
std::vector<std::string> wrap(std::string_view text, int first_width, int width);

/// One line of printable text in at most `width` columns. Ends with "..." if it is cut.
std::string cut(std::string_view text, int width);

}  // namespace gemlive::talk
