// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "json_value.hpp"
#include "recording.hpp"

namespace gemlive::simulator {

/// Compares what a client sends on a connection with the recording. Audio is one stream: it may be
/// cut into other messages, and stand elsewhere between the other messages. Its amount must be
/// equal. Another sound of the same amount is reported, but is no difference: a user does not say
/// the same words in the same way again. The other messages are compared in order, as JSON by
/// value. Pure.
class Comparison {
 public:
  using Report = std::function<void(const std::string &difference)>;

  /// `recorded` must outlive the comparison.
  Comparison(const Recording::Connection &recorded, Report report);

  /// A message of the client, with placeholders for secrets.
  void add(std::string_view message);
  /// The connection has ended: reports what is missing.
  void finish();

  std::size_t messages() const { return next_; }  // recorded ones that have come, or were passed
  std::size_t audio() const { return audio_bytes_; }
  /// "3 messages, 2.90 s of audio (the same sound)".
  std::string summary() const;

 private:
  void add_audio(std::span<const std::byte> bytes);
  bool has_recorded_audio();
  void align(const json::Value &message, std::string_view text);
  void report_missing(std::size_t index);
  std::string seconds(std::size_t bytes) const;

  const Recording::Connection &recorded_;
  const Report report_;
  std::size_t next_ = 0;   // of recorded_.messages
  std::size_t count_ = 0;  // of the client's messages without audio

  int rate_ = 16000;
  std::size_t audio_bytes_ = 0;
  std::optional<std::size_t> other_sound_at_ = {};  // bytes
  std::size_t next_audio_ = 0;                      // of recorded_.audio
  std::vector<std::byte> recorded_audio_ = {};      // of the recorded message before
  std::size_t compared_ = 0;                        // of these
};

}  // namespace gemlive::simulator
