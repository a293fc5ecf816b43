// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "outbox.hpp"

#include <glib.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <numeric>
#include <random>
#include <thread>

#include "allocations.hpp"
#include "wait.hpp"

using namespace gemlive;
using namespace std::chrono_literals;

namespace {

using Bytes = std::vector<std::byte>;
using Pushed = Outbox::Pushed;
using Overflow = Outbox::Overflow;

constexpr int rate = 16000;
constexpr std::size_t chunk = 1280;  // 40 ms

/// Bytes that tell where they stood.
Bytes counting(std::size_t count, std::size_t from = 0) {
  Bytes bytes(count);
  for (std::size_t i = 0; i < count; ++i)
    bytes[i] = static_cast<std::byte>((from + i) * 7 + (from + i) / 251);
  return bytes;
}

struct OutboxTest : testing::Test {
  OutboxTest() { outbox.bring_audio(gate); }
  Pushed push(std::span<const std::byte> bytes, Overflow overflow = Overflow::drop_oldest) {
    return outbox.push_audio(bytes, rate, overflow, gate);
  }
  std::optional<Outbox::Item> pop() {
    EXPECT_TRUE(balanced());
    return outbox.has_items() ? outbox.pop() : std::nullopt;
  }
  /// The next item, which has to be audio; marked as sent.
  Bytes pop_audio() {
    auto item = pop();
    if (!item || !std::holds_alternative<Outbox::Chunk>(*item)) return {};
    auto copy = std::get<Outbox::Chunk>(*item).samples;
    {
      auto &chunk = std::get<Outbox::Chunk>(*item);
      outbox.sent(chunk.samples.size());
      outbox.recycle(std::move(chunk));
    }
    return copy;
  }
  template <typename Mark>
  bool pop_mark() {
    const auto item = pop();
    return item && std::holds_alternative<Mark>(*item);
  }
  bool balanced() {
    const auto ledger = outbox.ledger();
    const auto reasons =
        ledger.overflowed + ledger.unmarked + ledger.flushed + ledger.unsent + ledger.incomplete;
    return ledger.pushed == ledger.sent + ledger.dropped + ledger.held && ledger.dropped == reasons;
  }

  std::atomic<int> wakes = 0;
  Outbox outbox{[this] { ++wakes; }};
  Gate gate, other;
};

TEST_F(OutboxTest, CutsIntoChunksWhateverThePushes) {
  const auto all = counting(10 * chunk + 100);
  for (std::size_t at = 0, size = 1; at < all.size(); at += size, size = size * 3 % 997 + 1) {
    size = std::min(size, all.size() - at);
    EXPECT_EQ(push(std::span(all).subspan(at, size)), Pushed::ok);
  }
  outbox.finish_chunk();
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
  EXPECT_EQ(outbox.ledger().sent, all.size());
  EXPECT_EQ(outbox.ledger().held, 0u);
}

TEST_F(OutboxTest, HalfASampleWaitsForItsOtherHalfAcrossAMark) {
  const auto all = counting(8);
  push(std::span(all).first(3));
  outbox.push(Outbox::AudioStreamEnd{});
  push(std::span(all).subspan(3));
  outbox.finish_chunk();
  EXPECT_EQ(pop_audio(), Bytes(all.begin(), all.begin() + 2));
  EXPECT_TRUE(pop_mark<Outbox::AudioStreamEnd>());
  EXPECT_EQ(pop_audio(), Bytes(all.begin() + 2, all.end()));
}

TEST_F(OutboxTest, HalfASampleAtTheEndIsCountedAsDropped) {
  push(counting(5));
  outbox.finish_chunk();
  EXPECT_EQ(pop_audio().size(), 4u);
  const auto ledger = outbox.ledger();
  EXPECT_EQ(ledger.pushed, 5u);
  EXPECT_EQ(ledger.sent, 4u);
  EXPECT_EQ(ledger.incomplete, 1u);
  EXPECT_EQ(ledger.held, 0u);
  EXPECT_EQ(outbox.take_dropped(), 0ns) << "nothing was lost for want of room";
}

TEST_F(OutboxTest, DropsWholeChunksOldestFirstAndNoMarks) {
  outbox.set_limits({.chunk = 40ms, .backlog = 120ms});
  push(counting(chunk));
  outbox.push(Outbox::TypedText{"first", true});
  for (std::size_t i = 1; i < 5; ++i)
    push(counting(chunk, i * chunk));
  EXPECT_EQ(outbox.ledger().overflowed, 2 * chunk);
  EXPECT_EQ(outbox.ledger().held, 3 * chunk);
  EXPECT_EQ(outbox.take_dropped(), 80ms);
  EXPECT_EQ(outbox.take_dropped(), 0ms);
  EXPECT_TRUE(pop_mark<Outbox::TypedText>());
  for (std::size_t i = 2; i < 5; ++i)
    EXPECT_EQ(pop_audio(), counting(chunk, i * chunk));
}

TEST_F(OutboxTest, WakesOnlyWhenTheConsumerHasSeenItEmpty) {
  push(counting(chunk / 2));
  EXPECT_EQ(wakes, 0) << "nothing to pop yet";
  push(counting(chunk / 2));
  EXPECT_EQ(wakes, 1);
  push(counting(3 * chunk));
  EXPECT_EQ(wakes, 1) << "it is awake";
  while (pop())
    continue;
  push(counting(chunk));
  EXPECT_EQ(wakes, 2);
}

TEST_F(OutboxTest, WakesWhenTheFirstIsDropped) {
  outbox.set_limits({.chunk = 40ms, .backlog = 80ms});
  push(counting(2 * chunk));
  EXPECT_EQ(wakes, 1);
  push(counting(chunk));
  EXPECT_EQ(wakes, 2);
  push(counting(chunk));
  EXPECT_EQ(wakes, 2) << "the consumer knows, and has not asked since";
  EXPECT_EQ(outbox.take_dropped(), 80ms);
  push(counting(chunk));
  EXPECT_EQ(wakes, 3);
}

TEST_F(OutboxTest, BlockingWaitsForRoomAndLosesNothing) {
  outbox.set_limits({.chunk = 40ms, .backlog = 200ms});
  const auto all = counting(100 * chunk + 6);
  auto pusher = std::async(std::launch::async, [&] {
    std::span<const std::byte> bytes(all);
    const auto pushed = outbox.push_audio(bytes, rate, Overflow::block, gate);
    outbox.finish_chunk();
    return pushed == Pushed::ok && bytes.empty();
  });
  Bytes came;
  while (came.size() < all.size()) {
    ASSERT_TRUE(test::wait_until([&] { return outbox.has_items(); }));
    EXPECT_LE(outbox.ledger().held, 5 * chunk);
    const auto samples = pop_audio();
    came.insert(came.end(), samples.begin(), samples.end());
  }
  EXPECT_TRUE(pusher.get());
  EXPECT_EQ(came, all);
  EXPECT_EQ(outbox.ledger().dropped, 0u);
}

/// What makes a push that waits for room return.
struct EndOfWait {
  const char *name;
  void (*end)(Outbox &, Gate &);
  Pushed pushed;
};
class OutboxWait : public OutboxTest, public testing::WithParamInterface<EndOfWait> {};

TEST_P(OutboxWait, Ends) {
  outbox.set_limits({.chunk = 40ms, .backlog = 80ms});
  const auto all = counting(5 * chunk);
  std::span<const std::byte> bytes(all);
  auto pusher = std::async(std::launch::async,
                           [&] { return outbox.push_audio(bytes, rate, Overflow::block, gate); });
  ASSERT_TRUE(test::wait_until([&] { return outbox.ledger().held == 2 * chunk; }));
  GetParam().end(outbox, gate);
  ASSERT_EQ(pusher.wait_for(test::patience), std::future_status::ready);
  EXPECT_EQ(pusher.get(), GetParam().pushed);
  EXPECT_EQ(bytes.size(), 3 * chunk) << "what was not taken is still the caller's";
  EXPECT_TRUE(balanced());
}
INSTANTIATE_TEST_SUITE_P(
    All, OutboxWait,
    testing::Values(
        EndOfWait{"Unlocked", [](Outbox &outbox, Gate &gate) { outbox.set_unlocked(gate, true); },
                  Pushed::unlocked},
        EndOfWait{"Flushing", [](Outbox &outbox, Gate &gate) { outbox.set_flushing(gate, true); },
                  Pushed::flushing},
        EndOfWait{"Closed", [](Outbox &outbox, Gate &) { outbox.close(); }, Pushed::closed}),
    [](const auto &info) { return info.param.name; });

TEST_F(OutboxTest, AfterUnlockingItGoesOnWhereItWas) {
  outbox.set_limits({.chunk = 40ms, .backlog = 80ms});
  const auto all = counting(3 * chunk);
  std::span<const std::byte> bytes(all);
  outbox.set_unlocked(gate, true);
  EXPECT_EQ(outbox.push_audio(bytes, rate, Overflow::block, gate), Pushed::unlocked);
  outbox.set_unlocked(gate, false);
  auto came = pop_audio();
  EXPECT_EQ(outbox.push_audio(bytes, rate, Overflow::block, gate), Pushed::ok);
  for (int i = 0; i < 2; ++i) {
    const auto samples = pop_audio();
    came.insert(came.end(), samples.begin(), samples.end());
  }
  EXPECT_EQ(came, all);
}

TEST_F(OutboxTest, FlushingDropsAudioAndItsEndButNothingThatWasSaidOtherwise) {
  push(counting(chunk + 3));
  outbox.push(Outbox::TypedText{"kept", true});
  outbox.push(Outbox::AudioStreamEnd{});
  outbox.push(Outbox::EndOfInput{});
  outbox.set_flushing(gate, true);
  EXPECT_EQ(push(counting(2)), Pushed::flushing);
  EXPECT_EQ(outbox.ledger().flushed, chunk + 2) << "the half sample was none by then";
  EXPECT_EQ(outbox.ledger().held, 0u);
  outbox.set_flushing(gate, false);
  EXPECT_TRUE(pop_mark<Outbox::TypedText>());
  EXPECT_FALSE(pop());
  EXPECT_EQ(push(counting(chunk)), Pushed::ok);
  EXPECT_EQ(pop_audio(), counting(chunk));
}

TEST_F(OutboxTest, WhatIsDoneToOneGateIsNotDoneToAnother) {
  outbox.set_limits({.chunk = 40ms, .backlog = 80ms});
  EXPECT_FALSE(outbox.bring_audio(other)) << "the audio comes through the first";
  outbox.set_flushing(other, true);
  outbox.set_unlocked(other, true);
  outbox.set_paused(other, true);
  EXPECT_EQ(push(counting(chunk)), Pushed::ok);
  EXPECT_EQ(outbox.ledger().held, chunk) << "nothing was flushed";
  EXPECT_EQ(outbox.push_text({"refused"}, other), Pushed::flushing);
  EXPECT_EQ(outbox.wait_closed(other), Pushed::flushing);
  outbox.push(Outbox::EndOfInput{});
  outbox.set_flushing(other, false);
  EXPECT_EQ(outbox.wait_closed(other), Pushed::unlocked);
  outbox.shut(other);
  EXPECT_EQ(pop_audio(), counting(chunk));
  EXPECT_TRUE(pop_mark<Outbox::EndOfInput>());
}

TEST_F(OutboxTest, AFlushOfAnyGateTakesTheEndBack) {
  push(counting(chunk));
  outbox.push(Outbox::AudioStreamEnd{});
  outbox.push(Outbox::EndOfInput{});
  outbox.set_flushing(other, true);
  EXPECT_EQ(pop_audio(), counting(chunk));
  EXPECT_TRUE(pop_mark<Outbox::AudioStreamEnd>());
  EXPECT_FALSE(pop());
}

TEST_F(OutboxTest, PausedAudioIsKeptWithItsMarksAndTheRestGoesPastIt) {
  push(counting(chunk));
  outbox.set_paused(gate, true);
  outbox.push(Outbox::ActivityStart{});
  push(counting(chunk, chunk));
  EXPECT_FALSE(pop());
  const int before = wakes;
  outbox.push(Outbox::TypedText{"typed", true});
  outbox.push(Outbox::ToolResponse{.message = "answered"});
  outbox.push(Outbox::EndOfInput{});
  EXPECT_GT(wakes, before);
  EXPECT_TRUE(pop_mark<Outbox::TypedText>());
  EXPECT_TRUE(pop_mark<Outbox::ToolResponse>());
  EXPECT_FALSE(pop());
  EXPECT_EQ(outbox.ledger().held, 2 * chunk);
  const int paused = wakes;
  outbox.set_paused(gate, false);
  EXPECT_EQ(wakes, paused + 1);
  EXPECT_EQ(pop_audio(), counting(chunk));
  EXPECT_TRUE(pop_mark<Outbox::ActivityStart>());
  EXPECT_EQ(pop_audio(), counting(chunk, chunk));
  EXPECT_TRUE(pop_mark<Outbox::EndOfInput>());
}

TEST_F(OutboxTest, AGateThatIsShutWhilePausedLeavesNoAudioBehind) {
  push(counting(chunk));
  outbox.set_paused(gate, true);
  outbox.shut(gate);
  EXPECT_EQ(outbox.ledger().unsent, chunk);
  EXPECT_TRUE(outbox.bring_audio(other)) << "the place is free";
  EXPECT_EQ(push(counting(2)), Pushed::ok);
  EXPECT_TRUE(balanced());
}

TEST_F(OutboxTest, ClosedTakesNothingAndHoldsNothing) {
  push(counting(chunk + 1));
  outbox.push(Outbox::TypedText{"gone", true});
  outbox.close();
  EXPECT_TRUE(outbox.is_closed());
  EXPECT_FALSE(pop());
  EXPECT_EQ(push(counting(2)), Pushed::closed);
  EXPECT_EQ(outbox.push(Outbox::EndOfInput{}), Pushed::closed);
  EXPECT_EQ(outbox.wait_closed(), Pushed::closed);
  EXPECT_EQ(outbox.ledger().unsent, chunk + 1);
}

TEST_F(OutboxTest, ManualDetectionSendsOnlyWhatIsInAnActivity) {
  outbox.set_limits({.only_in_activity = true});
  push(counting(101));
  EXPECT_EQ(wakes, 0);
  EXPECT_EQ(outbox.ledger().unmarked, 100u) << "half a sample may still get its other half";
  const auto half = counting(1, 1000);
  push(half);
  EXPECT_EQ(outbox.ledger().dropped, 102u);
  outbox.push(Outbox::ActivityStart{});
  outbox.push(Outbox::ActivityStart{});
  push(counting(chunk));
  outbox.push(Outbox::ActivityEnd{});
  outbox.push(Outbox::ActivityEnd{});
  push(counting(50));
  EXPECT_TRUE(pop_mark<Outbox::ActivityStart>());
  EXPECT_EQ(pop_audio(), counting(chunk));
  EXPECT_TRUE(pop_mark<Outbox::ActivityEnd>());
  EXPECT_FALSE(pop());
  EXPECT_EQ(outbox.ledger().dropped, 152u);
}

TEST_F(OutboxTest, ManualDetectionAFileOpensAnActivityByItself) {
  outbox.set_limits({.only_in_activity = true});
  push(counting(chunk), Overflow::block);
  EXPECT_TRUE(outbox.in_activity());
  EXPECT_TRUE(pop_mark<Outbox::ActivityStart>());
  EXPECT_EQ(pop_audio(), counting(chunk));
  outbox.push(Outbox::ActivityEnd{});
  push(counting(chunk), Overflow::block);
  EXPECT_TRUE(pop_mark<Outbox::ActivityEnd>());
  EXPECT_FALSE(pop()) << "once somebody has marked activities they count";
}

TEST_F(OutboxTest, SilenceFollowsTheAudioInChunks) {
  outbox.push_silence(1s);
  EXPECT_FALSE(pop()) << "no rate, no silence";
  push(counting(100));
  outbox.finish_chunk();
  outbox.push_silence(100ms);
  outbox.finish_chunk();
  EXPECT_EQ(pop_audio(), counting(100));
  EXPECT_EQ(pop_audio(), Bytes(chunk));
  EXPECT_EQ(pop_audio(), Bytes(chunk));
  EXPECT_EQ(pop_audio(), Bytes(640));
}

TEST_F(OutboxTest, ChunksAreStampedWhenTheirLastByteCame) {
  const auto before = g_get_monotonic_time();
  push(counting(chunk));
  const auto after = g_get_monotonic_time();
  auto item = pop();
  ASSERT_TRUE(item);
  const auto &samples = std::get<Outbox::Chunk>(*item);
  EXPECT_EQ(samples.rate, rate);
  EXPECT_GE(samples.pushed_at, before);
  EXPECT_LE(samples.pushed_at, after);
}

TEST_F(OutboxTest, SmallerChunksMayBeAskedForWhileOneIsBegun) {
  const auto all = counting(1203);
  push(std::span(all).first(1001));
  outbox.set_limits({.chunk = 20ms, .backlog = 10s});
  push(std::span(all).subspan(1001), Overflow::block);
  outbox.finish_chunk();
  EXPECT_EQ(pop_audio(), Bytes(all.begin(), all.begin() + 1000));
  EXPECT_EQ(pop_audio(), Bytes(all.begin() + 1000, all.begin() + 1202));
}

TEST_F(OutboxTest, AllocatesNothingWhenWarm) {
  const auto audio = counting(chunk);
  const auto round = [&] {
    for (int i = 0; i < 10; ++i)
      push(audio);
    while (auto item = outbox.has_items() ? outbox.pop() : std::nullopt) {
      auto &chunk = std::get<Outbox::Chunk>(*item);
      outbox.sent(chunk.samples.size());
      outbox.recycle(std::move(chunk));
    }
  };
  round();
  const auto before = test::allocations();
  round();
  round();
  EXPECT_EQ(test::allocations(), before);
}

TEST_F(OutboxTest, TheLedgerIsExactWhateverHappens) {
  outbox.set_limits({.chunk = 20ms, .backlog = 100ms});
  std::minstd_rand random(42);
  std::atomic<bool> stop = false;
  std::uint64_t given = 0;
  auto pusher = std::async(std::launch::async, [&] {
    std::minstd_rand sizes(7);
    for (int i = 0; i < 3000; ++i) {
      const auto bytes = counting(sizes() % 3000);
      std::span<const std::byte> rest(bytes);
      const auto overflow = i % 2 ? Overflow::drop_oldest : Overflow::block;
      outbox.push_audio(rest, rate, overflow, gate);
      given += bytes.size() - rest.size();
    }
    stop = true;
  });
  while (!stop) {
    const auto what = random() % 100;
    if (what == 0) {
      outbox.set_flushing(gate, true);
      outbox.set_flushing(gate, false);
    } else if (what == 1) {
      outbox.finish_chunk();
    } else {
      pop_audio();
    }
    ASSERT_TRUE(balanced());
  }
  pusher.get();
  EXPECT_EQ(outbox.ledger().pushed, given);
  outbox.close();
  EXPECT_EQ(outbox.ledger().held, 0u);
  EXPECT_TRUE(balanced());
}

TEST(OutboxTexts, AreRefusedWhereTooMuchOfThemWaits) {
  Outbox outbox([] {});
  const std::string text(1 << 20, 'x');
  unsigned taken = 0;
  while (taken < 100 && outbox.push(Outbox::TypedText{text}) == Outbox::Pushed::ok)
    ++taken;
  EXPECT_EQ(taken, 16u);
  EXPECT_EQ(outbox.push(Outbox::Content{text}), Outbox::Pushed::full);
  EXPECT_EQ(outbox.push(Outbox::ToolResponse{.message = text}), Outbox::Pushed::ok);
  EXPECT_EQ(outbox.push(Outbox::AudioStreamEnd{}), Outbox::Pushed::ok);
  outbox.pop();
  EXPECT_EQ(outbox.push(Outbox::Content{text}), Outbox::Pushed::full);
  outbox.pop();
  EXPECT_EQ(outbox.push(Outbox::Content{text}), Outbox::Pushed::ok);
}

TEST(OutboxTexts, TextThatGoesPastPausedAudioMakesRoom) {
  Outbox outbox([] {});
  outbox.set_limits({.chunk = 40ms, .backlog = 200ms});
  Gate audio, text;
  ASSERT_TRUE(outbox.bring_audio(audio));
  outbox.set_paused(audio, true);
  const Bytes sound(5 * chunk);
  std::span<const std::byte> left(sound);
  ASSERT_EQ(outbox.push_audio(left, 16000, Outbox::Overflow::drop_oldest, audio),
            Outbox::Pushed::ok);
  for (int i = 0; i < 64; ++i)
    ASSERT_EQ(outbox.push_text({"t"}, text), Outbox::Pushed::ok);
  auto waiting = std::async(std::launch::async, [&] { return outbox.push_text({"65"}, text); });
  for (int i = 0; i < 32; ++i)
    ASSERT_TRUE(outbox.pop());
  EXPECT_EQ(waiting.wait_for(2s), std::future_status::ready);
  outbox.close();
}

TEST(OutboxPaused, ItsEndWakesTheConsumerThoughNothingIsKept) {
  int wakes = 0;
  Outbox outbox([&] { ++wakes; });
  Gate gate;
  ASSERT_TRUE(outbox.bring_audio(gate));
  outbox.set_paused(gate, true);
  EXPECT_TRUE(outbox.is_paused());
  EXPECT_EQ(wakes, 0);
  outbox.set_paused(gate, false);
  EXPECT_FALSE(outbox.is_paused());
  EXPECT_EQ(wakes, 1) << "something may wait to be said again";
  outbox.shut(gate);
}

}  // namespace
