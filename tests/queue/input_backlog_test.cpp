// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "input_backlog.hpp"

#include <glib.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <span>
#include <utility>
#include <variant>

#include "counting.hpp"

using namespace gemlive;
using namespace std::chrono_literals;

namespace {

using input::Overflow;
using input::PushResult;
using test::Bytes;
using test::counting;

constexpr int rate = 16000;
constexpr std::size_t chunk = 1280;  // 40 ms

struct InputBacklogTest : testing::Test {
  InputBacklogTest() { backlog.set_audio_producer(&producer); }

  /// True if all bytes were taken.
  bool push(std::span<const std::byte> bytes, Overflow overflow = Overflow::drop_oldest) {
    backlog.push_audio(bytes, rate, overflow);
    return bytes.empty();
  }
  PushResult push(input::Mark mark) { return backlog.push(std::move(mark), producer); }
  void finish_chunk() { backlog.finish_chunk(false, g_get_monotonic_time()); }
  std::optional<input::Item> pop() {
    EXPECT_TRUE(balanced());
    if (!backlog.select_next()) return std::nullopt;
    return backlog.pop();
  }
  /// Pops the next item, which must be audio, and counts it as sent.
  Bytes pop_audio() {
    const auto item = pop();
    if (!item || !std::holds_alternative<input::Chunk>(*item)) return {};
    const auto &samples = std::get<input::Chunk>(*item).samples;
    backlog.count_sent(samples.size());
    return samples;
  }
  template <typename Mark>
  bool pop_mark() {
    const auto item = pop();
    return item && std::holds_alternative<Mark>(*item);
  }
  bool balanced() const {
    const auto &stats = backlog.stats();
    const auto reasons =
        stats.overflowed + stats.unmarked + stats.flushed + stats.unsent + stats.incomplete;
    return stats.pushed == stats.sent + stats.dropped + stats.held && stats.dropped == reasons;
  }

  InputBacklog backlog;
  input::Producer producer;
};

TEST_F(InputBacklogTest, CutsIntoChunksIndependentlyOfThePushes) {
  const auto all = counting(10 * chunk + 100);
  for (std::size_t at = 0, size = 1; at < all.size(); at += size, size = size * 3 % 997 + 1) {
    size = std::min(size, all.size() - at);
    EXPECT_TRUE(push(std::span(all).subspan(at, size)));
  }
  finish_chunk();
  Bytes came;
  for (int i = 0; i < 10; ++i) {
    const auto samples = pop_audio();
    EXPECT_EQ(samples.size(), chunk);
    came.insert(came.end(), samples.begin(), samples.end());
  }
  const auto rest = pop_audio();
  EXPECT_EQ(rest.size(), 100u);
  came.insert(came.end(), rest.begin(), rest.end());
  EXPECT_EQ(came, all);
  EXPECT_FALSE(pop());
  EXPECT_EQ(backlog.stats().sent, all.size());
  EXPECT_EQ(backlog.stats().held, 0u);
}

TEST_F(InputBacklogTest, KeepsHalfASampleAcrossAMark) {
  const auto all = counting(8);
  push(std::span(all).first(3));
  push(input::AudioStreamEnd{});
  push(std::span(all).subspan(3));
  finish_chunk();
  EXPECT_EQ(pop_audio(), Bytes(all.begin(), all.begin() + 2));
  EXPECT_TRUE(pop_mark<input::AudioStreamEnd>());
  EXPECT_EQ(pop_audio(), Bytes(all.begin() + 2, all.end()));
}

TEST_F(InputBacklogTest, HalfASampleAtTheEndIsCountedAsDropped) {
  push(counting(5));
  finish_chunk();
  EXPECT_EQ(pop_audio().size(), 4u);
  const auto stats = backlog.stats();
  EXPECT_EQ(stats.pushed, 5u);
  EXPECT_EQ(stats.sent, 4u);
  EXPECT_EQ(stats.incomplete, 1u);
  EXPECT_EQ(stats.held, 0u);
  EXPECT_EQ(backlog.take_dropped(), 0ns) << "nothing was dropped for lack of room";
}

TEST_F(InputBacklogTest, DropsWholeChunksOldestFirstAndNoMarks) {
  backlog.set_limits({.chunk = 40ms, .backlog = 120ms});
  push(counting(chunk));
  push(input::TypedText{"first", true});
  for (std::size_t i = 1; i < 5; ++i)
    push(counting(chunk, i * chunk));
  EXPECT_EQ(backlog.stats().overflowed, 2 * chunk);
  EXPECT_EQ(backlog.stats().held, 3 * chunk);
  EXPECT_EQ(backlog.take_dropped(), 80ms);
  EXPECT_EQ(backlog.take_dropped(), 0ms);
  EXPECT_TRUE(pop_mark<input::TypedText>());
  for (std::size_t i = 2; i < 5; ++i)
    EXPECT_EQ(pop_audio(), counting(chunk, i * chunk));
}

TEST_F(InputBacklogTest, ManualDetectionDropsAudioOutsideAnActivity) {
  backlog.set_limits({.only_in_activity = true});
  push(counting(101));
  EXPECT_FALSE(backlog.take_wake());
  EXPECT_EQ(backlog.stats().unmarked, 100u) << "half a sample waits for the other half";
  const auto half = counting(1, 1000);
  push(half);
  EXPECT_EQ(backlog.stats().dropped, 102u);
  push(input::ActivityStart{});
  push(input::ActivityStart{});
  push(counting(chunk));
  push(input::ActivityEnd{});
  push(input::ActivityEnd{});
  push(counting(50));
  EXPECT_TRUE(pop_mark<input::ActivityStart>());
  EXPECT_EQ(pop_audio(), counting(chunk));
  EXPECT_TRUE(pop_mark<input::ActivityEnd>());
  EXPECT_FALSE(pop());
  EXPECT_EQ(backlog.stats().dropped, 152u);
}

TEST_F(InputBacklogTest, ManualDetectionOpensAnActivityForAFile) {
  backlog.set_limits({.only_in_activity = true});
  push(counting(chunk), Overflow::block);
  EXPECT_TRUE(backlog.in_activity());
  EXPECT_TRUE(pop_mark<input::ActivityStart>());
  EXPECT_EQ(pop_audio(), counting(chunk));
  push(input::ActivityEnd{});
  push(counting(chunk), Overflow::block);
  EXPECT_TRUE(pop_mark<input::ActivityEnd>());
  EXPECT_FALSE(pop()) << "after the first mark only marks open an activity";
}

TEST_F(InputBacklogTest, ChunksHaveTheArrivalOfTheirLastByte) {
  const auto before = g_get_monotonic_time();
  push(counting(chunk));
  const auto after = g_get_monotonic_time();
  auto item = pop();
  ASSERT_TRUE(item);
  const auto &samples = std::get<input::Chunk>(*item);
  EXPECT_EQ(samples.rate, rate);
  EXPECT_GE(samples.pushed_at, before);
  EXPECT_LE(samples.pushed_at, after);
}

TEST_F(InputBacklogTest, ChunksCanBecomeSmallerWhileOneIsUnfinished) {
  const auto all = counting(1203);
  push(std::span(all).first(1001));
  backlog.set_limits({.chunk = 20ms, .backlog = 10s});
  push(std::span(all).subspan(1001), Overflow::block);
  finish_chunk();
  EXPECT_EQ(pop_audio(), Bytes(all.begin(), all.begin() + 1000));
  EXPECT_EQ(pop_audio(), Bytes(all.begin() + 1000, all.begin() + 1202));
}

}  // namespace
