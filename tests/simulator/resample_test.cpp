// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "resample.hpp"

#include <gtest/gtest.h>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <numbers>
#include <utility>
#include <vector>

namespace gemlive::simulator {
namespace {

TEST(Resample, KeepsATone) {
  const auto sine = [](int rate, double frequency, std::size_t count) {
    std::vector<std::int16_t> samples;
    for (std::size_t i = 0; i < count; ++i)
      samples.push_back(static_cast<std::int16_t>(std::lround(
          10000 * std::sin(2 * std::numbers::pi * frequency * static_cast<double>(i) / rate))));
    return samples;
  };
  for (const auto &[from, to] :
       {std::pair{22050, 24000}, {22050, 16000}, {16000, 48000}, {24000, 24000}}) {
    const auto out = resample(sine(from, 1000, static_cast<std::size_t>(from)), from, to);
    ASSERT_EQ(out.size(), static_cast<std::size_t>(to));
    const auto wanted = sine(to, 1000, out.size());
    for (std::size_t i = 100; i + 100 < out.size(); ++i)
      ASSERT_NEAR(out[i], wanted[i], 30) << i << " of " << to;
  }
}

TEST(Resample, RemovesAliases) {
  std::vector<std::int16_t> high;
  for (int i = 0; i < 48000; ++i)
    high.push_back(
        static_cast<std::int16_t>(10000 * std::sin(2 * std::numbers::pi * 11000 * i / 48000)));
  const auto out = resample(high, 48000, 16000);
  for (std::size_t i = 100; i + 100 < out.size(); ++i)
    ASSERT_LT(std::abs(out[i]), 50) << i;
}

}  // namespace
}  // namespace gemlive::simulator
