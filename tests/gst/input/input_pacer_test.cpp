// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "input_pacer.hpp"

#include <gst/check/gsttestclock.h>
#include <gtest/gtest.h>

#include <future>

namespace gemlive {
namespace {

constexpr GstClockTime ms = GST_MSECOND;

/// A sink at the running time 0 of a clock that the test moves.
class InputPacerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { gst_init(nullptr, nullptr); }
  InputPacerTest() {
    gst_object_ref_sink(sink.get());
    gst_element_set_clock(sink.get(), clock.get());
    gst_element_set_base_time(sink.get(), 1000 * ms);
    set_time(0);
  }
  void set_time(GstClockTime running_time) {
    gst_test_clock_set_time(GST_TEST_CLOCK(clock.get()), 1000 * ms + running_time);
  }

  ClockPtr clock{gst_test_clock_new()};
  ElementPtr sink{gst_element_factory_make("fakesink", nullptr)};
  InputPacer pacer{GST_BASE_SINK(sink.get()), true};
};

TEST_F(InputPacerTest, FilesWaitForTheirTime) {
  pacer.start(false);
  EXPECT_FALSE(pacer.must_wait(0));
  EXPECT_TRUE(pacer.must_wait(20 * ms));
  auto done = std::async(std::launch::async, [&] { return pacer.wait(20 * ms); });
  gst_test_clock_wait_for_next_pending_id(GST_TEST_CLOCK(clock.get()), nullptr);
  set_time(20 * ms);
  gst_test_clock_crank(GST_TEST_CLOCK(clock.get()));
  EXPECT_TRUE(done.get());
  EXPECT_FALSE(pacer.must_wait(20 * ms));
  EXPECT_EQ(pacer.now(), 20 * ms);
  EXPECT_FALSE(pacer.must_wait(GST_CLOCK_TIME_NONE));
}

TEST_F(InputPacerTest, CancelEndsAWait) {
  pacer.start(false);
  auto done = std::async(std::launch::async, [&] { return pacer.wait(20 * ms); });
  gst_test_clock_wait_for_next_pending_id(GST_TEST_CLOCK(clock.get()), nullptr);
  pacer.cancel(true);
  EXPECT_FALSE(done.get());
}

TEST_F(InputPacerTest, ThePropertyTsOffsetShiftsFiles) {
  gst_base_sink_set_ts_offset(GST_BASE_SINK(sink.get()), 50 * static_cast<GstClockTimeDiff>(ms));
  pacer.start(false);
  EXPECT_TRUE(pacer.must_wait(0));
  set_time(50 * ms);
  EXPECT_FALSE(pacer.must_wait(0));
}

TEST_F(InputPacerTest, LiveDataDoesNotWait) {
  pacer.start(true);
  for (GstClockTime time = 0; time < 60'000 * ms; time += 20 * ms) {
    set_time(time + 20 * ms);
    ASSERT_FALSE(pacer.must_wait(time)) << time;
  }
}

TEST_F(InputPacerTest, AFileBesideAMicrophoneWaits) {
  pacer.start(true);
  EXPECT_FALSE(pacer.must_wait(0));
  EXPECT_FALSE(pacer.must_wait(100 * ms));
  EXPECT_TRUE(pacer.must_wait(128 * ms));
  EXPECT_TRUE(pacer.must_wait(5000 * ms)) << "behind a hole";
}

TEST_F(InputPacerTest, LiveTimestampsOfAnotherPipelineAreShifted) {
  pacer.start(true);
  EXPECT_FALSE(pacer.must_wait(3'600'000 * ms));
  set_time(20 * ms);
  EXPECT_FALSE(pacer.must_wait(3'600'020 * ms));
  EXPECT_TRUE(pacer.must_wait(3'600'320 * ms)) << "they are paced, too";
  EXPECT_FALSE(pacer.must_wait(9'000'000 * ms)) << "the other pipeline has started again";
}

TEST_F(InputPacerTest, DataWasSaidAtItsRunningTimeByTheClock) {
  pacer.start(true);
  EXPECT_EQ(pacer.said_at(0), std::nullopt) << "before must_wait()";
  set_time(1000 * ms);
  const auto before = std::chrono::microseconds(g_get_monotonic_time());
  ASSERT_FALSE(pacer.must_wait(980 * ms));
  const auto age = std::chrono::microseconds(g_get_monotonic_time()) - before;
  const auto said_at = pacer.said_at(980 * ms);
  ASSERT_TRUE(said_at);
  EXPECT_GE(*said_at, before - std::chrono::milliseconds(20));
  EXPECT_LE(*said_at, before - std::chrono::milliseconds(20) + age);
  EXPECT_EQ(*pacer.said_at(990 * ms) - *said_at, std::chrono::milliseconds(10));
  EXPECT_EQ(pacer.said_at(GST_CLOCK_TIME_NONE), std::nullopt);
  ASSERT_FALSE(pacer.must_wait(3'600'980 * ms));
  EXPECT_LE(*pacer.said_at(3'600'980 * ms) - *said_at, std::chrono::seconds(10))
      << "timestamps of another pipeline";
  gst_element_set_base_time(sink.get(), 600 * ms);
  pacer.start(true);
  ASSERT_FALSE(pacer.must_wait(400 * ms));
  const auto moved = *pacer.said_at(400 * ms);
  gst_element_set_base_time(sink.get(), 500 * ms);  // the pipeline was paused
  ASSERT_FALSE(pacer.must_wait(440 * ms));
  EXPECT_EQ(*pacer.said_at(400 * ms), moved) << "the clock is not read for each buffer";
  pacer.resume();
  ASSERT_FALSE(pacer.must_wait(440 * ms));
  EXPECT_LT(*pacer.said_at(400 * ms), moved - std::chrono::milliseconds(50));
  InputPacer none(GST_BASE_SINK(sink.get()), false);
  none.start(false);
  EXPECT_EQ(none.said_at(980 * ms), std::chrono::milliseconds(980)) << "the time of the input";
}

TEST_F(InputPacerTest, WithoutPacingNothingWaits) {
  InputPacer none(GST_BASE_SINK(sink.get()), false);
  none.start(false);
  EXPECT_FALSE(none.must_wait(1'000'000 * ms));
  EXPECT_EQ(none.now(), GST_CLOCK_TIME_NONE);
}

TEST_F(InputPacerTest, WithoutAClockNothingWaits) {
  gst_element_set_clock(sink.get(), nullptr);
  pacer.start(false);
  EXPECT_FALSE(pacer.must_wait(1'000'000 * ms));
  EXPECT_EQ(pacer.now(), GST_CLOCK_TIME_NONE);
}

}  // namespace
}  // namespace gemlive
