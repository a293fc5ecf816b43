// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base64.hpp"
#include "websocket_log.hpp"

/// Files for gemlive-timeline.
namespace gemlive::test {

inline std::string line(double at, const std::string &message, const std::string &fields) {
  return R"({"at": )" + std::to_string(at) + R"(, "message": ")" + message + R"(", "fields": )" +
         fields + "}\n";
}

/// A conversation of 12 s: a question and its answer of 2 s, and one that is interrupted.
inline std::string event_lines() {
  return line(0.1, "gemlive/connected", R"({"resumed": false, "running-time": 100000000})") +
         line(2.9, "gemlive/input-transcript", R"({"text": "What is the time?", "turn": 1})") +
         line(3.0, "gemlive/turn-started",
              R"({"turn": 1, "first-audio-delay": 600000000, "running-time": 3000000000})") +
         line(3.1, "gemlive/output-transcript", R"({"text": "It is ten", "turn": 1})") +
         line(3.2, "gemlive/output-transcript", R"({"text": " o'clock.", "turn": 1})") +
         line(5.0, "gemlive/turn-complete",
              R"({"turn": 1, "interrupted": false, "audio-duration": 2000000000})") +
         line(
             8.0, "gemlive/turn-started",
             R"({"turn": 2, "first-audio-delay": 18446744073709551615, "input-end": 7500000000, "running-time": 8000000000})") +
         line(8.1, "gemlive/output-transcript",
              R"({"text": "All about clocks and watches", "turn": 2})") +
         line(9.0, "gemlive/interrupted", R"({"turn": 2, "discarded-duration": 3000000000})") +
         line(9.1, "gemlive/turn-complete",
              R"({"turn": 2, "interrupted": true, "audio-duration": 4000000000,
              "heard-duration": 1000000000, "heard-transcript": "All about"})") +
         line(12.0, "warning", R"({"text": "The microphone is gone"})");
}

/// Without line feeds inside of it.
inline std::string on_one_line(std::string text) {
  for (std::size_t at; (at = text.find("\n              ")) != std::string::npos;)
    text.replace(at, 15, "");
  return text;
}

/// S16LE of a constant value.
inline std::string samples(double seconds, int rate, std::int16_t value, int channels = 1) {
  std::string bytes;
  const auto count = static_cast<std::size_t>(seconds * rate) * static_cast<std::size_t>(channels);
  for (std::size_t i = 0; i < count; ++i) {
    bytes += static_cast<char>(value & 0xff);
    bytes += static_cast<char>(value >> 8);
  }
  return bytes;
}

inline std::string number(std::uint32_t value, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i)
    bytes += static_cast<char>(value >> 8 * i);
  return bytes;
}

/// `size` is what the header says of the data.
inline std::string wav_file(const std::string &data, int channels, int rate, std::uint32_t size) {
  return "RIFF" + number(36 + size, 4) + "WAVEfmt " + number(16, 4) + number(1, 2) +
         number(static_cast<std::uint32_t>(channels), 2) +
         number(static_cast<std::uint32_t>(rate), 4) +
         number(static_cast<std::uint32_t>(rate * 2 * channels), 4) +
         number(static_cast<std::uint32_t>(2 * channels), 2) + number(16, 2) + "data" +
         number(size, 4) + data;
}

/// A second of the user alone, then one of the model alone.
inline std::string stereo_wav(int rate = 8000) {
  std::string data;
  for (int i = 0; i < 2 * rate; ++i) {
    data += samples(1.0 / rate, rate, i < rate ? 16384 : 0);
    data += samples(1.0 / rate, rate, i < rate ? 0 : 8192);
  }
  return wav_file(data, 2, rate, static_cast<std::uint32_t>(data.size()));
}

inline std::string base64_of(const std::string &bytes) {
  std::string text(base64::encoded_size(bytes.size()), '\0');
  base64::encode(std::as_bytes(std::span(bytes)), text.data());
  return text;
}

/// A session.websocket.log. Times are seconds.
class SessionLog {
 public:
  SessionLog &sent(double at, const std::string &json) { return add(true, at, json); }
  SessionLog &received(double at, const std::string &json) { return add(false, at, json); }
  /// 100 ms that are loud, or quiet.
  SessionLog &user_audio(double at, bool is_loud = true) {
    return sent(at, R"({"realtimeInput":{"audio":{"mimeType":"audio/pcm;rate=16000","data":")" +
                        base64_of(samples(0.1, 16000, is_loud ? 12000 : 0)) + "\"}}}");
  }
  SessionLog &model_audio(double at, double seconds) {
    return received(
        at,
        R"({"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm;rate=24000","data":")" +
            base64_of(samples(seconds, 24000, 9000)) + "\"}}]}}}");
  }
  SessionLog &closed(double at, int code) {
    return received(at, websocket_log::text({.closed = websocket_log::Note::Closed{
                                                 .code = code, .reason = "ws://address"}}));
  }
  const std::string &text() const { return text_; }

 private:
  SessionLog &add(bool is_clients, double at, const std::string &json) {
    websocket_log::append(text_, is_clients, json, static_cast<std::int64_t>(at * 1e6));
    return *this;
  }
  std::string text_;
};

}  // namespace gemlive::test
