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
  bool push(std::span<const std::byte> bytes, Overflow overflow = Overflow::drop_oldest,
            input::SaidAt said_at = {}) {
    backlog.push_audio(bytes, rate, overflow, said_at);
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

/// Behind 20 ms of audio.
struct InputBacklogPause : InputBacklogTest {
  void SetUp() override { push(Bytes(640)); }
  /// Bytes of audio that can be popped now.
  std::size_t pop_all() {
    std::size_t bytes = 0;
    while (backlog.select_next()) {
      const auto item = backlog.pop();
      if (const auto *popped = std::get_if<input::Chunk>(&item)) bytes += popped->samples.size();
      marks += std::holds_alternative<input::AudioStreamEnd>(item);
    }
    return bytes;
  }
  int marks = 0;
};

TEST_F(InputBacklogPause, IsFilledWithSilenceInRealTime) {
  EXPECT_TRUE(backlog.fill_pause(500ms));
  EXPECT_EQ(pop_all(), 13 * chunk) << "the audio, and silence up to a whole chunk";
  EXPECT_TRUE(backlog.fill_pause(500ms));
  EXPECT_EQ(pop_all(), 0u) << "it has not lasted longer";
  EXPECT_TRUE(backlog.fill_pause(999ms));
  EXPECT_EQ(marks, 0);
  EXPECT_FALSE(backlog.fill_pause(1000ms));
  EXPECT_EQ(pop_all(), 32640u - 13 * chunk);
  EXPECT_EQ(marks, 1);
  EXPECT_FALSE(backlog.fill_pause(2000ms)) << "once";
  EXPECT_EQ(pop_all(), 0u);
  EXPECT_TRUE(balanced());
}

TEST_F(InputBacklogPause, BeginsAgainBehindAudio) {
  EXPECT_TRUE(backlog.fill_pause(500ms));
  push(Bytes(640));
  EXPECT_TRUE(backlog.fill_pause(500ms));
  EXPECT_FALSE(backlog.fill_pause(3000ms));
  EXPECT_EQ(pop_all(), 2 * 640 + 16000 + 32000u);
  EXPECT_EQ(marks, 1);
  push(Bytes(640));
  EXPECT_FALSE(backlog.fill_pause(1000ms));
  pop_all();
  EXPECT_EQ(marks, 2);
}

/// A resampler pushes the last samples before the pause when the pause is over.
TEST_F(InputBacklogPause, IsNotEndedByTheRestOfTheAudioBeforeIt) {
  const auto say = [this](std::size_t bytes, std::chrono::milliseconds said_at) {
    push(Bytes(bytes), Overflow::drop_oldest, said_at);
  };
  const auto pop_bytes = [this] {
    backlog.finish_chunk(true, 0);
    return pop_all();
  };
  say(640, 1000ms);
  EXPECT_TRUE(backlog.fill_pause(500ms));
  say(64, 1020ms);
  EXPECT_TRUE(backlog.fill_pause(700ms)) << "the whole hole";
  EXPECT_EQ(pop_bytes(), 2 * 640 + 64 + 700 * 32u);
  say(640, 1720ms);
  EXPECT_FALSE(backlog.fill_pause(1000ms));
  say(64, 1740ms);
  EXPECT_FALSE(backlog.fill_pause(8000ms));
  EXPECT_EQ(pop_bytes(), 640 + 32000 + 64u);
  EXPECT_EQ(marks, 1);
  say(64, 9740ms);
  EXPECT_FALSE(backlog.fill_pause(1000ms)) << "audio, however short";
  pop_bytes();
  EXPECT_EQ(marks, 2);
}

TEST_F(InputBacklogPause, IsEndedByShortAudioBehindAHole) {
  push(Bytes(640), Overflow::drop_oldest, 1000ms);
  for (const auto said_at : {1050ms, 1090ms, 1130ms}) {
    EXPECT_TRUE(backlog.fill_pause(30ms));
    push(Bytes(320), Overflow::drop_oldest, said_at);
  }
  EXPECT_FALSE(backlog.fill_pause(1000ms));
  EXPECT_EQ(pop_all(), 2 * 640 + 3 * (320 + 30 * 32) + 32000u);
}

TEST_F(InputBacklogPause, IsEndedByAudioThatIsLate) {
  push(Bytes(640), Overflow::drop_oldest, 1000ms);
  EXPECT_FALSE(backlog.fill_pause(1000ms));
  push(Bytes(3200), Overflow::drop_oldest, 1020ms);
  EXPECT_FALSE(backlog.fill_pause(1000ms));
  pop_all();
  EXPECT_EQ(marks, 2);
}

TEST_F(InputBacklogPause, TheEndOfTheInputAddsOnlyWhatIsMissing) {
  backlog.fill_pause(500ms);
  backlog.end_audio(producer);
  EXPECT_EQ(pop_all(), 32640u);
  EXPECT_EQ(marks, 1);
  push(Bytes(640));
  backlog.fill_pause(1000ms);
  backlog.end_audio(producer);
  EXPECT_EQ(pop_all(), 32640u);
  EXPECT_EQ(marks, 2);
}

TEST_F(InputBacklogPause, AMarkOfTheApplicationEndsIt) {
  push(input::AudioStreamEnd{});
  EXPECT_FALSE(backlog.fill_pause(500ms));
  EXPECT_EQ(pop_all(), 640u);
  EXPECT_EQ(marks, 1);
}

TEST_F(InputBacklogPause, IsNotFilledWhereNothingMayBeInvented) {
  backlog.set_limits({.fills_pauses = false});
  EXPECT_FALSE(backlog.fill_pause(1000ms));
  backlog.set_limits({.only_in_activity = true});
  EXPECT_FALSE(backlog.fill_pause(1000ms)) << "manual detection";
  EXPECT_EQ(push(input::AudioStreamEnd{}), PushResult::ok);
  EXPECT_EQ(marks, 0);
  backlog.set_limits({});
  backlog.set_waiting(true);
  EXPECT_FALSE(backlog.fill_pause(1000ms)) << "audio waits for room";
  backlog.set_waiting(false);
  producer.ended = true;
  EXPECT_FALSE(backlog.fill_pause(1000ms));
  producer = {.flushing = true};
  EXPECT_FALSE(backlog.fill_pause(1000ms));
  pop_all();
  EXPECT_EQ(marks, 0);
}

TEST_F(InputBacklogPause, IsSentInPaused) {
  push(Bytes(chunk));  // on its way to the I/O thread
  producer.paused = true;
  EXPECT_EQ(pop_all(), 0u);
  backlog.take_wake();
  EXPECT_TRUE(backlog.fill_pause(500ms));
  EXPECT_TRUE(backlog.take_wake());
  EXPECT_EQ(pop_all(), 14 * chunk);
  EXPECT_FALSE(backlog.fill_pause(1000ms));
  EXPECT_EQ(pop_all(), 640 + chunk + 32000 - 14 * chunk);
  EXPECT_EQ(marks, 1);
  EXPECT_TRUE(backlog.is_paused());
  push(Bytes(4 * chunk));
  EXPECT_EQ(pop_all(), 0u) << "nothing beyond that";
}

TEST_F(InputBacklogPause, InPausedAudioThatWaitsIsKept) {
  push(Bytes(4 * chunk));
  producer.paused = true;
  EXPECT_FALSE(backlog.fill_pause(1000ms));
  EXPECT_EQ(pop_all(), 0u);
  producer.paused = false;
  EXPECT_EQ(pop_all(), 4 * chunk);
}

TEST_F(InputBacklogPause, FollowsAFlush) {
  backlog.fill_pause(1000ms);
  backlog.drop_audio(&input::Stats::flushed);
  EXPECT_FALSE(backlog.fill_pause(1000ms)) << "the service may have got the audio before";
  EXPECT_EQ(pop_all(), 32000u);
  EXPECT_EQ(marks, 1);
  backlog.drop_audio(&input::Stats::flushed);
  EXPECT_FALSE(backlog.fill_pause(2000ms));
  EXPECT_EQ(pop_all(), 0u) << "nothing was dropped";
}

}  // namespace
