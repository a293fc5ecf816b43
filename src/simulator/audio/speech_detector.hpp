// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace gemlive::simulator {

struct SpeechSettings {
  int rate = 16000;            // Hz
  int prefix_padding = 100;    // ms of speech before its start is believed
  int silence_duration = 800;  // ms of silence that end it
  double threshold = -40;      // dB of full scale: louder is speech
};

/// A stretch of speech, in samples from the start of the stream.
struct SpeechBoundary {
  bool is_start = true;
  std::int64_t speech_start = 0;  // where the speech began
  std::int64_t speech_end = 0;    // where it ended: boundaries of an end only
  bool operator==(const SpeechBoundary &) const = default;
};

/// Finds speech by its energy, in blocks of 10 ms, counted in samples and never by a clock. Pure.
class SpeechDetector {
 public:
  explicit SpeechDetector(const SpeechSettings &settings);

  std::vector<SpeechBoundary> feed(std::span<const std::int16_t> samples);
  /// The stream pauses here: the end of speech that was going on, also of some too short to have
  /// been reported.
  std::optional<SpeechBoundary> finish();
  bool speaking() const { return speaking_; }

 private:
  std::optional<SpeechBoundary> process_block(bool loud);
  void reset();

  SpeechSettings settings_;
  std::int64_t block_size_ = 160;
  double threshold_ = 0;            // mean square
  double energy_ = 0;               // of the block so far
  std::int64_t block_samples_ = 0;  // samples of it
  std::int64_t position_ = 0;       // where the next block begins
  std::int64_t speech_start_ = 0;   // the loud block that may have begun speech
  std::int64_t speech_end_ = 0;     // end of the last loud block
  int loud_blocks_ = 0;
  bool speaking_ = false;
};

}  // namespace gemlive::simulator
