// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

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

}  // namespace gemlive::pcm
