// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tick_wheel.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <vector>

namespace gemlive::bench {

namespace {

struct Member {
  std::vector<std::int64_t> times = {};
};

void advance(TickWheel<Member> &wheel, std::int64_t now) {
  wheel.advance(now, [](Member &member, std::int64_t due) { member.times.push_back(due); });
}

TEST(TickWheel, AMemberIsDueOnceAPeriod) {
  TickWheel<Member> wheel(40, 0);
  Member member;
  wheel.add(member);
  advance(wheel, 199'999);
  ASSERT_EQ(member.times.size(), 5u);
  for (std::size_t i = 1; i < member.times.size(); ++i)
    EXPECT_EQ(member.times[i] - member.times[i - 1], 40'000);
}

TEST(TickWheel, MembersAreSpread) {
  for (const int period : {20, 40, 100}) {
    TickWheel<Member> wheel(period, 0);
    std::vector<Member> members(static_cast<std::size_t>(period) * 3);
    for (auto &member : members)
      wheel.add(member);
    advance(wheel, std::int64_t{period} * 1000 - 1);
    std::map<std::int64_t, int> by_time;
    for (const auto &member : members) {
      ASSERT_EQ(member.times.size(), 1u);
      ++by_time[member.times[0]];
    }
    EXPECT_EQ(by_time.size(), static_cast<std::size_t>(period));
    for (const auto &[time, count] : by_time)
      EXPECT_EQ(count, 3) << period << " ms: " << time;
  }
}

TEST(TickWheel, SaysWhenAMemberIsDue) {
  TickWheel<Member> wheel(20, 1'000'000);
  EXPECT_EQ(wheel.next_due(), -1);
  std::vector<Member> members(2);
  for (auto &member : members)
    wheel.add(member);
  for (int i = 0; i < 10; ++i) {
    const auto due = wheel.next_due();
    std::size_t before = members[0].times.size() + members[1].times.size();
    advance(wheel, due - 1);
    EXPECT_EQ(members[0].times.size() + members[1].times.size(), before);
    advance(wheel, due);
    EXPECT_EQ(members[0].times.size() + members[1].times.size(), before + 1);
  }
}

TEST(TickWheel, ALateTurnLeavesNothingOut) {
  TickWheel<Member> wheel(20, 0);
  Member member;
  wheel.add(member);
  advance(wheel, 5'000);
  advance(wheel, 1'000'000);
  EXPECT_EQ(member.times.size(), 51u);
}

TEST(TickWheel, ARemovedMemberIsNotDue) {
  TickWheel<Member> wheel(20, 0);
  std::vector<Member> members(2);
  for (auto &member : members)
    wheel.add(member);
  wheel.remove(members[0]);
  advance(wheel, 39'999);
  EXPECT_EQ(members[0].times.size(), 0u);
  EXPECT_EQ(members[1].times.size(), 2u);
  wheel.remove(members[1]);
  EXPECT_EQ(wheel.next_due(), -1);
}

}  // namespace

}  // namespace gemlive::bench
