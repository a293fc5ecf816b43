// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "text.hpp"

#include <glib.h>
#include <gtest/gtest.h>

#include <string>

using namespace gemlive;

namespace {

TEST(Printable, KeepsText) {
  for (const auto *text :
       {"", "plain", "two\nlines\tand a tab", "\u00e4\u20ac\U0001F600", "\u0627"})
    EXPECT_EQ(text::printable(text), text);
}

TEST(Printable, CannotDriveATerminal) {
  EXPECT_EQ(text::printable("a\x1b]0;title\x07\x1b[31mred"), "a]0;title[31mred");
  EXPECT_EQ(text::printable("a\r\b\x7f\u009b31mb"), "a31mb");
  EXPECT_EQ(text::printable("a\u202e\u2066\u200f\u061cb"), "ab");
  EXPECT_EQ(text::printable(std::string_view("a\0b", 3)), "ab");
}

TEST(Printable, ReplacesInvalidUtf8) {
  EXPECT_EQ(text::printable("a\xff"
                            "b"),
            "a\uFFFDb");
  EXPECT_EQ(text::printable("\xc0\x80"), "\uFFFD\uFFFD");
  EXPECT_EQ(text::printable("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(text::printable("cut \xe2\x82"), "cut \uFFFD\uFFFD");
  EXPECT_EQ(text::printable("cut \xf0\x9f\x98z"), "cut \uFFFD\uFFFD\uFFFDz");
}

TEST(Excerpt, IsOneLine) {
  EXPECT_EQ(text::excerpt("a\nb\tc"), "a\\nb\\tc");
  EXPECT_EQ(text::excerpt("a\x1b[b\u2028\u202e"), "a\\u{1b}[b\\u{2028}\\u{202e}");
}

TEST(Excerpt, IsCutAtACharacter) {
  EXPECT_EQ(text::excerpt(std::string(600, 'x')), std::string(512, 'x'));
  EXPECT_EQ(text::excerpt("abc", 3), "abc");
  EXPECT_EQ(text::excerpt("abcd", 3), "abc");
  EXPECT_EQ(text::excerpt("ab\u20ac", 4), "ab");
  EXPECT_EQ(text::excerpt("ab\u20acd", 4), "ab");
  EXPECT_EQ(text::excerpt("a\n", 2), "a");
  EXPECT_EQ(text::excerpt("x", 0), "");
}

TEST(Texts, AreValidAndBoundedForAnyInput) {
  for (unsigned first = 0; first < 256; ++first) {
    for (unsigned second = 0; second < 256; ++second) {
      const std::string bytes = {'a', static_cast<char>(first), static_cast<char>(second), '\x80'};
      const auto printable = text::printable(bytes), excerpt = text::excerpt(bytes, 7);
      ASSERT_TRUE(g_utf8_validate_len(printable.data(), printable.size(), nullptr));
      ASSERT_TRUE(g_utf8_validate_len(excerpt.data(), excerpt.size(), nullptr));
      ASSERT_LE(excerpt.size(), 7u);
      ASSERT_EQ(excerpt.find('\n'), std::string::npos);
    }
  }
}

}  // namespace
