// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Nicks, blurbs and docs/properties.md.

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "doc_page.hpp"
#include "gst_ptr.hpp"

namespace gemlive::test {
namespace {

class PropertyDocs : public ::testing::TestWithParam<const char *> {
 protected:
  ElementPtr element =
      ElementPtr(GST_ELEMENT(gst_object_ref_sink(gst_element_factory_make(GetParam(), nullptr))));
};

/// "| -1 to 2 | -1": what the table of properties says of a number. Empty for other types.
std::string range_and_default(const GParamSpec *pspec) {
  const auto cells = [](auto minimum, auto maximum, auto value) {
    std::ostringstream text;
    text << "| " << minimum << " to " << maximum << " | " << value;
    return text.str();
  };
  if (G_IS_PARAM_SPEC_UINT(pspec)) {
    const auto *spec = G_PARAM_SPEC_UINT(pspec);
    return cells(spec->minimum, spec->maximum, spec->default_value);
  }
  if (G_IS_PARAM_SPEC_INT(pspec)) {
    const auto *spec = G_PARAM_SPEC_INT(pspec);
    return cells(spec->minimum, spec->maximum, spec->default_value);
  }
  if (G_IS_PARAM_SPEC_DOUBLE(pspec)) {
    const auto *spec = G_PARAM_SPEC_DOUBLE(pspec);
    return cells(spec->minimum, spec->maximum, spec->default_value);
  }
  return "";
}

/// The nicks in the order of their values, as the table lists them, and the default.
std::string nicks_and_default(const GParamSpec *pspec) {
  if (!G_IS_PARAM_SPEC_ENUM(pspec) || !(pspec->flags & G_PARAM_WRITABLE)) return "";
  const auto *spec = G_PARAM_SPEC_ENUM(pspec);
  std::string text = "|";
  for (guint i = 0; i < spec->enum_class->n_values; ++i)
    text += std::string(i > 0 ? "," : "") + " `" + spec->enum_class->values[i].value_nick + '`';
  return text + " | " + g_enum_get_value(spec->enum_class, spec->default_value)->value_nick;
}

/// "API Key": words with a capital, separated by spaces.
bool is_title_case(const std::string &nick) {
  char last = ' ';
  for (const char c : nick) {
    if (last == ' ' && !g_ascii_isupper(c)) return false;
    last = c;
  }
  return nick.find_first_of("-_") == std::string::npos;
}

TEST_P(PropertyDocs, EveryBlurbIsASentenceAndEveryNickATitle) {
  guint count = 0;
  Handle<GParamSpec *, g_free> all(
      g_object_class_list_properties(G_OBJECT_GET_CLASS(element.get()), &count));
  int own = 0;
  for (guint i = 0; i < count; ++i) {
    auto *pspec = all.get()[i];
    if (pspec->owner_type != G_OBJECT_TYPE(element.get())) continue;
    ++own;
    const std::string blurb = g_param_spec_get_blurb(pspec);
    EXPECT_TRUE(g_ascii_isupper(blurb[0])) << pspec->name;
    EXPECT_EQ(blurb.back(), '.') << pspec->name;
    EXPECT_GE(std::ranges::count(blurb, ' '), 4) << pspec->name;
    EXPECT_TRUE(is_title_case(g_param_spec_get_nick(pspec))) << pspec->name;
  }
  EXPECT_GE(own, 37);
}

TEST_P(PropertyDocs, EachPropertyAndSignalIsDocumented) {
  const auto properties = doc_page("properties.md"), messages = doc_page("messages.md");
  const auto type = G_OBJECT_TYPE(element.get());
  guint count = 0;
  auto **pspecs = g_object_class_list_properties(G_OBJECT_GET_CLASS(element.get()), &count);
  for (guint i = 0; i < count; ++i) {
    if (pspecs[i]->owner_type != type) continue;
    const std::string name = pspecs[i]->name, row = row_of(properties, name);
    ASSERT_NE(row, "") << name;
    for (const auto &cells : {range_and_default(pspecs[i]), nicks_and_default(pspecs[i])})
      EXPECT_NE(row.find(cells), std::string::npos) << row << " lacks " << cells;
  }
  g_free(pspecs);
  auto *signals = g_signal_list_ids(type, &count);
  for (guint i = 0; i < count; ++i) {
    const std::string name = g_signal_name(signals[i]);
    EXPECT_NE(messages.find('`' + name + " ("), std::string::npos) << name;
  }
  g_free(signals);
}

INSTANTIATE_TEST_SUITE_P(Elements, PropertyDocs,
                         ::testing::Values("gemlive", "gemlivesink", "gemlivesrc"),
                         [](const auto &info) { return std::string(info.param); });

}  // namespace
}  // namespace gemlive::test
