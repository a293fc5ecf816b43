// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "json_value.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gemlive::json {
namespace {

/// The value as it is written again, or what was expected instead, in brackets.
std::string again(std::string_view text, std::size_t max_depth = 64) {
  Value value;
  if (const auto error = parse(text, value, max_depth))
    return std::string("<") + error->expected + '>';
  std::string out;
  value.append_to(out);
  return out;
}

bool refuses(std::string_view text, std::size_t max_depth = 64) {
  return again(text, max_depth).starts_with('<');
}

TEST(JsonValue, NumbersAndStringsStayAsTheyWereWritten) {
  for (const char *text : {"19.99",
                           "1e400",
                           "-1E-400",
                           "-0",
                           "-0.0",
                           "0",
                           "1.0",
                           "1.50",
                           "18446744073709551615",
                           "-9223372036854775809",
                           "123456789012345678901234567890",
                           "0.1000000000000000055511151231",
                           R"("")",
                           R"("\u0000")",
                           R"("\uD83D\uDE00")",
                           R"("\u00e4\/\b")",
                           R"("\ud800")",
                           R"("\udc00\ud800")",
                           "\"\u20ac\U0001F600\"",
                           "true",
                           "false",
                           "null",
                           "{}",
                           "[]",
                           R"({"a":[1,-2.5e3,"x",true,false,null,{"b":[[]]}]})",
                           R"({"\u0061":1,"a":2,"":3})"})
    EXPECT_EQ(again(text), text);
}

TEST(JsonValue, WhiteSpaceIsLeftOutBetweenTokensOnly) {
  EXPECT_EQ(again(" \r\n\t{ \"a b\" : [ 1 , 2.50 ] ,\"c\":\" \" } \n"),
            R"({"a b":[1,2.50],"c":" "})");
}

TEST(JsonValue, RefusesWhatIsNotJson) {
  for (const char *text : {"",
                           " ",
                           "{} x",
                           "[1,]",
                           "{,}",
                           "{a:1}",
                           "/* */ {}",
                           "'x'",
                           "01",
                           "-01",
                           "0x1f",
                           "+1",
                           ".5",
                           "1.",
                           "1e",
                           "1e+",
                           "-",
                           "nan",
                           "Infinity",
                           "tru",
                           "truee",
                           "nul",
                           "\"\t\"",
                           R"("\x")",
                           R"("\u12")",
                           R"("\u12g4")",
                           R"("\")",
                           R"({"a":1)",
                           R"({"a")",
                           R"({"a" 1})",
                           R"({1:2})",
                           "[1 2]",
                           "\"\xff\"",
                           "\xef\xbb\xbf{}",
                           "\"\xed\xa0\x80\""})
    EXPECT_TRUE(refuses(text)) << text;
  EXPECT_TRUE(refuses(std::string_view("1\0", 2)));
}

TEST(JsonValue, LimitsDepth) {
  EXPECT_FALSE(refuses("[[1]]", 2));
  EXPECT_TRUE(refuses("[[[1]]]", 2));
  EXPECT_TRUE(refuses(std::string(75000, '[')));
}

TEST(JsonValue, FindsTheLastMemberOfAName) {
  Value value;
  ASSERT_FALSE(parse(R"({"turn_complete":1,"turn\u0043omplete":2,"other":3})", value));
  ASSERT_TRUE(value.find("turnComplete"));
  EXPECT_EQ(value.find("turnComplete")->text, "2");
  EXPECT_FALSE(value.find("turn"));
  EXPECT_FALSE(value.find("other")->find("x"));
}

TEST(JsonValue, GivesTheValueOfAString) {
  EXPECT_EQ(Value::scalar(R"("a\n\u20ac")").string(), "a\n\u20ac");
  EXPECT_EQ(Value::scalar("1").string(), std::nullopt);
  EXPECT_EQ(Value::object().string(), std::nullopt);
}

TEST(JsonValue, NamesThePlaceAndTheExpectedToken) {
  Value value;
  const auto error = parse("{\"a\": 1,\n \"b\": }", value);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->line, 2u);
  EXPECT_EQ(error->column, 7u);
  EXPECT_STREQ(error->expected, "a value");
}

}  // namespace
}  // namespace gemlive::json
