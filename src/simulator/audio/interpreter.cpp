// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "interpreter.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <utility>

namespace gemlive::simulator {

namespace {

constexpr std::size_t piece_size = Interpreter::rate * Interpreter::piece_ms / 1000;
constexpr double threshold = 328;  // RMS of a loud piece: -40 dB of full scale
constexpr int hangover = 3;        // quiet pieces that belong to the speech before them
constexpr double robot_hz = 90;

bool is_loud(const std::vector<std::int16_t> &samples) {
  double energy = 0;
  for (const double sample : samples)
    energy += sample * sample;
  return energy > threshold * threshold * static_cast<double>(samples.size());
}

/// Ring modulation: the level of the speech stays, and its words are still understood.
std::int16_t robot(double sample, std::int64_t at) {
  const double angle =
      2 * std::numbers::pi * robot_hz * static_cast<double>(at) / Interpreter::rate;
  return static_cast<std::int16_t>(std::lround(sample * std::cos(angle)));
}

}  // namespace

Interpreter::Interpreter(int input_rate, int delay_ms, double speed)
    : input_rate_(input_rate),
      delay_us_(std::max(0, delay_ms - piece_ms) * std::int64_t{1000}),
      spacing_us_(speed > 0 ? static_cast<std::int64_t>(piece_ms * 1000 / speed) : 0) {}

void Interpreter::hear(std::span<const std::byte> bytes, std::int64_t now_us) {
  for (const auto byte : bytes) {
    if (!half_sample_) {
      half_sample_ = byte;
      continue;
    }
    const std::byte both[] = {*std::exchange(half_sample_, std::nullopt), byte};
    std::int16_t sample = 0;
    std::memcpy(&sample, both, sizeof sample);
    convert(sample, now_us);
  }
}

/// Interpolates between the previous input sample and this one.
void Interpreter::convert(std::int16_t sample, std::int64_t now_us) {
  while (converted_ * input_rate_ <= heard_ * rate) {
    const double behind =
        static_cast<double>(heard_ * rate - converted_ * input_rate_) / rate;  // in input samples
    append(sample + (previous_ - sample) * behind, now_us);
  }
  previous_ = sample;
  ++heard_;
}

void Interpreter::append(double sample, std::int64_t now_us) {
  piece_.push_back(robot(sample, converted_++));
  if (piece_.size() == piece_size) complete_piece(now_us);
}

void Interpreter::complete_piece(std::int64_t now_us) {
  const auto end = converted_ * 1000 / rate;
  const auto start = end - static_cast<std::int64_t>(piece_.size()) * 1000 / rate;
  const bool loud = is_loud(piece_);
  quiet_pieces_ = loud ? 0 : quiet_pieces_ + 1;
  if (loud || speaking_) {
    if (!untranscribed_) untranscribed_ = start;
    speaking_ = quiet_pieces_ < hangover;
    Piece piece;
    const auto audio = std::as_bytes(std::span(piece_));
    piece.audio.assign(audio.begin(), audio.end());
    piece.due_us = last_due_us_ = std::max(now_us + delay_us_, last_due_us_ + spacing_us_);
    if (!speaking_ || end - *untranscribed_ >= transcript_ms)
      piece.spoken = {*std::exchange(untranscribed_, std::nullopt), end, !speaking_};
    pieces_.push_back(std::move(piece));
  }
  piece_.clear();
}

void Interpreter::finish(std::int64_t now_us) {
  half_sample_.reset();
  while (converted_ * input_rate_ < heard_ * rate)
    append(previous_, now_us);
  if (!piece_.empty()) complete_piece(now_us);
  if (!std::exchange(speaking_, false)) return;
  const auto end = converted_ * 1000 / rate;
  last_due_us_ = std::max(now_us + delay_us_, last_due_us_);
  pieces_.push_back({{}, Spoken{untranscribed_.value_or(end), end, true}, last_due_us_});
  untranscribed_.reset();
}

}  // namespace gemlive::simulator
