// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "utf8_validator.hpp"

#include <glib.h>
#include <gtest/gtest.h>

#include <string>

using namespace gemlive;

namespace {

/// How many bytes are accepted before one cannot be valid. -1: all.
int first_bad(std::string_view text) {
  Utf8Validator validator;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (!validator.feed(text.substr(i, 1))) return static_cast<int>(i);
  return -1;
}

bool is_valid(std::string_view text) {
  Utf8Validator validator;
  return validator.feed(text) && validator.is_complete();
}

TEST(Utf8Validator, FindsTheFirstByteThatIsWrong) {
  EXPECT_EQ(first_bad("\xf4\x90\x80\x80"), 1) << "above U+10FFFF";
  EXPECT_EQ(first_bad("\xed\xa0\x80"), 1) << "a surrogate";
  EXPECT_EQ(first_bad("\xe0\x80\x80"), 1) << "overlong";
  EXPECT_EQ(first_bad("\xf0\x80\x80\x80"), 1) << "overlong";
  EXPECT_EQ(first_bad("\xc0\x80"), 0);
  EXPECT_EQ(first_bad("\xf8"), 0);
  EXPECT_EQ(first_bad("ab\x80"), 2) << "a lone continuation byte";
  EXPECT_EQ(first_bad("\xc3z"), 1);
  EXPECT_EQ(first_bad("\xe2\x82\xac"), -1);
}

TEST(Utf8Validator, AnIncompleteCharacterIsNotComplete) {
  Utf8Validator validator;
  EXPECT_TRUE(validator.is_complete());
  EXPECT_TRUE(validator.feed("a\xe2\x82"));
  EXPECT_FALSE(validator.is_complete());
  EXPECT_TRUE(validator.feed("\xac"));
  EXPECT_TRUE(validator.is_complete());
  EXPECT_TRUE(validator.feed("\xe2"));
  validator.reset();
  EXPECT_TRUE(validator.is_complete());
}

TEST(Utf8Validator, NulIsValid) {
  EXPECT_TRUE(is_valid(std::string_view("a\0b", 3)));
}

/// Every character, every lone surrogate, and the values above the last character.
TEST(Utf8Validator, AgreesWithGlib) {
  for (std::uint32_t value = 1; value < 0x200000; ++value) {
    char bytes[6];
    const auto size = static_cast<std::size_t>(g_unichar_to_utf8(value, bytes));
    const std::string_view text(bytes, size);
    ASSERT_EQ(is_valid(text), g_utf8_validate_len(bytes, size, nullptr) != FALSE) << value;
  }
}

/// Three bytes of any value, at each offset in the fast path.
TEST(Utf8Validator, AgreesWithGlibOnArbitraryBytes) {
  std::uint32_t seed = 1;
  for (int i = 0; i < 200'000; ++i) {
    std::string text(100, 'a');
    seed = seed * 1664525 + 1013904223;
    const auto at = (seed >> 24) % 96;
    for (int byte = 0; byte < 4; ++byte) {
      seed = seed * 1664525 + 1013904223;
      text[at + byte] = static_cast<char>((seed >> 16 & 0xff) | 0x80);
    }
    ASSERT_EQ(is_valid(text), g_utf8_validate_len(text.data(), text.size(), nullptr) != FALSE);
  }
}

}  // namespace
