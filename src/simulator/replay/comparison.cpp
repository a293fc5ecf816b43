// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "comparison.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "client_audio.hpp"
#include "json_difference.hpp"
#include "text.hpp"

namespace gemlive::simulator {
namespace {

/// How far a message is looked for in the recording.
constexpr std::size_t look_ahead = 64;
/// Audio that makes no difference, in ms: live input never ends at the same sample twice.
constexpr std::size_t audio_tolerance = 100;
constexpr std::size_t shown = 120;  // bytes of a message

std::size_t bytes_of(std::size_t ms, int rate) {
  return ms * static_cast<std::size_t>(rate) * 2 / 1000;
}

/// "setup", "realtimeInput.text"
std::string kind_of(const json::Value &message) {
  if (message.inner.empty()) return {};
  const auto name = message.inner[0].plain_name();
  const auto &inner = message.inner[0].inner;
  return name == "realtimeInput" && !inner.empty() ? name + '.' + inner[0].plain_name() : name;
}

std::string excerpt(std::string_view json) {
  return json.empty() ? "nothing" : text::excerpt(json, shown);
}

}  // namespace

Comparison::Comparison(const Recording::Connection &recorded, Report report)
    : recorded_(recorded), report_(std::move(report)) {}

void Comparison::add(std::string_view message) {
  json::Value value;
  if (json::parse(message, value)) {
    report_("The client sent what is not JSON: " + excerpt(message));
  } else if (const auto audio = read_client_audio(value)) {
    rate_ = audio->rate;
    add_audio(audio->bytes);
  } else {
    ++count_;
    align(value, message);
  }
}

void Comparison::align(const json::Value &message, std::string_view text) {
  const auto &recorded = recorded_.messages;
  std::optional<JsonDifference> difference;
  for (auto i = next_; i < std::min(next_ + look_ahead, recorded.size()); ++i) {
    json::Value expected;
    json::parse(recorded[i], expected);
    auto found = first_difference(expected, message);
    if (!found) {
      while (next_ < i)
        report_missing(next_++);
      ++next_;
      return;
    }
    if (i == next_ && kind_of(expected) == kind_of(message)) difference = std::move(found);
  }
  const auto number = "Message " + std::to_string(count_);
  if (difference) {
    ++next_;
    report_(number + " differs at " + difference->path + ": recorded " +
            excerpt(difference->expected) + ", now " + excerpt(difference->actual));
  } else if (next_ < recorded.size() || !recorded_.is_cut) {
    report_(number + " is not in the recording: " + excerpt(text));
  }
}

void Comparison::report_missing(std::size_t index) {
  report_("Message " + std::to_string(index + 1) +
          " of the recording did not come: " + excerpt(recorded_.messages[index]));
}

/// Whether recorded_audio_ has bytes to compare. Decodes the next message if needed.
bool Comparison::has_recorded_audio() {
  while (compared_ == recorded_audio_.size() && next_audio_ < recorded_.audio.size()) {
    json::Value message;
    json::parse(recorded_.audio[next_audio_++], message);
    recorded_audio_ = read_client_audio(message).value_or(ClientAudio{}).bytes;
    compared_ = 0;
  }
  return compared_ < recorded_audio_.size();
}

void Comparison::add_audio(std::span<const std::byte> bytes) {
  while (!bytes.empty() && !other_sound_at_ && has_recorded_audio()) {
    const auto size = std::min(bytes.size(), recorded_audio_.size() - compared_);
    const auto mine = recorded_audio_.begin() + static_cast<std::ptrdiff_t>(compared_);
    const auto same =
        std::mismatch(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size), mine)
            .first -
        bytes.begin();
    audio_bytes_ += static_cast<std::size_t>(same);
    if (static_cast<std::size_t>(same) < size) other_sound_at_ = audio_bytes_;
    compared_ += static_cast<std::size_t>(same);
    bytes = bytes.subspan(static_cast<std::size_t>(same));
  }
  if (!bytes.empty() && !other_sound_at_) other_sound_at_ = audio_bytes_;
  audio_bytes_ += bytes.size();
}

void Comparison::finish() {
  while (next_ < recorded_.messages.size())
    report_missing(next_++);
  const auto [less, more] = std::minmax(audio_bytes_, recorded_.audio_bytes);
  // How much was said when a server ends the connection is chance.
  if (recorded_.is_closed || recorded_.is_cut || more - less <= bytes_of(audio_tolerance, rate_))
    return;
  report_(seconds(audio_bytes_) + " of audio, recorded " + seconds(recorded_.audio_bytes));
}

std::string Comparison::seconds(std::size_t bytes) const {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f s", static_cast<double>(bytes) / (2.0 * rate_));
  return text;
}

std::string Comparison::summary() const {
  auto text = std::to_string(count_) + (count_ == 1 ? " message, " : " messages, ") +
              seconds(audio_bytes_) + " of audio";
  if (audio_bytes_ == 0) return text;
  return text + (other_sound_at_ ? " (other sound from " + seconds(*other_sound_at_) + " on)"
                                 : std::string(" (the same sound)"));
}

}  // namespace gemlive::simulator
