// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "lettering.hpp"

#include <glib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "text.hpp"

namespace gemlive::timeline {
namespace {

constexpr std::string_view more = "…";

double character_width(gunichar c) {
  if (g_unichar_iszerowidth(c)) return 0;
  if (c < 0x80) {
    constexpr std::string_view narrow = " !'(),-./:;I[]`fijlrt|", wide = "%@MWmw";
    if (narrow.find(static_cast<char>(c)) != std::string_view::npos) return 0.41;
    if (wide.find(static_cast<char>(c)) != std::string_view::npos) return 1;
    return g_ascii_isupper(static_cast<char>(c)) ? 0.76 : 0.64;
  }
  // Indic and South East Asian letters join, but can be wide; those of East Asia fill a square.
  return g_unichar_iswide(c) || c >= 0x2600 || (c >= 0x900 && c < 0x10a0) ? 1.05 : 0.74;
}

std::string_view first_characters(std::string_view text, std::size_t count) {
  const char *end = text.data();
  for (const auto *last = text.data() + text.size(); count > 0 && end < last; --count)
    end = g_utf8_next_char(end);
  return text.substr(0, std::min(text.size(), static_cast<std::size_t>(end - text.data())));
}

/// Bytes of so many characters as fit.
std::size_t bytes_within(std::string_view text, double space, double font_size) {
  double used = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto next = static_cast<std::size_t>(g_utf8_next_char(text.data() + at) - text.data());
    used += character_width(g_utf8_get_char(text.data() + at)) * font_size;
    if (used > space) break;
    at = std::min(next, text.size());
  }
  return at;
}

bool ends_sentence(std::string_view word) {
  for (const std::string_view end : {".", "!", "?", "。", "！", "？", "؟", "।"})
    if (word.ends_with(end)) return true;
  return false;
}

}  // namespace

std::string clean(std::string_view text, std::size_t limit) {
  auto printable = text::printable(text);
  std::ranges::replace(printable, '\n', ' ');
  std::ranges::replace(printable, '\t', ' ');
  const auto kept = first_characters(printable, limit);
  return kept.size() == printable.size() ? printable : std::string(kept) + std::string(more);
}

std::string escape(std::string_view text) {
  std::string out;
  const std::string valid = text::printable(text);
  for (const auto *at = valid.c_str(); *at; at = g_utf8_next_char(at)) {
    const auto c = g_utf8_get_char(at);
    const auto size = static_cast<std::size_t>(g_utf8_next_char(at) - at);
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c == '\'')
      out += "&#39;";
    else if (c == 0xfffe || c == 0xffff)
      out += "\xef\xbf\xbd";
    else
      out.append(at, size);
  }
  return out;
}

double width(std::string_view text, double font_size) {
  double sum = 0;
  const std::string whole(text);
  for (const auto *at = whole.c_str(); *at; at = g_utf8_next_char(at))
    sum += character_width(g_utf8_get_char(at));
  return sum * font_size;
}

std::string fitting(std::string_view text, double space, double font_size) {
  if (width(text, font_size) <= space) return std::string(text);
  const auto rest = space - width(more, font_size);
  const std::string whole(text);
  const auto bytes = rest > 0 ? bytes_within(whole, rest, font_size) : 0;
  if (bytes == 0) return {};
  auto cut = whole.substr(0, bytes);
  while (cut.ends_with(' '))
    cut.pop_back();
  return cut + std::string(more);
}

std::vector<std::string> wrap(std::string_view text, double space, double font_size,
                              std::size_t limit) {
  std::vector<std::string> lines;
  std::string rest(text);
  while (!rest.empty()) {
    if (lines.size() + 1 >= limit) {
      if (auto last = fitting(rest, space, font_size); !last.empty()) lines.push_back(last);
      break;
    }
    auto bytes = bytes_within(rest, space, font_size);
    if (bytes == 0) break;  // not even a letter
    if (bytes < rest.size()) {
      const auto gap = rest.rfind(' ', bytes);
      if (gap != std::string::npos && gap > 0) bytes = gap;
    }
    lines.push_back(rest.substr(0, bytes));
    const auto next = rest.find_first_not_of(' ', bytes);
    rest = next == std::string::npos ? std::string() : rest.substr(next);
  }
  return lines;
}

std::vector<std::pair<std::size_t, std::size_t>> phrases(std::string_view text) {
  constexpr std::size_t full = 56, enough = 14;  // characters
  std::vector<std::pair<std::size_t, std::size_t>> found;
  std::size_t begin = 0, length = 0;
  const auto is_space = [&](std::size_t at) { return g_ascii_isspace(text[at]); };
  const auto add = [&](std::size_t end) {
    auto first = begin, last = end;
    while (first < last && is_space(first))
      ++first;
    while (last > first && is_space(last - 1))
      --last;
    if (first < last) found.emplace_back(first, last);
    begin = end, length = 0;
  };
  for (std::size_t at = 0; at < text.size();) {
    auto next = at + 1;
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xc0) == 0x80)
      ++next;
    ++length;
    const bool is_wide = next - at > 2 && g_unichar_iswide(g_utf8_get_char_validated(
                                              text.data() + at, static_cast<gssize>(next - at)));
    const bool is_end = is_space(at) || is_wide;  // East Asian text has no spaces
    const auto end = is_space(at) ? at : next;
    if (is_end && (length >= full || (length >= enough && ends_sentence(text.substr(0, end)))))
      add(end);
    else if (length >= 3 * full)
      add(next);
    at = next;
  }
  add(text.size());
  return found;
}

std::size_t start_of_word(std::string_view text, std::size_t byte) {
  byte = std::min(byte, text.size());
  if (byte == text.size() || g_ascii_isspace(text[byte])) return byte;
  auto start = byte;
  while (start > 0 && !g_ascii_isspace(text[start - 1]))
    --start;
  if (byte - start <= 24) return start;
  while (byte > 0 && (static_cast<unsigned char>(text[byte]) & 0xc0) == 0x80)
    --byte;
  return byte;
}

std::string number_text(double number) {
  std::array<char, 32> text = {};
  if (!std::isfinite(number)) number = 0;
  number = std::clamp(number, -1e6, 1e6);
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed, 1);
  std::string result(text.data(), error == std::errc() ? end : text.data());
  if (result.ends_with(".0")) result.resize(result.size() - 2);
  return result.empty() || result == "-0" ? "0" : result;
}

std::string seconds_text(double seconds) {
  if (!std::isfinite(seconds)) seconds = 0;
  seconds = std::clamp(seconds, 0.0, 1e7);
  std::array<char, 32> text = {};
  if (seconds >= 59.95) {
    const auto whole = static_cast<long>(std::lround(seconds));
    return std::to_string(whole / 60) + " min" +
           (whole % 60 ? ' ' + std::to_string(whole % 60) + " s" : "");
  }
  const int digits = seconds < 9.995 ? 2 : 1;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), seconds,
                                          std::chars_format::fixed, digits);
  std::string result(text.data(), error == std::errc() ? end : text.data());
  if (result.ends_with(".00"))
    result.resize(result.size() - 3);
  else if (result.ends_with(".0"))
    result.resize(result.size() - 2);
  return result + " s";
}

std::string clock_text(double seconds) {
  if (!std::isfinite(seconds)) seconds = 0;
  const auto whole = static_cast<long>(std::clamp(seconds, 0.0, 1e7) + 1e-6);
  std::array<char, 32> text = {};
  if (whole >= 3600)
    std::snprintf(text.data(), text.size(), "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60,
                  whole % 60);
  else
    std::snprintf(text.data(), text.size(), "%ld:%02ld", whole / 60, whole % 60);
  return text.data();
}

}  // namespace gemlive::timeline
