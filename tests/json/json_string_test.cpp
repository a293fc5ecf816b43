// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "json_string.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "json_object.hpp"

namespace gemlive::json {
namespace {

TEST(JsonString, QuotedIsAlwaysAValidString) {
  EXPECT_EQ(quoted(""), R"("")");
  EXPECT_EQ(quoted({}), R"("")");
  EXPECT_EQ(quoted("a\"b\\c\b\f\n\t\r\x01\x1f\x7f/\u20ac"),
            "\"a\\\"b\\\\c\\b\\f\\n\\t\\r\\u0001\\u001f\\u007f/\u20ac\"");
  EXPECT_EQ(quoted("\xff"
                   "a"),
            "\"\uFFFDa\"");
  EXPECT_EQ(quoted(std::string_view("a\0b", 3)), "\"a\uFFFDb\"");
  for (char c = 1; c < 0x20; ++c) {
    const auto text = json::quoted(std::string("a") + c);
    EXPECT_EQ(std::ranges::count_if(text, [](char d) { return d < 0x20; }), 0) << int(c);
    EXPECT_TRUE(Object::parse("{\"a\":" + text + "}", "it")) << int(c);
  }
}

std::string unescaped(std::string_view source) {
  std::string out = ">";
  const bool good = append_unescaped(source, out);
  EXPECT_LE(out.size() - 1, source.size());
  return good ? out : "malformed";
}

TEST(JsonString, UnescapesEachEscape) {
  EXPECT_EQ(unescaped(""), ">");
  EXPECT_EQ(unescaped(R"(a\"\\\/\b\f\n\r\t\u0041\u00e4\u20AC\ud83d\uDE00z)"),
            ">a\"\\/\b\f\n\r\tA\u00e4\u20ac\U0001F600z");
  EXPECT_EQ(unescaped(R"(\u0000)"), std::string(">\0", 2));
  EXPECT_EQ(unescaped(R"(\\ud800)"), ">\\ud800");
}

TEST(JsonString, ReplacesALoneSurrogate) {
  EXPECT_EQ(unescaped(R"(a\ud800b)"), ">a\uFFFDb");
  EXPECT_EQ(unescaped(R"(\udc00)"), ">\uFFFD");
  EXPECT_EQ(unescaped(R"(\ud83d)"), ">\uFFFD");
  EXPECT_EQ(unescaped(R"(\ud83d\n)"), ">\uFFFD\n");
  EXPECT_EQ(unescaped(R"(\ud83d\u0041)"), ">\uFFFDA");
  EXPECT_EQ(unescaped(R"(\ud83d\ud83d\ude00)"), ">\uFFFD\U0001F600");
  EXPECT_EQ(unescaped(R"(\ude00\ud83d)"), ">\uFFFD\uFFFD");
}

TEST(JsonString, FindsMalformedEscapes) {
  for (const char *source :
       {"\\", "\\x", "\\u", "\\u12", "\\u12g4", "\\u+123", "\\ud800\\u12", "\\ud800\\"})
    EXPECT_EQ(unescaped(source), "malformed") << source;
}

TEST(JsonString, NamesAreInCamelOrSnakeCase) {
  EXPECT_TRUE(is_named("turnComplete", "turnComplete"));
  EXPECT_TRUE(is_named("turn_complete", "turnComplete"));
  EXPECT_TRUE(is_named("parts", "parts"));
  for (const char *other : {"", "turn", "turncomplete", "turn_Complete", "turn__complete",
                            "turnComplete_", "turnCompletes"})
    EXPECT_FALSE(is_named(other, "turnComplete")) << other;
}

}  // namespace
}  // namespace gemlive::json
