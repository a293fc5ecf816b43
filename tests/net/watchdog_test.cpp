// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "watchdog.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

using namespace gemlive;
using namespace std::chrono_literals;
using Verdict = Watchdog::Verdict;

namespace {

constexpr auto kTick = 2ms;
constexpr auto kDeadline = 10s;

class Fake final : public Watchdog::Watched {
 public:
  std::uint64_t bytes_received() const override {
    std::lock_guard lock(mutex_);
    ++looks_;
    looked_.notify_all();
    return bytes_;
  }
  std::uint64_t messages() const override {
    std::lock_guard lock(mutex_);
    return messages_;
  }
  void condemn(Verdict verdict) override {
    std::lock_guard lock(mutex_);
    verdict_ = verdict;
    looked_.notify_all();
  }

  void receive(std::uint64_t bytes, std::uint64_t messages = 0) {
    std::lock_guard lock(mutex_);
    bytes_ += bytes;
    messages_ += messages;
  }
  /// Until the watchdog has looked `times` more often.
  bool wait_looks(int times) {
    std::unique_lock lock(mutex_);
    auto until = looks_ + times;
    return wait(lock, [&] { return looks_ >= until; });
  }
  bool wait_condemned() {
    std::unique_lock lock(mutex_);
    return wait(lock, [&] { return verdict_ != Verdict::none; });
  }
  Verdict verdict() const {
    std::lock_guard lock(mutex_);
    return verdict_;
  }
  int looks() const {
    std::lock_guard lock(mutex_);
    return looks_;
  }

 private:
  template <typename Predicate>
  bool wait(std::unique_lock<std::mutex> &lock, Predicate holds) {
    return looked_.wait_until(lock, std::chrono::steady_clock::now() + kDeadline, holds);
  }

  mutable std::mutex mutex_;
  mutable std::condition_variable looked_;
  mutable int looks_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t messages_ = 0;
  Verdict verdict_ = Verdict::none;
};

/// Watched as long as it lives.
struct Watching {
  Watching(Watchdog &dog, Fake &fake, std::shared_ptr<const LoopHeartbeat> heartbeat = nullptr)
      : watchdog(dog), watched(fake) {
    watchdog.add(watched, std::move(heartbeat));
  }
  ~Watching() { watchdog.remove(watched); }

  Watchdog &watchdog;
  Fake &watched;
};

TEST(Watchdog, ABusyLoopWithAFloodingSocketIsFreed) {
  Watchdog watchdog(kTick);
  auto heartbeat = std::make_shared<LoopHeartbeat>();
  ASSERT_TRUE(LoopHeartbeat::at_work(heartbeat->beats()));
  Fake fake;
  Watching watching(watchdog, fake, heartbeat);
  ASSERT_TRUE(fake.wait_looks(2));
  // Time and again, since each verdict starts the count anew.
  while (fake.verdict() == Verdict::none) {
    fake.receive(Watchdog::kMinFloodBytes, 1);
    ASSERT_TRUE(fake.wait_looks(1));
  }
  EXPECT_EQ(fake.verdict(), Verdict::starved_the_loop);
}

TEST(Watchdog, OfManySocketsTheOneThatReceivedMostIsGuilty) {
  Watchdog watchdog(kTick);
  auto heartbeat = std::make_shared<LoopHeartbeat>();
  auto other_heartbeat = std::make_shared<LoopHeartbeat>();
  other_heartbeat->asleep();
  Fake quiet, guilty, elsewhere;
  Watching a(watchdog, quiet, heartbeat), b(watchdog, guilty, heartbeat),
      c(watchdog, elsewhere, other_heartbeat);
  while (guilty.verdict() == Verdict::none) {
    quiet.receive(1000, 1);
    elsewhere.receive(10 << 20, 1);
    guilty.receive(1 << 20, 1);
    ASSERT_TRUE(guilty.wait_looks(1));
  }
  EXPECT_EQ(quiet.verdict(), Verdict::none);
  EXPECT_EQ(elsewhere.verdict(), Verdict::none);
}

TEST(Watchdog, ALoopThatSleepsOrTurnsIsLeftAlone) {
  Watchdog watchdog(100ms);  // longer than a thread may be kept from its turn
  auto asleep = std::make_shared<LoopHeartbeat>();
  asleep->asleep();
  auto turning = std::make_shared<LoopHeartbeat>();
  Fake a, b;
  Watching watching_a(watchdog, a, asleep), watching_b(watchdog, b, turning);
  std::atomic<bool> stop{false};
  std::thread loop([&] {
    while (!stop)
      turning->asleep(), turning->awake();
  });
  for (int i = 0; i < 5; ++i) {
    a.receive(1 << 20, 1);
    b.receive(1 << 20, 1);
    EXPECT_TRUE(b.wait_looks(1));
  }
  stop = true;
  loop.join();
  EXPECT_EQ(a.verdict(), Verdict::none);
  EXPECT_EQ(b.verdict(), Verdict::none);
}

TEST(Watchdog, ABusyLoopWithoutAFloodIsLeftAlone) {
  Watchdog watchdog(kTick);
  Fake fake;
  Watching watching(watchdog, fake, std::make_shared<LoopHeartbeat>());
  ASSERT_TRUE(fake.wait_looks(20));
  EXPECT_EQ(fake.verdict(), Verdict::none);
}

TEST(Watchdog, AMessageWithoutEndIsCut) {
  Watchdog watchdog(kTick);
  Fake fake;
  fake.receive(5 << 20);  // before it was watched: does not count
  Watching watching(watchdog, fake);
  fake.receive(Watchdog::kMaxSilentBytes);
  ASSERT_TRUE(fake.wait_looks(3));
  EXPECT_EQ(fake.verdict(), Verdict::none);
  fake.receive(1);
  ASSERT_TRUE(fake.wait_condemned());
  EXPECT_EQ(fake.verdict(), Verdict::no_message);
}

TEST(Watchdog, MessagesStartTheCountAnew) {
  Watchdog watchdog(kTick);
  Fake fake;
  Watching watching(watchdog, fake);
  for (int i = 0; i < 10; ++i) {
    fake.receive(Watchdog::kMaxSilentBytes, 1);
    ASSERT_TRUE(fake.wait_looks(2));
  }
  EXPECT_EQ(fake.verdict(), Verdict::none);
}

TEST(Watchdog, NobodyIsAskedAfterItsRemoval) {
  Watchdog watchdog(kTick);
  Fake stays;
  Watching watching(watchdog, stays);
  for (int i = 0; i < 200; ++i) {
    auto fake = std::make_unique<Fake>();
    {
      Watching briefly(watchdog, *fake);
      if (i % 2) {
        ASSERT_TRUE(fake->wait_looks(1));
      }
    }
    int looks = fake->looks();
    if (i % 20 == 0) {
      ASSERT_TRUE(stays.wait_looks(2));
    }
    EXPECT_EQ(fake->looks(), looks);
  }
}

TEST(Watchdog, StopsWhenThereIsNothingToWatchAndStartsAgain) {
  Watchdog watchdog(kTick);
  for (int i = 0; i < 100; ++i) {
    Fake fake;
    Watching watching(watchdog, fake);
    ASSERT_TRUE(fake.wait_looks(2));
  }
}

}  // namespace
