// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "partial_args.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

using namespace gemlive;
using Fault = wire::PartialArgs::Fault;

namespace {

std::string gathered(const std::vector<PartialArg> &list) {
  wire::PartialArgs args;
  for (const auto &arg : list)
    args.add(arg);
  return args.text();
}

PartialArg text(const char *path, const char *value, bool will_continue = false) {
  return {.path = path, .value = value, .is_string = true, .will_continue = will_continue};
}

TEST(PartialArgs, AreEmptyAtFirst) {
  EXPECT_EQ(gathered({}), "{}");
}

TEST(PartialArgs, ValuesKeepTheirKind) {
  EXPECT_EQ(gathered({{.path = "$.n", .value = "1.50"},
                      {.path = "$.b", .value = "true"},
                      {.path = "$.z", .value = "null"},
                      text("$.s", "a \"b\"\n")}),
            R"({"n":1.50,"b":true,"z":null,"s":"a \"b\"\n"})");
}

TEST(PartialArgs, StringsGoOnWhereTheySaySo) {
  EXPECT_EQ(gathered({text("$.a", "New \"", true), text("$.b", "x"), text("$.a", "York\"", true),
                      text("$.a", "!"), text("$.b", "y")}),
            R"({"a":"New \"York\"!","b":"y"})");
  EXPECT_EQ(gathered({text("$.a", "x", true), {.path = "$.a", .value = "1"}, text("$.a", "y")}),
            R"({"a":"y"})");
}

TEST(PartialArgs, PathsLeadThroughObjectsAndLists) {
  EXPECT_EQ(gathered({text("$.places[0].name", "Bonn"),
                      text("$.places[1].name", "Ulm"),
                      text("$['with space']['a.b']", "1"),
                      text("$[\"it's\"]", "2"),
                      text(R"($['it\'s too'])", "3"),
                      {.path = "$.list[2]", .value = "4"}}),
            R"({"places":[{"name":"Bonn"},{"name":"Ulm"}],"with space":{"a.b":"1"},)"
            R"("it's":"2","it's too":"3","list":[null,null,4]})");
  EXPECT_EQ(gathered({text("$.a", "x"), text("$.a.b", "y"), text("$.a[0]", "z")}), R"({"a":["z"]})")
      << "the last one counts";
}

TEST(PartialArgs, WhiteSpaceInBracketsIsNoPartOfAName) {
  EXPECT_EQ(gathered({text("$[ 'a' ]", "x"), text("$.b[\t1 ]", "y"), text("$[\" c \"]", "z")}),
            R"({"a":"x","b":[null,"y"]," c ":"z"})");
}

TEST(PartialArgs, OtherPathsAreAFault) {
  for (const char *path :
       {"", "$", "a", "$a", "$.", "$..a", "$.*", "$[0]", "$[*]", "$.a[", "$.a[x]", "$.a[1", "$['a'",
        "$['a", "$.a[-1]", "$.a['\\q']", "$.a[99999999999999999999]"}) {
    wire::PartialArgs args;
    args.add(text(path, "x"));
    args.add(text("$.b", "y"));
    EXPECT_EQ(args.fault(), Fault::bad_path) << path;
    EXPECT_EQ(args.text(), R"({"b":"y"})") << path;
  }
  std::string deep = "$";
  for (int i = 0; i < 100; ++i)
    deep += ".a";
  wire::PartialArgs args;
  args.add(text(deep.c_str(), "x"));
  EXPECT_EQ(args.fault(), Fault::bad_path);
}

TEST(PartialArgs, AWholeObjectReplacesWhatCame) {
  wire::PartialArgs args;
  args.add(text("$.a", "x", true));
  args.set(R"({ "b": 1.0 })");
  args.add(text("$.a", "y"));
  EXPECT_EQ(args.text(), R"({"b":1.0,"a":"y"})");
  args.set("[]");
  args.set("{");
  EXPECT_EQ(args.text(), R"({"b":1.0,"a":"y"})");
}

TEST(PartialArgs, AreBounded) {
  const std::string piece(100'000, 'x');
  wire::PartialArgs long_text, far_item, many;
  for (int i = 0; i < 10; ++i)
    long_text.add(text("$.a", piece.c_str(), true));
  EXPECT_EQ(long_text.fault(), Fault::none);
  EXPECT_EQ(long_text.text().size(), 10 * piece.size() + std::string(R"({"a":""})").size());
  long_text.add(text("$.a", piece.c_str(), true));
  EXPECT_EQ(long_text.fault(), Fault::too_large);
  EXPECT_EQ(long_text.text(), "{}");
  long_text.add(text("$.a", "y"));
  long_text.set(R"({"a":1})");
  EXPECT_EQ(long_text.text(), "{}");
  far_item.add(text("$.a[4000000000]", "x"));
  EXPECT_EQ(far_item.fault(), Fault::too_large);
  for (int i = 0; i < 10'000; ++i)
    many.add(text(("$.a" + std::to_string(i)).c_str(), ""));
  EXPECT_EQ(many.fault(), Fault::too_large) << "each value takes memory";
}

}  // namespace
