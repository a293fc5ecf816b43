// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "audio_message.hpp"
#include "client_run.hpp"

namespace gemlive::bench {

constexpr std::string_view setup_message =
    R"({"setup":{"model":"models/gemini-live","generationConfig":{"responseModalities":["AUDIO"]}}})";
constexpr std::string_view question_message =
    R"({"clientContent":{"turns":[{"role":"user","parts":[{"text":"Speak."}]}],"turnComplete":true}})";

/// The conversations of a client without GStreamer, and the run that they are measured in: counts
/// sessions, messages and latencies, and says when a stage begins. One thread.
class ConversationLoad {
 public:
  explicit ConversationLoad(const ClientOptions &options);

  /// A session's first message is the confirmation of its setup. True: all have it, and are to ask.
  bool count_set_up();
  /// A later message of a session.
  void receive(std::string_view message, bool &was_heard);
  /// The next message with audio. Counts it as sent.
  std::string_view speak();
  /// Begins and ends the measurement when it is time. `now` is monotonic us. False: it has ended.
  bool proceed(std::int64_t now);
  /// When proceed() has something to do. -1: unknown.
  std::int64_t next_stage() const { return next_stage_; }
  void report();

 private:
  ClientRun run_;
  const std::int64_t started_;
  AudioMessage audio_;
  AudioReader reader_;
  int set_up_ = 0, heard_ = 0;  // sessions
  std::int64_t next_stage_ = -1;
  std::int64_t sent_ = 0;                // messages while measuring
  std::uint64_t received_ = 0;           // bytes of audio while measuring
  std::vector<std::int32_t> latencies_;  // us
};

}  // namespace gemlive::bench
