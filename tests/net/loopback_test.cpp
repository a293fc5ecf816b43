// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "loopback.hpp"

#include <gtest/gtest.h>

namespace gemlive {
namespace {

TEST(Loopback, KnowsTheNamesAndAddressesOfThisMachine) {
  for (const char *host : {"localhost", "LocalHost", "127.0.0.1", "127.1.2.3", "::1"})
    EXPECT_TRUE(is_loopback(host)) << host;
}

TEST(Loopback, OtherHostsAreNotLookedUp) {
  for (const char *host : {"", "localhost.example", "example.com", "10.0.0.1", "128.0.0.1", "::2",
                           "127.0.0.1.evil.example"})
    EXPECT_FALSE(is_loopback(host)) << host;
}

}  // namespace
}  // namespace gemlive
