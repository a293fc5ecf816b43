// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "display_text.hpp"

#include <glib.h>
#include <gtest/gtest.h>

#include <random>

#include "utf8_locale.hpp"

namespace gemlive::talk {
namespace {

using Strings = std::vector<std::string>;

class DisplayText : public test::Utf8Locale {};

TEST_F(DisplayText, PrintableTextHasNoControls) {
  EXPECT_EQ(printable("a\x1b[2Jb"), "a[2Jb");
  EXPECT_EQ(printable("\x1b]0;title\x07x"), "]0;titlex");
  EXPECT_EQ(printable("a\u009b31mb"), "a31mb");  // CSI in one character
  EXPECT_EQ(printable("a\x7f\b\vb\tc"), "ab c");
  EXPECT_EQ(printable(std::string("a\0b", 3)), "ab");
  EXPECT_EQ(printable("a\r\nb\rc\nd"), "a\nb\nc\nd");
  EXPECT_EQ(printable("a\u2028b"), "a\nb");
  EXPECT_EQ(printable_line("a\nb"), "a b");
}

TEST_F(DisplayText, PrintableTextHasNoBidiControlsAndTags) {
  EXPECT_EQ(printable("a\u202eb\u2066c\u200fd\ufeffe"), "abcde");
  EXPECT_EQ(printable("a\U000E0041b"), "ab");
}

TEST_F(DisplayText, WhatIsNoUtf8IsReplaced) {
  EXPECT_EQ(printable("a\xff\xc3"), "a\ufffd\ufffd");
  EXPECT_EQ(printable("\xed\xa0\x80"), "\ufffd\ufffd\ufffd");  // a surrogate
  EXPECT_EQ(printable("\xc0\x9b"), "\ufffd\ufffd");            // ESC, overlong
}

TEST_F(DisplayText, ScriptsStay) {
  for (const auto *text :
       {"Grüße", "Ελληνικά", "Русский", "עברית", "العربية", "हिन्दी", "ไทย", "中文", "日本語",
        "한국어", "ქართული", "አማርኛ", "Việt", "می\u200cخواهم", "क्\u200dष"})
    EXPECT_EQ(printable(text), text);
}

TEST_F(DisplayText, EmojiAreNotJoined) {
  EXPECT_EQ(printable("👨\u200d👩\u200d👧"), "👨👩👧");
  EXPECT_EQ(printable("❤\ufe0f"), "❤");
}

TEST_F(DisplayText, ColumnsAreThoseOfTheTerminal) {
  EXPECT_EQ(columns("abc"), 3);
  EXPECT_EQ(columns("中文"), 4);
  EXPECT_EQ(columns("e\u0301"), 1);
  EXPECT_EQ(columns("🎉"), 2);
  EXPECT_EQ(columns("हिन्दी"), 3 + columns("ि") + columns("ी"));
  EXPECT_EQ(columns("a\nb"), 2);
}

TEST_F(DisplayText, ACellHasFourMarks) {
  const auto all = cells("z\u0300\u0301\u0302\u0303\u0304\u0305z");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].bytes, "z\u0300\u0301\u0302\u0303");
  EXPECT_EQ(all[1].bytes, "z");
  EXPECT_TRUE(cells("\u0301").empty());
}

TEST_F(DisplayText, WrapsBetweenWords) {
  EXPECT_EQ(wrap("", 10, 10), Strings{""});
  EXPECT_EQ(wrap("one two three", 7, 7), (Strings{"one two", "three"}));
  EXPECT_EQ(wrap("one two three", 5, 13), (Strings{"one", "two three"}));
  EXPECT_EQ(wrap("one\n\ntwo", 10, 10), (Strings{"one", "", "two"}));
  EXPECT_EQ(wrap("  one  two  ", 20, 20), Strings{"  one  two"});
}

TEST_F(DisplayText, BreaksLongWords) {
  EXPECT_EQ(wrap("ab 0123456789", 4, 4), (Strings{"ab", "0123", "4567", "89"}));
  EXPECT_EQ(wrap("e\u0301e\u0301e\u0301", 2, 2), (Strings{"e\u0301e\u0301", "e\u0301"}));
}

TEST_F(DisplayText, BreaksBetweenCharactersWithoutSpaces) {
  EXPECT_EQ(wrap("今日は良い天気", 6, 6), (Strings{"今日は", "良い天", "気"}));
  EXPECT_EQ(wrap("こんにちは。", 10, 10), (Strings{"こんにち", "は。"}));
  EXPECT_EQ(wrap("GStreamerは速い", 10, 10), (Strings{"GStreamer", "は速い"}));
  EXPECT_EQ(wrap("中文", 1, 1), (Strings{"?", "?"}));
}

TEST_F(DisplayText, CutsWithDots) {
  EXPECT_EQ(cut("abc", 3), "abc");
  EXPECT_EQ(cut("abcdef", 5), "ab...");
  EXPECT_EQ(cut("中文中文", 6), "中...");
  EXPECT_EQ(cut("abc", 2), "..");
  EXPECT_EQ(cut("abc", 0), "");
}

// Any bytes, any width: no control character, no line that is too wide, nothing lost but spaces.
TEST_F(DisplayText, StandsAnyBytes) {
  std::mt19937 random(2026);
  const Strings pieces{"a",  " ",      "中", "\u0301", "\x1b", "\xff",   "🎉",      "\n", "\u200d",
                       "हि", "\u009b", "。", "word",   "\x80", "\u202e", "\ufe0f", "-",  "لا"};
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (auto count = random() % 40; count > 0; --count)
      text += pieces[random() % pieces.size()];
    const auto safe = printable(text);
    ASSERT_TRUE(g_utf8_validate(safe.data(), static_cast<gssize>(safe.size()), nullptr));
    const int width = 1 + static_cast<int>(random() % 20);
    int shown = 0, wanted = 0;
    for (const auto &line : wrap(safe, width, width)) {
      ASSERT_LE(columns(line), width) << text;
      for (const auto &cell : cells(line))
        shown += cell.bytes != " " ? 1 : 0;
      for (const char *c = line.c_str(); *c; c = g_utf8_next_char(c))
        ASSERT_FALSE(g_unichar_iscntrl(g_utf8_get_char(c))) << text;
    }
    for (const auto &cell : cells(safe))
      wanted += cell.bytes != " " && cell.bytes != "\n" ? 1 : 0;
    ASSERT_EQ(shown, wanted) << text;
    ASSERT_LE(columns(cut(printable_line(text), width)), width);
  }
}

// In a locale without UTF-8.
TEST(DisplayTextAscii, WhatTheLocaleLacksIsAQuestionMark) {
  setlocale(LC_CTYPE, "C");
  EXPECT_EQ(printable("aé中"), "a??");
}

}  // namespace
}  // namespace gemlive::talk
