// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "start_barrier.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <optional>

namespace gemlive {
namespace {

using std::chrono::steady_clock;

bool never() {
  return false;
}

TEST(StartBarrier, TheOnlyOutputNeedNotWait) {
  StartBarrier barrier;
  StartBarrier::Party audio(barrier);
  audio.arrive();
  const auto before = steady_clock::now();
  EXPECT_TRUE(audio.wait(never));
  EXPECT_LT(steady_clock::now() - before, StartBarrier::limit);
}

TEST(StartBarrier, AnOutputWaitsUntilAllHaveArrived) {
  StartBarrier barrier;
  StartBarrier::Party audio(barrier), text(barrier);
  std::atomic<bool> arrived = false;
  audio.arrive();
  auto result = std::async(std::launch::async, [&] {
    audio.wait(never);
    return arrived.load();
  });
  EXPECT_EQ(result.wait_for(StartBarrier::limit / 5), std::future_status::timeout);
  arrived = true;
  text.arrive();
  EXPECT_TRUE(result.get());
}

TEST(StartBarrier, AnOutputThatLeavesIsNotWaitedFor) {
  StartBarrier barrier;
  StartBarrier::Party audio(barrier);
  std::optional<StartBarrier::Party> text(std::in_place, barrier);
  audio.arrive();
  const auto before = steady_clock::now();
  text.reset();
  EXPECT_TRUE(audio.wait(never));
  EXPECT_LT(steady_clock::now() - before, StartBarrier::limit);
}

TEST(StartBarrier, ABlockedOutputHoldsUpTheOthersForAWhileOnly) {
  StartBarrier barrier;
  StartBarrier::Party audio(barrier), text(barrier);
  audio.arrive();
  const auto before = steady_clock::now();
  EXPECT_TRUE(audio.wait(never));
  EXPECT_GE(steady_clock::now() - before, StartBarrier::limit);
}

TEST(StartBarrier, AWaitIsCancelled) {
  StartBarrier barrier;
  StartBarrier::Party audio(barrier), text(barrier);
  audio.arrive();
  std::atomic<bool> cancelled = false;
  const auto before = steady_clock::now();
  auto result =
      std::async(std::launch::async, [&] { return audio.wait([&] { return cancelled.load(); }); });
  cancelled = true;
  audio.wake();
  EXPECT_FALSE(result.get());
  EXPECT_LT(steady_clock::now() - before, StartBarrier::limit);
}

}  // namespace
}  // namespace gemlive
