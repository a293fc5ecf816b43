// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <algorithm>
#include <array>
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
    Block low = {}, high = {};
    for (; samples.size() >= sizeof(Block); samples = samples.subspan(sizeof(Block)))
      widen(low, high, samples.first<sizeof(Block)>());
    std::array<std::byte, sizeof(Block)> rest = {};
    std::ranges::copy(samples.first(samples.size() & ~std::size_t{1}), rest.begin());
    widen(low, high, rest);
    return std::max(-int{*std::ranges::min_element(low)}, int{*std::ranges::max_element(high)});
  }

 private:
  using Block = std::array<std::int16_t, 8>;

  /// Of constant length, so that compilers vectorize it.
  static void widen(Block &low, Block &high, std::span<const std::byte, sizeof(Block)> samples) {
    Block block;
    std::memcpy(block.data(), samples.data(), sizeof block);
    for (std::size_t i = 0; i < block.size(); ++i) {
      low[i] = std::min(low[i], block[i]);
      high[i] = std::max(high[i], block[i]);
    }
  }

  static constexpr int quietest_speech = 100;
  int loudest_ = 0;
};

}  // namespace gemlive
