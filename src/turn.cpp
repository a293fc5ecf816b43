// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "turn.hpp"

#include "pcm.hpp"

namespace gemlive {

bool Turn::start(std::optional<std::int64_t> input_end, std::int64_t now) {
  if (std::exchange(started_, true)) return false;
  if (input_end) delay_ = std::chrono::microseconds(std::max<std::int64_t>(now - *input_end, 0));
  return true;
}

std::int64_t Turn::add_audio(std::uint64_t bytes, int rate, std::int64_t arrival) {
  if (audio_bytes_ == 0) first_arrival_ = arrival;
  if (rate != rate_) {
    at_other_rates_ = audio_duration();
    bytes_at_rate_ = 0;
    rate_ = rate;
  }
  audio_bytes_ += bytes;
  bytes_at_rate_ += bytes;
  return first_arrival_ +
         std::chrono::duration_cast<std::chrono::microseconds>(audio_duration()).count();
}

bool Turn::cut(Cut by) {
  if (cut_ == by || cut_ == Cut::by_server) return false;
  cut_ = by;
  return true;
}

std::chrono::nanoseconds Turn::audio_duration() const {
  return at_other_rates_ + pcm::duration(bytes_at_rate_, rate_);
}

notice::TurnComplete Turn::summary(bool interrupted, const std::string &reason) && {
  return {.interrupted = interrupted,
          .reason = reason,
          .audio_duration = audio_duration(),
          .audio_bytes = audio_bytes_,
          .first_audio_delay = delay_,
          .text = std::move(text_),
          .input_transcript = std::move(input_transcript_),
          .output_transcript = std::move(output_transcript_)};
}

}  // namespace gemlive
