// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "json.hpp"

#include "json_text.hpp"

namespace gemlive::talk {
namespace {

gboolean add(GQuark name, const GValue *value, gpointer data) {
  auto *object = static_cast<JsonObject *>(data);
  const char *key = g_quark_to_string(name);
  if (g_str_equal(key, "handle")) return TRUE;
  if (G_VALUE_HOLDS_STRING(value))
    json_object_set_string_member(object, key, g_value_get_string(value));
  else if (G_VALUE_HOLDS_BOOLEAN(value))
    json_object_set_boolean_member(object, key, g_value_get_boolean(value));
  else if (G_VALUE_HOLDS_UINT64(value) && g_value_get_uint64(value) == GST_CLOCK_TIME_NONE)
    json_object_set_null_member(object, key);
  else if (G_VALUE_HOLDS_DOUBLE(value) || G_VALUE_HOLDS_FLOAT(value)) {
    GValue number = G_VALUE_INIT;
    g_value_init(&number, G_TYPE_DOUBLE);
    g_value_transform(value, &number);
    json_object_set_double_member(object, key, g_value_get_double(&number));
  } else {
    GValue number = G_VALUE_INIT;
    g_value_init(&number, G_TYPE_INT64);
    if (g_value_transform(value, &number))
      json_object_set_int_member(object, key, g_value_get_int64(&number));
    else
      json_object_set_string_member(object, key, StrPtr(gst_value_serialize(value)).get());
  }
  return TRUE;
}

}  // namespace

std::string to_json(const GstStructure *fields) {
  auto *object = json_object_new();
  gst_structure_foreach(fields, add, object);
  return json_text(object);
}

std::string to_json(const char *name, const std::string &text) {
  auto *object = json_object_new();
  json_object_set_string_member(object, name, text.c_str());
  return json_text(object);
}

std::string as_object(const std::string &output) {
  const StrPtr text(g_strstrip(g_strdup(output.c_str())));
  NodePtr node(json_from_string(text.get(), nullptr));
  if (!node) return to_json("result", text.get());
  if (JSON_NODE_HOLDS_OBJECT(node.get())) return text.get();
  auto *object = json_object_new();
  json_object_set_member(object, "result", node.release());
  return json_text(object);
}

}  // namespace gemlive::talk
