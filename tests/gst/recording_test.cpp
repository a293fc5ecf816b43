// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Runs the scripts of examples/recording as a user does. In a recording, both sides lie where they
// were when microphone and loudspeaker had them.

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "no_service.hpp"
#include "onsets.hpp"
#include "pipeline.hpp"
#include "read_file.hpp"
#include "samples.hpp"
#include "shell_run.hpp"
#include "simulator_process.hpp"
#include "tap.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t turns = 5;

/// A tone of 0.6 s every 2.5 s, live. user.gdp has it with its timestamps.
constexpr auto microphone =
    "audiotestsrc is-live=true wave=ticks freq=440 sine-periods-per-tick=264 "
    "tick-interval=2500000000 apply-tick-ramp=false samplesperbuffer=882 ! "
    "tee name=probe ! queue ! gdppay ! filesink location=user.gdp probe.";
constexpr auto speaker = "gdppay ! filesink location=model.gdp";

struct Script {
  const char *name;
  const char *file;         // its argument: the recording
  std::string user, model;  // elements that read one side of it. Empty: it is in segments
};

void PrintTo(const Script &script, std::ostream *out) {
  *out << script.name;
}

class Recording : public ::testing::Test {
 protected:
  void SetUp() override {
#ifdef __SANITIZE_THREAD__
    GTEST_SKIP() << "a shell with libtsan crashes";
#endif
  }
  void record(const Script &script) {
    shell.run("\"$GEMLIVE_EXAMPLES\"/recording/" + std::string(script.name) + ".sh " + script.file,
              {{"GEMLIVE_URI", simulator.uri()}, {"MICROPHONE", microphone}, {"SPEAKER", speaker}});
    for (std::size_t turn = 0; turn < turns; ++turn)
      ASSERT_TRUE(simulator.wait_event("turn-complete", turn)) << shell.error_output();
    shell.interrupt();
    ASSERT_EQ(shell.status(), 0) << shell.error_output();
    EXPECT_EQ(shell.complaints(), "");
  }
  std::vector<double> truth(const char *side) {
    return onsets_of("filesrc location=" + shell.folder() / side + " ! gdpdepay");
  }
  std::vector<double> recorded(std::string reader) {
    for (std::size_t at; (at = reader.find("FOLDER")) != std::string::npos;)
      reader.replace(at, 6, shell.folder().path());
    return onsets_of(reader);
  }

  /// A side of all segments, in a row.
  std::vector<double> in_segments(int channel) {
    std::set<std::string> files;
    for (const auto &file : std::filesystem::directory_iterator(shell.folder().path()))
      if (file.path().extension() == ".mkv") files.insert(file.path().string());
    std::string samples;
    for (const auto &file : files) {
      Pipeline reader("filesrc location=" + file +
                      " ! matroskademux ! audioconvert ! audio/x-raw,format=S16LE,channels=2 ! "
                      "fakesink name=audio");
      Tap tap(reader["audio"]);
      EXPECT_EQ(reader.run(), "") << file;
      for (const auto &item : tap.items())
        samples += item.bytes;
    }
    return onsets_in(samples, 48000, 2, channel);
  }

  SimulatorProcess simulator{
      {"--voice", "tone", "--tone-duration", "400", "--speed", "0", "--turn-complete", "now"}};
  ShellRun shell;
};

class RecordingScripts : public Recording, public ::testing::WithParamInterface<Script> {};

/// Each onset within 10 ms, and the last one no further off than the first. A recording begins with
/// its first sample, `start` ms after the pipeline.
void expect_same_times(const std::vector<double> &recorded, const std::vector<double> &truth,
                       double start) {
  ASSERT_GE(truth.size(), turns);
  ASSERT_EQ(recorded.size(), truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i)
    EXPECT_NEAR(recorded[i] + start, truth[i], 10) << "turn " << i + 1;
  EXPECT_NEAR(recorded.back() - truth.back(), recorded.front() - truth.front(), 3) << "drift";
}

TEST_P(RecordingScripts, BothSidesAreInTime) {
  ASSERT_NO_FATAL_FAILURE(record(GetParam()));
  const auto &script = GetParam();
  const bool is_whole = !script.user.empty();
  const auto user = is_whole ? recorded(script.user) : in_segments(0), said = truth("user.gdp");
  ASSERT_FALSE(user.empty() || said.empty());
  const auto start = said.front() - user.front();
  EXPECT_LT(std::abs(start), 1000);
  expect_same_times(user, said, start);
  expect_same_times(is_whole ? recorded(script.model) : in_segments(1), truth("model.gdp"), start);
}

const std::string stereo = "filesrc location=FOLDER/talk.wav ! wavparse ! deinterleave name=d d.";
const std::string tracks = "filesrc location=FOLDER/talk.mkv ! matroskademux name=d d.";

INSTANTIATE_TEST_SUITE_P(
    All, RecordingScripts,
    ::testing::Values(Script{"stereo", "talk.wav", stereo + "src_0", stereo + "src_1"},
                      Script{"two-tracks", "talk.mkv", tracks + "audio_0", tracks + "audio_1"},
                      Script{"segments", ". 3", "", ""}),
    [](const auto &info) {
      const std::string name = info.param.name;
      return name == "two-tracks" ? std::string("two_tracks") : name;
    });

TEST_F(Recording, RefusesWrongArguments) {
  const auto old = shell.folder().write("old/segment000.mkv", "another conversation");
  for (const auto &[arguments, words] :
       {std::pair{"stereo.sh --help", "usage: stereo.sh [FILE.wav]"},
        std::pair{"two-tracks.sh a.mkv b.mkv", "usage: two-tracks.sh [FILE.mkv]"},
        std::pair{"segments.sh new abc", "usage: segments.sh [FOLDER [SECONDS]]"},
        std::pair{"segments.sh new 0", "usage: segments.sh [FOLDER [SECONDS]]"},
        std::pair{"segments.sh old", "old/segment000.mkv exists"}}) {
    shell.run("\"$GEMLIVE_EXAMPLES\"/recording/" + std::string(arguments),
              {{"GEMLIVE_URI", simulator.uri()}});
    EXPECT_EQ(shell.status(), 2) << arguments;
    EXPECT_NE(shell.error_output().find(words), std::string::npos) << shell.error_output();
  }
  EXPECT_EQ(read_file(old), "another conversation");
  EXPECT_FALSE(std::filesystem::exists(shell.folder() / "new"));
}

/// As on a machine without a service: the script starts one.
TEST_F(Recording, StartsTheSimulatorIfNoServiceIsConfigured) {
  shell.folder().write("question.wav", wav(loud(600ms)));
  auto environment = no_service();
  environment.push_back({"MICROPHONE", "filesrc location=question.wav ! wavparse"});
  environment.push_back({"SPEAKER", "fakesink"});
  shell.run("\"$GEMLIVE_EXAMPLES\"/recording/stereo.sh talk.wav", environment);
  ASSERT_EQ(shell.status(), 0) << shell.error_output();
  EXPECT_EQ(shell.complaints(), "");
  EXPECT_EQ(recorded(stereo + "src_0").size(), 1u);
  EXPECT_GE(recorded(stereo + "src_1").size(), 1u) << "no answer";
}

}  // namespace
}  // namespace gemlive::test
