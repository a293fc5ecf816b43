// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "timer.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>

using namespace gemlive;
using namespace std::chrono_literals;

namespace {

class TimerTest : public testing::Test {
 protected:
  TimerTest() { g_main_context_push_thread_default(context_.get()); }
  ~TimerTest() override { g_main_context_pop_thread_default(context_.get()); }

  /// Runs the loop until `until` is true; false after 10 s.
  template <typename Predicate>
  bool turn(Predicate until) {
    Timer deadline;
    bool late = false;
    deadline.start(10s, [&] { late = true; });
    while (!until() && !late)
      g_main_context_iteration(context_.get(), TRUE);
    return !late;
  }
  /// Runs the loop for `time`.
  void pass(std::chrono::milliseconds time) {
    auto end = g_get_monotonic_time() + time.count() * 1000;
    ASSERT_TRUE(turn([&] {
      tick_.start(1ms, [] {});
      return g_get_monotonic_time() >= end;
    }));
  }

  MainContextPtr context_{g_main_context_new()};
  Timer tick_;
};

TEST_F(TimerTest, CallsBackOnce) {
  Timer timer;
  int calls = 0;
  timer.start(1ms, [&] { ++calls; });
  EXPECT_TRUE(timer.running());
  ASSERT_TRUE(turn([&] { return calls > 0; }));
  EXPECT_FALSE(timer.running());
  pass(10ms);
  EXPECT_EQ(calls, 1);
}

TEST_F(TimerTest, DoesNotCallBackEarly) {
  Timer timer;
  bool called = false;
  auto start = g_get_monotonic_time();
  timer.start(20ms, [&] { called = true; });
  ASSERT_TRUE(turn([&] { return called; }));
  EXPECT_GE(g_get_monotonic_time() - start, 19'000);
}

TEST_F(TimerTest, AnotherStartReplacesTheFirst) {
  Timer timer;
  int first = 0, second = 0;
  timer.start(1ms, [&] { ++first; });
  timer.start(2ms, [&] { ++second; });
  ASSERT_TRUE(turn([&] { return second > 0; }));
  pass(5ms);
  EXPECT_EQ(first, 0);
  EXPECT_EQ(second, 1);
}

TEST_F(TimerTest, StopAndDestructionCancel) {
  int calls = 0;
  Timer stopped;
  stopped.start(1ms, [&] { ++calls; });
  stopped.stop();
  EXPECT_FALSE(stopped.running());
  std::optional<Timer> destroyed(std::in_place);
  destroyed->start(1ms, [&] { ++calls; });
  destroyed.reset();
  pass(10ms);
  EXPECT_EQ(calls, 0);
}

TEST_F(TimerTest, CanStartAgainInItsCallback) {
  Timer timer;
  int calls = 0;
  std::function<void()> again = [&] {
    if (++calls < 5) timer.start(1ms, again);
  };
  timer.start(1ms, again);
  ASSERT_TRUE(turn([&] { return calls == 5; }));
  EXPECT_FALSE(timer.running());
}

TEST_F(TimerTest, CanBeDestroyedInItsCallback) {
  auto timer = std::make_unique<Timer>();
  bool called = false;
  timer->start(1ms, [&] {
    timer.reset();
    called = true;
  });
  EXPECT_TRUE(turn([&] { return called; }));
  EXPECT_EQ(timer, nullptr);
}

TEST_F(TimerTest, StartsAgainInItsCallback) {
  Timer timer;
  int calls = 0;
  std::function<void()> call = [&] {
    if (++calls < 5) timer.start(1ms, call);
  };
  timer.start(1ms, call);
  ASSERT_TRUE(turn([&] { return calls == 5; }));
  EXPECT_FALSE(timer.running());
  timer.start(1ms, [&] { timer.stop(), timer.start(1ms, [&] { ++calls; }); });
  ASSERT_TRUE(turn([&] { return calls == 6; }));
  pass(5ms);
  EXPECT_EQ(calls, 6);
}

TEST_F(TimerTest, FollowsTheContextOfTheThread) {
  Timer timer;
  int calls = 0;
  timer.start(1h, [] {});
  const MainContextPtr other(g_main_context_new());
  g_main_context_push_thread_default(other.get());
  timer.start(0ms, [&] { ++calls; });
  g_main_context_pop_thread_default(other.get());
  g_main_context_iteration(other.get(), TRUE);
  EXPECT_EQ(calls, 1);
}

}  // namespace
