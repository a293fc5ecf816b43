// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "samples.hpp"
#include "simulator_process.hpp"
#include "sound_server.hpp"
#include "tmux.hpp"

namespace gemlive::test {

/// gemlive-talk in a terminal, with a sound server and a service.
class TalkFixture : public ::testing::Test {
 protected:
  explicit TalkFixture(SoundSystem system = SoundSystem::PulseAudio) : sound(system) {}
  /// The service answers with `answer` ms of tones, as fast as they are played.
  void serve(int answer) {
    service = std::make_unique<SimulatorProcess>(std::vector<std::string>{
        "--voice", "tone", "--tone-duration", std::to_string(answer), "--silence-duration", "500"});
  }
  void start(const std::string &options = "") {
    if (!service) serve(2000);
    auto variables = sound.variables();
    variables.emplace_back("GEMLIVE_URI", service->uri());
    for (const char *name : {"GST_PLUGIN_PATH", "GST_REGISTRY"})
      if (const char *value = g_getenv(name)) variables.emplace_back(name, value);
    terminal =
        std::make_unique<Tmux>(GEMLIVE_TALK " " + options + " 2>" + errors(), 80, 24, variables);
  }
  /// Waits until the microphone is heard and the loudspeaker can play.
  void start_conversation(const std::string &options = "") {
    start(options);
    // Push to talk sends nothing before the first key.
    const bool is_open = options.find("--push-to-talk") == std::string::npos;
    ASSERT_TRUE(service->wait_event(is_open ? "audio" : "setup")) << told();
    ASSERT_TRUE(terminal->shows("connected ")) << told();
    ASSERT_TRUE(wait_until([this] {
      return sound.has_stream("source-outputs") && sound.has_stream("sink-inputs");
    })) << told();
    sound.record();
  }
  /// A question, its words and the answer's on the screen, and a second of the answer.
  void expect_answer() {
    sound.speak(question());
    EXPECT_TRUE(terminal->shows("\nModel: ")) << told();
    EXPECT_TRUE(terminal->shows("You: ")) << told();
    EXPECT_TRUE(plays(1000)) << loud_duration(sound.recorded());
  }
  /// A question during the answer to another one.
  void expect_barge_in() {
    sound.speak(question());
    ASSERT_TRUE(plays(1000)) << told();
    sound.speak(question());
    EXPECT_TRUE(service->wait_event("interrupted")) << told();
    EXPECT_TRUE(terminal->shows("[interrupted]")) << told();
  }
  /// Waits until the loudspeaker has played so much, in ms.
  bool plays(int duration) {
    return wait_until([&] { return loud_duration(sound.recorded()) >= duration; });
  }
  /// Waits until the loudspeaker is quiet for half a second.
  bool is_quiet() {
    return wait_until([this] {
      const auto all = sound.recorded();
      constexpr std::size_t last = 16000;  // bytes
      return all.size() > last &&
             loud_duration(all.substr((all.size() - last) & ~std::size_t{1})) == 0;
    });
  }
  std::string errors() const { return folder / "errors"; }
  std::string told() const { return terminal->screen() + read_file(errors()); }
  std::string question() const {
    return loud(std::chrono::milliseconds(600)) + std::string(9600, '\0');
  }

  TempFolder folder;
  SoundServer sound;
  std::unique_ptr<SimulatorProcess> service;
  std::unique_ptr<Tmux> terminal;
};

}  // namespace gemlive::test
