// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "json_check.hpp"

#include <glib.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>

namespace gemlive::json {

namespace {

class Scanner {
 public:
  Scanner(std::string_view text, std::size_t max_depth) : text_(text), max_depth_(max_depth) {}

  std::optional<SyntaxError> run() {
    if (const char *bad; !text_.empty() && !g_utf8_validate_len(text_.data(), text_.size(), &bad)) {
      at_ = static_cast<std::size_t>(bad - text_.data());
      return fail("UTF-8 text");
    }
    if (!value(0)) return fail(expected_);
    skip_space();
    if (at_ != text_.size()) return fail("end of text");
    return std::nullopt;
  }

 private:
  bool value(std::size_t depth) {
    skip_space();
    expected_ = "a value";
    switch (peek()) {
      case '{':
        return nested(depth, '}', [&] { return member(depth + 1); });
      case '[':
        return nested(depth, ']', [&] { return value(depth + 1); });
      case '"':
        return string();
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        return number();
    }
  }

  template <typename Item>
  bool nested(std::size_t depth, char closing, Item &&item) {
    expected_ = "less nesting";
    if (depth >= max_depth_) return false;
    ++at_;
    skip_space();
    if (take(closing)) return true;
    for (;;) {
      if (!item()) return false;
      skip_space();
      if (take(closing)) return true;
      expected_ = closing == '}' ? "',' or '}'" : "',' or ']'";
      if (!take(',')) return false;
    }
  }

  bool member(std::size_t depth) {
    skip_space();
    expected_ = "a field name in double quotes";
    if (peek() != '"' || !string()) return false;
    skip_space();
    expected_ = "':'";
    return take(':') && value(depth);
  }

  bool string() {
    expected_ = "a string";
    ++at_;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (static_cast<unsigned char>(text_[at_]) < 0x20) return false;
      if (take('\\') ? !escape() : (++at_, false)) return false;
    }
    return take('"');
  }

  bool escape() {
    expected_ = "an escape such as \\n";
    if (take('u')) {
      const std::size_t first = at_;
      while (at_ < first + 4 && g_ascii_isxdigit(peek()))
        ++at_;
      expected_ = "four hexadecimal digits, not all 0";  // json-glib's strings end at U+0000
      return at_ == first + 4 && text_.substr(first, 4) != "0000";
    }
    if (std::string_view("\"\\/bfnrt").find(peek()) == std::string_view::npos) return false;
    ++at_;
    return true;
  }

  bool number() {
    expected_ = "a value";
    const std::size_t first = at_;
    take('-');
    if (!take('0') && !digits()) return false;
    const std::size_t integer_end = at_;
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!digits()) return false;
    }
    expected_ = "a 64-bit number";
    return fits(text_.substr(first, at_ - first), at_ == integer_end);
  }

  /// json-glib reads 99999999999999999999 as -1, and 1e999 as infinity.
  static bool fits(std::string_view number, bool integer) {
    if (!integer) return std::isfinite(g_ascii_strtod(std::string(number).c_str(), nullptr));
    std::int64_t value = 0;
    return std::from_chars(number.data(), number.data() + number.size(), value).ec == std::errc{};
  }

  bool digits() {
    const std::size_t first = at_;
    while (g_ascii_isdigit(peek()))
      ++at_;
    return at_ > first;
  }

  bool word(std::string_view literal) {
    if (!text_.substr(at_).starts_with(literal)) return false;
    at_ += literal.size();
    return true;
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool take(char wanted) {
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  void skip_space() {
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }

  SyntaxError fail(const char *expected) const {
    SyntaxError error{.expected = expected};
    for (const char c : text_.substr(0, at_)) {
      const bool starts_character = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
      error.line += c == '\n';
      error.column = c == '\n' ? 1 : error.column + starts_character;
    }
    return error;
  }

  std::string_view text_;
  std::size_t max_depth_;
  std::size_t at_ = 0;
  const char *expected_ = "a value";
};

}  // namespace

std::optional<SyntaxError> check_syntax(std::string_view text, std::size_t max_depth) {
  return Scanner(text, max_depth).run();
}

}  // namespace gemlive::json
