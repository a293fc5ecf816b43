// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "audiences.hpp"

#include <gtest/gtest.h>

using namespace gemlive;

namespace {

struct Ear final : Conversation::Listener {
  void on_notice(const Notice &) override { ++notices; }
  void on_state_changed() override { ++states; }
  int notices = 0;
  int states = 0;
};

struct AudiencesTest : testing::Test {
  Audiences audiences;
  Ear first, second, other;
  int bus = 0, other_bus = 0;
};

TEST_F(AudiencesTest, OneOfEachAudienceIsToldAndAllHearOfTheState) {
  for (auto *ear : {&first, &second})
    EXPECT_TRUE(audiences.add(*ear, &bus));
  EXPECT_TRUE(audiences.add(other, &other_bus));
  audiences.tell({.fact = notice::StateChanged{ConnectionState::connected}});
  audiences.tell({.fact = notice::GenerationComplete{}});
  EXPECT_EQ(first.notices, 2);
  EXPECT_EQ(second.notices, 0);
  EXPECT_EQ(other.notices, 2);
  for (const auto *ear : {&first, &second, &other})
    EXPECT_EQ(ear->states, 1);
  audiences.remove(first);
  audiences.tell({.fact = notice::StateChanged{ConnectionState::failed}});
  EXPECT_EQ(second.notices, 1);
  EXPECT_EQ(first.states, 1);
}

TEST_F(AudiencesTest, WhoComesBehindTheFailureJoinsOnlyAnAudienceThatHeardIt) {
  EXPECT_TRUE(audiences.add(first, &bus));
  audiences.tell({.fact = notice::Failed{}});
  EXPECT_TRUE(audiences.add(second, &bus));
  EXPECT_FALSE(audiences.add(other, &other_bus)) << "it has to be told by open()";
  audiences.tell({.fact = notice::GenerationComplete{}});
  EXPECT_EQ(other.notices, 0);
}

}  // namespace
