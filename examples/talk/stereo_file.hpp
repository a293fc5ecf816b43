// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>

namespace gemlive::talk {

/// A WAV file of two channels, S16LE, that are written at their times and independently. Where
/// nothing is written there is silence. The file can be played at any moment. Any thread.
class StereoFile {
 public:
  static constexpr int rate = 24000;

  /// Throws Problem, also if the file exists.
  explicit StereoFile(const std::string &path);
  ~StereoFile();
  StereoFile(const StereoFile &) = delete;
  StereoFile &operator=(const StereoFile &) = delete;

  /// `channel`: 0 left, 1 right. `time`: of the first sample, since the beginning. Audio that
  /// follows the last within 30 ms is put right behind it.
  void write(int channel, std::chrono::nanoseconds time, std::span<const std::int16_t> samples);
  /// Why not all was written; empty if it was.
  std::string failure() const;

 private:
  void put(std::int64_t frame, int channel, std::span<const std::int16_t> samples);
  void write_header();
  bool write_at(std::int64_t offset, const void *data, std::size_t size);

  mutable std::mutex mutex_;
  int file_;
  std::int64_t frames_ = 0;              // in the file
  std::int64_t headed_ = 0;              // of them, those that the header knows
  std::optional<std::int64_t> next_[2];  // where the last audio of a channel ended
  std::string failure_ = {};
};

}  // namespace gemlive::talk
