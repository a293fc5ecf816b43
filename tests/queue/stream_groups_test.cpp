// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "stream_groups.hpp"

#include <gtest/gtest.h>

namespace gemlive {
namespace {

TEST(StreamGroups, TheFirstStreamOfAPipelineSettlesTheNumber) {
  StreamGroups groups;
  const int pipeline = 0, other = 0;
  EXPECT_EQ(groups.settle(&pipeline, 7), 7u);
  EXPECT_EQ(groups.settle(&pipeline, 8), 7u);
  EXPECT_EQ(groups.settle(&other, 9), 9u);
  EXPECT_EQ(groups.settle(&pipeline, 9), 7u);
}

}  // namespace
}  // namespace gemlive
