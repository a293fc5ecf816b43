// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "simulator_client.hpp"
#include "simulator_process.hpp"

/// Setups, whole answers and closes for the tests of gemlive-simulator.
namespace gemlive::test {

inline const std::string plain =
    R"({"setup":{"model":"models/gemini-3.8-live","generationConfig":{"responseModalities":["AUDIO"]}}})";
inline const std::string manual =
    R"({"setup":{"model":"models/m","realtimeInputConfig":{"automaticActivityDetection":{"disabled":true}}}})";
inline const std::string transcribed =
    R"({"setup":{"model":"models/m","inputAudioTranscription":{},"outputAudioTranscription":{}}})";
constexpr auto question =
    R"({"clientContent":{"turns":[{"role":"user","parts":[{"text":"what now"}]}],"turnComplete":true}})";

/// Options of most tests: short tones, sent at once.
inline std::vector<std::string> quick(std::vector<std::string> more = {}) {
  more.insert(more.begin(), {"--voice", "tone", "--tone-duration", "600", "--speed", "0",
                             "--turn-complete", "now"});
  return more;
}

/// One answer, up to its turnComplete.
struct Answered {
  std::string audio = {};
  std::string words = {};
  std::string heard = {};
  std::string last = {};  // the message with turnComplete
  int messages = 0;
  bool generated = false;
  bool interrupted = false;
};
inline Answered read_answer(SimulatorClient &client) {
  Answered answer;
  while (const auto message = client.next()) {
    const auto &text = message->text;
    answer.audio += audio_of(text);
    answer.words += text_of(text, "outputTranscription");
    answer.heard += text_of(text, "inputTranscription");
    answer.generated |= text.find("\"generationComplete\": true") != text.npos;
    answer.interrupted |= text.find("\"interrupted\": true") != text.npos;
    ++answer.messages;
    if (text.find("\"turnComplete\": true") == text.npos) continue;
    answer.last = text;
    break;
  }
  return answer;
}

inline std::string as_text(const std::vector<std::byte> &bytes) {
  return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

inline void set_up(SimulatorClient &client, const std::string &uri,
                   const std::string &setup = plain) {
  ASSERT_EQ(client.connect(uri), 101);
  client.send(setup);
  ASSERT_TRUE(client.next_with("setupComplete"));
}

/// Closes and waits until all events of the session have been written.
inline bool finish(SimulatorClient &client, SimulatorProcess &process) {
  client.close();
  return process.wait_event("closed").has_value();
}

inline std::string developer(const SimulatorProcess &process) {
  return process.uri() + developer_path;
}
inline std::string vertex(const SimulatorProcess &process) {
  return process.uri() + vertex_path;
}

}  // namespace gemlive::test
