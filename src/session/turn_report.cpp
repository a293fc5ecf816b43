// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "turn_report.hpp"

#include <algorithm>

#include "first_audible.hpp"
#include "pcm.hpp"

namespace gemlive {
namespace {

std::int64_t us(std::chrono::nanoseconds duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

std::optional<std::chrono::nanoseconds> since(std::optional<std::int64_t> then, std::int64_t now) {
  if (!then) return std::nullopt;
  return std::chrono::microseconds(now - *then);
}

}  // namespace

bool TurnReport::start(std::optional<std::int64_t> input_end, std::int64_t now) {
  if (started_) return false;
  started_ = now;
  input_end_ = input_end;
  if (input_end) delay_ = std::chrono::microseconds(std::max<std::int64_t>(now - *input_end, 0));
  return true;
}

std::int64_t TurnReport::add_audio(std::string_view base64, std::uint64_t bytes, int rate,
                                   std::int64_t arrival) {
  if (audio_bytes_ == 0) first_arrival_ = arrival;
  const auto sample = first_audible(base64, audio_bytes_ % pcm::bytes_per_sample != 0);
  is_audible_ = sample.has_value();
  if (sample && !audible_)
    audible_ = std::max(arrival, first_arrival_ + us(audio_duration())) +
               us(pcm::duration(*sample * pcm::bytes_per_sample, rate));
  if (rate != rate_) {
    at_other_rates_ = audio_duration();
    bytes_at_rate_ = 0;
    rate_ = rate;
  }
  audio_bytes_ += bytes;
  bytes_at_rate_ += bytes;
  return first_arrival_ + us(audio_duration());
}

bool TurnReport::cut(Cut by) {
  if (cut_ == by || cut_ == Cut::by_server) return false;
  cut_ = by;
  return true;
}

std::chrono::nanoseconds TurnReport::audio_duration() const {
  return at_other_rates_ + pcm::duration(bytes_at_rate_, rate_);
}

bool TurnReport::is_perceptible() const {
  const auto has_words = [](const std::string &text) {
    return text.find_first_not_of(" \t\r\n\f\v") != std::string::npos;
  };
  return audible_ || has_words(text_) || has_words(output_transcript_);
}

notice::TurnComplete TurnReport::summary(bool interrupted, const TurnComplete &end,
                                         std::int64_t now) && {
  return {.interrupted = interrupted,
          .reason = end.reason,
          .audio_duration = audio_duration(),
          .audio_bytes = audio_bytes_,
          .first_audio_delay = delay_,
          .text = std::move(text_),
          .input_transcript = std::move(input_transcript_),
          .output_transcript = std::move(output_transcript_),
          .status = end.status,
          .since_input_end = since(input_end_, now),
          .since_first_byte = since(started_, now),
          .since_first_audible = since(audible_, now),
          .since_generation_end = since(generated_, now)};
}

}  // namespace gemlive
