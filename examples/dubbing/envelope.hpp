// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>

namespace dubbing {

using ns = std::chrono::nanoseconds;

/// The loudness of a stream over time, in frames of 20 ms: what its newest 20 s sound like from
/// afar.
class Envelope {
 public:
  static constexpr ns frame = std::chrono::milliseconds(20);
  static constexpr std::int64_t size = 1000;  // frames that are kept
  static constexpr float quiet = -60;         // dBFS; less counts as much

  /// S16LE mono that begins at this running time.
  void add(ns time, std::span<const std::int16_t> samples, int rate);

  /// The number of the newest frame. Frame 0 begins at running time 0.
  std::int64_t newest() const { return first_ + static_cast<std::int64_t>(peaks_.size()) - 1; }
  /// Peak of a frame in dBFS. Quiet where there was no audio.
  float level(std::int64_t number) const;

 private:
  int &peak(std::int64_t number);

  std::int64_t first_ = 0;
  std::deque<int> peaks_ = {};  // 0 to 32768
};

/// How much later `voice` says what `speech` says. Nothing if they are not alike, or if there was
/// not yet enough of both speech and pauses.
std::optional<ns> lag_of(const Envelope &voice, const Envelope &speech);

}  // namespace dubbing
