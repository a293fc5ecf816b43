// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "paused_time.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

namespace gemlive {
namespace {

using namespace std::chrono_literals;
using ns = PausedTime::ns;

TEST(PausedTime, IsWhatLiesBetweenPausedAndPlaying) {
  PausedTime paused;
  EXPECT_EQ(paused.since(0s, 100s), ns(0));
  paused.end(5s);  // PLAYING for the first time
  EXPECT_EQ(paused.since(0s, 100s), ns(0));
  paused.begin(10s);
  paused.end(13s);
  paused.begin(20s);
  paused.end(21s);
  EXPECT_EQ(paused.since(0s, 30s), ns(4s));
  EXPECT_EQ(paused.since(12s, 30s), ns(2s)) << "said in PAUSED";
  EXPECT_EQ(paused.since(15s, 30s), ns(1s));
  EXPECT_EQ(paused.since(21s, 30s), ns(0));
  EXPECT_EQ(paused.since(40s, 30s), ns(0)) << "in the future";
}

TEST(PausedTime, IsBounded) {
  PausedTime paused;
  for (int i = 0; i < 1000; ++i) {
    paused.begin(ns(2s * i));
    paused.end(ns(2s * i + 1s));
  }
  EXPECT_EQ(paused.since(0s, 10'000s), ns(64s)) << "the newest";
}

TEST(PausedTime, IsReadWhileAnotherThreadChangesTheState) {
  PausedTime paused;
  const auto pause = [&paused](int number) {
    paused.begin(ns(2s * number));
    paused.end(ns(2s * number + 1s));
  };
  for (int i = 0; i < 64; ++i)
    pause(i);
  std::atomic<bool> is_over = false;
  std::thread states([&] {
    for (int i = 64; i < 100'000; ++i)
      pause(i);
    is_over = true;
  });
  ns least(64s), most(0);
  do {
    const auto sum = paused.since(0s, 1'000'000s);
    least = std::min(least, sum);
    most = std::max(most, sum);
  } while (!is_over);
  states.join();
  EXPECT_EQ(least, ns(64s));
  EXPECT_EQ(most, ns(64s));
}

}  // namespace
}  // namespace gemlive
