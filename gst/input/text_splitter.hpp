// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <glib.h>

#include <string>
#include <string_view>
#include <utility>

namespace gemlive {

/// Makes turns from the buffers of a text stream: valid UTF-8, without white space around it. A
/// character that is split between two buffers becomes part of the second turn. Pure. One thread at
/// a time.
class TextSplitter {
 public:
  /// Returns the turn of the next buffer. Empty if it has only white space.
  std::string push(std::string_view bytes) {
    rest_ += bytes;
    const auto end = end_of_complete(rest_);
    auto turn = to_turn(std::string_view(rest_).substr(0, end));
    rest_.erase(0, end);
    return turn;
  }
  /// Returns the turn of the bytes that the last buffer left. Empty if it left none.
  std::string finish() { return to_turn(std::exchange(rest_, {})); }
  /// Bytes of an incomplete character, which wait for the next buffer.
  std::size_t pending() const { return rest_.size(); }
  /// True once, after the first input that is not UTF-8.
  bool should_warn() { return invalid_ && !std::exchange(warned_, true); }

 private:
  /// Where an incomplete last character begins. The size if the last character is complete.
  static std::size_t end_of_complete(std::string_view text) {
    for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
      const auto at = text.size() - back;
      const auto character = g_utf8_get_char_validated(text.data() + at, static_cast<gssize>(back));
      if (character == static_cast<gunichar>(-2)) return at;
      if ((static_cast<unsigned char>(text[at]) & 0xc0) != 0x80) break;
    }
    return text.size();
  }

  std::string to_turn(std::string_view text) {
    invalid_ = invalid_ || !g_utf8_validate_len(text.data(), text.size(), nullptr);
    gchar *valid = g_utf8_make_valid(text.data(), static_cast<gssize>(text.size()));
    std::string turn(g_strstrip(valid));
    g_free(valid);
    return turn;
  }

  std::string rest_ = {};
  bool invalid_ = false;
  bool warned_ = false;
};

}  // namespace gemlive
