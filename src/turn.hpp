// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "notice.hpp"

namespace gemlive {

/// What is known of the turn that is going on. Pure; times are monotonic us.
class Turn {
 public:
  /// 0 while there is none.
  unsigned number() const { return open_ ? number_ : 0; }
  unsigned last_number() const { return number_; }
  bool open() const { return open_; }
  /// The turn that goes on, or the next one.
  unsigned begin();

  /// True for the first audio (or text) of the turn: it has started to speak.
  bool add_audio(std::uint64_t bytes, int rate, std::int64_t now, std::optional<std::int64_t> said);
  bool add_text(const std::string &text, std::int64_t now, std::optional<std::int64_t> said);
  void add_transcript(Speaker speaker, const std::string &text);
  void interrupt() { facts_.interrupted = true; }
  void generated() { generated_ = true; }

  bool started() const { return started_; }
  bool is_generated() const { return generated_; }
  bool interrupted() const { return facts_.interrupted; }
  std::optional<std::chrono::nanoseconds> first_audio_delay() const {
    return facts_.first_audio_delay;
  }
  /// When the audio that came so far would have been played, had it started as it came.
  std::int64_t playback_end() const;

  /// Ends it and tells what it was.
  notice::TurnComplete end(const std::string &reason);

 private:
  bool start(std::int64_t now, std::optional<std::int64_t> said);

  unsigned number_ = 0;
  bool open_ = false;
  bool started_ = false;
  bool generated_ = false;
  std::int64_t started_at_ = 0;
  notice::TurnComplete facts_ = {};
};

}  // namespace gemlive
