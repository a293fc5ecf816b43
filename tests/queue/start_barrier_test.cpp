// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "start_barrier.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <utility>

namespace gemlive {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr auto long_time = 60s;

bool never() {
  return false;
}

struct StartBarrierTest : testing::Test {
  /// A wait that has begun. `is_cancelled` is asked whenever the wait looks whether it is over.
  std::future<bool> begin_wait(std::function<bool()> is_cancelled) {
    auto begun = std::make_shared<std::promise<void>>();
    auto result = std::async(std::launch::async, [this, begun, is_cancelled] {
      bool has_begun = false;
      return audio.wait(
          [&] {
            if (!std::exchange(has_begun, true)) begun->set_value();
            return is_cancelled();
          },
          long_time);
    });
    begun->get_future().wait();
    return result;
  }

  StartBarrier barrier;
  StartBarrier::Party audio{barrier};
  const steady_clock::time_point before = steady_clock::now();
};

TEST_F(StartBarrierTest, TheOnlyOutputNeedNotWait) {
  audio.arrive();
  EXPECT_TRUE(audio.wait(never, long_time));
  EXPECT_LT(steady_clock::now() - before, long_time);
}

TEST_F(StartBarrierTest, AnOutputWaitsUntilAllHaveArrived) {
  StartBarrier::Party text(barrier);
  audio.arrive();
  auto result = begin_wait(never);
  EXPECT_EQ(result.wait_for(1ms), std::future_status::timeout);
  text.arrive();
  EXPECT_TRUE(result.get());
  EXPECT_LT(steady_clock::now() - before, long_time);
}

TEST_F(StartBarrierTest, AnOutputThatLeavesIsNotWaitedFor) {
  std::optional<StartBarrier::Party> text(std::in_place, barrier);
  audio.arrive();
  auto result = begin_wait(never);
  text.reset();
  EXPECT_TRUE(result.get());
  EXPECT_LT(steady_clock::now() - before, long_time);
}

TEST_F(StartBarrierTest, ABlockedOutputHoldsUpTheOthersForAWhileOnly) {
  const StartBarrier::Party text(barrier);
  audio.arrive();
  EXPECT_TRUE(audio.wait(never));
  EXPECT_GE(steady_clock::now() - before, StartBarrier::limit);
}

TEST_F(StartBarrierTest, AWaitIsCancelled) {
  const StartBarrier::Party text(barrier);
  audio.arrive();
  std::atomic<bool> cancelled = false;
  auto result = begin_wait([&] { return cancelled.load(); });
  cancelled = true;
  audio.wake();
  EXPECT_FALSE(result.get());
  EXPECT_LT(steady_clock::now() - before, long_time);
}

}  // namespace
}  // namespace gemlive
