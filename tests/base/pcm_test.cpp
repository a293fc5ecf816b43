// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "pcm.hpp"

#include <gtest/gtest.h>

#include <span>
#include <vector>

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

int peak(std::vector<std::int16_t> samples) {
  return pcm::peak(std::as_bytes(std::span(samples)));
}

TEST(Pcm, ThePeakIsTheFarthestFromZero) {
  EXPECT_EQ(peak({}), 0);
  EXPECT_EQ(peak({0, 5, -7, 3}), 7);
  EXPECT_EQ(peak({0, 9, -7, 3}), 9);
  EXPECT_EQ(peak({32767, -32768}), 32768);
}

TEST(Pcm, ThePeakIsFoundWhereverItIs) {
  for (std::size_t size = 1; size < 70; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      std::vector<std::int16_t> samples(size, 3);
      samples[at] = at % 2 ? -1000 : 1000;
      ASSERT_EQ(peak(samples), 1000) << at << " of " << size;
    }
  }
}

TEST(Pcm, HalfASampleAtTheEndIsNone) {
  const std::vector<std::byte> bytes(21, std::byte{0x7f});
  EXPECT_EQ(pcm::peak(bytes), 0x7f7f);
  EXPECT_EQ(pcm::peak(std::span(bytes).first(1)), 0);
}

}  // namespace
}  // namespace gemlive
