// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

/// Sizes and durations of S16LE mono audio, the only format in both directions. Pure, any thread.
namespace gemlive::pcm {

constexpr std::size_t bytes_per_sample = 2;

constexpr std::size_t bytes(std::chrono::milliseconds duration, int rate) {
  return static_cast<std::size_t>(duration.count() * rate / 1000) * bytes_per_sample;
}

/// 0 if the rate is unknown.
constexpr std::chrono::nanoseconds duration(std::uint64_t bytes, int rate) {
  if (rate <= 0) return std::chrono::nanoseconds(0);
  const auto samples = bytes / bytes_per_sample, hz = static_cast<std::uint64_t>(rate);
  constexpr std::uint64_t second = 1'000'000'000;
  return std::chrono::nanoseconds(samples / hz * second + samples % hz * second / hz);
}

/// Samples below this are silence: 1/256 of full scale, -48 dBFS.
constexpr int audible_level = 128;

/// The largest absolute value of the samples. The blocks of constant length let compilers use
/// vectors.
inline int peak(std::span<const std::byte> samples) {
  using Block = std::array<std::int16_t, 8>;
  Block low = {}, high = {};
  const auto widen = [&](std::span<const std::byte, sizeof(Block)> bytes) {
    Block block;
    std::memcpy(block.data(), bytes.data(), sizeof block);
    for (std::size_t i = 0; i < block.size(); ++i) {
      low[i] = std::min(low[i], block[i]);
      high[i] = std::max(high[i], block[i]);
    }
  };
  for (; samples.size() >= sizeof(Block); samples = samples.subspan(sizeof(Block)))
    widen(samples.first<sizeof(Block)>());
  std::array<std::byte, sizeof(Block)> rest = {};
  std::ranges::copy(samples.first(samples.size() & ~std::size_t{1}), rest.begin());
  widen(rest);
  return std::max(-int{*std::ranges::min_element(low)}, int{*std::ranges::max_element(high)});
}

}  // namespace gemlive::pcm
