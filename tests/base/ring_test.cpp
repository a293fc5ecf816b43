// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "ring.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <random>

#include "allocations.hpp"

using namespace gemlive;

namespace {

TEST(Ring, IsADeque) {
  std::mt19937 random(1);
  Ring<int> ring;
  std::deque<int> model;
  for (int i = 0; i < 60000; ++i) {
    const unsigned pushes = i < 20000 ? 52 : i < 40000 ? 30 : 70;  // of 100 steps
    if (random() % 100 < pushes || model.empty()) {
      ring.push_back(i);
      model.push_back(i);
    } else {
      ring.pop_front();
      model.pop_front();
    }
    ASSERT_EQ(ring.size(), model.size());
    ASSERT_EQ(ring.empty(), model.empty());
    if (model.empty()) continue;
    ASSERT_EQ(ring.front(), model.front());
    ASSERT_EQ(ring.back(), model.back());
    const auto index = random() % model.size();
    ASSERT_EQ(ring[index], model[index]);
  }
}

TEST(Ring, DestroysTakenItems) {
  Ring<std::shared_ptr<int>> ring;
  const auto value = std::make_shared<int>(1);
  for (int i = 0; i < 40; ++i)
    ring.push_back(value);
  EXPECT_EQ(value.use_count(), 41);
  ring.pop_front();
  EXPECT_EQ(value.use_count(), 40);
  ring.clear();
  EXPECT_TRUE(ring.empty());
  EXPECT_EQ(value.use_count(), 1);
  ring.push_back(value);
  EXPECT_EQ(ring.front(), value);
}

struct Counted {
  static inline std::size_t alive = 0;
  Counted() { ++alive; }
  Counted(Counted &&) noexcept { ++alive; }
  Counted &operator=(Counted &&) noexcept { return *this; }
  ~Counted() { --alive; }
};

TEST(Ring, GivesItsSlotsBackAsItIsEmptied) {
  Ring<Counted> ring;
  for (int i = 0; i < 100'000; ++i)
    ring.push_back({});
  EXPECT_LE(Counted::alive, 200'000u);
  while (ring.size() > 10'000)
    ring.pop_front();
  EXPECT_LE(Counted::alive, 50'000u);
  while (!ring.empty())
    ring.pop_front();
  EXPECT_LE(Counted::alive, 256u);
}

TEST(Ring, ASteadyFlowAllocatesNothing) {
  Ring<int> ring;
  for (int i = 0; i < 10; ++i)
    ring.push_back(i);
  const auto before = test::allocations();
  for (int i = 0; i < 10000; ++i) {
    ring.push_back(i);
    ring.pop_front();
  }
  EXPECT_EQ(test::allocations(), before);
  EXPECT_EQ(ring.size(), 10u);
  EXPECT_EQ(ring.back(), 9999);
}

}  // namespace
