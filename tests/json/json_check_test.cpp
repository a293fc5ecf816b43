// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "json_check.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gemlive::json {
namespace {

TEST(JsonCheck, AcceptsEachKindOfValue) {
  for (const char *text :
       {"{}", "[]", R"({"a":[1,-2.5e3,"x",true,false,null]})", " 1 ", R"("\u20ac")"})
    EXPECT_FALSE(check_syntax(text)) << text;
}

TEST(JsonCheck, RefusesExtensionsOfJson) {
  for (const char *text : {"", "{} x", "[1,]", "{a:1}", "/* */ {}", "'x'", "01", "0x1f", "+1",
                           "nan", "\"\t\"", R"("\u0000")", R"({"a":1)", "\xef\xbb\xbf{}"})
    EXPECT_TRUE(check_syntax(text)) << text;
}

TEST(JsonCheck, LimitsDepth) {
  EXPECT_FALSE(check_syntax("[[1]]", 2));
  EXPECT_TRUE(check_syntax("[[[1]]]", 2));
  EXPECT_TRUE(check_syntax(std::string(75000, '[')));
}

TEST(JsonCheck, NamesThePlaceAndTheExpectedToken) {
  const auto error = check_syntax("{\"a\": 1,\n \"b\": }");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->line, 2u);
  EXPECT_EQ(error->column, 7u);
  EXPECT_STREQ(error->expected, "a value");
}

}  // namespace
}  // namespace gemlive::json
