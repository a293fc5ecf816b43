// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <glib.h>

#include <string>
#include <string_view>
#include <utility>

namespace gemlive {

/// Makes turns of the buffers of a text stream: whole characters, without white space around them.
/// A character that a buffer's end cuts in two goes with the next. Pure.
class TextSplitter {
 public:
  /// Empty: nothing worth sending.
  std::string take(std::string_view bytes) {
    rest_ += bytes;
    const auto cut = begun_character(rest_);
    auto text = valid(std::string_view(rest_).substr(0, cut));
    rest_.erase(0, cut);
    return text;
  }
  /// What a last buffer left over.
  std::string finish() { return valid(std::exchange(rest_, {})); }
  /// True once, when something was not UTF-8.
  bool first_flaw() { return flawed_ && !std::exchange(told_, true); }

 private:
  /// Where a last character begins that is not complete; else the size.
  static std::size_t begun_character(std::string_view text) {
    for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
      const auto at = text.size() - back;
      const auto verdict = g_utf8_get_char_validated(text.data() + at, static_cast<gssize>(back));
      if (verdict == static_cast<gunichar>(-2)) return at;
      if ((static_cast<unsigned char>(text[at]) & 0xc0) != 0x80) break;
    }
    return text.size();
  }

  std::string valid(std::string_view text) {
    flawed_ = flawed_ || !g_utf8_validate_len(text.data(), text.size(), nullptr);
    gchar *made = g_utf8_make_valid(text.data(), static_cast<gssize>(text.size()));
    std::string turn(g_strstrip(made));
    g_free(made);
    return turn;
  }

  std::string rest_ = {};
  bool flawed_ = false;
  bool told_ = false;
};

}  // namespace gemlive
