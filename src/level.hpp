// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "pcm.hpp"

namespace gemlive {

/// Tells what may be speech from the quiet around it, by the loudest that has been heard. Only
/// for measuring when the user stopped speaking: the service has its own ears.
class Level {
 public:
  /// Whether this piece of S16LE audio is loud beside what came before.
  bool is_loud(std::span<const std::byte> samples) {
    const int here = peak(samples);
    loudest_ = std::max(loudest_, here);
    return here >= quietest_speech && here * 10 >= loudest_;
  }
  bool heard_any() const { return loudest_ >= quietest_speech; }

  static int peak(std::span<const std::byte> samples) {
    std::int16_t low = 0, high = 0;
    for (std::size_t at = 0; at + pcm::bytes_per_sample <= samples.size();
         at += pcm::bytes_per_sample) {
      std::int16_t sample = 0;
      std::memcpy(&sample, samples.data() + at, sizeof sample);
      low = std::min(low, sample);
      high = std::max(high, sample);
    }
    return std::max(-int{low}, int{high});
  }

 private:
  static constexpr int quietest_speech = 100;
  int loudest_ = 0;
};

}  // namespace gemlive
