// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "audio_input.hpp"

#include <cstring>

namespace gemlive::simulator {

std::vector<SpeechBoundary> AudioInput::feed(std::span<const std::byte> bytes) {
  std::vector<std::byte> joined;
  if (half_sample_) joined.push_back(*half_sample_);
  joined.insert(joined.end(), bytes.begin(), bytes.end());
  half_sample_.reset();
  if (joined.size() % 2) half_sample_ = joined.back();
  std::vector<std::int16_t> samples(joined.size() / 2);
  if (!samples.empty()) std::memcpy(samples.data(), joined.data(), samples.size() * 2);
  samples_ += static_cast<std::int64_t>(samples.size());
  return detects_speech_ ? detector_.feed(samples) : std::vector<SpeechBoundary>();
}

std::optional<SpeechBoundary> AudioInput::finish() {
  half_sample_.reset();
  return detector_.finish();
}

}  // namespace gemlive::simulator
