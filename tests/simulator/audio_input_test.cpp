// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "audio_input.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace gemlive::simulator {
namespace {

std::vector<std::int16_t> one_second_of_tone() {
  std::vector<std::int16_t> samples;
  for (int i = 0; i < 16000; ++i)
    samples.push_back(static_cast<std::int16_t>(6000 * std::sin(i * 0.21)));
  return samples;
}

TEST(AudioInput, JoinsSplitSamples) {
  const auto samples = one_second_of_tone();
  const auto bytes = std::as_bytes(std::span(samples));
  AudioInput whole({}, true);
  AudioInput split({}, true);
  const auto expected = whole.feed(bytes);
  ASSERT_EQ(expected.size(), 1u);
  EXPECT_TRUE(expected[0].is_start);
  std::vector<SpeechBoundary> boundaries;
  for (std::size_t at = 0; at < bytes.size(); at += 101) {
    const auto found = split.feed(bytes.subspan(at, std::min<std::size_t>(101, bytes.size() - at)));
    boundaries.insert(boundaries.end(), found.begin(), found.end());
  }
  EXPECT_EQ(boundaries, expected);
  EXPECT_EQ(split.samples(), 16000);
  EXPECT_EQ(split.finish(), whole.finish());
}

TEST(AudioInput, FinishDropsHalfASample) {
  AudioInput input({}, true);
  const std::byte byte{1};
  input.feed({&byte, 1});
  input.finish();
  input.feed({&byte, 1});
  EXPECT_EQ(input.samples(), 0);
  input.feed({&byte, 1});
  EXPECT_EQ(input.samples(), 1);
}

TEST(AudioInput, OnlyCountsWithoutDetection) {
  const auto samples = one_second_of_tone();
  AudioInput input({.rate = 8000}, false);
  EXPECT_TRUE(input.feed(std::as_bytes(std::span(samples))).empty());
  EXPECT_FALSE(input.speaking());
  EXPECT_EQ(input.ms(input.samples()), 2000);
  EXPECT_EQ(input.seconds(input.samples()), 2.0);
}

}  // namespace
}  // namespace gemlive::simulator
