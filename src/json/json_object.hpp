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

/// Building and merging JSON that people write: the json-glib door. What a server sends is read in
/// server_message.hpp. Any thread.
namespace gemlive::json {

/// A JSON object under construction. A path is field names joined by dots; objects on the way are
/// made: set("generationConfig.temperature", 0.7).
class Object {
 public:
  Object();
  ~Object();
  Object(Object &&) noexcept;
  Object &operator=(Object &&) noexcept;

  /// `what` names the source in the error text ("property 'setup'"). Refuses what is not exactly
  /// one strict JSON object of at most 64 levels. Errors: bad_setting, with line and column.
  static Result<Object> parse(std::string_view text, std::string_view what);

  /// An object whose one field `name` is the array that `text` is; an object is taken for an array
  /// of it. Errors: as parse().
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
  Object &append(std::string_view path, Object value);  // to an array, made when missing

  /// Deep: objects are merged field by field, null in `other` removes, anything else replaces
  /// (RFC 7386).
  void merge(const Object &other);
  /// The object under `name` where that is the only field, else this one as it is.
  Object unwrapped(std::string_view name) &&;
  bool empty() const;
  std::vector<std::string> fields() const;
  /// Whether `field` is an object, is true.
  bool holds_object(const char *field) const;
  bool is_true(const char *field) const;
  /// The strings at a JSONPath ("$.a[*].b"), without those that are none.
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

/// `value` is JSON text, or `@FILE` to read it from a file (at most 1 MiB). Errors: bad_setting,
/// naming the property.
Result<std::string> text_or_file(std::string_view value, std::string_view property);

/// `text` as a JSON string with its quotes; U+FFFD stands for what is not UTF-8 (here and in
/// set()).
std::string quoted(std::string_view text);

}  // namespace gemlive::json
