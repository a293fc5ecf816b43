// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "event_fields.hpp"

#include <charconv>
#include <cmath>

namespace gemlive::timeline {

std::optional<double> number_of(const json::Value *value) {
  if (!value || value->kind != json::Value::Kind::scalar) return std::nullopt;
  const auto text = value->string().value_or(value->text);
  double number = 0;
  const auto *end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::optional<double> EventFields::seconds(std::string_view name) const {
  constexpr double none = 9.2e18;  // half of the range: GST_CLOCK_TIME_NONE is the end of it
  const auto ns = number(name);
  if (!ns || *ns < 0 || *ns >= none) return std::nullopt;
  return *ns / 1e9;
}

std::optional<std::string> EventFields::text_if_any(std::string_view name) const {
  const auto *value = find(name);
  return value ? value->string() : std::nullopt;
}

std::string EventFields::text(std::string_view name) const {
  return text_if_any(name).value_or("");
}

bool EventFields::is_true(std::string_view name) const {
  const auto *value = find(name);
  return value && (value->text == "true" || value->text == "1");
}

unsigned EventFields::count(std::string_view name) const {
  const auto value = number(name).value_or(0);
  return value > 0 && value < 4e9 ? static_cast<unsigned>(value) : 0;
}

}  // namespace gemlive::timeline
