// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "config.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

using namespace gemlive;

namespace {

TEST(Config, EachNamesEverySettingOnce) {
  std::set<std::string> names;
  std::set<const void *> members;
  std::size_t count = 0;
  const Config config;
  Config::each([&](std::string_view name, auto member) {
    names.emplace(name);
    members.insert(&(config.*member));
    ++count;
  });
  EXPECT_EQ(names.size(), count);
  EXPECT_EQ(members.size(), count);
  EXPECT_TRUE(names.contains("api-key"));
  EXPECT_TRUE(names.contains("keepalive-interval"));
}

TEST(Config, NothingIsSetAtFirst) {
  const Config config;
  Config::each(
      [&](std::string_view name, auto member) { EXPECT_FALSE((config.*member).is_set) << name; });
}

TEST(Config, MergeTakesOverWhatIsSet) {
  Config mine, theirs;
  mine.voice.set("Kore");
  theirs.model.set("m");
  theirs.max_turns.set(3);
  EXPECT_EQ(mine.merge(theirs), std::nullopt);
  EXPECT_EQ(*mine.voice, "Kore");
  EXPECT_EQ(*mine.model, "m");
  EXPECT_TRUE(mine.model.is_set);
  EXPECT_EQ(*mine.max_turns, 3u);
  EXPECT_FALSE(mine.uri.is_set);
}

TEST(Config, MergeNamesAConflictAndChangesNothing) {
  Config mine, theirs;
  mine.voice.set("Kore");
  theirs.model.set("m");
  theirs.voice.set("Puck");
  const Config before = mine;
  EXPECT_EQ(mine.merge(theirs), "voice");
  EXPECT_EQ(mine, before);
  theirs.voice.set("Kore");
  EXPECT_EQ(mine.merge(theirs), std::nullopt);
}

TEST(Config, ADefaultThatIsSetIsASettingToo) {
  Config mine, theirs;
  mine.latency.set(std::chrono::milliseconds(100));
  theirs.latency.set(std::chrono::milliseconds(200));
  EXPECT_EQ(mine.merge(theirs), "latency");
}

TEST(Config, DiffersFromLooksAtWhatTheOtherHasSet) {
  Config settled, late;
  settled.voice.set("Kore");
  EXPECT_EQ(settled.differs_from(late), std::nullopt);
  late.pacing.set(Pacing::clock);  // as it is by default
  EXPECT_EQ(settled.differs_from(late), std::nullopt);
  late.pacing.set(Pacing::none);
  EXPECT_EQ(settled.differs_from(late), "pacing");
  late = {};
  late.api_key.set(Secret("other"));
  EXPECT_EQ(settled.differs_from(late), "api-key");
}

}  // namespace
