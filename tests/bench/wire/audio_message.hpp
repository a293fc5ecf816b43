// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The messages of the Live API that carry audio, as far as a load needs them.
namespace gemlive::bench {

constexpr std::string_view live_path =
    "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent";

/// A message with the same audio each time, except for its stamp. One thread.
class AudioMessage {
 public:
  /// What a client sends: 16 kHz, too quiet for speech, with a stamp every 20 ms.
  static AudioMessage from_client(int milliseconds);
  /// What the service sends: 24 kHz, loud.
  static AudioMessage from_server(int milliseconds);

  /// The message with the time in its audio. Valid until the next call. Encodes all of the audio.
  std::string_view stamped(std::int64_t time);
  std::size_t audio_size() const { return audio_.size(); }

 private:
  AudioMessage(std::string_view before, std::vector<std::byte> audio, std::string_view behind,
               std::size_t stamps);

  std::vector<std::byte> audio_;
  std::size_t stamps_;  // bytes between them
  std::string text_;
  std::size_t at_;  // of the base64 in text_
};

/// Decodes the audio of messages. One thread.
class AudioReader {
 public:
  /// Bytes of audio in the message: of its first "data". 0 if it has none.
  std::size_t read(std::string_view message);
  /// Of the last message that had audio.
  std::optional<std::int64_t> stamp() const;

 private:
  std::vector<std::byte> audio_;
};

}  // namespace gemlive::bench
