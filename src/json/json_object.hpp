// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"
#include "json_value.hpp"

/// Builds and merges JSON that users write. json_reader.hpp reads JSON from a server. Any thread,
/// one at a time per object.
namespace gemlive::json {

/// A JSON object to build or edit. A path is a list of field names joined by dots. Missing objects
/// along the path are created: set("generationConfig.temperature", 0.7). Numbers, strings and names
/// stay as they were written.
class Object {
 public:
  Object() = default;
  Object(Object &&) noexcept = default;
  Object &operator=(Object &&) noexcept = default;

  /// Parses exactly one strict JSON object of at most 64 levels. `what` names the source in the
  /// error text ("Property setup"). Errors: bad_setting, with line and column.
  static Result<Object> parse(std::string_view text, std::string_view what);

  /// Parses an array and returns an object with the array as its only field `name`. A single object
  /// counts as an array with one item. Errors: as parse().
  static Result<Object> parse_list(std::string_view text, std::string_view what,
                                   std::string_view name);

  Object &set(std::string_view path, std::string_view value);
  Object &set(std::string_view path, const char *value) {
    return set(path, std::string_view(value));
  }
  Object &set(std::string_view path, bool value);
  Object &set(std::string_view path, int value) { return set(path, std::int64_t{value}); }
  Object &set(std::string_view path, std::int64_t value);
  Object &set(std::string_view path, double value);  // finite
  Object &set(std::string_view path, const std::vector<std::string> &values);
  Object &set(std::string_view path, Object value);
  /// Appends to an array, which is created if it is missing.
  Object &append(std::string_view path, Object value);

  /// Deep merge (RFC 7386): objects are merged field by field, null in `other` removes a field, any
  /// other value replaces it.
  void merge(const Object &other);
  /// The object in field `name` if that is the only field, otherwise this object unchanged.
  Object unwrapped(std::string_view name) &&;
  bool empty() const;
  /// Whether each field has one of these names.
  bool has_only(std::initializer_list<std::string_view> names) const;
  /// Whether `field` is an object.
  bool holds_object(std::string_view field) const;
  /// Whether `field` is the boolean true.
  bool is_true(std::string_view field) const;
  /// The strings at a path ("tools.name"), including those in arrays along the path and at its end.
  /// Values of other types are left out.
  std::vector<std::string> strings_at(std::string_view path) const;
  std::string text() const;  // compact
  Value &value() { return root_; }

 private:
  Object &set_value(std::string_view path, Value value);

  Value root_ = Value::object();
};

/// Returns `value`, or the content of FILE (at most 1 MiB) if `value` is `@FILE`. Errors:
/// bad_setting, naming the property. Any thread.
Result<std::string> text_or_file(std::string_view value, std::string_view property);

}  // namespace gemlive::json
