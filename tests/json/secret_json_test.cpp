// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "secret_json.hpp"

#include <gtest/gtest.h>

namespace gemlive {
namespace {

TEST(SecretJson, FindsWhatIsThere) {
  const auto json = SecretJson::parse(
      R"({"a":{"b":"c\nd"},"n":3599,"s":"12","l":["x",1,"y"],"m":{"k":"v","n":1}})");
  ASSERT_TRUE(json);
  EXPECT_EQ(json->string("/a/b"), "c\nd");
  EXPECT_EQ(json->secret("/a/b").reveal(), "c\nd");
  EXPECT_EQ(json->integer("/n"), 3599);
  EXPECT_EQ(json->integer("/s"), 12);
  EXPECT_EQ(json->strings("/l"), (std::vector<std::string>{"x", "y"}));
  ASSERT_EQ(json->members("/m").size(), 1u);
  EXPECT_EQ(json->members("/m")[0].second, "v");
  EXPECT_TRUE(json->has("/a"));
}

TEST(SecretJson, WhatIsMissingOrOfAnotherTypeIsEmpty) {
  const auto json = SecretJson::parse(R"({"a":1,"s":"12x","e":""})");
  ASSERT_TRUE(json);
  EXPECT_EQ(json->string("/a"), "");
  EXPECT_EQ(json->string("/b/c"), "");
  EXPECT_FALSE(json->integer("/s"));
  EXPECT_FALSE(json->integer("/e"));
  EXPECT_TRUE(json->strings("/a").empty());
  EXPECT_TRUE(json->members("/a").empty());
  EXPECT_FALSE(json->has("/b"));
}

TEST(SecretJson, RefusesWhatIsNoObject) {
  const auto nested = [](int depth) {
    return "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  for (const std::string &text :
       {std::string(), std::string("[]"), std::string("{"), std::string("{}x"),
        std::string("\"a\""), std::string("{\"a\":\"\xff\"}"), std::string("\xef\xbb\xbf{}"),
        nested(40)})
    EXPECT_FALSE(SecretJson::parse(text)) << text;
  EXPECT_TRUE(SecretJson::parse(nested(20)));
}

}  // namespace
}  // namespace gemlive
