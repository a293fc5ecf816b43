// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "clock_wait.hpp"

#include <gst/check/gsttestclock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>

namespace gemlive {
namespace {

using namespace std::chrono_literals;
using Clock = Handle<GstClock, gst_object_unref>;

class ClockWaitTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { gst_init(nullptr, nullptr); }
  GstTestClock *test_clock() { return GST_TEST_CLOCK(clock.get()); }

  /// Waits until the test clock reaches the time.
  bool reach(GstClock *test_clock, GstClockTime time) {
    auto done = std::async(std::launch::async, [&] { return wait.until(test_clock, time); });
    gst_test_clock_wait_for_next_pending_id(GST_TEST_CLOCK(test_clock), nullptr);
    gst_test_clock_crank(GST_TEST_CLOCK(test_clock));
    return done.get();
  }

  Clock clock{gst_test_clock_new()};
  ClockWait wait;
};

TEST_F(ClockWaitTest, ReturnsWhenTheClockReachesTheTime) {
  for (const GstClockTime time : {GST_SECOND, 3 * GST_SECOND})
    EXPECT_TRUE(reach(clock.get(), time));
}

TEST_F(ClockWaitTest, CancelEndsAWait) {
  auto done = std::async(std::launch::async, [&] { return wait.until(clock.get(), GST_SECOND); });
  gst_test_clock_wait_for_next_pending_id(test_clock(), nullptr);
  wait.cancel(true);
  EXPECT_FALSE(done.get());
  EXPECT_FALSE(wait.until(clock.get(), GST_SECOND)) << "still cancelled";
}

TEST_F(ClockWaitTest, WaitsAgainAfterTheCancelIsTakenBack) {
  wait.cancel(true);
  wait.cancel(false);
  EXPECT_TRUE(reach(clock.get(), GST_SECOND));
}

TEST_F(ClockWaitTest, DoesNotWaitForATimeThatWasReached) {
  EXPECT_TRUE(reach(clock.get(), GST_SECOND));
  auto again = std::async(std::launch::async, [&] { return wait.until(clock.get(), GST_SECOND); });
  const bool is_at_once = again.wait_for(10s) == std::future_status::ready;
  if (!is_at_once) gst_test_clock_crank(test_clock());
  EXPECT_TRUE(is_at_once && again.get());
  wait.cancel(true);
  EXPECT_FALSE(wait.until(clock.get(), GST_SECOND)) << "cancelled";
}

TEST_F(ClockWaitTest, WaitsForAnotherClockThatHasNotReachedTheTime) {
  ASSERT_TRUE(reach(clock.get(), GST_SECOND));
  const Clock other{gst_test_clock_new()};
  EXPECT_TRUE(reach(other.get(), GST_SECOND));
}

}  // namespace
}  // namespace gemlive
