// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "audio_stamp.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>

namespace gemlive::bench {

namespace {

constexpr int middle = 8;
constexpr std::array<int, 4> mark = {0xF, 0x0, 0xA, 0x5};
constexpr std::size_t time_digits = 16, sum_digits = 4;
constexpr std::size_t digits = mark.size() + time_digits + sum_digits;
static_assert(digits * sizeof(std::int16_t) == stamp_size);

using Digits = std::array<int, digits>;

void put(Digits &all, std::size_t at, std::size_t count, std::uint64_t value) {
  for (std::size_t i = 0; i < count; ++i, value >>= 4)
    all[at + i] = static_cast<int>(value & 0xF);
}

/// The sum of the time's digits, each times its place.
std::uint64_t checksum(const Digits &all) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < time_digits; ++i)
    sum += (i + 1) * static_cast<std::uint64_t>(all[mark.size() + i]);
  return sum;
}

Digits digits_of(std::int64_t time) {
  Digits all = {};
  std::ranges::copy(mark, all.begin());
  put(all, mark.size(), time_digits, static_cast<std::uint64_t>(time));
  put(all, mark.size() + time_digits, sum_digits, checksum(all));
  return all;
}

using Samples = std::array<std::int16_t, digits>;

std::optional<std::int64_t> time_of(const std::byte *audio) {
  Samples samples;
  std::memcpy(samples.data(), audio, stamp_size);
  std::uint64_t time = 0;
  for (std::size_t i = 0; i < time_digits; ++i) {
    const int digit = samples[mark.size() + i] + middle;
    if (digit < 0 || digit > 0xF) return std::nullopt;
    time |= static_cast<std::uint64_t>(digit) << (4 * i);
  }
  const auto expected = digits_of(static_cast<std::int64_t>(time));
  const bool same = std::equal(samples.begin(), samples.end(), expected.begin(),
                               [](int sample, int digit) { return sample + middle == digit; });
  return same ? std::optional(static_cast<std::int64_t>(time)) : std::nullopt;
}

}  // namespace

std::int64_t now_us() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
}

void write_stamp(std::int64_t time, std::span<std::byte> audio) {
  Samples samples;
  std::ranges::transform(digits_of(time), samples.begin(),
                         [](int digit) { return static_cast<std::int16_t>(digit - middle); });
  std::memcpy(audio.data(), samples.data(), stamp_size);
}

std::optional<std::int64_t> find_last_stamp(std::span<const std::byte> audio) {
  static const auto needle = [] {
    std::array<std::int16_t, mark.size()> samples;
    std::ranges::transform(mark, samples.begin(),
                           [](int digit) { return static_cast<std::int16_t>(digit - middle); });
    return samples;
  }();
  std::optional<std::int64_t> last;
  while (audio.size() >= stamp_size) {
    const auto *found = static_cast<const std::byte *>(memmem(
        audio.data(), audio.size() - stamp_size + sizeof needle, needle.data(), sizeof needle));
    if (!found) break;
    if (const auto time = time_of(found)) last = time;
    audio = audio.subspan(static_cast<std::size_t>(found - audio.data()) + 1);
  }
  return last;
}

}  // namespace gemlive::bench
