// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Runs the programs and pipelines of examples/ as a user does.

#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

#include "program.hpp"
#include "read_file.hpp"
#include "samples.hpp"
#include "simulator_process.hpp"
#include "temp_folder.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

class Examples : public ::testing::Test {
 protected:
  void SetUp() override {
#ifdef __SANITIZE_THREAD__
    GTEST_SKIP() << "a shell with libtsan crashes";
#endif
  }
  void serve(const std::string &script = "[]") {
    simulator = std::make_unique<SimulatorProcess>(
        std::vector<std::string>{"--voice", "tone", "--tone-duration", "300", "--speed", "0",
                                 "--turn-complete", "now"},
        script);
  }
  Program run(std::vector<std::string> command,
              std::vector<std::pair<std::string, std::string>> environment = {}) {
    environment.emplace_back("GEMLIVE_URI", simulator->uri());
    return Program(command, environment);
  }
  static std::string script(const char *name) {
    return std::string(g_getenv("GEMLIVE_EXAMPLES")) + "/" + name;
  }

  std::unique_ptr<SimulatorProcess> simulator;
  TempFile question{wav(loud(500ms)), ".wav"};
};

struct Interrupted {
  const char *name;
  const char *input;  // the part before the file name
};
class LaunchedWithE : public Examples, public ::testing::WithParamInterface<Interrupted> {};

/// After Ctrl-C the speech so far gets its answer, and the file is complete.
TEST_P(LaunchedWithE, WritesTheWholeAnswerAfterAnInterrupt) {
  serve();
  TempFile speech(wav(loud(60s)), ".wav"), answer("", ".wav");
  std::string input = GetParam().input;
  if (const auto at = input.find("FILE"); at != std::string::npos)
    input.replace(at, 4, speech.path());
  auto launch = run(
      {"sh", "-c", "exec gst-launch-1.0 -q -e " + input + " ! filesink location=" + answer.path()});
  const auto heard = [&](const ServerEvent &event) { return event.type == "audio"; };
  ASSERT_TRUE(simulator->wait_event(heard, 10));
  launch.send_signal(SIGINT);
  EXPECT_EQ(launch.status(), 0);
  EXPECT_EQ(wav_samples(answer.path()).size(), 14400u);
  EXPECT_EQ(read_file(answer.path()).size(), 44u + 14400);
}

INSTANTIATE_TEST_SUITE_P(
    Pipelines, LaunchedWithE,
    ::testing::Values(
        Interrupted{"file", "filesrc location=FILE ! wavparse ! gemlive gaps=gap ! wavenc"},
        Interrupted{"microphone", "audiotestsrc is-live=true ! gemlive gaps=gap ! wavenc"},
        Interrupted{"pair",
                    "audiotestsrc is-live=true ! audioconvert ! gemlivesink session=a "
                    "gemlivesrc session=a gaps=gap ! wavenc"},
        Interrupted{"with_a_queue",
                    "audiotestsrc is-live=true ! queue ! gemlive gaps=gap ! queue ! wavenc"}),
    [](const auto &info) { return std::string(info.param.name); });

TEST_F(Examples, TextTimeline) {
  serve();
  TempFile answer("", ".mkv");
  auto captions = run({script("captions.sh"), question.path(), answer.path()});
  EXPECT_EQ(captions.status(), 0);
  const auto file = read_file(answer.path());
  EXPECT_NE(file.find("S_TEXT/UTF8"), std::string::npos);
  EXPECT_NE(file.find("A_PCM"), std::string::npos);
}

TEST_F(Examples, Chat) {
  serve();
  TempFile answer("", ".wav");
  auto chat = run({script("chat.sh"), "wavenc ! filesink location=" + answer.path()});
  chat.type("How are you?\n");
  chat.close_input();
  EXPECT_EQ(chat.status(), 0);
  ASSERT_TRUE(simulator->wait_event("closed"));
  const auto said = as_string(simulator->said());
  EXPECT_EQ(said.size(), 14400u);
  EXPECT_NE(wav_samples(answer.path()).find(said), std::string::npos) << "between silence";
  EXPECT_NE(simulator->wait_event("content")->json_at("/content").find("How are you?"),
            std::string::npos);
}

TEST_F(Examples, Camera) {
  serve();
  auto camera = run({script("camera.sh")}, {{"CAMERA", "videotestsrc num-buffers=3"},
                                            {"MICROPHONE", "audiotestsrc num-buffers=30"},
                                            {"SINK", "fakesink"}});
  EXPECT_EQ(camera.status(), 0);
  EXPECT_TRUE(simulator->wait_event("video"));
  EXPECT_TRUE(simulator->wait_event("audio"));
}

}  // namespace
}  // namespace gemlive::test
