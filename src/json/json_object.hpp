// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "error.hpp"

typedef struct _JsonNode JsonNode;

/// Builds and merges JSON that users write. The only code that uses json-glib. json_reader.hpp
/// reads JSON from a server. Any thread, one at a time per object.
namespace gemlive::json {

/// A JSON object to build or edit. A path is a list of field names joined by dots. Missing objects
/// along the path are created: set("generationConfig.temperature", 0.7).
class Object {
 public:
  Object();
  ~Object();
  Object(Object &&) noexcept;
  Object &operator=(Object &&) noexcept;

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
  Object &set(std::string_view path, double value);
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
  std::vector<std::string> fields() const;
  /// Whether `field` is an object.
  bool holds_object(const char *field) const;
  /// Whether `field` is the boolean true.
  bool is_true(const char *field) const;
  /// The strings at a JSONPath ("$.a[*].b"). Values of other types are left out.
  std::vector<std::string> strings_at(const char *json_path) const;
  std::string text() const;  // compact

 private:
  struct Unref {
    void operator()(JsonNode *node) const;
  };
  using Node = std::unique_ptr<JsonNode, Unref>;
  static Result<Node> parse_node(std::string_view text, std::string_view what, const char *wanted);

  Node node_;
};

/// Returns `value`, or the content of FILE (at most 1 MiB) if `value` is `@FILE`. Errors:
/// bad_setting, naming the property. Any thread.
Result<std::string> text_or_file(std::string_view value, std::string_view property);

/// `text` as a JSON string with quotes. Invalid UTF-8 becomes U+FFFD, as in set(). Any thread.
std::string quoted(std::string_view text);

}  // namespace gemlive::json
