// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "properties.hpp"

#include <sstream>

#include "problem.hpp"

namespace gemlive::talk {
namespace {

/// What the property takes, in words.
std::string expected(GParamSpec *property) {
  if (G_IS_PARAM_SPEC_ENUM(property)) {
    std::string names;
    const auto *values = G_PARAM_SPEC_ENUM(property)->enum_class;
    for (guint i = 0; i < values->n_values; ++i)
      names += (i ? ", " : "") + std::string(values->values[i].value_nick);
    return "It is one of: " + names + ".";
  }
  const auto range = [](auto least, auto most) {
    std::ostringstream text;
    text << "It is a number from " << least << " to " << most << '.';
    return text.str();
  };
  if (G_IS_PARAM_SPEC_INT(property))
    return range(G_PARAM_SPEC_INT(property)->minimum, G_PARAM_SPEC_INT(property)->maximum);
  if (G_IS_PARAM_SPEC_UINT(property))
    return range(G_PARAM_SPEC_UINT(property)->minimum, G_PARAM_SPEC_UINT(property)->maximum);
  if (G_IS_PARAM_SPEC_DOUBLE(property))
    return range(G_PARAM_SPEC_DOUBLE(property)->minimum, G_PARAM_SPEC_DOUBLE(property)->maximum);
  if (G_IS_PARAM_SPEC_BOOLEAN(property)) return "It is true or false.";
  return "Run gst-inspect-1.0 gemlive for its type.";
}

void set_property(GstElement *element, const std::string &name, const std::string &text) {
  auto *spec = g_object_class_find_property(G_OBJECT_GET_CLASS(element), name.c_str());
  // Those of every GstObject (name, parent) take no value once the pipeline is made.
  if (!spec || !(spec->flags & G_PARAM_WRITABLE) || spec->owner_type == GST_TYPE_OBJECT)
    throw Problem("gemlive has no property \"" + name + "\" that can be set.",
                  "Run gst-inspect-1.0 gemlive for their names.");
  GValue value = G_VALUE_INIT;
  g_value_init(&value, spec->value_type);
  bool is_read = true;
  if (G_VALUE_HOLDS_STRING(&value))
    g_value_set_string(&value, text.c_str());  // as it is: JSON needs no second quotation marks
  else
    is_read = gst_value_deserialize_with_pspec(&value, text.c_str(), spec);
  // Out of range: it would be changed silently.
  const bool is_valid = is_read && !g_param_value_validate(spec, &value);
  if (is_valid) g_object_set_property(G_OBJECT(element), name.c_str(), &value);
  g_value_unset(&value);
  if (!is_valid)
    throw Problem("The value of the property \"" + name + "\" is wrong.", expected(spec));
}

}  // namespace

void set_properties(GstElement *element,
                    const std::vector<std::pair<std::string, std::string>> &properties) {
  for (const auto &[name, text] : properties)
    set_property(element, name, text);
}

}  // namespace gemlive::talk
