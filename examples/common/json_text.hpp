// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <json-glib/json-glib.h>

#include <string>

#include "handle.hpp"

namespace gemlive {

using NodePtr = Handle<JsonNode, json_node_unref>;

/// Takes ownership of `object`.
inline std::string json_text(JsonObject *object) {
  const NodePtr root(json_node_new(JSON_NODE_OBJECT));
  json_node_take_object(root.get(), object);
  std::string text = StrPtr(json_to_string(root.get(), FALSE)).get();
  // The only control character that json-glib does not escape.
  for (auto at = text.find('\x1f'); at != std::string::npos; at = text.find('\x1f', at))
    text.replace(at, 1, "\\u001f");
  return text;
}

}  // namespace gemlive
