// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "json_object.hpp"

#include <json-glib/json-glib.h>

#include <cstring>
#include <fstream>
#include <iterator>

#include "glib_ptr.hpp"
#include "json_check.hpp"
#include "text.hpp"

namespace gemlive::json {

namespace {

constexpr std::size_t max_file_size = 1024 * 1024;

JsonNode *object_node() {
  JsonNode *node = json_node_new(JSON_NODE_OBJECT);
  json_node_take_object(node, json_object_new());
  return node;
}

/// Returns the object that holds the last name of `path`, and creates missing objects on the way.
/// `path` becomes the last name.
JsonObject *descend(JsonNode *root, std::string &path) {
  JsonObject *object = json_node_get_object(root);
  for (auto dot = path.find('.'); dot != std::string::npos; dot = path.find('.')) {
    const std::string name = path.substr(0, dot);
    path.erase(0, dot + 1);
    JsonNode *member = json_object_get_member(object, name.c_str());
    if (!member || !JSON_NODE_HOLDS_OBJECT(member)) {
      json_object_set_object_member(object, name.c_str(), json_object_new());
      member = json_object_get_member(object, name.c_str());
    }
    object = json_node_get_object(member);
  }
  return object;
}

void set_node(JsonNode *root, std::string_view path, JsonNode *value) {
  std::string name(path);
  JsonObject *object = descend(root, name);
  json_object_set_member(object, name.c_str(), value);
}

StrPtr valid_utf8(std::string_view text) {
  return StrPtr(
      g_utf8_make_valid(text.data() ? text.data() : "", static_cast<gssize>(text.size())));
}

JsonNode *string_node(std::string_view text) {
  return json_node_init_string(json_node_alloc(), valid_utf8(text).get());
}

/// json-glib writes 1e20 as 1e+20.0 and does not escape U+001F. Neither is JSON.
std::string strict_json(std::string_view json) {
  std::string result;
  bool in_string = false, escaped = false, in_exponent = false;
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    if (c == '"' && !escaped) in_string = !in_string;
    escaped = c == '\\' && !escaped;
    if (!in_string && in_exponent && json.substr(at, 2) == ".0") {
      ++at;
      continue;
    }
    in_exponent = !in_string && (c == 'e' || (in_exponent && std::strchr("+-0123456789", c)));
    if (c == '\x1f')
      result += "\\u001f";
    else
      result += c;
  }
  return result;
}

/// Merging into a new object copies it without nulls on every level.
void merge_objects(JsonObject *into, JsonObject *from) {
  JsonObjectIter iter;
  const char *name = nullptr;
  JsonNode *theirs = nullptr;
  json_object_iter_init_ordered(&iter, from);
  while (json_object_iter_next_ordered(&iter, &name, &theirs)) {
    JsonNode *mine = json_object_get_member(into, name);
    if (JSON_NODE_HOLDS_NULL(theirs)) {
      if (mine) json_object_remove_member(into, name);
    } else if (!JSON_NODE_HOLDS_OBJECT(theirs)) {
      json_object_set_member(into, name, json_node_copy(theirs));
    } else {
      if (!mine || !JSON_NODE_HOLDS_OBJECT(mine)) {
        json_object_set_member(into, name, object_node());
        mine = json_object_get_member(into, name);
      }
      merge_objects(json_node_get_object(mine), json_node_get_object(theirs));
    }
  }
}

Error bad_json(std::string_view what, const char *wanted, const std::string &problem) {
  return {.kind = ErrorKind::bad_setting,
          .message = std::string(what) + " is not a JSON " + wanted + ": " + problem +
                     ". Fix the JSON text"};
}

}  // namespace

Result<Object::Node> Object::parse_node(std::string_view text, std::string_view what,
                                        const char *wanted) {
  if (const auto wrong = check_syntax(text))
    return bad_json(what, wanted,
                    std::string("expected ") + wrong->expected + " at line " +
                        std::to_string(wrong->line) + ", column " + std::to_string(wrong->column));
  ObjectPtr<JsonParser> parser(json_parser_new());
  ErrorPtr error;
  if (!json_parser_load_from_data(parser.get(), text.data(), static_cast<gssize>(text.size()),
                                  out(error)))
    return bad_json(what, wanted, error->message);
  JsonNode *root = json_parser_get_root(parser.get());
  return Node(root ? json_node_copy(root) : json_node_new(JSON_NODE_NULL));
}

void Object::Unref::operator()(JsonNode *node) const {
  json_node_unref(node);
}

Object::Object() : node_(object_node()) {}
Object::~Object() = default;
Object::Object(Object &&) noexcept = default;
Object &Object::operator=(Object &&) noexcept = default;

Result<Object> Object::parse(std::string_view text, std::string_view what) {
  auto root = parse_node(text, what, "object");
  if (!root) return root.error();
  Object object;
  object.node_ = std::move(*root);
  if (!JSON_NODE_HOLDS_OBJECT(object.node_.get()))
    return bad_json(what, "object", "it must begin with { and end with }");
  return object;
}

Result<Object> Object::parse_list(std::string_view text, std::string_view what,
                                  std::string_view name) {
  auto root = parse_node(text, what, "array");
  if (!root) return root.error();
  Object object;
  if (JSON_NODE_HOLDS_ARRAY(root->get())) {
    set_node(object.node_.get(), name, root->release());
  } else if (JSON_NODE_HOLDS_OBJECT(root->get())) {
    Object only;
    only.node_ = std::move(*root);
    if (only.empty())
      return bad_json(what, "array", "{} is not a valid item. Use [] for an empty list");
    object.append(name, std::move(only));
  } else {
    return bad_json(what, "array", "it must begin with [ and end with ]");
  }
  return object;
}

Object &Object::set(std::string_view path, std::string_view value) {
  set_node(node_.get(), path, string_node(value));
  return *this;
}

Object &Object::set(std::string_view path, bool value) {
  set_node(node_.get(), path, json_node_init_boolean(json_node_alloc(), value));
  return *this;
}

Object &Object::set(std::string_view path, std::int64_t value) {
  set_node(node_.get(), path, json_node_init_int(json_node_alloc(), value));
  return *this;
}

Object &Object::set(std::string_view path, double value) {
  set_node(node_.get(), path, json_node_init_double(json_node_alloc(), value));
  return *this;
}

Object &Object::set(std::string_view path, const std::vector<std::string> &values) {
  JsonArray *array = json_array_new();
  for (const auto &value : values)
    json_array_add_string_element(array, value.c_str());
  JsonNode *node = json_node_new(JSON_NODE_ARRAY);
  json_node_take_array(node, array);
  set_node(node_.get(), path, node);
  return *this;
}

Object &Object::set(std::string_view path, Object value) {
  set_node(node_.get(), path, value.node_.release());
  return *this;
}

Object &Object::append(std::string_view path, Object value) {
  std::string name(path);
  JsonObject *object = descend(node_.get(), name);
  JsonNode *member = json_object_get_member(object, name.c_str());
  if (!member || !JSON_NODE_HOLDS_ARRAY(member)) {
    json_object_set_array_member(object, name.c_str(), json_array_new());
    member = json_object_get_member(object, name.c_str());
  }
  json_array_add_element(json_node_get_array(member), value.node_.release());
  return *this;
}

void Object::merge(const Object &other) {
  merge_objects(json_node_get_object(node_.get()), json_node_get_object(other.node_.get()));
}

Object Object::unwrapped(std::string_view name) && {
  JsonObject *object = json_node_get_object(node_.get());
  JsonNode *only = json_object_get_member(object, std::string(name).c_str());
  if (only && JSON_NODE_HOLDS_OBJECT(only) && json_object_get_size(object) == 1)
    node_.reset(json_node_copy(only));
  return std::move(*this);
}

bool Object::empty() const {
  return json_object_get_size(json_node_get_object(node_.get())) == 0;
}

std::vector<std::string> Object::fields() const {
  std::vector<std::string> names;
  JsonObjectIter iter;
  const char *name = nullptr;
  json_object_iter_init_ordered(&iter, json_node_get_object(node_.get()));
  while (json_object_iter_next_ordered(&iter, &name, nullptr))
    names.emplace_back(name);
  return names;
}

bool Object::holds_object(const char *field) const {
  JsonNode *member = json_object_get_member(json_node_get_object(node_.get()), field);
  return member && JSON_NODE_HOLDS_OBJECT(member);
}

bool Object::is_true(const char *field) const {
  JsonNode *member = json_object_get_member(json_node_get_object(node_.get()), field);
  return member && json_node_get_value_type(member) == G_TYPE_BOOLEAN &&
         json_node_get_boolean(member);
}

std::vector<std::string> Object::strings_at(const char *json_path) const {
  std::vector<std::string> strings;
  const Node found(json_path_query(json_path, node_.get(), nullptr));
  if (!found) return strings;
  JsonArray *array = json_node_get_array(found.get());
  for (guint at = 0; at < json_array_get_length(array); ++at) {
    const char *string = json_node_get_string(json_array_get_element(array, at));
    if (string) strings.emplace_back(string);
  }
  return strings;
}

std::string Object::text() const {
  return strict_json(StrPtr(json_to_string(node_.get(), FALSE)).get());
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

std::string quoted(std::string_view text) {
  JsonNode *node = string_node(text);
  const StrPtr json(json_to_string(node, FALSE));
  json_node_unref(node);
  return strict_json(json.get());
}

}  // namespace gemlive::json
