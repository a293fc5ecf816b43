// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "input_queue.hpp"

#include <glib.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <numeric>
#include <random>
#include <thread>

#include "allocations.hpp"
#include "counting.hpp"
#include "wait.hpp"

using namespace gemlive;
using namespace std::chrono_literals;

namespace {

using test::Bytes;
using test::counting;
using PushResult = input::PushResult;
using Overflow = input::Overflow;

constexpr int rate = 16000;
constexpr std::size_t chunk = 1280;  // 40 ms

struct InputQueueTest : testing::Test {
  InputQueueTest() {
    input_queue.set_limits({.tail = 0ms});
    input_queue.claim_audio(producer);
  }
  PushResult push(std::span<const std::byte> bytes, Overflow overflow = Overflow::drop_oldest) {
    return input_queue.push_audio(bytes, rate, overflow, producer);
  }
  std::optional<input::Item> pop() {
    EXPECT_TRUE(balanced());
    return input_queue.has_items() ? input_queue.pop() : std::nullopt;
  }
  /// Pops the next item, which must be audio, and counts it as sent.
  Bytes pop_audio() {
    auto item = pop();
    if (!item || !std::holds_alternative<input::Chunk>(*item)) return {};
    auto copy = std::get<input::Chunk>(*item).samples;
    {
      auto &chunk = std::get<input::Chunk>(*item);
      input_queue.count_sent(chunk.samples.size());
      input_queue.recycle(std::move(chunk));
    }
    return copy;
  }
  template <typename Mark>
  bool pop_mark() {
    const auto item = pop();
    return item && std::holds_alternative<Mark>(*item);
  }
  bool balanced() {
    const auto stats = input_queue.stats();
    const auto reasons =
        stats.overflowed + stats.unmarked + stats.flushed + stats.unsent + stats.incomplete;
    return stats.pushed == stats.sent + stats.dropped + stats.held && stats.dropped == reasons;
  }

  std::atomic<int> wakes = 0;
  InputQueue input_queue{[this] { ++wakes; }};
  input::Producer producer, other;
};

TEST_F(InputQueueTest, WakesOnlyWhenTheConsumerHasSeenItEmpty) {
  push(counting(chunk / 2));
  EXPECT_EQ(wakes, 0) << "nothing to pop yet";
  push(counting(chunk / 2));
  EXPECT_EQ(wakes, 1);
  push(counting(3 * chunk));
  EXPECT_EQ(wakes, 1) << "the consumer is awake";
  while (pop())
    continue;
  push(counting(chunk));
  EXPECT_EQ(wakes, 2);
}

TEST_F(InputQueueTest, WakesWhenTheFirstIsDropped) {
  input_queue.set_limits({.chunk = 40ms, .backlog = 80ms});
  push(counting(2 * chunk));
  EXPECT_EQ(wakes, 1);
  push(counting(chunk));
  EXPECT_EQ(wakes, 2);
  push(counting(chunk));
  EXPECT_EQ(wakes, 2) << "the consumer was woken, and has not called take_dropped() since";
  EXPECT_EQ(input_queue.take_dropped(), 80ms);
  push(counting(chunk));
  EXPECT_EQ(wakes, 3);
}

TEST_F(InputQueueTest, PopsAudioAloneOnlyIfNothingElseIsToBeDone) {
  EXPECT_FALSE(input_queue.pop_audio());
  push(counting(2 * chunk));
  ASSERT_TRUE(input_queue.claim_audio(producer));
  input_queue.set_paused(producer, true);
  EXPECT_FALSE(input_queue.pop_audio()) << "held back";
  input_queue.set_paused(producer, false);
  const auto popped = input_queue.pop_audio();
  ASSERT_TRUE(popped);
  EXPECT_EQ(popped->samples, counting(chunk));
  input_queue.count_sent(popped->samples.size());
  EXPECT_TRUE(balanced());

  input_queue.push(input::TypedText{"behind it"});
  EXPECT_TRUE(input_queue.pop_audio()) << "in front of the text";
  push(counting(chunk));
  EXPECT_FALSE(input_queue.pop_audio()) << "behind the text";
  EXPECT_TRUE(input_queue.pop()) << "the text";

  input_queue.set_limits({.chunk = 40ms, .backlog = 80ms});
  push(counting(3 * chunk));
  EXPECT_FALSE(input_queue.pop_audio()) << "a drop is to be reported";
  EXPECT_GT(input_queue.take_dropped(), 0ms);
  EXPECT_TRUE(input_queue.pop_audio());
}

TEST_F(InputQueueTest, BlockingWaitsForRoomAndLosesNothing) {
  input_queue.set_limits({.chunk = 40ms, .backlog = 200ms, .tail = 0ms});
  const auto all = counting(100 * chunk + 6);
  auto pusher = std::async(std::launch::async, [&] {
    std::span<const std::byte> bytes(all);
    const auto pushed = input_queue.push_audio(bytes, rate, Overflow::block, producer);
    input_queue.end_audio();
    return pushed == PushResult::ok && bytes.empty();
  });
  Bytes came;
  while (came.size() < all.size()) {
    ASSERT_TRUE(test::wait_until([&] { return input_queue.has_items(); }));
    EXPECT_LE(input_queue.stats().held, 5 * chunk);
    const auto samples = pop_audio();
    came.insert(came.end(), samples.begin(), samples.end());
  }
  EXPECT_TRUE(pusher.get());
  EXPECT_EQ(came, all);
  EXPECT_EQ(input_queue.stats().dropped, 0u);
}

/// An action that makes a waiting push return.
struct EndOfWait {
  const char *name;
  void (*end)(InputQueue &, input::Producer &);
  PushResult pushed;
};
class InputQueueWait : public InputQueueTest, public testing::WithParamInterface<EndOfWait> {};

TEST_P(InputQueueWait, Ends) {
  input_queue.set_limits({.chunk = 40ms, .backlog = 80ms});
  const auto all = counting(5 * chunk);
  std::span<const std::byte> bytes(all);
  auto pusher = std::async(std::launch::async, [&] {
    return input_queue.push_audio(bytes, rate, Overflow::block, producer);
  });
  ASSERT_TRUE(test::wait_until([&] { return input_queue.stats().held == 2 * chunk; }));
  GetParam().end(input_queue, producer);
  ASSERT_EQ(pusher.wait_for(test::patience), std::future_status::ready);
  EXPECT_EQ(pusher.get(), GetParam().pushed);
  EXPECT_EQ(bytes.size(), 3 * chunk) << "the caller keeps the audio that was not taken";
  EXPECT_TRUE(balanced());
}
INSTANTIATE_TEST_SUITE_P(
    All, InputQueueWait,
    testing::Values(
        EndOfWait{"Unlocked",
                  [](InputQueue &input_queue, input::Producer &producer) {
                    input_queue.set_unlocked(producer, true);
                  },
                  PushResult::unlocked},
        EndOfWait{"Flushing",
                  [](InputQueue &input_queue, input::Producer &producer) {
                    input_queue.set_flushing(producer, true);
                  },
                  PushResult::flushing},
        EndOfWait{"Closed", [](InputQueue &input_queue, input::Producer &) { input_queue.close(); },
                  PushResult::closed}),
    [](const auto &info) { return info.param.name; });

TEST_F(InputQueueTest, AfterUnlockingThePushContinues) {
  input_queue.set_limits({.chunk = 40ms, .backlog = 80ms});
  const auto all = counting(3 * chunk);
  std::span<const std::byte> bytes(all);
  input_queue.set_unlocked(producer, true);
  EXPECT_EQ(input_queue.push_audio(bytes, rate, Overflow::block, producer), PushResult::unlocked);
  input_queue.set_unlocked(producer, false);
  auto came = pop_audio();
  EXPECT_EQ(input_queue.push_audio(bytes, rate, Overflow::block, producer), PushResult::ok);
  for (int i = 0; i < 2; ++i) {
    const auto samples = pop_audio();
    came.insert(came.end(), samples.begin(), samples.end());
  }
  EXPECT_EQ(came, all);
}

TEST_F(InputQueueTest, FlushingDropsOnlyAudioAndItsEnd) {
  push(counting(chunk + 3));
  input_queue.push(input::TypedText{"kept", true});
  input_queue.push(input::AudioStreamEnd{});
  input_queue.push(input::EndOfInput{});
  input_queue.set_flushing(producer, true);
  EXPECT_EQ(push(counting(2)), PushResult::flushing);
  EXPECT_EQ(input_queue.stats().flushed, chunk + 2) << "EndOfInput has dropped the half sample";
  EXPECT_EQ(input_queue.stats().held, 0u);
  input_queue.set_flushing(producer, false);
  EXPECT_TRUE(pop_mark<input::TypedText>());
  EXPECT_FALSE(pop());
  EXPECT_EQ(push(counting(chunk)), PushResult::ok);
  EXPECT_EQ(pop_audio(), counting(chunk));
}

TEST_F(InputQueueTest, StateOfOneProducerDoesNotAffectAnother) {
  input_queue.set_limits({.chunk = 40ms, .backlog = 80ms});
  EXPECT_FALSE(input_queue.claim_audio(other)) << "the audio belongs to the first producer";
  input_queue.set_flushing(other, true);
  input_queue.set_unlocked(other, true);
  input_queue.set_paused(other, true);
  EXPECT_EQ(push(counting(chunk)), PushResult::ok);
  EXPECT_EQ(input_queue.stats().held, chunk) << "nothing was flushed";
  EXPECT_EQ(input_queue.push_text({"refused"}, other), PushResult::flushing);
  input_queue.push(input::EndOfInput{});
  input_queue.set_flushing(other, false);
  input_queue.release_audio(other);
  EXPECT_EQ(pop_audio(), counting(chunk));
  EXPECT_TRUE(pop_mark<input::EndOfInput>());
}

TEST_F(InputQueueTest, AFlushOfAnyProducerCancelsTheEnd) {
  push(counting(chunk));
  input_queue.push(input::AudioStreamEnd{});
  input_queue.push(input::EndOfInput{});
  input_queue.set_flushing(other, true);
  EXPECT_EQ(pop_audio(), counting(chunk));
  EXPECT_TRUE(pop_mark<input::AudioStreamEnd>());
  EXPECT_FALSE(pop());
}

TEST_F(InputQueueTest, OtherItemsOvertakePausedAudioAndItsMarks) {
  push(counting(chunk));
  input_queue.set_paused(producer, true);
  input_queue.push(input::ActivityStart{});
  push(counting(chunk, chunk));
  EXPECT_FALSE(pop());
  const int before = wakes;
  input_queue.push(input::TypedText{"typed", true});
  input_queue.push(input::ToolResponse{.message = "answered"});
  input_queue.push(input::EndOfInput{});
  EXPECT_GT(wakes, before);
  EXPECT_TRUE(pop_mark<input::TypedText>());
  EXPECT_TRUE(pop_mark<input::ToolResponse>());
  EXPECT_FALSE(pop());
  EXPECT_EQ(input_queue.stats().held, 2 * chunk);
  const int paused = wakes;
  input_queue.set_paused(producer, false);
  EXPECT_EQ(wakes, paused + 1);
  EXPECT_EQ(pop_audio(), counting(chunk));
  EXPECT_TRUE(pop_mark<input::ActivityStart>());
  EXPECT_EQ(pop_audio(), counting(chunk, chunk));
  EXPECT_TRUE(pop_mark<input::EndOfInput>());
}

TEST_F(InputQueueTest, TheInputHasNotEndedWhileItsAudioIsPaused) {
  push(counting(chunk));
  input_queue.set_paused(producer, true);
  input_queue.push(input::EndOfInput{});
  EXPECT_FALSE(input_queue.has_ended());
  input_queue.set_paused(producer, false);
  EXPECT_TRUE(input_queue.has_ended());
}

TEST_F(InputQueueTest, TheEndOfTheInputIsNoContent) {
  EXPECT_FALSE(input_queue.has_content());
  input_queue.push(input::EndOfInput{});
  EXPECT_FALSE(input_queue.has_content());
  EXPECT_TRUE(input_queue.has_items());
  push(counting(chunk));
  EXPECT_TRUE(input_queue.has_content());
  input_queue.set_paused(producer, true);
  EXPECT_FALSE(input_queue.has_content()) << "it cannot be popped";
}

TEST_F(InputQueueTest, ReleasingAPausedProducerDropsItsAudio) {
  push(counting(chunk));
  input_queue.set_paused(producer, true);
  input_queue.release_audio(producer);
  EXPECT_EQ(input_queue.stats().unsent, chunk);
  EXPECT_TRUE(input_queue.claim_audio(other)) << "the queue has no audio producer";
  EXPECT_EQ(push(counting(2)), PushResult::ok);
  EXPECT_TRUE(balanced());
}

TEST_F(InputQueueTest, AClosedQueueAcceptsAndHoldsNothing) {
  push(counting(chunk + 1));
  input_queue.push(input::TypedText{"gone", true});
  input_queue.close();
  EXPECT_TRUE(input_queue.is_closed());
  EXPECT_FALSE(pop());
  EXPECT_EQ(push(counting(2)), PushResult::closed);
  EXPECT_EQ(input_queue.push(input::EndOfInput{}), PushResult::closed);
  EXPECT_EQ(input_queue.stats().unsent, chunk + 1);
}

TEST_F(InputQueueTest, SilenceAndAMarkFollowTheLastAudio) {
  input_queue.set_limits({.tail = 100ms});
  input_queue.end_audio();
  EXPECT_FALSE(pop()) << "no audio, no end of it";
  push(counting(100));
  input_queue.end_audio();
  EXPECT_EQ(pop_audio(), counting(100));
  EXPECT_EQ(pop_audio(), Bytes(chunk));
  EXPECT_EQ(pop_audio(), Bytes(chunk));
  EXPECT_EQ(pop_audio(), Bytes(640));
  EXPECT_TRUE(pop_mark<input::AudioStreamEnd>());
  EXPECT_FALSE(pop());
}

TEST_F(InputQueueTest, WithManualDetectionTheEndOfTheAudioEndsTheActivity) {
  input_queue.set_limits({.only_in_activity = true});
  push(counting(chunk), Overflow::block);
  input_queue.end_audio();
  EXPECT_TRUE(pop_mark<input::ActivityStart>());
  EXPECT_EQ(pop_audio(), counting(chunk));
  EXPECT_TRUE(pop_mark<input::ActivityEnd>());
  EXPECT_FALSE(pop());
}

TEST_F(InputQueueTest, WithManualDetectionTheEndOfTheInputEndsAnActivityWithoutAudio) {
  input_queue.set_limits({.only_in_activity = true});
  input_queue.push(input::ActivityStart{});
  input_queue.push(input::EndOfInput{});
  EXPECT_TRUE(pop_mark<input::ActivityStart>());
  EXPECT_TRUE(pop_mark<input::ActivityEnd>());
  EXPECT_TRUE(pop_mark<input::EndOfInput>());
  EXPECT_FALSE(pop());
}

TEST_F(InputQueueTest, OnlyAudioWithoutAnEndIsEndedForAnIdleInput) {
  input_queue.end_open_audio();
  EXPECT_FALSE(pop()) << "no audio";
  push(counting(100));
  input_queue.end_open_audio();
  EXPECT_EQ(pop_audio(), counting(100));
  EXPECT_TRUE(pop_mark<input::AudioStreamEnd>());
  EXPECT_EQ(push(counting(2)), PushResult::ok) << "the input may go on";
  input_queue.end(producer);
  input_queue.end_audio(producer);
  EXPECT_EQ(pop_audio(), counting(2));
  EXPECT_TRUE(pop_mark<input::AudioStreamEnd>());
  input_queue.end_open_audio();
  EXPECT_FALSE(pop()) << "it has ended by itself";
}

TEST_F(InputQueueTest, AllocatesNothingWhenWarm) {
  const auto audio = counting(chunk);
  const auto round = [&] {
    for (int i = 0; i < 10; ++i)
      push(audio);
    while (auto item = input_queue.has_items() ? input_queue.pop() : std::nullopt) {
      auto &chunk = std::get<input::Chunk>(*item);
      input_queue.count_sent(chunk.samples.size());
      input_queue.recycle(std::move(chunk));
    }
  };
  round();
  const auto before = test::allocations();
  round();
  round();
  EXPECT_EQ(test::allocations(), before);
}

TEST_F(InputQueueTest, TheStatsAreAlwaysExact) {
  input_queue.set_limits({.chunk = 20ms, .backlog = 100ms, .tail = 0ms});
  std::minstd_rand random(42);
  std::atomic<bool> stop = false;
  std::uint64_t given = 0;
  auto pusher = std::async(std::launch::async, [&] {
    std::minstd_rand sizes(7);
    for (int i = 0; i < 3000; ++i) {
      const auto bytes = counting(sizes() % 3000);
      std::span<const std::byte> rest(bytes);
      const auto overflow = i % 2 ? Overflow::drop_oldest : Overflow::block;
      input_queue.push_audio(rest, rate, overflow, producer);
      given += bytes.size() - rest.size();
    }
    stop = true;
  });
  while (!stop) {
    const auto what = random() % 100;
    if (what == 0) {
      input_queue.set_flushing(producer, true);
      input_queue.set_flushing(producer, false);
    } else if (what == 1) {
      input_queue.end_audio();
    } else {
      pop_audio();
    }
    ASSERT_TRUE(balanced());
  }
  pusher.get();
  EXPECT_EQ(input_queue.stats().pushed, given);
  input_queue.close();
  EXPECT_EQ(input_queue.stats().held, 0u);
  EXPECT_TRUE(balanced());
}

TEST(InputQueueTexts, AreRefusedWhenTooManyAreWaiting) {
  InputQueue input_queue([] {});
  const std::string text(1 << 20, 'x');
  unsigned taken = 0;
  while (taken < 100 && input_queue.push(input::TypedText{text}) == input::PushResult::ok)
    ++taken;
  EXPECT_EQ(taken, 16u);
  EXPECT_EQ(input_queue.push(input::Message{text}), input::PushResult::full);
  EXPECT_EQ(input_queue.push(input::ToolResponse{.message = text}), input::PushResult::ok);
  EXPECT_EQ(input_queue.push(input::AudioStreamEnd{}), input::PushResult::ok);
  input_queue.pop();
  EXPECT_EQ(input_queue.push(input::Message{text}), input::PushResult::full);
  input_queue.pop();
  EXPECT_EQ(input_queue.push(input::Message{text}), input::PushResult::ok);
}

TEST_F(InputQueueTest, EachChunkHasTheTimeOfItsFirstSample) {
  const auto push_at = [&](std::size_t bytes, input::SaidAt said_at) {
    const Bytes audio(bytes);
    std::span<const std::byte> left(audio);
    input_queue.push_audio(left, rate, Overflow::drop_oldest, producer, said_at);
  };
  const auto pop_time = [&] {
    auto item = input_queue.pop();
    return item ? std::get<input::Chunk>(*item).said_at : input::SaidAt();
  };
  push_at(2 * chunk + chunk / 2, 10s);
  push_at(chunk, 20s);
  EXPECT_EQ(pop_time(), input::SaidAt(10s));
  EXPECT_EQ(pop_time(), input::SaidAt(10s + 40ms));
  EXPECT_EQ(pop_time(), input::SaidAt(10s + 80ms)) << "its second half was said later";
  push_at(chunk / 2 - 1, {});
  EXPECT_EQ(pop_time(), input::SaidAt());
  push_at(chunk + 1, 30s);
  EXPECT_EQ(pop_time(), input::SaidAt(20s + 20ms)) << "of the sample that began it";
}

TEST(InputQueueApplicationAudio, IsQueuedAtOnceAndDoesNotBeginTheInputAgain) {
  InputQueue input_queue([] {});
  input_queue.set_limits({.chunk = 40ms, .backlog = 200ms});
  const Bytes sound(100);
  EXPECT_EQ(input_queue.push_application_audio(sound, 16000), PushResult::ok);
  ASSERT_TRUE(input_queue.has_items());
  EXPECT_EQ(std::get<input::Chunk>(*input_queue.pop()).samples.size(), 100u);
  input_queue.push(input::EndOfInput{});
  EXPECT_EQ(input_queue.push_application_audio(sound, 16000), PushResult::ok);
  EXPECT_TRUE(input_queue.has_ended());
  EXPECT_EQ(input_queue.stats().pushed, 200u);
  for (int i = 0; i < 200; ++i)
    input_queue.push_application_audio(sound, 16000);
  EXPECT_GT(input_queue.stats().overflowed, 0u);
  input::Producer producer;
  ASSERT_TRUE(input_queue.claim_audio(producer));
  EXPECT_EQ(input_queue.push_application_audio(sound, 16000), PushResult::full);
  input_queue.close();
  EXPECT_EQ(input_queue.push_application_audio(sound, 16000), PushResult::closed);
}

TEST(InputQueueTexts, TextThatOvertakesPausedAudioMakesRoom) {
  InputQueue input_queue([] {});
  input_queue.set_limits({.chunk = 40ms, .backlog = 200ms});
  input::Producer audio, text;
  ASSERT_TRUE(input_queue.claim_audio(audio));
  input_queue.set_paused(audio, true);
  const Bytes sound(5 * chunk);
  std::span<const std::byte> left(sound);
  ASSERT_EQ(input_queue.push_audio(left, 16000, input::Overflow::drop_oldest, audio),
            input::PushResult::ok);
  for (int i = 0; i < 64; ++i)
    ASSERT_EQ(input_queue.push_text({"t"}, text), input::PushResult::ok);
  auto waiting =
      std::async(std::launch::async, [&] { return input_queue.push_text({"65"}, text); });
  for (int i = 0; i < 32; ++i)
    ASSERT_TRUE(input_queue.pop());
  EXPECT_EQ(waiting.wait_for(2s), std::future_status::ready);
  input_queue.close();
}

TEST(InputQueuePaused, ReleaseWakesTheConsumer) {
  int wakes = 0;
  InputQueue input_queue([&] { ++wakes; });
  input::Producer producer;
  ASSERT_TRUE(input_queue.claim_audio(producer));
  input_queue.set_paused(producer, true);
  EXPECT_TRUE(input_queue.is_paused());
  EXPECT_EQ(wakes, 0);
  input_queue.set_paused(producer, false);
  EXPECT_FALSE(input_queue.is_paused());
  EXPECT_EQ(wakes, 1) << "something may wait to be sent again";
  input_queue.release_audio(producer);
}

}  // namespace
