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
  ConnectionAge age(60s);
  EXPECT_FALSE(age.may_be_due(1000 * second));
  EXPECT_FALSE(age.next_check(0));
}

TEST(ConnectionAge, AQuietMomentIsTakenFromTheAgeOn) {
  ConnectionAge age(60s);
  age.start(0);
  EXPECT_EQ(age.next_check(0), 60 * second);
  EXPECT_FALSE(age.is_due(at_ease, 59 * second));
  EXPECT_TRUE(age.is_due(at_ease, 60 * second));
  EXPECT_FALSE(age.is_due(talking, 61 * second)) << "nobody is interrupted yet";
  EXPECT_EQ(age.next_check(61 * second), 90 * second);
  EXPECT_FALSE(age.next_check(90 * second)) << "it waits for an event";
}

TEST(ConnectionAge, AfterTheGraceItDoesNotWaitForQuiet) {
  ConnectionAge age(60s);
  age.start(0);
  EXPECT_FALSE(age.is_due(talking, 90 * second - 1));
  EXPECT_TRUE(age.is_due(talking, 90 * second));
  EXPECT_FALSE(age.is_due(without_handle, 1000 * second)) << "by age only what goes on";
}

TEST(ConnectionAge, GoAwayIsDueShortlyBeforeTheEnd) {
  ConnectionAge age(0s);
  age.start(0);
  EXPECT_FALSE(age.next_check(0)) << "no age was set";
  age.announce_end(50s, 10 * second);
  EXPECT_TRUE(age.is_due(at_ease, 10 * second));
  EXPECT_FALSE(age.is_due(without_handle, 57 * second));
  EXPECT_TRUE(age.is_due(without_handle, 58 * second)) << "the end comes in any case";
}

TEST(ConnectionAge, AShortNoticeIsHalved) {
  ConnectionAge age(0s);
  age.start(0);
  age.announce_end(1s, 0);
  EXPECT_FALSE(age.is_due(talking, second / 2 - 1));
  EXPECT_TRUE(age.is_due(talking, second / 2));
  age.announce_end(-5s, 0);
  EXPECT_TRUE(age.is_due(talking, 0));
}

TEST(ConnectionAge, AGoAwayWithoutATimeMakesTheConnectionOld) {
  ConnectionAge age(0s);
  age.start(0);
  age.announce_end(std::nullopt, 10 * second);
  EXPECT_TRUE(age.is_due(at_ease, 10 * second));
  EXPECT_FALSE(age.is_due(talking, 40 * second - 1)) << "unknown is not now";
  EXPECT_TRUE(age.is_due(talking, 40 * second));
  EXPECT_FALSE(age.is_due(without_handle, 1000 * second))
      << "the session would be lost for nothing";
  EXPECT_EQ(age.next_check(10 * second), 40 * second) << "quiet comes with an event";
}

TEST(ConnectionAge, ARepeatedGoAwayWithoutATimeDoesNotExtendTheWait) {
  ConnectionAge age(0s);
  age.start(0);
  for (int i = 0; i < 30; ++i)
    age.announce_end(std::nullopt, i * second);
  EXPECT_TRUE(age.is_due(talking, 30 * second));
}

TEST(ConnectionAge, AKnownEndIsNotForgottenForAnUnknownOne) {
  ConnectionAge age(60s);
  age.start(0);
  age.announce_end(10s, 0);
  age.announce_end(std::nullopt, second);
  EXPECT_TRUE(age.is_due(without_handle, 8 * second));
  age.start(20 * second);
  age.announce_end(std::nullopt, 21 * second);
  age.announce_end(10s, 22 * second);
  EXPECT_TRUE(age.is_due(without_handle, 30 * second));
}

TEST(ConnectionAge, TheNextConnectionBeginsAnew) {
  ConnectionAge age(60s);
  age.start(0);
  age.announce_end(10s, 0);
  age.start(5 * second);
  EXPECT_FALSE(age.may_be_due(6 * second));
  EXPECT_TRUE(age.may_be_due(65 * second));
  EXPECT_FALSE(age.is_due(without_handle, 1000 * second)) << "it was not announced";
}

}  // namespace
}  // namespace gemlive
