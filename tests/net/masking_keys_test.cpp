// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "masking_keys.hpp"

#include <gtest/gtest.h>

#include <set>

namespace gemlive {
namespace {

/// 1,000 of 4,294,967,296 values: two equal pairs come once in 150 million runs.
TEST(MaskingKeys, DoNotRepeat) {
  MaskingKeys one, other;
  std::set<MaskingKey> keys;
  for (int i = 0; i < 500; ++i) {
    keys.insert(one.next());
    keys.insert(other.next());
  }
  EXPECT_GE(keys.size(), 999u);
}

}  // namespace
}  // namespace gemlive
