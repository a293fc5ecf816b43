// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "input_timeline.hpp"

#include <gtest/gtest.h>

namespace gemlive {
namespace {

constexpr GstClockTime ms = GST_MSECOND;
constexpr GstClockTime none = GST_CLOCK_TIME_NONE;

TEST(InputTimeline, DataWithTimestampsIsDueAtThem) {
  InputTimeline timeline;
  EXPECT_EQ(timeline.end(), none);
  EXPECT_EQ(timeline.place(500 * ms, 20 * ms).due, 500 * ms);
  const auto next = timeline.place(520 * ms, 20 * ms);
  EXPECT_EQ(next.due, 520 * ms);
  EXPECT_EQ(next.hole, 0u);
  EXPECT_EQ(timeline.end(), 540 * ms);
}

TEST(InputTimeline, AHoleIsMeasured) {
  InputTimeline timeline;
  EXPECT_EQ(timeline.place(500 * ms, 20 * ms).hole, 0u) << "not before the first";
  const auto place = timeline.place(900 * ms, 20 * ms);
  EXPECT_EQ(place.hole, 380 * ms);
  EXPECT_EQ(place.due, 900 * ms);
  EXPECT_EQ(timeline.place(920 * ms, 20 * ms).hole, 0u);
}

TEST(InputTimeline, SmallHolesAddUp) {
  InputTimeline timeline;
  GstClockTime time = 0, missing = 0;
  for (int i = 0; i < 100; ++i, time += 40 * ms)  // every second packet is lost
    missing += timeline.place(time, 20 * ms).hole;
  EXPECT_NEAR(static_cast<double>(missing / ms), 99 * 20, 42);
}

TEST(InputTimeline, JitterIsNoHole) {
  InputTimeline timeline;
  GstClockTime missing = 0;
  for (GstClockTime i = 0; i < 10'000; ++i)  // bursts: three of four are late
    missing += timeline.place(i / 4 * 80 * ms + i % 4 * ms, 20 * ms).hole;
  EXPECT_LE(missing, 80 * ms) << "once, at most";
}

TEST(InputTimeline, AClockThatDriftsIsFollowed) {
  for (const GstClockTime start_of_20ms : {20'002'000u, 19'998'000u}) {  // 100 ppm
    InputTimeline timeline;
    for (GstClockTime i = 0; i < 360'000; ++i)  // two hours
      ASSERT_EQ(timeline.place(i * start_of_20ms, 20 * ms).hole, 0u) << i;
  }
}

TEST(InputTimeline, TimestampsMayBeginAgain) {
  InputTimeline timeline;
  timeline.place(50'000 * ms, 20 * ms);
  EXPECT_EQ(timeline.place(0, 20 * ms).hole, 0u);
  EXPECT_EQ(timeline.place(20 * ms, 20 * ms).hole, 0u);
  EXPECT_EQ(timeline.place(140 * ms, 20 * ms).hole, 100 * ms);
  timeline.reset();
  EXPECT_EQ(timeline.place(9'000 * ms, 20 * ms).hole, 0u);
}

TEST(InputTimeline, DataWithoutTimestampsFollowsTheDataBefore) {
  InputTimeline timeline;
  EXPECT_EQ(timeline.place(none, 128 * ms, 3000 * ms).due, 3000 * ms);
  EXPECT_EQ(timeline.place(none, 128 * ms, 3001 * ms).due, 3128 * ms);
  EXPECT_EQ(timeline.place(none, 128 * ms, 3300 * ms).due, 3256 * ms) << "a little late";
  EXPECT_EQ(timeline.end(), 3384 * ms);
  EXPECT_EQ(timeline.place(none, 128 * ms, 9000 * ms).due, 9000 * ms) << "after a stall";
}

TEST(InputTimeline, LiveDataWithoutTimestampsIsNotPaced) {
  InputTimeline timeline;
  EXPECT_EQ(timeline.place(none, 20 * ms).due, none);
  EXPECT_EQ(timeline.end(), none);
  timeline.place(1000 * ms, 20 * ms);
  EXPECT_EQ(timeline.place(none, 20 * ms).due, none);
  EXPECT_EQ(timeline.place(1040 * ms, 20 * ms).hole, 0u) << "it was between them";
}

}  // namespace
}  // namespace gemlive
