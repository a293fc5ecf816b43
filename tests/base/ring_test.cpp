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

TEST(Ring, IsADequeThatOnlyGrows) {
  std::mt19937 random(1);
  Ring<int> ring;
  std::deque<int> model;
  for (int i = 0; i < 20000; ++i) {
    if (random() % 100 < 52 || model.empty()) {
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
