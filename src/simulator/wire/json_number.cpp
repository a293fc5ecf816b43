// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "json_number.hpp"

#include <glib.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>

namespace gemlive::simulator {

namespace {

template <typename Number>
std::optional<Number> parse(std::string_view text) {
  Number number = {};
  const auto end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return {};
  return number;
}

std::optional<double> parse_double(std::string_view text) {
  constexpr auto infinity = std::numeric_limits<double>::infinity();
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return infinity;
  if (text == "-Infinity") return -infinity;
  if (text.empty() || !g_ascii_isdigit(text.back())) return {};  // from_chars knows "inf" and "1."
  return parse<double>(text);
}

}  // namespace

std::optional<double> number_of(simdjson::dom::element value) {
  double number = 0;
  if (!value.get(number)) return number;
  std::string_view text;
  if (value.get(text)) return {};
  return parse_double(text);
}

std::optional<std::int64_t> integer_of(simdjson::dom::element value) {
  std::int64_t integer = 0;
  if (!value.get(integer)) return integer;
  std::string_view text;
  if (!value.get(text)) {
    if (const auto parsed = parse<std::int64_t>(text)) return parsed;
  }
  constexpr double limit = 9223372036854775808.0;  // 2^63
  const auto number = number_of(value);
  const bool is_whole = number && std::trunc(*number) == *number;
  if (!is_whole || *number < -limit || *number >= limit) return {};
  return static_cast<std::int64_t>(*number);
}

}  // namespace gemlive::simulator
