// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "input_registry.hpp"

#include <glib.h>
#include <gtest/gtest.h>

using namespace gemlive;

namespace {

struct InputRegistryTest : testing::Test {
  std::int64_t now() const { return g_get_monotonic_time(); }
  bool is_inactive_since(std::int64_t before) {
    const auto since = registry.inactive_since(later);
    return since && *since >= before && *since <= now();
  }

  int wakes = 0;
  InputRegistry registry{[this] { ++wakes; }};
  const std::int64_t later = g_get_monotonic_time() + 60'000'000;
};

TEST_F(InputRegistryTest, TheInputHasEndedWhenEachInputHas) {
  const auto one = registry.add("one"), two = registry.add("two");
  EXPECT_FALSE(registry.end(*one));
  EXPECT_EQ(wakes, 1) << "the other may be inactive";
  EXPECT_TRUE(registry.end(*two));
  EXPECT_EQ(wakes, 1);
  EXPECT_TRUE(registry.open_names().empty());
  EXPECT_FALSE(registry.inactive_since(later)) << "none is open";
}

TEST_F(InputRegistryTest, AnInputThatIsRemovedDoesNotCount) {
  const auto one = registry.add("one"), two = registry.add("two"), three = registry.add("three");
  EXPECT_FALSE(registry.end(*one));
  EXPECT_FALSE(registry.remove(two)) << "the third is open";
  EXPECT_TRUE(registry.remove(three)) << "the rest has ended";
  EXPECT_FALSE(registry.remove(one)) << "none is left";
}

TEST_F(InputRegistryTest, TheLastInputThatIsRemovedEndsNothing) {
  const auto one = registry.add("one");
  EXPECT_FALSE(registry.remove(one));
}

TEST_F(InputRegistryTest, AFlushedInputHasNotEnded) {
  const auto one = registry.add("one"), two = registry.add("two");
  registry.end(*one);
  registry.reopen(*one);
  EXPECT_FALSE(registry.end(*two));
  EXPECT_TRUE(registry.end(*one));
}

TEST_F(InputRegistryTest, AnOpenInputIsIdleOnlyBesideOneThatHasEnded) {
  const auto one = registry.add("one"), two = registry.add("two");
  EXPECT_FALSE(registry.inactive_since(later));
  const auto before = now();
  registry.end(*one);
  EXPECT_TRUE(is_inactive_since(before)) << "not before the end of the other";
  EXPECT_EQ(registry.open_names(), std::vector<std::string>{"two"});
}

TEST_F(InputRegistryTest, DataEndsTheIdleTime) {
  const auto one = registry.add("one"), two = registry.add("two"), three = registry.add("three");
  registry.end(*one);
  const auto before = now();
  registry.set_busy(*two, false);
  EXPECT_TRUE(is_inactive_since(before));
}

TEST_F(InputRegistryTest, AnInputWhoseDataWaitsIsNotIdle) {
  const auto one = registry.add("one"), two = registry.add("two"), three = registry.add("three");
  registry.end(*one);
  registry.set_busy(*three, true);
  EXPECT_EQ(registry.inactive_since(later), later);
  const auto before = now();
  registry.set_busy(*three, false);
  EXPECT_TRUE(is_inactive_since(before));
  registry.set_busy(*three, true);
  registry.reopen(*three);
  EXPECT_TRUE(is_inactive_since(before)) << "the data was flushed";
}

TEST_F(InputRegistryTest, AnInputInPausedIsNotIdle) {
  const auto one = registry.add("one"), two = registry.add("two");
  registry.set_paused(*two, true);
  registry.end(*one);
  EXPECT_EQ(registry.inactive_since(later), later);
  const auto before = now();
  registry.set_paused(*two, false);
  EXPECT_TRUE(is_inactive_since(before)) << "from PLAYING";
}

TEST_F(InputRegistryTest, LiveAudioIsSilentWhileItBringsNothing) {
  const auto audio = registry.add("audio"), video = registry.add("video");
  EXPECT_FALSE(registry.silent_since()) << "none is live audio";
  registry.set_live_audio(*audio, true);
  const auto before = now();
  registry.set_busy(*audio, false);
  registry.set_busy(*video, false);
  const auto since = registry.silent_since();
  ASSERT_TRUE(since);
  EXPECT_GE(*since, before);
  EXPECT_LE(*since, now());
  registry.set_paused(*audio, true);
  EXPECT_TRUE(registry.silent_since()) << "in PAUSED, too";
  registry.end(*audio);
  EXPECT_FALSE(registry.silent_since());
}

TEST_F(InputRegistryTest, AudioIsSilentWhileItWaitsBehindAHole) {
  const auto audio = registry.add("audio");
  registry.set_waiting(*audio, true);
  EXPECT_EQ(wakes, 1) << "nothing else tells the session";
  EXPECT_TRUE(registry.silent_since());
  registry.set_paused(*audio, true);
  EXPECT_FALSE(registry.silent_since()) << "a file in PAUSED";
  registry.set_paused(*audio, false);
  registry.set_waiting(*audio, false);
  EXPECT_FALSE(registry.silent_since());
  EXPECT_EQ(wakes, 1);
  registry.set_waiting(*audio, true);
  registry.reopen(*audio);
  EXPECT_FALSE(registry.silent_since()) << "it was flushed";
}

}  // namespace
