// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "json_string.hpp"

#include <glib.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "glib_ptr.hpp"

namespace gemlive::json {

namespace {

constexpr std::string_view escape_letters = "\"\\/bfnrt";
constexpr std::string_view escaped_characters = "\"\\/\b\f\n\r\t";
constexpr std::string_view replacement = "\uFFFD";

void append_escaped(char c, std::string &out) {
  const auto known = escaped_characters.find(c);
  if (known != std::string_view::npos && c != '/') {
    out += {'\\', escape_letters[known]};
  } else if (static_cast<unsigned char>(c) < 0x20 || c == '\x7f') {
    constexpr auto digits = "0123456789abcdef";
    out += "\\u00";
    out += {digits[c >> 4], digits[c & 0xf]};
  } else {
    out += c;
  }
}

/// Takes the four digits of \uXXXX.
std::optional<std::uint32_t> take_unit(std::string_view &text) {
  std::uint32_t unit = 0;
  const auto digits = text.substr(0, 4);
  const auto end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, unit, 16);
  if (digits.size() < 4 || parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  text.remove_prefix(4);
  return unit;
}

void append_character(std::uint32_t character, std::string &out) {
  std::array<char, 6> bytes;
  const auto count = g_unichar_to_utf8(character, bytes.data());
  out.append(bytes.data(), static_cast<std::size_t>(count));
}

/// Behind \u, up to the end of the character, which may be two units.
bool append_unit(std::string_view &text, std::string &out) {
  const auto unit = take_unit(text);
  if (!unit) return false;
  const bool is_surrogate = (*unit & 0xf800) == 0xd800;
  if (!is_surrogate) {
    append_character(*unit, out);
    return true;
  }
  auto rest = text;
  const bool is_first = *unit < 0xdc00 && rest.starts_with("\\u");
  if (is_first) rest.remove_prefix(2);
  const auto second = is_first ? take_unit(rest) : std::nullopt;
  if (second && (*second & 0xfc00) == 0xdc00) {
    text = rest;
    append_character(0x10000 + ((*unit & 0x3ff) << 10 | (*second & 0x3ff)), out);
  } else {
    out += replacement;
  }
  return true;
}

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string quoted(std::string_view text) {
  const StrPtr valid(
      g_utf8_make_valid(text.data() ? text.data() : "", static_cast<gssize>(text.size())));
  std::string result = "\"";
  for (const char c : std::string_view(valid.get()))
    append_escaped(c, result);
  return result + '"';
}

bool append_unescaped(std::string_view source, std::string &out) {
  for (;;) {
    const auto backslash = source.find('\\');
    out += source.substr(0, backslash);
    if (backslash == std::string_view::npos) return true;
    if (backslash + 1 == source.size()) return false;
    const char letter = source[backslash + 1];
    source.remove_prefix(backslash + 2);
    const auto known = escape_letters.find(letter);
    if (known != std::string_view::npos)
      out += escaped_characters[known];
    else if (letter != 'u' || !append_unit(source, out))
      return false;
  }
}

bool is_named(std::string_view name, std::string_view camel_case) {
  std::size_t at = 0;
  for (const char c : camel_case) {
    const bool split = c != to_lower(c) && at < name.size() && name[at] == '_';
    if (split) ++at;
    if (at == name.size() || name[at++] != (split ? to_lower(c) : c)) return false;
  }
  return at == name.size();
}

}  // namespace gemlive::json
