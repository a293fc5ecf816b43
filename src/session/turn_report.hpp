// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "notice.hpp"

namespace gemlive {

/// Texts, durations and times of one turn. Pure: no clock, no I/O. Times are monotonic us.
/// Session's thread only.
class TurnReport {
 public:
  enum class Cut { none, by_server, locally };

  explicit TurnReport(unsigned number) : number_(number) {}

  unsigned number() const { return number_; }

  /// Content of the model arrived.
  void begin() { has_content_ = true; }
  bool has_content() const { return has_content_; }
  /// Something of it could be heard or read: no silence, no white space.
  bool is_perceptible() const;
  void mark_call() { has_called_ = true; }
  /// The model called a tool in it.
  bool has_called() const { return has_called_; }
  /// Playable content arrived. True for the first one. `input_end` is the end of the user's speech.
  bool start(std::optional<std::int64_t> input_end, std::int64_t now);
  std::optional<std::chrono::nanoseconds> first_audio_delay() const { return delay_; }

  /// Adds base64 audio of `bytes` decoded bytes. Returns the estimated end of playout of the turn.
  std::int64_t add_audio(std::string_view base64, std::uint64_t bytes, int rate,
                         std::int64_t arrival);
  void add_text(std::string_view text) { add(text_, text); }
  /// A piece of the model's belongs to the audio that follows it.
  void add_transcript(Speaker speaker, std::string_view text);

  /// Interrupts the turn. A cut by the server replaces a local one. True if this changes the turn.
  bool cut(Cut by);
  Cut cut_by() const { return cut_; }
  void mark_generated(std::int64_t now) { generated_ = now; }
  /// The last audio was not only silence.
  bool is_audible() const { return is_audible_; }

  /// `missed` is the part of the audio that was not and will not be let out to the pipeline.
  notice::TurnComplete summary(bool interrupted, const TurnComplete &end, std::int64_t now,
                               std::chrono::nanoseconds missed = {}) &&;

 private:
  /// Limit of each text in bytes, longer than any speech.
  static constexpr std::size_t max_text = 1 << 20;
  static void add(std::string &whole, std::string_view text) {
    whole += text.substr(0, max_text - std::min(max_text, whole.size()));
  }
  std::chrono::nanoseconds audio_duration() const;
  std::string transcript_before(std::chrono::nanoseconds position) const;

  /// Where the output transcript ends when the audio at this position begins.
  struct Mark {
    std::chrono::nanoseconds position{0};
    std::size_t end = 0;
  };

  unsigned number_;
  bool has_content_ = false;
  bool has_called_ = false;
  Cut cut_ = Cut::none;
  std::optional<std::int64_t> input_end_ = {};
  std::optional<std::int64_t> started_ = {};
  std::optional<std::int64_t> audible_ = {};  // its first audible sample
  bool is_audible_ = false;
  std::optional<std::int64_t> generated_ = {};
  std::optional<std::chrono::nanoseconds> delay_ = {};
  std::int64_t first_arrival_ = 0;
  std::uint64_t audio_bytes_ = 0;
  std::uint64_t bytes_at_rate_ = 0;
  int rate_ = 0;
  std::chrono::nanoseconds at_other_rates_{0};
  std::string text_ = {};
  std::string input_transcript_ = {};
  std::string output_transcript_ = {};
  std::vector<Mark> marks_ = {};
};

}  // namespace gemlive
