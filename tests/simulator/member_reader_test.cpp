// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "member_reader.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gemlive::simulator {
namespace {

struct Values {
  std::string text = "before";
  bool flag = false;
  int number = 7;
  std::string fault = {};
};

Values read(const std::string &json) {
  simdjson::dom::parser parser;
  const simdjson::padded_string text(json);
  simdjson::dom::element value;
  EXPECT_FALSE(parser.parse(text).get(value)) << json;
  Values values;
  MemberReader reader;
  reader.read(value, "the step",
              {reader.text("text", values.text), reader.flag("flag", values.flag),
               reader.number("number", values.number)});
  values.fault = reader.fault();
  return values;
}

TEST(MemberReader, StoresEachMember) {
  const auto values = read(R"({"number":1000000000,"flag":true,"text":"a\u00e4"})");
  EXPECT_EQ(values.fault, "");
  EXPECT_EQ(values.text, "a\u00e4");
  EXPECT_TRUE(values.flag);
  EXPECT_EQ(values.number, 1'000'000'000);
}

TEST(MemberReader, MissingMembersKeepTheirValues) {
  const auto values = read("{}");
  EXPECT_EQ(values.fault, "");
  EXPECT_EQ(values.text, "before");
  EXPECT_EQ(values.number, 7);
}

TEST(MemberReader, NamesTheMemberOfTheWrongType) {
  EXPECT_EQ(read("[]").fault, "the step must be an object");
  EXPECT_EQ(read(R"({"minute":3})").fault, "the step has an unknown member \"minute\"");
  EXPECT_EQ(read(R"({"text":3})").fault, "\"text\" must be a string");
  EXPECT_EQ(read(R"({"flag":1})").fault, "\"flag\" must be true or false");
  for (const auto *number : {"-1", "1000000001", "1.5", "\"1\"", "18446744073709551615"})
    EXPECT_EQ(read(std::string("{\"number\":") + number + '}').fault,
              "\"number\" must be a whole number from 0 to 1000000000");
}

TEST(MemberReader, KeepsTheFirstError) {
  EXPECT_EQ(read(R"({"text":3,"flag":1,"minute":3})").fault, "\"text\" must be a string");
}

}  // namespace
}  // namespace gemlive::simulator
