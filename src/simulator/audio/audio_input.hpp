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

/// One stream of received audio: bytes in, speech boundaries out. A message may end within a
/// sample. Pure.
class AudioInput {
 public:
  /// Counts samples only, unless `detects_speech`.
  AudioInput(const SpeechSettings &settings, bool detects_speech)
      : rate_(settings.rate), detects_speech_(detects_speech), detector_(settings) {}

  std::vector<SpeechBoundary> feed(std::span<const std::byte> bytes);
  /// Ends current speech because the stream pauses (SpeechDetector::finish).
  std::optional<SpeechBoundary> finish();
  bool speaking() const { return detector_.speaking(); }

  int rate() const { return rate_; }
  std::int64_t samples() const { return samples_; }  // received
  std::int64_t ms(std::int64_t samples) const { return samples * 1000 / rate_; }
  double seconds(std::int64_t samples) const { return static_cast<double>(samples) / rate_; }

 private:
  int rate_;
  bool detects_speech_;
  SpeechDetector detector_;
  std::optional<std::byte> half_sample_;
  std::int64_t samples_ = 0;
};

}  // namespace gemlive::simulator
