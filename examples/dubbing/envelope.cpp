// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "envelope.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <vector>

namespace dubbing {
namespace {

constexpr std::int64_t longest = 400;   // frames that are compared: 8 s
constexpr std::int64_t shortest = 200;  // at the beginning
constexpr std::int64_t greatest_lag = 500;
constexpr double alike = 0.6;  // correlation

using Levels = std::span<const float>;

std::vector<float> levels(const Envelope &envelope, std::int64_t first, std::int64_t count) {
  std::vector<float> found;
  for (auto number = first; number < first + count; ++number)
    found.push_back(envelope.level(number));
  return found;
}

double mean(Levels levels) {
  return std::accumulate(levels.begin(), levels.end(), 0.0) / static_cast<double>(levels.size());
}

/// Pearson's. 0 if one of them hardly changes. Both have one size.
double correlation(Levels a, Levels b) {
  constexpr double least = 5.0 * 5.0;  // variance, in dB^2
  const auto mean_a = mean(a), mean_b = mean(b);
  double product = 0, power_a = 0, power_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto from_a = a[i] - mean_a, from_b = b[i] - mean_b;
    product += from_a * from_b;
    power_a += from_a * from_a;
    power_b += from_b * from_b;
  }
  const auto enough = least * static_cast<double>(a.size());
  return power_a < enough || power_b < enough ? 0 : product / std::sqrt(power_a * power_b);
}

/// Both halves have to be alike: words and pauses fit by chance somewhere, after a stall of the
/// voice. The lesser correlation.
double likeness(Levels a, Levels b) {
  const auto half = a.size() / 2;
  return std::min(correlation(a.first(half), b.first(half)),
                  correlation(a.subspan(half), b.subspan(half)));
}

}  // namespace

int &Envelope::peak(std::int64_t number) {
  if (peaks_.empty()) first_ = number;
  if (number > newest() + size) peaks_.clear(), first_ = number;
  while (newest() < number)
    peaks_.push_back(0);
  for (; static_cast<std::int64_t>(peaks_.size()) > size; ++first_)
    peaks_.pop_front();
  return peaks_[static_cast<std::size_t>(number - first_)];
}

void Envelope::add(ns time, std::span<const std::int16_t> samples, int rate) {
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto at = time + ns(static_cast<std::int64_t>(i) * 1'000'000'000 / rate);
    if (!peaks_.empty() && at / frame < first_) continue;
    auto &frame_peak = peak(at / frame);
    frame_peak = std::max(frame_peak, std::abs(static_cast<int>(samples[i])));
  }
}

float Envelope::level(std::int64_t number) const {
  if (number < first_ || number > newest()) return quiet;
  const auto value = peaks_[static_cast<std::size_t>(number - first_)];
  return value == 0 ? quiet : std::max(quiet, 20 * std::log10(static_cast<float>(value) / 32768));
}

std::optional<ns> lag_of(const Envelope &voice, const Envelope &speech) {
  const auto window = std::min(longest, voice.newest());
  if (window < shortest) return std::nullopt;
  const auto first = voice.newest() - window;
  const auto said = levels(voice, first, window);
  const auto original = levels(speech, first - greatest_lag, window + greatest_lag);
  double best = alike;
  std::optional<ns> found;
  for (std::int64_t lag = 0; lag <= greatest_lag; ++lag) {
    const auto at = static_cast<std::size_t>(greatest_lag - lag);
    const auto value = likeness(said, Levels(original).subspan(at, said.size()));
    if (value <= best) continue;
    best = value;
    found = lag * Envelope::frame;
  }
  return found;
}

}  // namespace dubbing
