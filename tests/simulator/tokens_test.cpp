// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "tokens.hpp"

#include <gtest/gtest.h>

namespace gemlive::simulator {
namespace {

TEST(Tokens, AreValidUntilRevoked) {
  Tokens tokens;
  const auto first = tokens.issue(3600);
  const auto second = tokens.issue(3600);
  EXPECT_NE(first, second);
  EXPECT_TRUE(tokens.is_valid(first));
  tokens.revoke(first);
  EXPECT_FALSE(tokens.is_valid(first));
  EXPECT_TRUE(tokens.is_valid(second));
  EXPECT_FALSE(tokens.is_valid(""));
}

TEST(Tokens, Expire) {
  Tokens tokens;
  EXPECT_FALSE(tokens.is_valid(tokens.issue(0)));
}

}  // namespace
}  // namespace gemlive::simulator
