// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "playout_estimate.hpp"

#include <gtest/gtest.h>

namespace gemlive {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t ms = 1000;

TEST(PlayoutEstimate, AudioPlaysAtOnceOrAfterEarlierAudio) {
  PlayoutEstimate playout;
  EXPECT_EQ(playout.due(5 * ms), 5 * ms);
  playout.add(100ms, 5 * ms);
  EXPECT_EQ(playout.due(10 * ms), 105 * ms);
  playout.add(50ms, 10 * ms);
  EXPECT_EQ(playout.due(10 * ms), 155 * ms);
  EXPECT_EQ(playout.due(200 * ms), 200 * ms) << "all audio has been played";
  EXPECT_EQ(playout.position(), 150ms);
}

TEST(PlayoutEstimate, DiscardedAudioIsNotPlayed) {
  PlayoutEstimate playout;
  playout.add(100ms, 0);
  playout.discard(60ms);
  EXPECT_EQ(playout.position(), 40ms);
  EXPECT_EQ(playout.due(45 * ms), 45 * ms);
  playout.discard(500ms);
  EXPECT_EQ(playout.position(), 0ms);
}

TEST(PlayoutEstimate, AfterSkippedAudioTheRestIsPlayedEarlier) {
  PlayoutEstimate playout;
  playout.add(3000ms, 0);
  playout.skip(1000ms);
  EXPECT_EQ(playout.due(10 * ms), 2000 * ms);
  EXPECT_EQ(playout.position(), 2000ms);
}

}  // namespace
}  // namespace gemlive
