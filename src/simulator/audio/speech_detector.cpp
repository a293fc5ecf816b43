// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "speech_detector.hpp"

#include <algorithm>
#include <cmath>

namespace gemlive::simulator {

namespace {

constexpr int block_ms = 10;
// Before the start of speech is reported, a longer pause discards the loud blocks: they were a
// click.
constexpr int candidate_pause_ms = 200;

}  // namespace

SpeechDetector::SpeechDetector(const SpeechSettings &settings)
    : settings_(settings), block_size_(std::max(1, settings.rate * block_ms / 1000)) {
  const double amplitude = 32768 * std::pow(10, settings.threshold / 20);
  threshold_ = amplitude * amplitude;
}

std::vector<SpeechBoundary> SpeechDetector::feed(std::span<const std::int16_t> samples) {
  std::vector<SpeechBoundary> boundaries;
  for (const double sample : samples) {
    energy_ += sample * sample;
    if (++block_samples_ < block_size_) continue;
    const bool loud = energy_ > threshold_ * static_cast<double>(block_size_);
    energy_ = 0;
    block_samples_ = 0;
    if (const auto boundary = process_block(loud)) boundaries.push_back(*boundary);
    position_ += block_size_;
  }
  return boundaries;
}

std::optional<SpeechBoundary> SpeechDetector::process_block(bool loud) {
  const auto ms = [this](std::int64_t count) { return count * 1000 / settings_.rate; };
  if (loud) {
    if (loud_blocks_++ == 0) speech_start_ = position_;
    speech_end_ = position_ + block_size_;
    if (speaking_ || loud_blocks_ * block_ms < settings_.prefix_padding) return {};
    speaking_ = true;
    return SpeechBoundary{true, speech_start_, 0};
  }
  if (loud_blocks_ == 0) return {};
  const auto quiet = ms(position_ + block_size_ - speech_end_);
  if (speaking_ && quiet >= settings_.silence_duration) return finish();
  if (!speaking_ && quiet > candidate_pause_ms) reset();
  return {};
}

std::optional<SpeechBoundary> SpeechDetector::finish() {
  std::optional<SpeechBoundary> boundary;
  if (loud_blocks_ > 0) boundary = SpeechBoundary{false, speech_start_, speech_end_};
  reset();
  return boundary;
}

void SpeechDetector::reset() {
  speaking_ = false;
  loud_blocks_ = 0;
}

}  // namespace gemlive::simulator
