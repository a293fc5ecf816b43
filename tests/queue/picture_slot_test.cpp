// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "picture_slot.hpp"

#include <gtest/gtest.h>

namespace gemlive {
namespace {

PictureSlot::Jpeg jpeg(int value) {
  return {static_cast<std::byte>(value)};
}

class PictureSlotTest : public testing::Test {
 protected:
  ~PictureSlotTest() override {
    const auto stats = slot.stats();
    EXPECT_EQ(stats.pushed, stats.sent + stats.dropped + stats.held);
  }

  int wakes = 0;
  PictureSlot slot{[this] { ++wakes; }};
};

TEST_F(PictureSlotTest, ANewPictureReplacesTheOldOne) {
  EXPECT_TRUE(slot.push(jpeg(1)));
  EXPECT_TRUE(slot.push(jpeg(2)));
  EXPECT_EQ(wakes, 1) << "only for the first picture";
  EXPECT_EQ(slot.take(), jpeg(2));
  EXPECT_FALSE(slot.take());
  EXPECT_EQ(slot.stats().dropped, 1u);
  EXPECT_EQ(slot.stats().sent, 1u);
}

TEST_F(PictureSlotTest, KeepsThePictureWhilePaused) {
  slot.set_paused(true);
  slot.push(jpeg(1));
  EXPECT_FALSE(slot.take());
  EXPECT_EQ(slot.stats().held, 1u);
  wakes = 0;
  slot.set_paused(false);
  EXPECT_EQ(wakes, 1);
  EXPECT_EQ(slot.take(), jpeg(1));
}

TEST_F(PictureSlotTest, DropsAndRefusesPicturesWhenClosed) {
  slot.push(jpeg(1));
  slot.close();
  EXPECT_FALSE(slot.take());
  EXPECT_FALSE(slot.push(jpeg(2)));
  EXPECT_EQ(slot.stats().dropped, 2u);
}

}  // namespace
}  // namespace gemlive
