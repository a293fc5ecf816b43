// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "secret_json.hpp"

#include <charconv>

#include "json_string.hpp"

namespace gemlive {
namespace {

constexpr std::size_t max_depth = 32;

void overwrite(void *memory, std::size_t size) {
  auto *byte = static_cast<volatile unsigned char *>(memory);
  for (std::size_t i = 0; i < size; ++i)
    byte[i] = 0;
}

/// Strings lie in memory of the parser.
void overwrite_strings(simdjson::dom::element value) {
  simdjson::dom::array array;
  simdjson::dom::object object;
  std::string_view text;
  if (!value.get(text)) overwrite(const_cast<char *>(text.data()), text.size());
  if (!value.get(array))
    for (const auto item : array)
      overwrite_strings(item);
  if (!value.get(object))
    for (const auto member : object)
      overwrite_strings(member.value);
}

}  // namespace

SecretJson::Memory::~Memory() {
  overwrite(text.data(), text.size());
  if (root) overwrite_strings(*root);
}

std::optional<SecretJson> SecretJson::parse(std::string_view text) {
  if (text.starts_with(json::byte_order_mark)) return {};
  SecretJson json;
  json.memory_ = std::make_unique<Memory>();
  auto &[parser, copy, root] = *json.memory_;
  copy = simdjson::padded_string(text);
  simdjson::dom::element parsed;
  if (parser.allocate(text.size(), max_depth) || parser.parse(copy).get(parsed)) return {};
  root = parsed;
  if (!parsed.is_object()) return {};
  return json;
}

bool SecretJson::has(const std::string &pointer) const {
  return memory_->root->at_pointer(pointer).error() == simdjson::SUCCESS;
}

bool SecretJson::is_true(const std::string &pointer) const {
  bool value = false;
  return !memory_->root->at_pointer(pointer).get(value) && value;
}

std::string_view SecretJson::view(const std::string &pointer) const {
  std::string_view text;
  return memory_->root->at_pointer(pointer).get(text) ? std::string_view() : text;
}

std::string SecretJson::string(const std::string &pointer) const {
  return std::string(view(pointer));
}

Secret SecretJson::secret(const std::string &pointer) const {
  return Secret(view(pointer));
}

std::optional<std::int64_t> SecretJson::integer(const std::string &pointer) const {
  std::int64_t number = 0;
  if (!memory_->root->at_pointer(pointer).get(number)) return number;
  const auto text = view(pointer);
  const auto *end = text.data() + text.size();
  if (text.empty() || std::from_chars(text.data(), end, number).ptr != end) return {};
  return number;
}

std::vector<std::string> SecretJson::strings(const std::string &pointer) const {
  std::vector<std::string> found;
  simdjson::dom::array array;
  if (memory_->root->at_pointer(pointer).get(array)) return found;
  for (const auto item : array)
    if (std::string_view text; !item.get(text)) found.emplace_back(text);
  return found;
}

std::vector<std::pair<std::string, std::string>> SecretJson::members(
    const std::string &pointer) const {
  std::vector<std::pair<std::string, std::string>> found;
  simdjson::dom::object object;
  if (memory_->root->at_pointer(pointer).get(object)) return found;
  for (const auto [name, value] : object)
    if (std::string_view text; !value.get(text))
      found.emplace_back(std::string(name), std::string(text));
  return found;
}

}  // namespace gemlive
