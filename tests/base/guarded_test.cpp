// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "guarded.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>
#include <vector>

#include "wait.hpp"

namespace gemlive {
namespace {

TEST(Guarded, ChangesFromManyThreadsAreNotLost) {
  Guarded<int> count(0);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int j = 0; j < 10000; ++j)
        ++*count.lock();
    });
  for (auto &thread : threads)
    thread.join();
  EXPECT_EQ(count.copy(), 40000);
}

TEST(Guarded, WaitingReleasesTheLock) {
  Guarded<bool> ready(false);
  std::condition_variable changed;
  std::thread other([&] {
    *ready.lock() = true;
    changed.notify_all();
  });
  {
    auto state = ready.lock();
    EXPECT_TRUE(state.wait_until(changed, std::chrono::steady_clock::now() + test::patience,
                                 [&] { return *state; }));
  }
  other.join();
}

TEST(Guarded, WaitingEndsAtTheDeadline) {
  Guarded<bool> ready(false);
  std::condition_variable changed;
  auto state = ready.lock();
  EXPECT_FALSE(state.wait_until(changed, std::chrono::steady_clock::now(), [&] { return *state; }));
}

}  // namespace
}  // namespace gemlive
