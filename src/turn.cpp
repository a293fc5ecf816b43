// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "turn.hpp"

#include <utility>

namespace gemlive {

unsigned Turn::begin() {
  if (!open_) {
    ++number_;
    open_ = true;
    started_ = generated_ = false;
    facts_ = {};
  }
  return number_;
}

bool Turn::start(std::int64_t now, std::optional<std::int64_t> said) {
  if (std::exchange(started_, true)) return false;
  started_at_ = now;
  if (said) facts_.first_audio_delay = std::chrono::microseconds(now - *said);
  return true;
}

bool Turn::add_audio(std::uint64_t bytes, int rate, std::int64_t now,
                     std::optional<std::int64_t> said) {
  facts_.audio_bytes += bytes;
  facts_.audio_duration +=
      std::chrono::nanoseconds(bytes * 500000000 / static_cast<std::uint64_t>(rate));
  return start(now, said);
}

bool Turn::add_text(const std::string &text, std::int64_t now, std::optional<std::int64_t> said) {
  facts_.text += text;
  return start(now, said);
}

void Turn::add_transcript(Speaker speaker, const std::string &text) {
  (speaker == Speaker::user ? facts_.input_transcript : facts_.output_transcript) += text;
}

std::int64_t Turn::playback_end() const {
  return started_at_ +
         std::chrono::duration_cast<std::chrono::microseconds>(facts_.audio_duration).count();
}

notice::TurnComplete Turn::end(const std::string &reason) {
  facts_.reason = reason;
  open_ = false;
  return std::exchange(facts_, {});
}

}  // namespace gemlive
