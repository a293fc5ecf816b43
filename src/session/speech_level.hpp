// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>

#include "pcm.hpp"
#include "sound.hpp"

namespace gemlive {

/// Separates possible speech from noise and silence, by the recent minimum and maximum levels. The
/// maximum decays only during sound: after an hour of silence a faint noise is still not speech.
/// Only an estimate: the service detects speech itself. Session's thread only.
class SpeechLevel {
 public:
  /// What this S16LE audio is, compared to the audio before.
  Sound classify(std::span<const std::byte> samples, int rate) {
    const auto duration = pcm::duration(samples.size(), rate);
    const auto [quietest, here] = extremes(samples, pcm::bytes(window, rate));
    const double most_noise = std::max(noise_ * std::exp2(duration / doubling), least_noise);
    noise_ = std::clamp<double>(quietest, least_noise, most_noise);
    if (here < quietest_speech) return Sound::silence;
    if (here < noise_ * 2) return Sound::noise;
    loudest_ = std::max<double>(loudest_ * std::exp2(-duration / half_life), here);
    return here >= loudest_ / 10 ? Sound::speech : Sound::noise;
  }

  /// Loud enough for any speech.
  static bool is_audible(std::span<const std::byte> samples) {
    return pcm::peak(samples) >= quietest_speech;
  }

 private:
  /// The peaks of the quietest and the loudest window. Speech contains quiet moments, noise does
  /// not. The last window includes the remainder.
  static std::pair<int, int> extremes(std::span<const std::byte> samples, std::size_t window) {
    int quietest = std::numeric_limits<int>::max();
    int loudest = 0;
    while (!samples.empty()) {
      const bool is_last = window == 0 || samples.size() < 2 * window;
      const auto piece = is_last ? samples : samples.first(window);
      samples = samples.subspan(piece.size());
      const int here = pcm::peak(piece);
      quietest = std::min(quietest, here);
      loudest = std::max(loudest, here);
    }
    return {std::min(quietest, loudest), loudest};
  }

  static constexpr std::chrono::duration<double> doubling{2};   // of the noise estimate
  static constexpr std::chrono::duration<double> half_life{4};  // of the maximum
  static constexpr std::chrono::milliseconds window{20};
  static constexpr double quietest_speech = 100;
  static constexpr double least_noise = quietest_speech / 4;
  double loudest_ = 0;
  double noise_ = least_noise;
};

}  // namespace gemlive
