// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// gemlive-talk on a terminal (tmux), with a microphone and a loudspeaker (PulseAudio).

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "talk_fixture.hpp"

namespace gemlive::test {
namespace {

using TalkSound = TalkFixture;

TEST_F(TalkSound, SpeaksAndIsAnswered) {
  start_conversation();
  expect_answer();
  EXPECT_TRUE(terminal->shows("first sound ")) << told();
  EXPECT_TRUE(terminal->shows(" tokens")) << told();
  EXPECT_TRUE(is_quiet());
  EXPECT_LT(loud_duration(sound.recorded()), 2300) << "the answer of 2 s, once";
  terminal->press({"q"});
  EXPECT_EQ(terminal->status(), 0) << told();
  EXPECT_EQ(terminal->value("alternate_on"), "0");
  EXPECT_EQ(read_file(errors()), "");
}

TEST_F(TalkSound, BargesIn) {
  serve(20000);
  start_conversation();
  expect_barge_in();
  EXPECT_TRUE(service->wait_event("turn-started", 1)) << told();
}

TEST_F(TalkSound, AKeyInterrupts) {
  std::string answer = "This is the beginning of it.";
  for (int i = 0; i < 10; ++i)
    answer += " It goes on and on, as there is much to say.";
  service = std::make_unique<SimulatorProcess>(
      std::vector<std::string>{"--say", answer + " Finally it ends.", "--silence-duration", "500"});
  start_conversation();
  sound.speak(question());
  ASSERT_TRUE(plays(1000)) << told();
  ASSERT_TRUE(terminal->shows("Model: This")) << told();
  terminal->press({"i"});
  EXPECT_TRUE(terminal->shows("[interrupted]")) << told();
  EXPECT_EQ(service->count("turn-complete"), 0u) << "it is shown at once";
  EXPECT_TRUE(is_quiet()) << told();
  EXPECT_LT(loud_duration(sound.recorded()), 15000);
  ASSERT_TRUE(service->wait_event("turn-complete", 0, 3 * patience)) << told();
  EXPECT_EQ(terminal->screen().find("Finally"), std::string::npos) << "it was not heard";
}

TEST_F(TalkSound, MutedIsNotHeard) {
  start_conversation();
  terminal->press({"m"});
  ASSERT_TRUE(terminal->shows("MUTED")) << told();
  sound.speak(question());
  terminal->press({"m"});
  ASSERT_TRUE(terminal->hides("MUTED")) << told();
  EXPECT_EQ(service->count("speech-start"), 0u);
  sound.speak(question());
  EXPECT_TRUE(service->wait_event("speech-start")) << told();
  EXPECT_TRUE(plays(1000)) << told();
  EXPECT_EQ(service->count("speech-start"), 1u);
}

TEST_F(TalkSound, ATypedLineIsAnswered) {
  start_conversation();
  terminal->type("tGood morning, 世界");
  terminal->press({"Enter"});
  EXPECT_TRUE(terminal->shows("You: Good morning, 世界")) << told();
  const auto content = service->wait_event("content");
  ASSERT_TRUE(content) << told();
  EXPECT_NE(content->json.find("Good morning, 世界"), std::string::npos) << content->json;
  EXPECT_TRUE(plays(1000)) << loud_duration(sound.recorded()) << told();
}

TEST_F(TalkSound, PushToTalk) {
  start_conversation("--push-to-talk");
  EXPECT_TRUE(terminal->shows("space to talk")) << told();
  terminal->press({"Space"});
  EXPECT_TRUE(service->wait_event("activity-start")) << told();
  EXPECT_TRUE(terminal->shows("TALKING")) << told();
  sound.speak(question());
  terminal->press({"Space"});
  EXPECT_TRUE(service->wait_event("activity-end")) << told();
  EXPECT_TRUE(plays(1000)) << loud_duration(sound.recorded()) << told();
}

TEST_F(TalkSound, ReconnectsByKey) {
  start_conversation();
  sound.speak(question());
  ASSERT_TRUE(service->wait_event("turn-complete")) << told();
  terminal->press({"r"});
  EXPECT_TRUE(service->wait_event("setup", 1)) << told();
  EXPECT_TRUE(terminal->shows("* connected")) << told();
  sound.speak(question());
  EXPECT_TRUE(service->wait_event("turn-complete", 1)) << told();
}

/// While there is another device, PulseAudio moves the streams to it.
TEST_F(TalkSound, AHeadsetIsUnpluggedAndComesBack) {
  start_conversation();
  expect_answer();
  sound.remove_microphone();
  sound.remove_loudspeaker();
  EXPECT_TRUE(terminal->shows("* The microphone is gone")) << told();
  EXPECT_TRUE(terminal->shows("* The loudspeaker is gone")) << told();
  sound.add_loudspeaker();
  sound.add_microphone();
  EXPECT_TRUE(terminal->shows("* The microphone is back")) << told();
  EXPECT_TRUE(terminal->shows("* The loudspeaker is back")) << told();
  sound.record();
  sound.speak(question());
  EXPECT_TRUE(service->wait_event("speech-start", 1)) << told();
  EXPECT_TRUE(plays(1000)) << loud_duration(sound.recorded()) << told();
}

TEST_F(TalkSound, ALoudspeakerIsUnpluggedWhileThereIsAnother) {
  sound.load({"module-null-sink", "sink_name=headset", "norewinds=1",
              "sink_properties=device.description=Headset"});
  start_conversation();
  expect_answer();
  sound.remove_loudspeaker();
  EXPECT_TRUE(terminal->shows("* The loudspeaker is now ")) << told();
  sound.record("@DEFAULT_MONITOR@");
  sound.speak(question());
  EXPECT_TRUE(plays(1000)) << loud_duration(sound.recorded()) << told();
}

TEST_F(TalkSound, CtrlCAndAClosedWindowEndIt) {
  start_conversation();
  terminal->press({"C-c"});
  EXPECT_EQ(terminal->status(), 0) << told();
  EXPECT_TRUE(service->wait_event("closed"));
  start();
  ASSERT_TRUE(service->wait_event("setup", 1)) << told();
  ASSERT_TRUE(terminal->shows("connected ")) << told();
  terminal->close();
  const auto closed = service->wait_event("closed", 1);
  ASSERT_TRUE(closed);
  EXPECT_NE(closed->number("code"), 1006) << "it said goodbye";
}

TEST_F(TalkSound, FilesOnATerminal) {
  const auto input = folder.write("question.wav", wav(question()));
  start("--input " + input + " --output " + folder / "answer.wav");
  EXPECT_EQ(terminal->status(), 0) << told();
  EXPECT_EQ(terminal->value("alternate_on"), "0");
  EXPECT_GT(loud_duration(wav_samples(folder / "answer.wav"), 24000), 1600);
}

/// The answer comes back through the microphone, 6 dB quieter.
class TalkEcho : public TalkFixture {
 protected:
  void SetUp() override { sound.join_devices(); }
  void start_echo(const std::string &options) {
    service = std::make_unique<SimulatorProcess>(std::vector<std::string>{
        "--say",
        "Good morning. This is a long answer, so that the echo canceller has something to remove. "
        "It says some more words, and it hopes that it does not hear itself.",
        "--silence-duration", "500"});
    start_conversation(options);
    sound.set_volume("-6dB");
  }
  void ask() {
    sound.speak(wav_samples(std::string(g_getenv("GEMLIVE_EXAMPLES")) + "/data/question.wav"));
  }
  /// Ends the conversation. Returns the loss of the echo in each of so many answers, in dB.
  std::vector<double> losses(std::size_t answers) {
    terminal->press({"q"});
    EXPECT_EQ(terminal->status(), 0) << told();
    EXPECT_TRUE(service->wait_event("closed"));
    // Behind each question comes the rest of the echo, for at least as long as the answer.
    const auto said = as_string(service->said()), heard = as_string(service->heard());
    const auto duration = said.size() / answers / 48;  // ms
    std::vector<double> result;
    for (std::size_t i = 0; i < answers; ++i) {
      const auto end = service->wait_event("speech-end", i)->number("at");
      const double rest =
          energy(heard.substr(static_cast<std::size_t>(end) * 32, duration * 32)) / 16000;
      result.push_back(10 * std::log10(energy(said) / static_cast<double>(answers) / 24000 / rest) -
                       6);
      std::printf("answer %zu: the canceller removes %.1f dB\n", i + 1, result.back());
    }
    return result;
  }
};

TEST_F(TalkEcho, TheModelDoesNotInterruptItself) {
  constexpr std::size_t answers = 3;
  start_echo("--echo-cancel");
  sound.stop_recording();
  for (std::size_t i = 0; i < answers; ++i) {
    ask();
    ASSERT_TRUE(service->wait_event("turn-complete", i, 3 * patience)) << told();
  }
  EXPECT_EQ(service->count("interrupted"), 0u);
  EXPECT_EQ(service->count("speech-start"), answers);
  // 40 to 70 dB. When a busy machine stops the sound server for a moment, an answer has less.
  const auto all = losses(answers);
  EXPECT_GT(*std::max_element(all.begin(), all.end()), 25);
}

/// A source with a buffer of 200 ms, the default, would lose a tenth of a second of the microphone.
TEST_F(TalkEcho, AStallDoesNotLoseTheEcho) {
  start_echo("--echo-cancel");
  sound.stop_recording();
  ask();
  ASSERT_TRUE(service->wait_event("turn-started", 0, 3 * patience)) << told();
  ASSERT_TRUE(terminal->shows("Model: Good morning.")) << told();
  terminal->stall(std::chrono::milliseconds(300));
  ASSERT_TRUE(service->wait_event("turn-complete", 0, 3 * patience)) << told();
  for (std::size_t i = 1; i < 3; ++i) {
    ask();
    ASSERT_TRUE(service->wait_event("turn-complete", i, 3 * patience)) << told();
  }
  EXPECT_EQ(service->count("speech-start"), 3u);
  const auto all = losses(3);
  EXPECT_GT(std::max(all[1], all[2]), 25);
}

TEST_F(TalkEcho, BargesIn) {
  start_echo("--echo-cancel");
  ask();
  ASSERT_TRUE(service->wait_event("turn-started", 0, 3 * patience)) << told();
  ASSERT_TRUE(terminal->shows("Model: Good morning.")) << told();
  ask();
  EXPECT_TRUE(service->wait_event("interrupted", 0, 3 * patience)) << told();
  EXPECT_TRUE(terminal->shows("[interrupted]")) << told();
  EXPECT_TRUE(service->wait_event("turn-started", 1, 3 * patience)) << told();
}

TEST_F(TalkEcho, WithoutTheCancellerItDoes) {
  start_echo("--no-echo-cancel");
  ask();
  EXPECT_TRUE(service->wait_event("interrupted", 0, 3 * patience)) << told();
}

}  // namespace
}  // namespace gemlive::test
