// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace gemlive::talk {

/// A line that the user types. The cursor moves over characters with their combining marks. One
/// thread.
class LineEditor {
 public:
  static constexpr std::size_t kLimit = 8192;  // bytes

  const std::string &text() const { return text_; }
  void clear();
  /// Puts printable text at the cursor. False: the line is too long for it.
  bool insert(std::string_view text);
  void erase_before();  // Backspace
  void erase_behind();  // Delete
  void erase_word();    // Ctrl-W
  void erase_to_start();
  void erase_to_end();
  void left();
  void right();
  void to_start() { cursor_ = 0; }
  void to_end() { cursor_ = text_.size(); }

  struct Part {
    std::string text;   // at most `width` columns
    int cursor_column;  // in it, less than `width`
  };
  /// The part around the cursor.
  Part part(int width) const;

 private:
  std::size_t before() const;  // where the character before the cursor begins
  std::size_t behind() const;  // where the one at the cursor ends

  std::string text_;
  std::size_t cursor_ = 0;  // bytes before it
};

}  // namespace gemlive::talk
