// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "text.hpp"

#include "glib_ptr.hpp"

namespace gemlive::text {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

/// Marks and controls that change the direction of text (Unicode bidi, UAX 9).
bool is_bidi_control(gunichar c) {
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

bool is_harmless(gunichar c) {
  if (c == '\n' || c == '\t') return true;
  const bool control = c < 0x20 || (c >= 0x7F && c <= 0x9F);
  return !control && !is_bidi_control(c);
}

/// Calls take(character, its bytes) for each character. Each invalid byte becomes U+FFFD.
template <typename Take>
void each_character(std::string_view text, Take &&take) {
  while (!text.empty()) {
    const gunichar c = g_utf8_get_char_validated(text.data(), static_cast<gssize>(text.size()));
    if (c >= 0x80000000u && text[0] != '\0') {  // GLib treats U+0000 as invalid
      take(gunichar(0xFFFD), replacement);
      text.remove_prefix(1);
      continue;
    }
    const auto length = static_cast<std::size_t>(g_utf8_skip[guchar(text[0])]);
    take(text[0] == '\0' ? 0 : c, text.substr(0, length));
    text.remove_prefix(length);
  }
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  each_character(text, [&](gunichar c, std::string_view bytes) {
    if (is_harmless(c)) out += bytes;
  });
  return out;
}

std::string excerpt(std::string_view text, std::size_t limit) {
  std::string out;
  bool full = false;
  each_character(text.substr(0, 4 * limit), [&](gunichar c, std::string_view bytes) {
    char escaped[16];
    if (c == '\n' || c == '\t') {
      bytes = c == '\n' ? "\\n" : "\\t";
    } else if (!is_harmless(c) || c == 0x2028 || c == 0x2029) {  // line and paragraph separator
      const int length = g_snprintf(escaped, sizeof escaped, "\\u{%x}", c);
      bytes = {escaped, static_cast<std::size_t>(length)};
    }
    full = full || out.size() + bytes.size() > limit;
    if (!full) out += bytes;
  });
  return out;
}

std::string seconds(std::chrono::milliseconds duration) {
  StrPtr text(g_strdup_printf("%g s", static_cast<double>(duration.count()) / 1000));
  return text.get();
}

}  // namespace gemlive::text
