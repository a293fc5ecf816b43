// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "lag_limit.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace gemlive {
namespace {

using namespace std::chrono_literals;
using ns = LagLimit::ns;

constexpr ns piece = 20ms;

/// Real time: a piece is played every 20 ms, and one arrives.
struct Stream {
  explicit Stream(ns limit) : limiter(limit) {}

  /// Offers the next piece. Whether it is skipped.
  bool offer(bool is_quiet = false) {
    const bool skipped = limiter.skips(lag, now, is_quiet, piece);
    if (skipped)
      lag -= piece;
    else
      now += piece;
    return skipped;
  }
  /// The number of skipped pieces until `end`.
  int play_until(ns end, bool is_quiet = false) {
    int skipped = 0;
    while (now < end)
      skipped += offer(is_quiet);
    return skipped;
  }

  LagLimit limiter;
  ns now = 100s;
  ns lag{0};
};

TEST(LagLimit, WithoutALimitNothingIsSkipped) {
  EXPECT_FALSE(LagLimit().is_set());
  EXPECT_FALSE(LagLimit(0ms).is_set());
  EXPECT_TRUE(LagLimit(1ms).is_set());
}

TEST(LagLimit, UpToTheLimitNothingIsSkipped) {
  Stream stream(500ms);
  stream.lag = 500ms;
  EXPECT_EQ(stream.play_until(120s), 0);
  EXPECT_EQ(stream.play_until(140s, true), 0) << "quiet is a part of the speech";
}

TEST(LagLimit, QuietIsSkippedFirstDownToHalfTheLimit) {
  Stream stream(1s);
  stream.lag = 3s;
  EXPECT_EQ(stream.play_until(101s), 0) << "the words are kept";
  int skipped = 0;
  for (int i = 0; i < 200; ++i)
    skipped += stream.offer(true);
  EXPECT_EQ(stream.lag, 500ms);
  EXPECT_EQ(skipped, 125);
  EXPECT_EQ(stream.play_until(120s), 0);
}

TEST(LagLimit, TheBeginningOfAQuietMomentIsKept) {
  Stream stream(1s);
  stream.lag = 3s;
  for (int word = 0; word < 5; ++word) {
    EXPECT_FALSE(stream.offer());
    for (int i = 0; i < 3; ++i)
      EXPECT_FALSE(stream.offer(true)) << i;
    EXPECT_TRUE(stream.offer(true));
  }
}

TEST(LagLimit, AfterFiveSecondsTheOldestAudioIsSkippedDownToTheLimit) {
  Stream stream(1s);
  stream.lag = 3s;
  EXPECT_EQ(stream.play_until(104'980ms), 0);
  EXPECT_EQ(stream.play_until(106s), 100) << "two seconds";
  EXPECT_EQ(stream.lag, 1s);
  EXPECT_EQ(stream.play_until(120s), 0) << "once";
}

TEST(LagLimit, ABurstThatIsPlayedInTimeIsNotCut) {
  Stream stream(1s);
  stream.lag = 5900ms;
  for (; stream.lag > 0ms; stream.lag -= piece)
    EXPECT_FALSE(stream.offer());
}

TEST(LagLimit, TimeThatJumpsBackStartsAgain) {
  Stream stream(1s);
  stream.lag = 3s;
  stream.play_until(104s);
  stream.now = 1s;
  EXPECT_EQ(stream.play_until(5900ms), 0);
  EXPECT_GT(stream.play_until(7s), 0);
}

TEST(LagLimit, QuietIsBelow48Decibels) {
  const auto is_quiet = [](std::int16_t level) {
    const std::vector<std::int16_t> samples = {0, 0, level, 0};
    return LagLimit::is_quiet(std::as_bytes(std::span(samples)));
  };
  EXPECT_TRUE(is_quiet(0));
  EXPECT_TRUE(is_quiet(127));
  EXPECT_TRUE(is_quiet(-127));
  EXPECT_FALSE(is_quiet(128));
  EXPECT_FALSE(is_quiet(-32768));
  EXPECT_TRUE(LagLimit::is_quiet({}));
}

}  // namespace
}  // namespace gemlive
