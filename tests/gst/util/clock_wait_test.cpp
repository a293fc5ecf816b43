// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "clock_wait.hpp"

#include <gst/check/gsttestclock.h>
#include <gtest/gtest.h>

#include <future>

namespace gemlive {
namespace {

using Clock = Handle<GstClock, gst_object_unref>;

class ClockWaitTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { gst_init(nullptr, nullptr); }
  GstTestClock *test_clock() { return GST_TEST_CLOCK(clock.get()); }

  Clock clock{gst_test_clock_new()};
  ClockWait wait;
};

TEST_F(ClockWaitTest, ReturnsWhenTheClockReachesTheTime) {
  for (const GstClockTime time : {GST_SECOND, 3 * GST_SECOND}) {
    auto done = std::async(std::launch::async, [&] { return wait.until(clock.get(), time); });
    gst_test_clock_wait_for_next_pending_id(test_clock(), nullptr);
    gst_test_clock_crank(test_clock());
    EXPECT_TRUE(done.get());
  }
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
  auto done = std::async(std::launch::async, [&] { return wait.until(clock.get(), GST_SECOND); });
  gst_test_clock_wait_for_next_pending_id(test_clock(), nullptr);
  gst_test_clock_crank(test_clock());
  EXPECT_TRUE(done.get());
}

}  // namespace
}  // namespace gemlive
