// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "audio_message.hpp"

#include <span>
#include <utility>

#include "audio_stamp.hpp"
#include "base64.hpp"

namespace gemlive::bench {

namespace {

constexpr std::size_t bytes_per_ms_up = 32, bytes_per_ms_down = 48;

/// Noise of +-`level`, which must be a power of two.
std::vector<std::byte> noise(std::size_t bytes, int level) {
  std::vector<std::byte> audio(bytes);
  std::uint32_t random = 1;
  for (std::size_t i = 0; i + 1 < bytes; i += 2) {
    random = random * 1664525 + 1013904223;
    const auto sample =
        static_cast<std::int16_t>(static_cast<int>(random >> 8) % (2 * level) - level);
    audio[i] = static_cast<std::byte>(sample & 0xFF);
    audio[i + 1] = static_cast<std::byte>((sample >> 8) & 0xFF);
  }
  return audio;
}

}  // namespace

AudioMessage AudioMessage::from_client(int milliseconds) {
  return {R"({"realtimeInput":{"audio":{"mimeType":"audio/pcm;rate=16000","data":")",
          noise(static_cast<std::size_t>(milliseconds) * bytes_per_ms_up, 16), R"("}}})",
          20 * bytes_per_ms_up};
}

AudioMessage AudioMessage::from_server(int milliseconds) {
  auto audio = noise(static_cast<std::size_t>(milliseconds) * bytes_per_ms_down, 8192);
  const auto size = audio.size();
  return {R"({
  "serverContent": {
    "modelTurn": {
      "parts": [
        {
          "inlineData": {
            "mimeType": "audio/pcm;rate=24000",
            "data": ")",
          std::move(audio), R"("
          }
        }
      ]
    }
  }
}
)",
          size};
}

AudioMessage::AudioMessage(std::string_view before, std::vector<std::byte> audio,
                           std::string_view behind, std::size_t stamps)
    : audio_(std::move(audio)), stamps_(stamps), at_(before.size()) {
  text_ = before;
  text_.append(base64::encoded_size(audio_.size()), '=');
  text_ += behind;
}

std::string_view AudioMessage::stamped(std::int64_t time) {
  for (std::size_t i = 0; i + stamp_size <= audio_.size(); i += stamps_)
    write_stamp(time, std::span(audio_).subspan(i));
  base64::encode(audio_, text_.data() + at_);
  return text_;
}

std::size_t AudioReader::read(std::string_view message) {
  constexpr std::string_view name = "\"data\"";
  auto at = message.find(name);
  if (at == message.npos) return 0;
  at = message.find('"', at + name.size());
  const auto end = at == message.npos ? at : message.find('"', at + 1);
  if (end == message.npos) return 0;
  const auto text = message.substr(at + 1, end - at - 1);
  const auto size = base64::decoded_size(text);
  if (!size) return 0;
  audio_.resize(*size);
  return base64::decode(text, audio_.data()) ? *size : 0;
}

std::optional<std::int64_t> AudioReader::stamp() const {
  return find_last_stamp(audio_);
}

}  // namespace gemlive::bench
