// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "secret_json.hpp"

#include <algorithm>
#include <charconv>
#include <span>

#include "json_string.hpp"

namespace gemlive {
namespace {

constexpr std::size_t max_depth = 32;

/// As many empty strings as fit.
void become_empty_strings(std::span<char> text) {
  constexpr std::string_view item = R"(,"")";
  std::ranges::fill(text, ' ');
  std::size_t at = 0;
  for (; at + item.size() < text.size(); at += item.size())
    item.copy(text.data() + at, item.size());
  if (at == 0) return;
  text[0] = '[';
  text[at] = ']';
}

}  // namespace

/// A parser uses its memory again. Empty strings take more of it than any others that are as long
/// in JSON, so they overwrite all.
SecretJson::Memory::~Memory() {
  become_empty_strings({text.data(), text.size()});
  [[maybe_unused]] const auto error = parser.parse(text).error();
}

std::optional<SecretJson> SecretJson::parse(std::string_view text) {
  if (text.starts_with(json::byte_order_mark)) return {};
  SecretJson json;
  json.memory_ = std::make_unique<Memory>();
  auto &[parser, copy] = *json.memory_;
  copy = simdjson::padded_string(text);
  if (parser.allocate(text.size(), max_depth) || parser.parse(copy).get(json.root_)) return {};
  if (!json.root_.is_object()) return {};
  return json;
}

bool SecretJson::has(const std::string &pointer) const {
  return root_.at_pointer(pointer).error() == simdjson::SUCCESS;
}

bool SecretJson::is_true(const std::string &pointer) const {
  bool value = false;
  return !root_.at_pointer(pointer).get(value) && value;
}

std::string_view SecretJson::view(const std::string &pointer) const {
  std::string_view text;
  return root_.at_pointer(pointer).get(text) ? std::string_view() : text;
}

std::string SecretJson::string(const std::string &pointer) const {
  return std::string(view(pointer));
}

Secret SecretJson::secret(const std::string &pointer) const {
  return Secret(view(pointer));
}

std::optional<std::int64_t> SecretJson::integer(const std::string &pointer) const {
  std::int64_t number = 0;
  if (!root_.at_pointer(pointer).get(number)) return number;
  const auto text = view(pointer);
  const auto *end = text.data() + text.size();
  if (text.empty() || std::from_chars(text.data(), end, number).ptr != end) return {};
  return number;
}

std::vector<std::string> SecretJson::strings(const std::string &pointer) const {
  std::vector<std::string> found;
  simdjson::dom::array array;
  if (root_.at_pointer(pointer).get(array)) return found;
  for (const auto item : array)
    if (std::string_view text; !item.get(text)) found.emplace_back(text);
  return found;
}

std::vector<std::pair<std::string, std::string>> SecretJson::members(
    const std::string &pointer) const {
  std::vector<std::pair<std::string, std::string>> found;
  simdjson::dom::object object;
  if (root_.at_pointer(pointer).get(object)) return found;
  for (const auto [name, value] : object)
    if (std::string_view text; !value.get(text))
      found.emplace_back(std::string(name), std::string(text));
  return found;
}

}  // namespace gemlive
