// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "input_item.hpp"

#include <gtest/gtest.h>

namespace gemlive::input {
namespace {

TEST(InputItem, TextOfAnyKindCounts) {
  EXPECT_EQ(text_bytes(TypedText{.text = "12345"}), 5u);
  EXPECT_EQ(text_bytes(Message{.text = "123"}), 3u);
  EXPECT_EQ(text_bytes(ToolResponse{.message = "1234"}), 4u);
}

TEST(InputItem, AudioAndMarksAreNoText) {
  EXPECT_EQ(text_bytes(Chunk{.samples = std::vector<std::byte>(1280)}), 0u);
  EXPECT_EQ(text_bytes(ActivityStart{}), 0u);
  EXPECT_EQ(text_bytes(EndOfInput{}), 0u);
}

}  // namespace
}  // namespace gemlive::input
