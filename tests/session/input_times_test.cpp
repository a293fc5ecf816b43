// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "input_times.hpp"

#include <gtest/gtest.h>

namespace gemlive {
namespace {

using namespace std::chrono_literals;
using SaidAt = input::SaidAt;

TEST(InputTimes, NothingIsKnownBeforeTheFirstAudio) {
  EXPECT_FALSE(InputTimes().said_at(0ms));
}

TEST(InputTimes, AnOffsetCountsSentAudioNotTime) {
  InputTimes times;
  times.sent(1s, 10s, {});
  times.sent(1s, 11s, {});
  times.sent(1s, 20s, {});  // nothing was sent in between
  EXPECT_EQ(times.said_at(0ms), SaidAt(10s));
  EXPECT_EQ(times.said_at(1999ms), SaidAt(11999ms));
  EXPECT_EQ(times.said_at(2s), SaidAt(20s));
  EXPECT_EQ(times.said_at(3s), SaidAt(21s));
}

TEST(InputTimes, AudioOfUnknownTimeFollowsTheAudioBeforeIt) {
  InputTimes times;
  times.sent(1s, {}, {});
  times.sent(1s, 10s, {});
  times.sent(1s, {}, {});
  times.sent(1s, {}, 5s);
  times.sent(1s, {}, 30s);
  EXPECT_EQ(times.said_at(500ms), SaidAt(500ms));
  EXPECT_EQ(times.said_at(2500ms), SaidAt(11500ms));
  EXPECT_EQ(times.said_at(3500ms), SaidAt(12500ms));
  EXPECT_EQ(times.said_at(4500ms), SaidAt(30500ms)) << "it arrived later";
}

TEST(InputTimes, JitterIsNoHoleAndDriftIsFollowed) {
  InputTimes times;
  for (int i = 0; i < 1000; ++i)
    times.sent(40ms, i * 40040us + (i % 2) * 5ms, {});
  const auto found = times.said_at(39s);
  ASSERT_TRUE(found);
  EXPECT_NEAR(static_cast<double>(found->count()), 39.039e9, 16e6);
}

TEST(InputTimes, WhatWasNotSentHasNoTime) {
  InputTimes times;
  times.sent(1s, 10s, {});
  EXPECT_EQ(times.said_at(1500ms), SaidAt(11s)) << "rounded up";
  EXPECT_FALSE(times.said_at(3s));
}

TEST(InputTimes, EachConnectionBeginsAgain) {
  InputTimes times;
  times.sent(5s, 10s, {});
  times.begin();
  EXPECT_FALSE(times.said_at(0ms));
  times.sent(1s, 14s, {});  // sent again
  times.sent(1s, 16s, {});
  EXPECT_EQ(times.said_at(500ms), SaidAt(14500ms));
  EXPECT_EQ(times.said_at(1s), SaidAt(16s));
}

TEST(InputTimes, OldAudioIsForgotten) {
  InputTimes times;
  for (int i = 0; i < 5000; ++i)
    times.sent(40ms, i * 1s, {});
  EXPECT_FALSE(times.said_at(0ms));
  EXPECT_EQ(times.said_at(4000 * 40ms), SaidAt(4000s));
}

}  // namespace
}  // namespace gemlive
