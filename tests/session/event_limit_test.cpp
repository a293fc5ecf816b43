// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "event_limit.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace gemlive {
namespace {

constexpr std::int64_t second = 1'000'000;

int accepted(EventLimit &limit, int events, std::int64_t now) {
  int count = 0;
  for (int i = 0; i < events; ++i)
    count += limit.accept(now);
  return count;
}

TEST(EventLimit, ABurstIsAccepted) {
  EventLimit limit;
  EXPECT_EQ(accepted(limit, 20'000, 1000 * second), EventLimit::burst);
}

TEST(EventLimit, TheRateIsLimitedAfterwards) {
  EventLimit limit;
  accepted(limit, 20'000, 0);
  int count = 0;
  for (int ms = 1; ms <= 5000; ++ms)
    count += accepted(limit, 100, ms * second / 1000);
  EXPECT_EQ(count, 5 * EventLimit::per_second);
}

TEST(EventLimit, APauseAllowsAnotherBurst) {
  EventLimit limit;
  accepted(limit, 20'000, 0);
  EXPECT_EQ(accepted(limit, 20'000, 3600 * second), EventLimit::burst) << "not more";
}

TEST(EventLimit, ThreeHundredASecondAreNeverTooMany) {
  EventLimit limit;
  for (int at = 0; at < 600; ++at)
    EXPECT_EQ(accepted(limit, 300, at * second), 300);
}

TEST(EventLimit, AnyClockWillDo) {
  EventLimit limit;
  accepted(limit, 20'000, 100 * second);
  EXPECT_FALSE(limit.accept(0)) << "back in time";
  EXPECT_TRUE(limit.accept(std::numeric_limits<std::int64_t>::max()));
}

}  // namespace
}  // namespace gemlive
