// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "json_object.hpp"
#include "json_string.hpp"

#include <glib/gstdio.h>
#include <gtest/gtest.h>

#include <string>

#include "glib_ptr.hpp"
#include "temp_folder.hpp"

using namespace gemlive;

namespace {

std::string parsed(std::string_view text) {
  const auto object = json::Object::parse(text, "Property setup");
  return object ? object->text() : "refused: " + object.error().message;
}

bool refuses(std::string_view text) {
  const auto object = json::Object::parse(text, "Property setup");
  if (!object) {
    EXPECT_EQ(object.error().kind, ErrorKind::bad_setting);
    EXPECT_NE(object.error().message.find("Property setup"), std::string::npos);
  }
  return !object;
}

std::string merged(std::string_view into, std::string_view from) {
  auto object = json::Object::parse(into, "into");
  const auto other = json::Object::parse(from, "from");
  if (!object || !other) return "refused";
  const auto before = other->text();
  object->merge(*other);
  object->set("changed.afterwards", true);  // and what was merged in stays what it was
  EXPECT_EQ(other->text(), before);
  return object->text();
}

TEST(JsonObject, PathsMakeTheObjectsOnTheWay) {
  json::Object object;
  EXPECT_TRUE(object.empty());
  object.set("a.b.c", 1).set("a.b.d", true).set("e", "x\n\"").set("a.f", 0.5).set("e2", "");
  object.set("list", std::vector<std::string>{"p", "q"});
  EXPECT_EQ(object.text(),
            R"({"a":{"b":{"c":1,"d":true},"f":0.5},"e":"x\n\"","e2":"","list":["p","q"]})");
  object.set("a.b", 7).set("a.b.c", 8);  // what is in the way gives way
  EXPECT_EQ(object.text(), R"({"a":{"b":{"c":8},"f":0.5},"e":"x\n\"","e2":"","list":["p","q"]})");
  EXPECT_FALSE(object.empty());
}

TEST(JsonObject, NestsAndAppends) {
  json::Object inner, first, second;
  inner.set("x", 1);
  first.set("text", "a");
  second.set("text", "b");
  json::Object object;
  object.set("o.inner", std::move(inner));
  object.append("o.parts", std::move(first)).append("o.parts", std::move(second));
  object.set("empty", json::Object());
  EXPECT_EQ(object.text(),
            R"({"o":{"inner":{"x":1},"parts":[{"text":"a"},{"text":"b"}]},"empty":{}})");
}

TEST(JsonObject, NumbersDoNotFollowTheLocale) {
  json::Object object;
  object.set("t", 0.5);
  const std::string before = setlocale(LC_ALL, nullptr);
  setlocale(LC_ALL, "de_DE.UTF-8");
  EXPECT_EQ(object.text(), R"({"t":0.5})");
  EXPECT_EQ(parsed(R"({"t":0.25})"), R"({"t":0.25})");
  setlocale(LC_ALL, before.c_str());
}

TEST(JsonObject, NumbersAreWrittenInShort) {
  json::Object object;
  object.set("a", 0.7).set("b", 1e22).set("c", 0.0).set("d", 19.99).set("e", std::int64_t{-7});
  EXPECT_EQ(object.text(), R"({"a":0.7,"b":1e+22,"c":0,"d":19.99,"e":-7})");
}

TEST(JsonObject, MergesDeep) {
  EXPECT_EQ(merged(R"({"a":{"x":1,"y":2},"l":[1,2],"s":"old"})",
                   R"({"a":{"y":3,"z":{"deep":true}},"l":[9],"s":{"now":"an object"},"n":4})"),
            R"({"a":{"x":1,"y":3,"z":{"deep":true}},"l":[9],"s":{"now":"an object"},"n":4,)"
            R"("changed":{"afterwards":true}})");
  EXPECT_EQ(merged(R"({})", R"({"changed":{"was":{"here":1}}})"),
            R"({"changed":{"was":{"here":1},"afterwards":true}})");
  EXPECT_EQ(merged(R"({"a":{"x":1,"y":2},"b":1})",
                   R"({"a":{"x":null},"b":null,"c":null,"d":{"e":null},"l":[null]})"),
            R"({"a":{"y":2},"d":{},"l":[null],"changed":{"afterwards":true}})");
}

TEST(JsonObject, MergesFields) {
  EXPECT_EQ(
      merged(R"({"topK":{"maxValue":1},"old":2})", R"({"topK":{"maxValue":1.50,"b_c":1,"bC":2}})"),
      R"({"topK":{"maxValue":1.50,"b_c":1,"bC":2},"old":2,"changed":{"afterwards":true}})");
  EXPECT_EQ(merged(R"({"topK":1})", R"({"topK":null,"other_field":{"a_b":19.99,"aB":null}})"),
            R"({"other_field":{"a_b":19.99},"changed":{"afterwards":true}})");
  EXPECT_EQ(merged("{}", R"({"a_b":1,"aB":2})"),
            R"({"a_b":1,"aB":2,"changed":{"afterwards":true}})")
      << "two fields of a map of the user";
}

TEST(JsonObject, FindsStringsAtAPath) {
  const auto object =
      json::Object::parse(R"({"aB":[{"n":"x"},{"n":1},{},{"n":["y","z\u0041"]}],"s":"t"})", "x");
  ASSERT_TRUE(object);
  EXPECT_EQ(object->strings_at("aB.n"), (std::vector<std::string>{"x", "y", "zA"}));
  EXPECT_EQ(object->strings_at("s"), std::vector<std::string>{"t"});
  EXPECT_TRUE(object->strings_at("s.t").empty());
  EXPECT_TRUE(object->strings_at("none").empty());
}

TEST(JsonObject, UnwrapsWhatIsAlone) {
  const auto unwrapped = [](std::string_view text) {
    auto object = json::Object::parse(text, "x");
    return object ? std::move(*object).unwrapped("setup").text() : "refused";
  };
  EXPECT_EQ(unwrapped(R"({"setup":{"a":{"b":1}}})"), R"({"a":{"b":1}})");
  EXPECT_EQ(unwrapped(R"({"setup":{"a":1},"b":2})"), R"({"setup":{"a":1},"b":2})");
  EXPECT_EQ(unwrapped(R"({"setup":[1]})"), R"({"setup":[1]})");
  EXPECT_EQ(unwrapped("{}"), "{}");
}

TEST(JsonParse, KeepsWhatItReads) {
  for (const auto *text :
       {"{}", R"({"a":[1,-2,0.5,true,false,null,"x",{"b":[]}]})",
        R"({"big":18446744073709551615,"n":19.99})", R"({"s":"\u0000\ud800\/"})", R"({"ä":"€😀"})"})
    EXPECT_EQ(parsed(text), text);
  EXPECT_EQ(parsed(" \r\n\t{ \"a\" : [ 1 , 2 ] } \n"), R"({"a":[1,2]})");
}

TEST(JsonParse, RefusesWhatIsNotStrict) {
  for (const auto *text : {"",
                           " ",
                           "null",
                           "7",
                           "[]",
                           "\"x\"",
                           "{",
                           "}",
                           "{}{}",
                           "{} x",
                           "[1][2]",
                           "{}//",
                           "/* */{}",
                           R"({"a":1 /* x */})",
                           R"({"a":1, // x
 "b":2})",
                           "var a = {};",
                           R"({a:1})",
                           R"({'a':1})",
                           R"({"a":'x'})",
                           R"({"a" 1})",
                           R"({"a":})",
                           R"({"a":1,})",
                           R"({,})",
                           R"({"a":[1,]})",
                           R"({"a":[1 2]})",
                           R"({"a":[1})",
                           R"({"a":01})",
                           R"({"a":0x1F})",
                           R"({"a":0b1})",
                           R"({"a":.5})",
                           R"({"a":1.})",
                           R"({"a":+1})",
                           R"({"a":1e})",
                           R"({"a":-})",
                           R"({"a":truex})",
                           R"({"a":NaN})",
                           R"({"a":"x)",
                           "{\"a\":\"x\ny\"}",
                           "{\"a\":\"\x01\"}",
                           R"({"a":"\x"})",
                           R"({"a":"\u12"})",
                           R"({"a":"\uZZZZ"})",
                           "{\"a\":\"\xff\"}",
                           "\xef\xbb\xbf{}"})
    EXPECT_TRUE(refuses(text)) << text;
  EXPECT_TRUE(refuses(std::string_view("{}\0", 3)));
}

TEST(JsonParse, DepthIsLimited) {
  const auto nested = [](std::size_t levels, const std::string &open, const std::string &close) {
    std::string text, end;
    for (std::size_t i = 0; i < levels; ++i)
      text += open, end += close;
    return text + "1" + end;
  };
  EXPECT_FALSE(refuses(nested(64, R"({"a":)", "}")));
  EXPECT_TRUE(refuses(nested(65, R"({"a":)", "}")));
  EXPECT_FALSE(refuses(R"({"a":)" + nested(63, "[", "]") + "}"));
  EXPECT_TRUE(refuses(R"({"a":)" + nested(64, "[", "]") + "}"));
  EXPECT_TRUE(refuses(nested(1'000'000, "[", "]")));
  EXPECT_TRUE(refuses(nested(1'000'000, R"({"a":)", "}")));
}

TEST(JsonParse, SaysWhereTheFaultIs) {
  const auto place = [](std::string_view text) {
    const auto message = parsed(text);
    const auto at = message.find("line ");
    return at == std::string::npos ? message : message.substr(at, message.find(". ", at) - at);
  };
  EXPECT_EQ(place(""), "line 1, column 1");
  EXPECT_EQ(place("{\"a\": x}"), "line 1, column 7");
  EXPECT_EQ(place("{\n \"a\": 1\n \"b\": 2}"), "line 3, column 2");
  EXPECT_EQ(place("{\"ä€\": x}"), "line 1, column 8");
  EXPECT_EQ(place("{\"a\":\n\"\xff\"}"), "line 2, column 2");
  EXPECT_NE(parsed("[]").find("must begin with {"), std::string::npos);
}

class JsonFile : public testing::Test {
 protected:
  std::string path() const { return folder_ / "x.json"; }
  void write(const std::string &text) { folder_.write("x.json", text); }
  std::string error_of(const std::string &value) {
    const auto text = json::text_or_file(value, "setup");
    if (text) return "";
    EXPECT_EQ(text.error().kind, ErrorKind::bad_setting);
    return text.error().message;
  }
  test::TempFolder folder_;
};

TEST_F(JsonFile, TextIsTakenAsItIs) {
  for (const auto *text : {"", "{}", "not JSON", " @x"}) {
    const auto result = json::text_or_file(text, "setup");
    ASSERT_TRUE(result);
    EXPECT_EQ(*result, text);
  }
}

TEST_F(JsonFile, FilesAreRead) {
  write("{\"a\":1}\n");
  const auto result = json::text_or_file("@" + path(), "setup");
  ASSERT_TRUE(result);
  EXPECT_EQ(*result, "{\"a\":1}\n");
}

TEST_F(JsonFile, OddFilesAreErrorsThatNamePropertyAndFile) {
  for (const auto &odd : {path(), folder_.path(), std::string("/dev/zero"), std::string()}) {
    const auto message = error_of("@" + odd);
    EXPECT_NE(message.find("setup"), std::string::npos) << odd;
    EXPECT_NE(message.find(odd), std::string::npos) << odd;
  }
}

TEST_F(JsonFile, AreAtMostOneMebibyte) {
  write(std::string(1024 * 1024, ' '));
  EXPECT_EQ(error_of("@" + path()), "");
  write(std::string(1024 * 1024 + 1, ' '));
  EXPECT_NE(error_of("@" + path()).find("1 MiB"), std::string::npos);
}

}  // namespace
