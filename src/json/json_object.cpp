// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "json_object.hpp"

#include <glib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <utility>

#include "json_string.hpp"
#include "text.hpp"

namespace gemlive::json {

namespace {

constexpr std::size_t max_file_size = 1024 * 1024;

/// The member of this name, which is created if it is missing.
Value &member(Value &object, std::string_view name) {
  if (auto *found = object.find(name)) return *found;
  auto &added = object.inner.emplace_back();
  added.name = quoted(name);
  return added;
}

/// Replaces the value of a member, whose name stays.
void assign(Value &member, Value value) {
  value.name = std::move(member.name);
  member = std::move(value);
}

std::string_view take_name(std::string_view &path) {
  const auto name = path.substr(0, path.find('.'));
  path.remove_prefix(std::min(path.size(), name.size() + 1));
  return name;
}

/// The member at `path`. Missing objects on the way are created.
Value &descend(Value &root, std::string_view path) {
  auto *found = &member(root, take_name(path));
  while (!path.empty()) {
    if (!found->is_object()) assign(*found, Value::object());
    found = &member(*found, take_name(path));
  }
  return *found;
}

template <typename Number>
std::string written(Number number) {
  std::array<char, 32> digits;
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr};
}

/// Merging into a new object copies it without nulls on every level. Only the members that `into`
/// had before are compared, so that a large object is copied quickly.
void merge_objects(Value &into, const Value &from) {
  auto before = into.inner.size();
  for (const auto &theirs : from.inner) {
    const auto end = into.inner.begin() + static_cast<std::ptrdiff_t>(before);
    const auto name = before == 0 ? std::string() : theirs.plain_name();
    auto mine = std::ranges::find(into.inner.begin(), end, name, &Value::plain_name);
    if (theirs.is_null()) {
      if (mine == end) continue;
      into.inner.erase(mine);
      --before;
      continue;
    }
    if (mine == end) {
      mine = into.inner.emplace(into.inner.end());
      mine->name = theirs.name;
    }
    if (!theirs.is_object()) {
      assign(*mine, theirs);
    } else {
      if (!mine->is_object()) assign(*mine, Value::object());
      merge_objects(*mine, theirs);
    }
  }
}

void collect_strings(const Value &value, std::string_view path, std::vector<std::string> &found) {
  if (value.is_array()) {
    for (const auto &item : value.inner)
      collect_strings(item, path, found);
  } else if (path.empty()) {
    if (auto string = value.string()) found.push_back(std::move(*string));
  } else if (const auto *next = value.find(take_name(path))) {
    collect_strings(*next, path, found);
  }
}

Error bad_json(std::string_view what, const char *wanted, const std::string &problem) {
  return {.kind = ErrorKind::bad_setting,
          .message = std::string(what) + " is not a JSON " + wanted + ": " + problem +
                     ". Fix the JSON text"};
}

Result<Value> parse_value(std::string_view text, std::string_view what, const char *wanted) {
  Value value;
  if (const auto wrong = parse(text, value))
    return bad_json(what, wanted,
                    std::string("expected ") + wrong->expected + " at line " +
                        std::to_string(wrong->line) + ", column " + std::to_string(wrong->column));
  return value;
}

}  // namespace

Result<Object> Object::parse(std::string_view text, std::string_view what) {
  auto value = parse_value(text, what, "object");
  if (!value) return value.error();
  if (!value->is_object()) return bad_json(what, "object", "it must begin with { and end with }");
  Object object;
  object.root_ = std::move(*value);
  return object;
}

Result<Object> Object::parse_list(std::string_view text, std::string_view what,
                                  std::string_view name) {
  auto value = parse_value(text, what, "array");
  if (!value) return value.error();
  Object object;
  if (value->is_array()) {
    object.set_value(name, std::move(*value));
  } else if (value->is_object()) {
    Object only;
    only.root_ = std::move(*value);
    if (only.empty())
      return bad_json(what, "array", "{} is not a valid item. Use [] for an empty list");
    object.append(name, std::move(only));
  } else {
    return bad_json(what, "array", "it must begin with [ and end with ]");
  }
  return object;
}

Object &Object::set_value(std::string_view path, Value value) {
  assign(descend(root_, path), std::move(value));
  return *this;
}

Object &Object::set(std::string_view path, std::string_view value) {
  return set_value(path, Value::scalar(json::quoted(value)));
}

Object &Object::set(std::string_view path, bool value) {
  return set_value(path, Value::scalar(value ? "true" : "false"));
}

Object &Object::set(std::string_view path, std::int64_t value) {
  return set_value(path, Value::scalar(written(value)));
}

Object &Object::set(std::string_view path, double value) {
  return set_value(path, Value::scalar(written(value)));
}

Object &Object::set(std::string_view path, const std::vector<std::string> &values) {
  Value array{.kind = Value::Kind::array};
  for (const auto &value : values)
    array.inner.push_back(Value::scalar(json::quoted(value)));
  return set_value(path, std::move(array));
}

Object &Object::set(std::string_view path, Object value) {
  return set_value(path, std::move(value.root_));
}

Object &Object::append(std::string_view path, Object value) {
  auto &array = descend(root_, path);
  if (!array.is_array()) assign(array, Value{.kind = Value::Kind::array});
  array.inner.push_back(std::move(value.root_));
  return *this;
}

void Object::merge(const Object &other) {
  merge_objects(root_, other.root_);
}

Object Object::unwrapped(std::string_view name) && {
  auto *only = root_.inner.size() == 1 ? root_.find(name) : nullptr;
  if (only && only->is_object()) root_ = Value(std::move(*only));
  return std::move(*this);
}

bool Object::empty() const {
  return root_.inner.empty();
}

bool Object::has_only(std::initializer_list<std::string_view> names) const {
  return std::ranges::all_of(root_.inner, [&](const Value &member) {
    return std::ranges::find(names, member.plain_name()) != names.end();
  });
}

bool Object::holds_object(std::string_view field) const {
  const auto *member = root_.find(field);
  return member && member->is_object();
}

bool Object::is_true(std::string_view field) const {
  const auto *member = root_.find(field);
  return member && member->text == "true";
}

std::vector<std::string> Object::strings_at(std::string_view path) const {
  std::vector<std::string> strings;
  collect_strings(root_, path, strings);
  return strings;
}

std::string Object::text() const {
  std::string text;
  root_.append_to(text);
  return text;
}

Result<std::string> text_or_file(std::string_view value, std::string_view property) {
  if (!value.starts_with('@')) return std::string(value);
  const std::string path(value.substr(1));
  const auto refuse = [&](const char *why) {
    return Error{.kind = ErrorKind::bad_setting,
                 .message = "Property " + std::string(property) + ": the file " +
                            text::excerpt(path) + why + ". Check the path after @"};
  };
  if (!g_file_test(path.c_str(), G_FILE_TEST_EXISTS)) return refuse(" does not exist");
  if (!g_file_test(path.c_str(), G_FILE_TEST_IS_REGULAR)) return refuse(" is not a regular file");
  std::ifstream file(path, std::ios::binary);
  if (!file) return refuse(" cannot be read");
  std::string text(max_file_size + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad()) return refuse(" cannot be read");
  if (text.size() > max_file_size) return refuse(" is larger than 1 MiB");
  return text;
}

}  // namespace gemlive::json
