// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "measure.hpp"

#include <gtest/gtest.h>

namespace gemlive::bench {

namespace {

using Values = std::vector<double>;

TEST(Delays, AreSinceTheStampThatCoversTheLastByte) {
  const std::vector<Stamp> sent = {{100, 1000, 0}, {200, 2000, 0}, {300, 3000, 0}};
  EXPECT_EQ(delays(sent, {{100, 1010, 0}, {150, 2020, 0}, {200, 2030, 0}, {300, 3040, 0}}),
            (Values{10, 20, 30, 40}));
}

TEST(Delays, AreSinceItWasDueIfThatIsLater) {
  const std::vector<Stamp> sent = {{100, 1000, 0}};
  EXPECT_EQ(delays(sent, {{50, 1500, 1400}, {100, 1600, 900}}), (Values{100, 600}));
}

TEST(Delays, EndWithWhatWasSent) {
  EXPECT_EQ(delays({{100, 1000, 0}}, {{100, 1001, 0}, {101, 1002, 0}}), Values{1});
  EXPECT_EQ(delays({}, {{100, 1000, 0}}), Values{});
}

}  // namespace

}  // namespace gemlive::bench
