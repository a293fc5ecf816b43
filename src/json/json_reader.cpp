// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "json_reader.hpp"

#include <algorithm>
#include <functional>

#include "json_string.hpp"

namespace gemlive {
namespace {

/// The parser keeps about eight times the size of the largest text so far. A capacity above this is
/// released when the next small text arrives.
constexpr std::size_t kept_capacity = 1024 * 1024;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view without_space_behind(std::string_view text) {
  const auto last = text.find_last_not_of(" \t\r\n");
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

std::string_view token_of(JsonReader::Value value) {
  return without_space_behind(value.raw_json_token());
}

bool take_digits(std::string_view &text) {
  const auto count = std::find_if_not(text.begin(), text.end(), is_digit) - text.begin();
  text.remove_prefix(static_cast<std::size_t>(count));
  return count > 0;
}

bool take_one_of(std::string_view &text, std::string_view characters) {
  if (text.empty() || characters.find(text[0]) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

/// A number of any size. simdjson rejects numbers beyond 64 bits, but they are valid JSON.
bool is_number(std::string_view text) {
  take_one_of(text, "-");
  if (!take_one_of(text, "0") && !take_digits(text)) return false;
  if (take_one_of(text, ".") && !take_digits(text)) return false;
  if (take_one_of(text, "eE")) {
    take_one_of(text, "+-");
    if (!take_digits(text)) return false;
  }
  return text.empty();
}

}  // namespace

bool JsonReader::start(std::string_view text) {
  if (parser_.capacity() > kept_capacity && text.size() <= kept_capacity) {
    parser_ = simdjson::ondemand::parser();
    padded_ = {};
    unescaped_ = {};
  }
  padded_.resize(std::max(padded_.size(), text.size() + simdjson::SIMDJSON_PADDING));
  std::copy(text.begin(), text.end(), padded_.begin());
  std::fill_n(padded_.begin() + static_cast<std::ptrdiff_t>(text.size()),
              simdjson::SIMDJSON_PADDING, '\0');
  size_ = text.size();
  depth_ = 0;
  problem_ = "";
  unescaped_.clear();
  if (text.starts_with(json::byte_order_mark)) return fail("byte order mark before the object");
  const auto error = parser_.iterate(padded_.data(), text.size(), padded_.size()).get(document_);
  return !error || fail(error);
}

bool JsonReader::finish() {
  const bool at_end = document_.current_location().error() == simdjson::OUT_OF_BOUNDS;
  return at_end || fail("text after the end of the object");
}

bool JsonReader::string(Value value, std::string_view &result) {
  const auto token = token_of(value);
  if (token.front() != '"') return skip(value);
  if (token.size() < 2 || token.back() != '"') return fail("string not followed by , ] or }");
  // Read it here. If simdjson skipped it, {"a":"b":1} would be accepted.
  if (const auto error = value.get_raw_json_string().error()) return fail(error);
  return unescape(token.substr(1, token.size() - 2), result);
}

/// simdjson has found the closing quote.
std::size_t JsonReader::length(const char *string) {
  std::size_t length = 0;
  while (string[length] != '"')
    length += string[length] == '\\' ? 2 : 1;
  return length;
}

/// simdjson's own function refuses lone surrogates, or needs version 3.2 to replace them.
bool JsonReader::unescape(std::string_view source, std::string_view &result) {
  if (source.find('\\') == std::string_view::npos) {
    result = source;
    return true;
  }
  unescaped_.reserve(size_);
  const auto start = unescaped_.size();
  if (!json::append_unescaped(source, unescaped_)) return fail("malformed escape in a string");
  result = std::string_view(unescaped_).substr(start);
  return true;
}

bool JsonReader::boolean(Value value, bool &result) {
  const auto token = token_of(value);
  if (token == "true" || token == "false") result = token == "true";
  return skip(value);
}

bool JsonReader::skip(Value value) {
  switch (*start_of(value)) {
    case '{':
      return object(value, [this](Field &field) { return skip(field.value); });
    case '[':
      return array(value, [this](Value item) { return skip(item); });
    case '"': {
      std::string_view unused;
      return string(value, unused);
    }
    default: {
      const auto token = token_of(value);
      return token == "true" || token == "false" || token == "null" || is_number(token) ||
             fail("invalid value");
    }
  }
}

bool JsonReader::source(Value value, std::string_view &result) {
  const auto *start = start_of(value);
  result = token_of(value);
  const bool nested = *start == '{' || *start == '[';
  return skip(value) && (!nested || source_since(start, value, result));
}

bool JsonReader::source_since(const char *start, Value last, std::string_view &result) {
  const char *next = nullptr;  // the token after `last`; none if the text is truncated
  if (const auto error = last.current_location().get(next)) return fail(error);
  result = without_space_behind({start, static_cast<std::size_t>(next - start)});
  return true;
}

std::size_t JsonReader::offset_of(std::string_view view) const {
  const std::less<const char *> before;
  const bool inside =
      !before(view.data(), padded_.data()) && before(view.data(), padded_.data() + size_);
  return inside ? static_cast<std::size_t>(view.data() - padded_.data()) : size_;
}

}  // namespace gemlive
