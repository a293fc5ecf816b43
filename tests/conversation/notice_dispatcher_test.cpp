// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "notice_dispatcher.hpp"

#include <gtest/gtest.h>

using namespace gemlive;

namespace {

struct Ear final : Listener {
  void on_notice(const Notice &) override { ++notices; }
  void on_state_changed() override { ++states; }
  int notices = 0;
  int states = 0;
};

struct AudiencesTest : testing::Test {
  NoticeDispatcher dispatcher;
  Ear first, second, other;
  int bus = 0, other_bus = 0;
};

TEST_F(AudiencesTest, OneOfEachAudienceIsToldAndAllHearOfTheState) {
  for (auto *ear : {&first, &second})
    EXPECT_TRUE(dispatcher.add(*ear, &bus));
  EXPECT_TRUE(dispatcher.add(other, &other_bus));
  dispatcher.tell({.body = notice::StateChanged{ConnectionState::connected}});
  dispatcher.tell({.body = notice::GenerationComplete{}});
  EXPECT_EQ(first.notices, 2);
  EXPECT_EQ(second.notices, 0);
  EXPECT_EQ(other.notices, 2);
  for (const auto *ear : {&first, &second, &other})
    EXPECT_EQ(ear->states, 1);
  dispatcher.remove(first);
  dispatcher.tell({.body = notice::StateChanged{ConnectionState::failed}});
  EXPECT_EQ(second.notices, 1);
  EXPECT_EQ(first.states, 1);
}

TEST_F(AudiencesTest, WhoComesBehindTheFailureJoinsOnlyAnAudienceThatHeardIt) {
  EXPECT_TRUE(dispatcher.add(first, &bus));
  dispatcher.tell({.body = notice::Failed{}});
  EXPECT_TRUE(dispatcher.add(second, &bus));
  EXPECT_FALSE(dispatcher.add(other, &other_bus)) << "it has to be told by open()";
  dispatcher.tell({.body = notice::GenerationComplete{}});
  EXPECT_EQ(other.notices, 0);
}

}  // namespace
