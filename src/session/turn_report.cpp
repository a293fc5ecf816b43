// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "turn_report.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "first_audible.hpp"
#include "pcm.hpp"

namespace gemlive {
namespace {

/// Bounds the number of marks, whatever the service sends.
constexpr std::chrono::milliseconds min_mark_distance(20);

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

void TurnReport::add_transcript(Speaker speaker, std::string_view text) {
  if (speaker == Speaker::user) return add(input_transcript_, text);
  add(output_transcript_, text);
  const auto position = audio_duration();
  if (marks_.empty() || position >= marks_.back().position + min_mark_distance)
    marks_.push_back({.position = position});
  marks_.back().end = output_transcript_.size();
}

std::string TurnReport::transcript_before(std::chrono::nanoseconds position) const {
  const auto next = std::ranges::lower_bound(marks_, position, {}, &Mark::position);
  return next == marks_.begin() ? "" : output_transcript_.substr(0, std::prev(next)->end);
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
                                         std::int64_t now, std::chrono::nanoseconds missed) && {
  std::optional<std::chrono::nanoseconds> heard;
  if (interrupted) heard = audio_duration() - std::min(audio_duration(), missed);
  auto heard_transcript = heard ? transcript_before(*heard) : std::string();
  return {.interrupted = interrupted,
          .reason = end.reason,
          .audio_duration = audio_duration(),
          .audio_bytes = audio_bytes_,
          .first_audio_delay = delay_,
          .text = std::move(text_),
          .input_transcript = std::move(input_transcript_),
          .output_transcript = std::move(output_transcript_),
          .heard_duration = heard,
          .heard_transcript = std::move(heard_transcript),
          .status = end.status,
          .since_input_end = since(input_end_, now),
          .since_first_byte = since(started_, now),
          .since_first_audible = since(audible_, now),
          .since_generation_end = since(generated_, now)};
}

}  // namespace gemlive
