// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "notice_dispatcher.hpp"

#include <gtest/gtest.h>

using namespace gemlive;

namespace {

struct RecordingListener final : Listener {
  void on_notice(const Notice &) override { ++notices; }
  void on_state_changed() override { ++states; }
  void on_ended() override { ++ends; }
  int notices = 0;
  int ends = 0;
  int states = 0;
};

struct NoticeDispatcherTest : testing::Test {
  NoticeDispatcher dispatcher;
  RecordingListener first, second, other;
  int bus = 0, other_bus = 0;
};

TEST_F(NoticeDispatcherTest, OneListenerOfEachGroupGetsNoticesAllGetStateChanges) {
  for (auto *listener : {&first, &second})
    EXPECT_TRUE(dispatcher.add(*listener, &bus));
  EXPECT_TRUE(dispatcher.add(other, &other_bus));
  dispatcher.dispatch({.body = notice::StateChanged{ConnectionState::connected}});
  dispatcher.dispatch({.body = notice::GenerationComplete{}});
  EXPECT_EQ(first.notices, 2);
  EXPECT_EQ(second.notices, 0);
  EXPECT_EQ(other.notices, 2);
  for (const auto *listener : {&first, &second, &other})
    EXPECT_EQ(listener->states, 1);
  dispatcher.remove(first);
  dispatcher.dispatch({.body = notice::StateChanged{ConnectionState::failed}});
  EXPECT_EQ(second.notices, 1);
  EXPECT_EQ(first.states, 1);
}

TEST_F(NoticeDispatcherTest, AllGetTheEnd) {
  for (auto *listener : {&first, &second})
    EXPECT_TRUE(dispatcher.add(*listener, &bus));
  dispatcher.dispatch({.body = notice::Ended{}});
  EXPECT_EQ(first.ends, 1);
  EXPECT_EQ(second.ends, 1);
}

TEST_F(NoticeDispatcherTest, AfterAFailureOnlyAGroupThatWasNotifiedCanBeJoined) {
  EXPECT_TRUE(dispatcher.add(first, &bus));
  dispatcher.dispatch({.body = notice::Failed{}});
  EXPECT_TRUE(dispatcher.add(second, &bus));
  EXPECT_FALSE(dispatcher.add(other, &other_bus)) << "open() has to return the error";
  dispatcher.dispatch({.body = notice::GenerationComplete{}});
  EXPECT_EQ(other.notices, 0);
}

}  // namespace
