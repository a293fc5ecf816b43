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

TEST(JsonReader, ReplacesALoneSurrogateAndKeepsTheRest) {
  JsonReader reader;
  std::string names;
  std::string_view text, other, source;
  ASSERT_TRUE(reader.read(R"({"a\udc00":"x\ud800y","b":"\ud83d\ude00\n","args":{"c":"\ud800"}})",
                          [&](JsonReader::Field &field) {
                            names += field.name;
                            if (field.name == "b") return reader.string(field.value, other);
                            if (field.name == "args") return reader.source(field.value, source);
                            return reader.string(field.value, text);
                          }));
  EXPECT_EQ(names, "a\uFFFDbargs");
  EXPECT_EQ(text, "x\uFFFDy");
  EXPECT_EQ(other, "\U0001F600\n");
  EXPECT_EQ(source, R"({"c":"\ud800"})") << "as it was written";
}

TEST(JsonReader, RefusesMalformedEscapesAndAByteOrderMark) {
  for (const char *text :
       {R"({"a":"\u12"})", R"({"a":"\ud800\u1"})", R"({"\x":1})", R"({"a":["\x"]})"})
    EXPECT_EQ(problem_of(text), "malformed escape in a string") << text;
  EXPECT_EQ(problem_of("\xef\xbb\xbf{}"), "byte order mark before the object");
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
