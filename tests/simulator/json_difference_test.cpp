// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "json_difference.hpp"

#include <gtest/gtest.h>

namespace gemlive::simulator {
namespace {

std::optional<JsonDifference> compare(std::string_view expected, std::string_view actual) {
  json::Value a, b;
  EXPECT_FALSE(json::parse(expected, a)) << expected;
  EXPECT_FALSE(json::parse(actual, b)) << actual;
  return first_difference(a, b);
}

TEST(JsonDifference, EqualValuesHaveNone) {
  const char *pairs[][2] = {
      {R"({"a":1,"b":[true,null,"x"]})", "{ \"b\" : [ true , null , \"x\" ],\n\"a\":1 }\n"},
      {R"({"a":"é/"})", R"({"a":"\u00e9\/"})"},
      {R"([0.7,100,-0])", R"([0.70,1e2,0])"},
      {R"({"turnComplete":true})", R"({"turn_complete":true})"},
      {R"({"turn_complete":true})", R"({"turnComplete":true})"},
      {"18446744073709551615", "18446744073709551615"},
  };
  for (const auto &[expected, actual] : pairs)
    EXPECT_FALSE(compare(expected, actual)) << expected << ' ' << actual;
}

TEST(JsonDifference, NamesTheFirstPlace) {
  struct Case {
    const char *expected, *actual, *path, *was, *is;
  };
  const Case cases[] = {
      {"1", "2", "", "1", "2"},
      {"1", "\"1\"", "", "1", "\"1\""},
      {"[]", "{}", "", "[]", "{}"},
      {R"({"a":{"b":[1,{"c":2}]}})", R"({"a":{"b":[1,{"c":3}]}})", "a.b[1].c", "2", "3"},
      {R"({"a":1})", R"({})", "a", "1", ""},
      {R"({})", R"({"a":[1]})", "a", "", "[1]"},
      {"[1]", "[1,2]", "[1]", "", "2"},
      {"[1,2]", "[1]", "[1]", "2", ""},
      {"true", "false", "", "true", "false"},
      {"18446744073709551615", "18446744073709551614", "", "18446744073709551615",
       "18446744073709551614"},
  };
  for (const auto &each : cases) {
    const auto found = compare(each.expected, each.actual);
    ASSERT_TRUE(found) << each.expected << ' ' << each.actual;
    EXPECT_EQ(found->path, each.path);
    EXPECT_EQ(found->expected, each.was);
    EXPECT_EQ(found->actual, each.is);
  }
}

}  // namespace
}  // namespace gemlive::simulator
