// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sign_in_fault.hpp"

#include <gtest/gtest.h>

namespace gemlive::simulator {
namespace {

TEST(SignInFault, IsReadStrictly) {
  const auto faults = parse_sign_in_faults(
      R"([{"path":"token","error":"invalid_grant"},{"path":"","status":503,"lifetime":5}])");
  ASSERT_TRUE(faults);
  ASSERT_EQ(faults->size(), 2u);
  EXPECT_EQ((*faults)[0].error, "invalid_grant");
  EXPECT_EQ((*faults)[1].lifetime, 5);
  for (const char *text : {"", "{}", "[1]", R"([{"pth":"x"}])", R"([{"status":"x"}])"})
    EXPECT_FALSE(parse_sign_in_faults(text)) << text;
}

}  // namespace
}  // namespace gemlive::simulator
