// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "json.hpp"

namespace gemlive::web {
namespace {

void add(JsonObject *object, const char *name, const Value &value) {
  if (const auto *text = std::get_if<std::string>(&value))
    json_object_set_string_member(object, name, text->c_str());
  else if (const auto *number = std::get_if<double>(&value))
    json_object_set_double_member(object, name, *number);
  else
    json_object_set_boolean_member(object, name, std::get<bool>(value));
}

}  // namespace

std::string to_json(std::initializer_list<std::pair<const char *, Value>> members) {
  auto *object = json_object_new();
  for (const auto &[name, value] : members)
    add(object, name, value);
  return json_text(object);
}

std::optional<Request> Request::parse(std::string_view text) {
  NodePtr root(json_from_string(std::string(text).c_str(), nullptr));
  if (!root || !JSON_NODE_HOLDS_OBJECT(root.get())) return {};
  return Request(std::move(root));
}

std::string Request::text(const char *member) const {
  JsonNode *node = json_object_get_member(json_node_get_object(root_.get()), member);
  return node && json_node_get_value_type(node) == G_TYPE_STRING ? json_node_get_string(node) : "";
}

}  // namespace gemlive::web
