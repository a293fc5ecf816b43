// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "pcm.hpp"

#include <gtest/gtest.h>

namespace gemlive {
namespace {

using namespace std::chrono_literals;

TEST(Pcm, BytesAreWholeSamples) {
  EXPECT_EQ(pcm::bytes(40ms, 16000), 1280u);
  EXPECT_EQ(pcm::bytes(1ms, 44100), 88u);
  EXPECT_EQ(pcm::bytes(0ms, 16000), 0u);
}

TEST(Pcm, DurationIsExactToTheNanosecond) {
  EXPECT_EQ(pcm::duration(1280, 16000), 40ms);
  EXPECT_EQ(pcm::duration(2, 24000), 41666ns);
  EXPECT_EQ(pcm::duration(3, 24000), 41666ns) << "half a sample does not count";
}

TEST(Pcm, DurationOfAnUnknownRateIsZero) {
  EXPECT_EQ(pcm::duration(1280, 0), 0ns);
  EXPECT_EQ(pcm::duration(1280, -1), 0ns);
}

TEST(Pcm, DurationOfAYearDoesNotOverflow) {
  constexpr auto year = 365 * 24h;
  EXPECT_EQ(pcm::duration(std::uint64_t{365} * 24 * 3600 * 2 * 48000, 48000), year);
}

}  // namespace
}  // namespace gemlive
