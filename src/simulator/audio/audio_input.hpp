// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "speech_detector.hpp"

namespace gemlive::simulator {

/// One stream of audio as it comes: bytes in, speech out. A sample may be cut in two. Pure.
class Ear {
 public:
  /// Finds no speech unless `detects`.
  Ear(const SpeechSettings &settings, bool detects)
      : rate_(settings.rate), detects_(detects), detector_(settings) {}

  std::vector<SpeechMark> hear(std::span<const std::byte> bytes);
  /// The stream pauses: SpeechDetector::finish().
  std::optional<SpeechMark> pause();
  bool speech_goes_on() const { return detector_.speaking(); }

  int rate() const { return rate_; }
  std::int64_t samples() const { return samples_; }  // so far
  std::int64_t ms(std::int64_t samples) const { return samples * 1000 / rate_; }
  double seconds(std::int64_t samples) const { return static_cast<double>(samples) / rate_; }

 private:
  int rate_;
  bool detects_;
  SpeechDetector detector_;
  std::optional<std::byte> half_;  // of a sample
  std::int64_t samples_ = 0;
};

}  // namespace gemlive::simulator
