// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "speech_level.hpp"

#include <gtest/gtest.h>

#include <vector>

using namespace gemlive;
using namespace std::chrono_literals;

namespace {

struct SpeechLevelTest : testing::Test {
  bool is_loud(std::int16_t value, std::chrono::milliseconds duration = 20ms) {
    const std::vector<std::int16_t> samples(pcm::bytes(duration, 16000) / 2, value);
    return level.classify(std::as_bytes(std::span(samples)), 16000) == Sound::speech;
  }
  SpeechLevel level;
};

TEST_F(SpeechLevelTest, LoudIsATenthOfTheLoudestOfLate) {
  EXPECT_FALSE(is_loud(99));
  EXPECT_FALSE(is_loud(0));
  EXPECT_TRUE(is_loud(100));
  EXPECT_TRUE(is_loud(-10'000));
  EXPECT_TRUE(is_loud(1000));
  EXPECT_FALSE(is_loud(980));
}

TEST_F(SpeechLevelTest, ABangIsForgottenWhereSomebodySpeaks) {
  is_loud(32767);
  EXPECT_FALSE(is_loud(900));
  for (int word = 0; word < 20; ++word) {
    for (int i = 0; i < 20; ++i)
      is_loud(900);
    is_loud(0);
  }
  EXPECT_TRUE(is_loud(900)) << "8 s later";
}

TEST_F(SpeechLevelTest, SpeechIsNotForgottenWhereNobodyDoes) {
  is_loud(20'000);
  for (int i = 0; i < 50 * 600; ++i)
    is_loud(0);
  EXPECT_FALSE(is_loud(900));
}

TEST_F(SpeechLevelTest, NoiseIsQuietAlsoWhereNobodyHasSpokenForLong) {
  is_loud(10'000);
  for (int i = 0; i < 50 * 60 * 10; ++i)
    ASSERT_FALSE(is_loud(static_cast<std::int16_t>(250 + i % 100))) << i;
  EXPECT_TRUE(is_loud(1500)) << "somebody speaks";
}

TEST_F(SpeechLevelTest, NoiseFromTheStartIsKnownSoon) {
  for (int i = 0; i < 50 * 30; ++i)
    is_loud(300);
  EXPECT_FALSE(is_loud(300));
}

TEST_F(SpeechLevelTest, SpeechIsNotTakenForNoise) {
  for (int second = 0; second < 600; ++second) {
    for (int i = 0; i < 47; ++i)
      ASSERT_TRUE(is_loud(8000)) << second;
    for (int i = 0; i < 3; ++i)
      is_loud(50);
  }
}

TEST_F(SpeechLevelTest, NorInLongPieces) {
  for (int second = 0; second < 60; ++second) {
    std::vector<std::int16_t> samples(16000, static_cast<std::int16_t>(4000 + second % 7 * 500));
    std::fill(samples.begin() + 6000, samples.begin() + 8000, 0);  // between two words
    ASSERT_EQ(level.classify(std::as_bytes(std::span(samples)), 16000), Sound::speech) << second;
  }
}

}  // namespace
