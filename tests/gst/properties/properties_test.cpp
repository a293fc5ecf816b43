// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "properties.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "config.hpp"
#include "doc_page.hpp"
#include "pipeline.hpp"
#include "scoped_variable.hpp"

namespace gemlive::test {
namespace {

/// The value of a property as text.
std::string printed(GstElement *element, const char *property) {
  GValue value = G_VALUE_INIT;
  g_object_get_property(G_OBJECT(element), property, &value);
  StrPtr text(gst_value_serialize(&value));
  g_value_unset(&value);
  return text ? text.get() : "";
}

/// Another value than the default.
std::string other_value(const GParamSpec *pspec) {
  if (G_IS_PARAM_SPEC_STRING(pspec)) return "something";
  if (G_IS_PARAM_SPEC_BOOLEAN(pspec))
    return G_PARAM_SPEC_BOOLEAN(pspec)->default_value ? "false" : "true";
  if (G_IS_PARAM_SPEC_ENUM(pspec)) {
    auto *spec = G_PARAM_SPEC_ENUM(pspec);
    const auto &last = spec->enum_class->values[spec->enum_class->n_values - 1];
    return (last.value == spec->default_value ? spec->enum_class->values[0] : last).value_nick;
  }
  if (G_IS_PARAM_SPEC_INT(pspec)) return "77";
  if (G_IS_PARAM_SPEC_UINT(pspec))
    return std::to_string(std::min(777u, G_PARAM_SPEC_UINT(pspec)->maximum));
  if (G_IS_PARAM_SPEC_DOUBLE(pspec)) return "0.5";
  return "";
}

class Properties : public ::testing::TestWithParam<const char *> {
 protected:
  ElementPtr element =
      ElementPtr(GST_ELEMENT(gst_object_ref_sink(gst_element_factory_make(GetParam(), nullptr))));

  template <typename Visit>
  void each(Visit &&visit) {
    Config::each([&](std::string_view name, auto) {
      auto *pspec = g_object_class_find_property(G_OBJECT_GET_CLASS(element.get()),
                                                 std::string(name).c_str());
      ASSERT_NE(pspec, nullptr) << name;
      visit(pspec);
    });
  }
};

TEST_P(Properties, EverySettingCanBeSetAndReadBack) {
  each([&](GParamSpec *pspec) {
    if (!(pspec->flags & G_PARAM_READABLE)) return;
    const auto value = other_value(pspec);
    ASSERT_NE(value, "") << pspec->name;
    const auto before = printed(element.get(), pspec->name);
    gst_util_set_object_arg(G_OBJECT(element.get()), pspec->name, value.c_str());
    const auto after = printed(element.get(), pspec->name);
    EXPECT_NE(before, after) << pspec->name;
    EXPECT_NE(after.find(value), std::string::npos) << pspec->name << " is " << after;
  });
}

TEST_P(Properties, EnumerationsAreApiOfThePlugin) {
  guint count = 0;
  auto **all = g_object_class_list_properties(G_OBJECT_GET_CLASS(element.get()), &count);
  for (guint i = 0; i < count; ++i) {
    const std::string type = g_type_name(all[i]->value_type);
    if (!G_IS_PARAM_SPEC_ENUM(all[i]) || !type.starts_with("GstGemlive")) continue;
    EXPECT_TRUE(gst_type_is_plugin_api(all[i]->value_type, nullptr)) << type;
  }
  g_free(all);
}

TEST_P(Properties, StringsCanBeTakenBack) {
  each([&](GParamSpec *pspec) {
    if (!G_IS_PARAM_SPEC_STRING(pspec) || !(pspec->flags & G_PARAM_READABLE)) return;
    g_object_set(element.get(), pspec->name, "something", nullptr);
    g_object_set(element.get(), pspec->name, nullptr, nullptr);
    char *value = nullptr;
    g_object_get(element.get(), pspec->name, &value, nullptr);
    EXPECT_EQ(value, nullptr) << pspec->name;
    g_free(value);
  });
}

TEST_P(Properties, SecretsCannotBeRead) {
  const std::set<std::string> secrets = {"api-key", "access-token", "extra-headers", "proxy"};
  each([&](GParamSpec *pspec) {
    EXPECT_EQ(!(pspec->flags & G_PARAM_READABLE), secrets.contains(pspec->name)) << pspec->name;
  });
}

TEST_P(Properties, DefaultsAreThoseOfConfig) {
  const Config defaults;
  guint ms = 0, buffer_ms = 0, turns = 1;
  double temperature = 0;
  int padding = 0;
  g_object_get(element.get(), "latency", &ms, "buffer-duration", &buffer_ms, "max-turns", &turns,
               "temperature", &temperature, "prefix-padding", &padding, nullptr);
  EXPECT_EQ(Config::ms(ms), *defaults.latency);
  EXPECT_EQ(Config::ms(buffer_ms), *defaults.buffer_duration);
  EXPECT_EQ(turns, *defaults.max_turns);
  EXPECT_EQ(temperature, *defaults.temperature);
  EXPECT_EQ(padding, *defaults.prefix_padding);
}

TEST_P(Properties, StatusIsThereBeforeAnythingRuns) {
  GstStructure *stats = nullptr;
  int state = -1;
  g_object_get(element.get(), "stats", &stats, "connection-state", &state, nullptr);
  StructurePtr owned(stats);
  ASSERT_NE(stats, nullptr);
  EXPECT_TRUE(gst_structure_has_name(stats, "gemlive/stats"));
  EXPECT_EQ(state, 0);
  for (const char *field :
       {"input-pushed", "input-sent", "input-dropped", "input-held", "output-came", "output-taken",
        "output-discarded", "output-dropped", "output-held", "messages-sent", "messages-received"})
    EXPECT_TRUE(gst_structure_has_field_typed(stats, field, G_TYPE_UINT64)) << field;
  for (const char *field : {"turns", "interruptions", "connects"})
    EXPECT_TRUE(gst_structure_has_field_typed(stats, field, G_TYPE_UINT)) << field;
}

TEST_P(Properties, EachFieldOfStatsIsDocumented) {
  const auto page = doc_page("properties.md");
  GstStructure *stats = nullptr;
  g_object_get(element.get(), "stats", &stats, nullptr);
  StructurePtr owned(stats);
  for (int i = 0; i < gst_structure_n_fields(stats); ++i) {
    const char *name = gst_structure_nth_field_name(stats, static_cast<guint>(i));
    EXPECT_NE(row_of(page.substr(page.find("## Stats")), name), "") << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Elements, Properties,
                         ::testing::Values("gemlive", "gemlivesink", "gemlivesrc"),
                         [](const auto &info) { return std::string(info.param); });

TEST(PropertiesOfStreams, NicksAreAsDocumented) {
  for (const char *nick : {"input-transcript", "output-transcript", "text", "audio"}) {
    Pipeline pipeline("gemlivesrc name=s session=nicks");
    gst_util_set_object_arg(G_OBJECT(pipeline["s"]), "stream", nick);
    EXPECT_EQ(printed(pipeline["s"], "stream"), nick);
  }
}

TEST(Empty, TextIsAsIfUnset) {
  const ScopedVariable uri("GEMLIVE_URI", "ws://127.0.0.1:1");
  Pipeline pipeline(
      "gemlivesink name=s session=empty  gemlivesrc session=empty model=given ! fakesink");
  g_object_set(pipeline["s"], "uri", "", "model", "", nullptr);
  EXPECT_TRUE(pipeline.play()) << "the two elements must agree";
}

TEST(Secrets, AreInNoDotDump) {
  Pipeline pipeline(
      "audiotestsrc ! gemlive name=g api-key=open-sesame-1 access-token=open-sesame-2 "
      "resumption-handle=open-sesame-3 proxy=http://me:open-sesame-4@127.0.0.1:1 "
      "extra-headers=\"h,x-secret=open-sesame-5\" ! fakesink");
  StrPtr dot(gst_debug_bin_to_dot_data(GST_BIN(pipeline.get()), GST_DEBUG_GRAPH_SHOW_ALL));
  EXPECT_EQ(std::string(dot.get()).find("open-sesame"), std::string::npos);
  EXPECT_NE(std::string(dot.get()).find("gemlive"), std::string::npos);
}

}  // namespace
}  // namespace gemlive::test
