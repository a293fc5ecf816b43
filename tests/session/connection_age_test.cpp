// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "connection_age.hpp"

#include <gtest/gtest.h>

namespace gemlive {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t second = 1'000'000;
constexpr ConnectionAge::Situation at_ease{.quiet = true, .resumable = true, .has_handle = true};
constexpr ConnectionAge::Situation talking{.quiet = false, .resumable = false, .has_handle = true};
constexpr ConnectionAge::Situation without_handle{.quiet = true};

TEST(ConnectionAge, NothingIsDueBeforeThereIsAConnection) {
  ConnectionAge hand_over(60s);
  EXPECT_FALSE(hand_over.is_near(1000 * second));
  EXPECT_FALSE(hand_over.next_check(0));
}

TEST(ConnectionAge, AQuietMomentIsTakenFromTheAgeOn) {
  ConnectionAge hand_over(60s);
  hand_over.connected(0);
  EXPECT_EQ(hand_over.next_check(0), 60 * second);
  EXPECT_FALSE(hand_over.is_due(at_ease, 59 * second));
  EXPECT_TRUE(hand_over.is_due(at_ease, 60 * second));
  EXPECT_FALSE(hand_over.is_due(talking, 61 * second)) << "nobody is interrupted yet";
  EXPECT_EQ(hand_over.next_check(61 * second), 61 * second + 200'000) << "quiet says nothing";
}

TEST(ConnectionAge, AfterAGraceThereIsNoWaitingForQuiet) {
  ConnectionAge hand_over(60s);
  hand_over.connected(0);
  EXPECT_FALSE(hand_over.is_due(talking, 90 * second - 1));
  EXPECT_TRUE(hand_over.is_due(talking, 90 * second));
  EXPECT_FALSE(hand_over.is_due(without_handle, 1000 * second)) << "by age only what goes on";
}

TEST(ConnectionAge, GoAwayIsObeyedJustBeforeItsEnd) {
  ConnectionAge hand_over(0s);
  hand_over.connected(0);
  EXPECT_FALSE(hand_over.next_check(0)) << "no age was set";
  hand_over.go_away(50s, 10 * second);
  EXPECT_TRUE(hand_over.is_due(at_ease, 10 * second));
  EXPECT_FALSE(hand_over.is_due(without_handle, 57 * second));
  EXPECT_TRUE(hand_over.is_due(without_handle, 58 * second)) << "the end comes in any case";
}

TEST(ConnectionAge, AShortNoticeIsHalved) {
  ConnectionAge hand_over(0s);
  hand_over.connected(0);
  hand_over.go_away(1s, 0);
  EXPECT_FALSE(hand_over.is_due(talking, second / 2 - 1));
  EXPECT_TRUE(hand_over.is_due(talking, second / 2));
  hand_over.go_away(-5s, 0);
  EXPECT_TRUE(hand_over.is_due(talking, 0));
}

TEST(ConnectionAge, TheNextConnectionBeginsAnew) {
  ConnectionAge hand_over(60s);
  hand_over.connected(0);
  hand_over.go_away(10s, 0);
  hand_over.connected(5 * second);
  EXPECT_FALSE(hand_over.is_near(6 * second));
  EXPECT_TRUE(hand_over.is_near(65 * second));
  EXPECT_FALSE(hand_over.is_due(without_handle, 1000 * second)) << "it was not announced";
}

TEST(ConnectionAge, WhoGaveUpStays) {
  ConnectionAge hand_over(60s);
  hand_over.connected(0);
  hand_over.give_up();
  EXPECT_FALSE(hand_over.is_due(at_ease, 1000 * second));
  EXPECT_FALSE(hand_over.next_check(0));
}

}  // namespace
}  // namespace gemlive
