// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "text_splitter.hpp"

#include <gtest/gtest.h>

namespace gemlive {
namespace {

TEST(TextSplitter, KeepsCharactersWhole) {
  TextSplitter splitter;
  EXPECT_EQ(splitter.push("gr\xc3"), "gr");
  EXPECT_EQ(splitter.push("\xbc\xc3\x9f dich \xf0\x9f\x98"), "\u00fc\u00df dich");
  EXPECT_EQ(splitter.push("\x80\n"), "\U0001f600");
  EXPECT_EQ(splitter.push(" \n"), "");
  EXPECT_FALSE(splitter.should_warn());
  EXPECT_EQ(splitter.push("a\xff b"), "a\ufffd b");
  EXPECT_TRUE(splitter.should_warn());
  EXPECT_FALSE(splitter.should_warn()) << "reported once";
  EXPECT_EQ(splitter.push("\xe2\x82"), "");
  EXPECT_NE(splitter.finish(), "") << "an incomplete character is replaced, not dropped";
}

TEST(TextSplitter, RemovesWhiteSpaceAroundATurn) {
  TextSplitter splitter;
  EXPECT_EQ(splitter.push(" \t one\ntwo \r\n"), "one\ntwo");
  EXPECT_EQ(splitter.finish(), "");
}

}  // namespace
}  // namespace gemlive
