// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "resample.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <numeric>

namespace gemlive::simulator {

namespace {

constexpr int half_width = 16;  // taps on each side, in samples of the lower rate

double sinc(double x) {
  return std::abs(x) < 1e-9 ? 1 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
}

double blackman(double x) {  // x: -1 to 1
  const double phase = std::numbers::pi * x;
  return 0.42 + 0.5 * std::cos(phase) + 0.08 * std::cos(2 * phase);
}

/// Returns one set of taps for each of `up` positions between two input samples. Each set sums
/// to 1.
std::vector<double> make_taps(int up, double cutoff, int half) {
  const int count = 2 * half;
  std::vector<double> taps(static_cast<std::size_t>(up) * static_cast<std::size_t>(count));
  for (int phase = 0; phase < up; ++phase) {
    double *const set = taps.data() + static_cast<std::ptrdiff_t>(phase) * count;
    for (int i = 0; i < count; ++i) {
      const double distance = i - (half - 1) - static_cast<double>(phase) / up;
      set[i] = cutoff * sinc(cutoff * distance) * blackman(distance / half);
    }
    const double sum = std::accumulate(set, set + count, 0.0);
    std::for_each(set, set + count, [sum](double &tap) { tap /= sum; });
  }
  return taps;
}

}  // namespace

std::vector<std::int16_t> resample(std::span<const std::int16_t> samples, int from, int to) {
  if (from == to) return {samples.begin(), samples.end()};
  const int divisor = std::gcd(from, to);
  const std::int64_t up = to / divisor;
  const std::int64_t down = from / divisor;
  const double ratio = std::min(1.0, static_cast<double>(to) / from);
  const int half = static_cast<int>(std::ceil(half_width / ratio));
  const auto taps = make_taps(static_cast<int>(up), 0.95 * ratio, half);

  const auto size = static_cast<std::int64_t>(samples.size());
  std::vector<std::int16_t> out(static_cast<std::size_t>(size * up / down));
  for (std::size_t n = 0; n < out.size(); ++n) {
    const std::int64_t position = static_cast<std::int64_t>(n) * down;
    const std::int64_t first = position / up - (half - 1);
    const double *const set = taps.data() + (position % up) * 2 * half;
    double sum = 0;
    for (std::int64_t i = std::max<std::int64_t>(0, -first); i < 2 * half && first + i < size; ++i)
      sum += set[i] * samples[static_cast<std::size_t>(first + i)];
    out[n] = static_cast<std::int16_t>(std::clamp(std::lround(sum), -32768L, 32767L));
  }
  return out;
}

}  // namespace gemlive::simulator
