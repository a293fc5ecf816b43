// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "speech_detector.hpp"

#include <algorithm>
#include <cmath>

namespace gemlive::simulator {

namespace {

constexpr int block_ms = 10;
// A pause that does not yet make a click of the beginning of a word.
constexpr int candidate_pause_ms = 200;

}  // namespace

SpeechDetector::SpeechDetector(const SpeechSettings &settings)
    : settings_(settings), block_size_(std::max(1, settings.rate * block_ms / 1000)) {
  const double amplitude = 32768 * std::pow(10, settings.threshold / 20);
  producer_ = amplitude * amplitude;
}

std::vector<SpeechMark> SpeechDetector::feed(std::span<const std::int16_t> samples) {
  std::vector<SpeechMark> marks;
  for (const double sample : samples) {
    energy_ += sample * sample;
    if (++in_block_ < block_size_) continue;
    const bool loud = energy_ > producer_ * static_cast<double>(block_size_);
    energy_ = 0;
    in_block_ = 0;
    if (const auto mark = block(loud)) marks.push_back(*mark);
    position_ += block_size_;
  }
  return marks;
}

std::optional<SpeechMark> SpeechDetector::block(bool loud) {
  const auto ms = [this](std::int64_t count) { return count * 1000 / settings_.rate; };
  if (loud) {
    if (loud_blocks_++ == 0) first_ = position_;
    last_end_ = position_ + block_size_;
    if (speaking_ || loud_blocks_ * block_ms < settings_.prefix_padding) return {};
    speaking_ = true;
    return SpeechMark{true, first_, 0};
  }
  if (loud_blocks_ == 0) return {};
  const auto quiet = ms(position_ + block_size_ - last_end_);
  if (speaking_ && quiet >= settings_.silence_duration) return finish();
  if (!speaking_ && quiet > candidate_pause_ms) forget();
  return {};
}

std::optional<SpeechMark> SpeechDetector::finish() {
  std::optional<SpeechMark> mark;
  if (loud_blocks_ > 0) mark = SpeechMark{false, first_, last_end_};
  forget();
  return mark;
}

void SpeechDetector::forget() {
  speaking_ = false;
  loud_blocks_ = 0;
}

}  // namespace gemlive::simulator
