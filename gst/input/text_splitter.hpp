// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <glib.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace gemlive {

/// Makes turns from the buffers of a text stream: valid UTF-8, without white space around it. The
/// NUL that ends a C string counts as white space. A character that is split between two buffers
/// stays whole. Pure. One thread at a time.
class TextSplitter {
 public:
  enum class Turns { buffer, line, stream };
  /// A line or a stream that is longer is cut.
  static constexpr std::size_t max_turn = 1 << 20;

  void set_turns(Turns turns) { turns_ = turns; }
  void append(std::string_view bytes) {
    bytes_.erase(0, std::exchange(taken_, 0));
    bytes_ += bytes;
    if (turns_ == Turns::buffer) complete_ = end_of_complete(bytes_);
  }
  /// The next turn; empty if there is none. A turn of only white space is not one.
  std::string next() {
    while (const auto end = end_of_turn()) {
      auto turn = to_turn(rest().substr(0, end));
      taken_ += end;
      complete_ -= std::min(complete_, end);
      if (!turn.empty()) return turn;
    }
    return {};
  }
  /// The turn of the bytes that are left. Empty if there are none.
  std::string finish() {
    auto turn = to_turn(rest());
    clear();
    return turn;
  }
  /// Drops the bytes that are left.
  void clear() {
    bytes_.clear();
    taken_ = complete_ = 0;
  }
  /// Bytes that wait for the next buffer.
  std::size_t pending() const { return rest().size(); }
  /// True once, after the first input that is not UTF-8.
  bool should_warn() { return is_invalid_ && !std::exchange(has_warned_, true); }
  /// True once, after the first turn that was cut.
  bool should_warn_of_cut() { return is_cut_ && !std::exchange(has_warned_of_cut_, true); }

 private:
  std::string_view rest() const { return std::string_view(bytes_).substr(taken_); }

  /// 0 if no turn is complete.
  std::size_t end_of_turn() {
    if (turns_ == Turns::buffer) return complete_;
    if (turns_ == Turns::line)
      if (const auto *found =
              static_cast<const char *>(std::memchr(rest().data(), '\n', rest().size())))
        return static_cast<std::size_t>(found - rest().data()) + 1;
    if (rest().size() < max_turn) return 0;
    is_cut_ = true;
    return end_of_complete(rest().substr(0, max_turn));
  }

  /// Where an incomplete last character begins. The size if the last character is complete.
  static std::size_t end_of_complete(std::string_view text) {
    for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
      const auto at = text.size() - back;
      if (text[at] == '\0') break;  // GLib takes it for the end of the text
      const auto character = g_utf8_get_char_validated(text.data() + at, static_cast<gssize>(back));
      if (character == static_cast<gunichar>(-2)) return at;
      if ((static_cast<unsigned char>(text[at]) & 0xc0) != 0x80) break;
    }
    return text.size();
  }

  static std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank(" \f\n\r\t\0", 6);
    const auto first = text.find_first_not_of(blank);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(blank) + 1 - first);
  }

  std::string to_turn(std::string_view text) {
    text = trimmed(text);
    if (text.empty()) return {};
    is_invalid_ = is_invalid_ || !g_utf8_validate_len(text.data(), text.size(), nullptr);
    gchar *valid = g_utf8_make_valid(text.data(), static_cast<gssize>(text.size()));
    std::string turn(valid);
    g_free(valid);
    return turn;
  }

  Turns turns_ = Turns::buffer;
  std::string bytes_ = {};
  std::size_t taken_ = 0;     // of bytes_; the others are the rest
  std::size_t complete_ = 0;  // bytes of the rest that are a turn, with Turns::buffer
  bool is_invalid_ = false;
  bool has_warned_ = false;
  bool is_cut_ = false;
  bool has_warned_of_cut_ = false;
};

}  // namespace gemlive
