// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "loudness.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace gemlive {

namespace {

constexpr int noise_peak = 100;  // of 32768

/// The largest magnitude; written so that compilers vectorise it.
int peak(std::span<const std::byte> samples) {
  std::int16_t highest = 0, lowest = 0;
  for (std::size_t i = 0; i + 1 < samples.size(); i += 2) {
    std::int16_t sample;
    std::memcpy(&sample, samples.data() + i, sizeof sample);
    highest = std::max(highest, sample);
    lowest = std::min(lowest, sample);
  }
  return std::max<int>(highest, -static_cast<int>(lowest));
}

}  // namespace

bool Loudness::hear(std::span<const std::byte> samples) {
  const int now = peak(samples);
  loudest_ = std::max(loudest_, now);
  return now >= noise_peak && now * 10 >= loudest_;
}

}  // namespace gemlive
