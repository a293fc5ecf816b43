// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

namespace gemlive::simulator {

/// Answers speech while it is being spoken, some time behind it, as a live interpreter does. It
/// does not translate: it repeats the speech with a robot's voice, sample for sample. Of a pause it
/// sends the first 300 ms, and the next speech at its time. Pure.
class Interpreter {
 public:
  static constexpr int rate = 24000;          // Hz, of the output
  static constexpr int piece_ms = 100;        // audio in each piece
  static constexpr int transcript_ms = 1000;  // speech that one transcript covers

  /// Speech whose transcript is complete, in ms of the input.
  struct Spoken {
    std::int64_t start = 0;
    std::int64_t end = 0;
    bool finished = false;  // silence follows
  };
  struct Piece {
    std::vector<std::byte> audio = {};  // S16LE mono; may be empty
    std::optional<Spoken> spoken = {};  // with its last piece
    std::int64_t due_us = 0;            // CLOCK_MONOTONIC
  };

  /// `delay_ms` is the time from speech to the same moment of its piece. Pieces are at least
  /// piece_ms / `speed` apart; 0: no limit.
  Interpreter(int input_rate, int delay_ms, double speed);

  /// A message may end within a sample.
  void hear(std::span<const std::byte> bytes, std::int64_t now_us);
  /// The input pauses: its last, incomplete piece is complete.
  void finish(std::int64_t now_us);

  /// Pieces in the order of their due times. The caller removes them.
  std::deque<Piece> &pieces() { return pieces_; }

 private:
  void convert(std::int16_t sample, std::int64_t now_us);
  void append(double sample, std::int64_t now_us);
  void complete_piece(std::int64_t now_us);

  int input_rate_;
  std::int64_t delay_us_;  // from the end of a piece's input
  std::int64_t spacing_us_;
  std::optional<std::byte> half_sample_;
  std::int16_t previous_ = 0;        // input sample
  std::int64_t heard_ = 0;           // input samples
  std::int64_t converted_ = 0;       // output samples
  std::vector<std::int16_t> piece_;  // output samples of the current piece
  int quiet_pieces_ = 0;             // since the last loud one
  bool speaking_ = false;
  std::optional<std::int64_t> untranscribed_;  // start of speech without a transcript, in ms
  std::int64_t last_due_us_ = 0;
  std::deque<Piece> pieces_;
};

}  // namespace gemlive::simulator
