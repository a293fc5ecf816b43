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
  int prefix_padding = 100;    // ms of speech before its start is reported
  int silence_duration = 800;  // ms of silence that end speech
  double threshold = -40;      // dB of full scale: louder is speech
};

/// Start or end of speech, in samples from the start of the stream.
struct SpeechBoundary {
  bool is_start = true;
  std::int64_t speech_start = 0;
  std::int64_t speech_end = 0;  // 0 if is_start
  bool operator==(const SpeechBoundary &) const = default;
};

/// Detects speech by its energy, in blocks of 10 ms. Counts samples and uses no clock. Pure.
class SpeechDetector {
 public:
  explicit SpeechDetector(const SpeechSettings &settings);

  std::vector<SpeechBoundary> feed(std::span<const std::int16_t> samples);
  /// Ends current speech because the stream pauses. Also returns speech that was too short for its
  /// start to be reported.
  std::optional<SpeechBoundary> finish();
  bool speaking() const { return speaking_; }

 private:
  std::optional<SpeechBoundary> process_block(bool loud);
  void reset();

  SpeechSettings settings_;
  std::int64_t block_size_ = 160;
  double threshold_ = 0;            // mean square of a sample
  double energy_ = 0;               // of the current block
  std::int64_t block_samples_ = 0;  // in the current block
  std::int64_t position_ = 0;       // start of the current block
  std::int64_t speech_start_ = 0;   // first loud block
  std::int64_t speech_end_ = 0;     // end of the last loud block
  int loud_blocks_ = 0;
  bool speaking_ = false;
};

}  // namespace gemlive::simulator
