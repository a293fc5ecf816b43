// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "voice.hpp"

#include <gtest/gtest.h>

namespace gemlive::simulator {
namespace {

TEST(Voice, TonesAreReproducibleAndDifferInEachTurn) {
  Voice one(Voice::Kind::tone);
  Voice two(Voice::Kind::tone);
  EXPECT_EQ(*one.tone(500, 1, 24000), *two.tone(500, 1, 24000));
  EXPECT_NE(*one.tone(500, 1, 24000), *one.tone(500, 2, 24000));
  EXPECT_EQ(one.tone(500, 1, 24000)->size(), 24000u);
  EXPECT_EQ(one.tone(500, 1, 16000)->size(), 16000u);
  EXPECT_TRUE(one.tone(0, 1, 24000)->empty());
}

TEST(Voice, Speaks) {
  Voice voice(Voice::Kind::espeak);
  if (voice.kind() != Voice::Kind::espeak) GTEST_SKIP() << "espeak-ng is not available";
  const auto short_text = voice.speak("Yes.", 24000);
  const auto long_text = voice.speak("You spoke for two point nine seconds.", 24000);
  EXPECT_GT(short_text->size(), 24000u / 5);
  EXPECT_GT(long_text->size(), 2 * short_text->size());
  EXPECT_LT(long_text->size(), 48000u * 6);
  EXPECT_EQ(voice.speak("Yes.", 24000), short_text);
}

}  // namespace
}  // namespace gemlive::simulator
