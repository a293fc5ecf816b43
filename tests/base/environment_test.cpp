// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "environment.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "scoped_variable.hpp"

namespace gemlive {
namespace {

TEST(Environment, IsReadAtEachCall) {
  const auto environment = process_environment();
  EXPECT_EQ(environment("GEMLIVE_TEST_VARIABLE"), "");
  {
    const test::ScopedVariable variable("GEMLIVE_TEST_VARIABLE", "x");
    EXPECT_EQ(environment("GEMLIVE_TEST_VARIABLE"), "x");
  }
  EXPECT_EQ(environment("GEMLIVE_TEST_VARIABLE"), "");
}

TEST(Environment, TrueAndOneSwitchOn) {
  for (const char *on : {"1", "true", "TRUE", "True"})
    EXPECT_TRUE(is_true(on)) << on;
  for (const char *off : {"", "0", "false", "yes", "on", "2", " true"})
    EXPECT_FALSE(is_true(off)) << off;
}

}  // namespace
}  // namespace gemlive
