// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "json_reader.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gemlive {
namespace {

/// Skips every field. "" or the problem.
std::string problem_of(std::string_view text) {
  JsonReader reader;
  const bool good =
      reader.read(text, [&](JsonReader::Field &field) { return reader.skip(field.value); });
  return good ? "" : reader.problem();
}

TEST(JsonReader, ReadsFieldsInOrder) {
  JsonReader reader;
  std::string names;
  std::string_view text;
  bool flag = false;
  std::string_view source;
  const std::string message = R"({"t":"x\n","b":true,"o":{"n":[1, 2]}})";
  ASSERT_TRUE(reader.read(message, [&](JsonReader::Field &field) {
    names += field.name;
    if (field.name == "t") return reader.string(field.value, text);
    if (field.name == "b") return reader.boolean(field.value, flag);
    return reader.source(field.value, source);
  }));
  EXPECT_EQ(names, "tbo");
  EXPECT_EQ(text, "x\n");
  EXPECT_TRUE(flag);
  EXPECT_EQ(source, R"({"n":[1, 2]})");
  EXPECT_EQ(reader.offset_of(source), message.find(source));
}

TEST(JsonReader, ChecksSkippedValuesToo) {
  EXPECT_EQ(problem_of(R"({"a":{"b":[1,2.5,"x",null,true]}})"), "");
  for (const char *text : {"", "[]", "1", R"({"a":})", R"({"a":{"b":tru}})", R"({"a":[1,]})",
                           R"({"a":1} x)", R"({"a":"\x"})", R"({"a":1)", "{\"a\":\"\xff\"}"})
    EXPECT_NE(problem_of(text), "") << text;
}

TEST(JsonReader, LimitsDepth) {
  const std::string open(JsonReader::max_depth - 1, '['), close(JsonReader::max_depth - 1, ']');
  EXPECT_EQ(problem_of("{\"a\":" + open + close + "}"), "");
  EXPECT_NE(problem_of("{\"a\":[" + open + close + "]}"), "");
}

TEST(JsonReader, LeavesOutAValueOfAnotherType) {
  JsonReader reader;
  std::string_view text = "before";
  EXPECT_TRUE(reader.read(
      R"({"a":[1]})", [&](JsonReader::Field &field) { return reader.string(field.value, text); }));
  EXPECT_EQ(text, "before");
}

}  // namespace
}  // namespace gemlive
