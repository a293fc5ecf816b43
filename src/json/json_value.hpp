// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// JSON that users write, as a tree that keeps numbers and strings as they were written. JSON
/// libraries keep numbers as double or int64: 19.99 becomes 19.989999999999998, and
/// 18446744073709551615 does not fit. Any thread, one at a time per value.
namespace gemlive::json {

struct Value {
  enum class Kind { scalar, array, object };

  static Value scalar(std::string text) { return {.text = std::move(text)}; }
  static Value object() { return {.kind = Kind::object}; }

  Kind kind = Kind::scalar;
  std::string name = {};          // of a member of an object: a JSON string, as it was written
  std::string text = {};          // of a scalar: JSON, as it was written
  std::vector<Value> inner = {};  // items or members, in order

  bool is_object() const { return kind == Kind::object; }
  bool is_array() const { return kind == Kind::array; }
  bool is_null() const { return kind == Kind::scalar && text == "null"; }
  /// The name without quotes and escapes.
  std::string plain_name() const;
  /// The value of a string. nullopt for any other value.
  std::optional<std::string> string() const;

  /// The last member of this name. nullptr: none, or not an object.
  Value *find(std::string_view name);
  const Value *find(std::string_view name) const;

  /// Appends the value as JSON without white space.
  void append_to(std::string &out) const;
};

struct SyntaxError {
  std::size_t line = 1;
  std::size_t column = 1;
  const char *expected = "";  // "a value", "',' or '}'" ...
};

/// Reads a text that is exactly one JSON value (RFC 8259, UTF-8), nested at most `max_depth` levels
/// deep. Numbers may have any size. Returns nullopt if it is.
std::optional<SyntaxError> parse(std::string_view text, Value &result, std::size_t max_depth = 64);

}  // namespace gemlive::json
