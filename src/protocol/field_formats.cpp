// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "field_formats.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "json_string.hpp"
#include "server_event.hpp"

namespace gemlive::wire {
namespace {

constexpr int min_rate = 8000;
constexpr int max_rate = 48000;

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return to_lower(x) == to_lower(y); });
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_space(text.back()))
    text.remove_suffix(1);
  return text;
}

/// Removes the part before `separator` from `text` and returns it. Takes all of `text` if there is
/// no separator.
std::string_view take_until(std::string_view &text, char separator) {
  const auto head = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(text.size(), head.size() + 1));
  return trimmed(head);
}

std::optional<int> parse_int(std::string_view text) {
  int value = 0;
  const auto end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return value;
}

}  // namespace

std::string compact(std::string_view source) {
  std::string result;
  result.reserve(source.size());
  bool in_string = false, escaped = false;
  for (const char c : source) {
    if (is_space(c) && !in_string) continue;
    if (c == '"' && !escaped) in_string = !in_string;
    escaped = c == '\\' && !escaped;
    result += c;
  }
  return result;
}

bool is_nothing(std::string_view json) {
  return json == "{}" || json == "[]" || json == R"("")" || json == "false" || json == "null";
}

std::optional<std::size_t> count_index(std::string_view name) {
  if (json::is_named(name, "candidatesTokenCount")) name = "responseTokenCount";
  const auto found = std::ranges::find_if(
      Usage::names, [&](const char *known) { return json::is_named(name, known); });
  if (found == Usage::names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - Usage::names.begin());
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  if (!text.ends_with('s')) return std::nullopt;
  text.remove_suffix(1);
  double seconds = 0;
  const auto end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, seconds, std::chars_format::fixed);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  if (!std::isfinite(seconds) || std::signbit(seconds)) return std::nullopt;
  const std::chrono::duration<double> duration(seconds);
  if (duration >= longest_duration) return longest_duration;
  return std::chrono::round<std::chrono::milliseconds>(duration);
}

std::optional<int> pcm_rate(std::string_view mime_type, int default_rate) {
  if (mime_type == "audio/pcm;rate=24000") return 24000;  // what the service sends
  if (!equals_ignoring_case(take_until(mime_type, ';'), "audio/pcm")) return std::nullopt;
  int rate = default_rate;
  while (!mime_type.empty()) {
    auto value = take_until(mime_type, ';');
    const auto name = take_until(value, '=');
    const bool is_rate = equals_ignoring_case(name, "rate");
    if (!is_rate && !equals_ignoring_case(name, "channels")) continue;
    const auto number = parse_int(trimmed(value));
    if (!number || (!is_rate && *number != 1)) return std::nullopt;
    if (is_rate) rate = *number;
  }
  if (rate < min_rate || rate > max_rate) return std::nullopt;
  return rate;
}

}  // namespace gemlive::wire
