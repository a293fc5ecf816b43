// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Parts of gemlive-talk, without a pipeline.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "capture_times.hpp"
#include "json.hpp"
#include "options.hpp"
#include "plain_view.hpp"
#include "problem.hpp"
#include "read_file.hpp"
#include "samples.hpp"
#include "stereo_file.hpp"
#include "temp_folder.hpp"

namespace gemlive::talk {
namespace {

using namespace std::chrono_literals;
using test::TempFolder;

constexpr std::size_t frames_in_ms = StereoFile::rate / 1000;

/// The samples of a channel.
std::vector<std::int16_t> channel(const std::string &path, std::size_t number) {
  const auto bytes = test::wav_samples(path);
  std::vector<std::int16_t> both(bytes.size() / 2), one;
  std::memcpy(both.data(), bytes.data(), both.size() * 2);
  for (std::size_t i = number; i < both.size(); i += 2)
    one.push_back(both[i]);
  return one;
}

TEST(StereoFileTest, PutsEachSideAtItsTime) {
  const TempFolder folder;
  const auto path = folder / "both.wav";
  const std::vector<std::int16_t> left(frames_in_ms * 20, 1000), right(frames_in_ms * 20, -2000);
  {
    StereoFile file(path);
    file.write(0, 100ms, left);
    file.write(1, 110ms, right);
    file.write(0, 500ms, left);
    EXPECT_EQ(file.failure(), "");
  }
  const auto user = channel(path, 0), model = channel(path, 1);
  ASSERT_EQ(user.size(), frames_in_ms * 520);
  EXPECT_EQ(user[frames_in_ms * 100 - 1], 0);
  EXPECT_EQ(user[frames_in_ms * 100], 1000);
  EXPECT_EQ(user[frames_in_ms * 115], 1000) << "the other side does not overwrite it";
  EXPECT_EQ(user[frames_in_ms * 120], 0);
  EXPECT_EQ(user[frames_in_ms * 500], 1000);
  EXPECT_EQ(model[frames_in_ms * 110 - 1], 0);
  EXPECT_EQ(model[frames_in_ms * 110], -2000);
  EXPECT_EQ(model[frames_in_ms * 130], 0);
}

TEST(StereoFileTest, HasNoHoleBetweenBuffersWhoseTimesJitter) {
  const TempFolder folder;
  const auto path = folder / "both.wav";
  const std::vector<std::int16_t> tone(frames_in_ms * 20, 1000);
  {
    StereoFile file(path);
    file.write(1, 0ms, tone);
    file.write(1, 25ms, tone);
    file.write(1, 35ms, tone);
  }
  EXPECT_EQ(channel(path, 1), std::vector<std::int16_t>(frames_in_ms * 60, 1000));
}

TEST(StereoFileTest, CanBePlayedBeforeItsEnd) {
  const TempFolder folder;
  const auto path = folder / "both.wav";
  const std::vector<std::int16_t> second(StereoFile::rate, 1);
  StereoFile file(path);
  EXPECT_EQ(test::read_file(path).size(), 44u);
  file.write(0, 0ms, second);
  EXPECT_EQ(channel(path, 0).size(), second.size());
}

TEST(StereoFileTest, SaysThatAFolderIsMissing) {
  EXPECT_THROW(StereoFile("/no-such-folder/both.wav"), Problem);
}

TEST(StereoFileTest, KeepsAFileThatExists) {
  TempFolder folder;
  const auto path = folder.write("both.wav", "somebody's sound");
  EXPECT_THROW(StereoFile{path}, Problem);
  EXPECT_EQ(test::read_file(path), "somebody's sound");
}

/// Buffers of 10 ms that a source stamps by counting.
struct Microphone {
  CaptureTimes times = {};
  GstClockTime counted = 0;
  GstClockTime clock = 0;

  /// Hears so much, each buffer `lateness` behind its end. Returns the correction at the end, in
  /// ms.
  int hear(int duration, int lateness = 4) {
    GstClockTimeDiff correction = 0;
    for (int i = 0; i < duration / 10; ++i) {
      clock += 10 * GST_MSECOND;
      counted += 10 * GST_MSECOND;
      correction = times.correction(counted, clock + static_cast<guint>(lateness) * GST_MSECOND);
    }
    return static_cast<int>(GST_TIME_AS_MSECONDS(correction));
  }
};

TEST(CaptureTimesTest, KeepsThoseOfASourceThatLosesNothing) {
  Microphone microphone;
  EXPECT_EQ(microphone.hear(2000), 0);
  for (int i = 0; i < 10; ++i) {
    microphone.hear(200, 90);
    EXPECT_EQ(microphone.hear(200), 0) << "late is not lost";
  }
}

TEST(CaptureTimesTest, AddWhatWasLost) {
  Microphone microphone;
  microphone.hear(2000);
  microphone.clock += 110 * GST_MSECOND;
  EXPECT_EQ(microphone.hear(2000), 114);
  microphone.clock += 50 * GST_MSECOND;
  EXPECT_EQ(microphone.hear(2000), 164);
}

/// A source that took late samples for lost ones is early when they come.
TEST(CaptureTimesTest, SubtractWhatWasOnlyLate) {
  Microphone microphone;
  microphone.hear(2000);
  microphone.counted += 210 * GST_MSECOND;
  EXPECT_EQ(microphone.hear(2000), -206);
}

TEST(CaptureTimesTest, FollowAMicrophoneThatDrifts) {
  Microphone microphone;
  for (int second = 1; second <= 60; ++second) {
    microphone.clock += 2 * GST_MSECOND;
    EXPECT_NEAR(microphone.hear(1000), 2 * second, 20);
  }
}

TEST(JsonTest, HasTimesAsNumbersAndNoHandle) {
  auto *fields = gst_structure_new(
      "gemlive/resumption", "handle", G_TYPE_STRING, "secret", "resumable", G_TYPE_BOOLEAN, TRUE,
      "at", G_TYPE_UINT64, guint64{1500000000}, "never", G_TYPE_UINT64, GST_CLOCK_TIME_NONE,
      "words", G_TYPE_STRING, "\"ä\"\n", "count", G_TYPE_INT64, gint64{-7}, nullptr);
  EXPECT_EQ(to_json(fields),
            R"({"resumable":true,"at":1500000000,"never":null,"words":"\"ä\"\n","count":-7})");
  gst_structure_free(fields);
}

TEST(JsonTest, MakesAnObjectOfWhatAProgramSays) {
  EXPECT_EQ(as_object("{\"a\": 1}\n"), "{\"a\": 1}");
  EXPECT_EQ(as_object("[1,2]"), R"({"result":[1,2]})");
  EXPECT_EQ(as_object("It \"rains\"\n"), R"({"result":"It \"rains\""})");
  EXPECT_EQ(as_object(""), R"({"result":""})");
  EXPECT_EQ(as_object("a\x1f\x1e"), R"({"result":"a\u001f\u001e"})");
}

Options parse(std::initializer_list<const char *> words) {
  std::vector<std::string> copies = {"gemlive-talk"};
  copies.insert(copies.end(), words.begin(), words.end());
  std::vector<char *> argv;
  for (auto &word : copies)
    argv.push_back(word.data());
  argv.push_back(nullptr);
  return parse_options(static_cast<int>(copies.size()), argv.data());
}

TEST(OptionsTest, ReadsACommandWithoutAShell) {
  const auto options = parse({"--tool", "a=cat 'two words' $HOME;x", "--tool", "b=cat"});
  ASSERT_EQ(options.tools.size(), 2u);
  EXPECT_EQ(options.tools[0].name, "a");
  EXPECT_EQ(options.tools[0].command, (std::vector<std::string>{"cat", "two words", "$HOME;x"}));
}

TEST(OptionsTest, MakesShortcutsProperties) {
  const auto options = parse({"--voice", "Puck", "--property", "setup={\"a\":\"b=c\"}"});
  EXPECT_EQ(options.properties, (std::vector<std::pair<std::string, std::string>>{
                                    {"voice", "Puck"}, {"setup", "{\"a\":\"b=c\"}"}}));
  EXPECT_TRUE(options.has_property("setup"));
  EXPECT_FALSE(options.has_property("model"));
}

TEST(OptionsTest, WaitsLongerThanATool) {
  using Properties = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(parse({"--tool", "a=cat"}).properties, (Properties{{"eos-timeout", "40000"}}));
  EXPECT_EQ(parse({"--tool", "a=cat", "--tool-timeout", "90000"}).properties,
            (Properties{{"eos-timeout", "110000"}}));
  EXPECT_EQ(parse({"--tool", "a=cat", "--tool-timeout", "2147483647"}).properties,
            (Properties{{"eos-timeout", "3600000"}}));
  EXPECT_EQ(parse({"--tool", "a=cat", "--property", "eos-timeout=7"}).properties,
            (Properties{{"eos-timeout", "7"}}));
  EXPECT_EQ(parse({"--tool-timeout", "90000"}).properties, Properties());
}

TEST(OptionsTest, HasMetricsOnAPortOrInAFile) {
  EXPECT_EQ(parse({}).metrics, "");
  EXPECT_EQ(parse({"--metrics"}).metrics, "9464");
  EXPECT_EQ(parse({"--metrics=0"}).metrics, "0");
  EXPECT_EQ(parse({"--metrics=/tmp/../talk.prom"}).metrics, "/talk.prom");
}

TEST(OptionsTest, RefusesAnEmptyValue) {
  for (const char *option :
       {"--input=", "--output=", "--text=", "--resume=", "--record=", "--metrics="})
    EXPECT_THROW(parse({option}), Problem) << option;
  EXPECT_NO_THROW(parse({"--model=", "--property", "voice="})) << "a property may be empty";
}

TEST(OptionsTest, RefusesWhatIsNotUtf8) {
  EXPECT_THROW(parse({"--text", "\xff"}), Problem);
}

TEST(PlainViewTest, HasALineForAnUtteranceAndNoControlCharacter) {
  const TempFolder folder;
  const auto path = folder / "out";
  std::FILE *file = std::fopen(path.c_str(), "w");
  PlainView view(file, false);
  view.words({Speaker::Model, "One ", false});
  view.words({Speaker::User, "Wait\033[2J\u009b2Jé", true});
  view.words({Speaker::Model, "two\nthree", false});
  view.words({Speaker::Model, "", true});
  view.words({Speaker::Model, " ", true});
  view.turn_ended({.interrupted = true, .time_to_first_sound = 420ms, .speech = 1500ms});
  std::fclose(file);
  EXPECT_EQ(test::read_file(path),
            "user: Wait [2J 2Jé\nmodel: One two three\n"
            "turn: interrupted, first sound after 0.4 s, 1.5 s of speech\n");
}

TEST(PlainViewTest, TellsAnInterruptionAtOnceAndNoWordBehindIt) {
  const TempFolder folder;
  const auto path = folder / "out";
  std::FILE *file = std::fopen(path.c_str(), "w");
  PlainView view(file, false);
  view.words({Speaker::Model, "Once upon ", false});
  view.interrupted();
  EXPECT_EQ(test::read_file(path), "model: Once upon\ninterrupted\n");
  view.words({Speaker::Model, "a time.", true});
  view.words({Speaker::User, "Stop.", true});
  view.turn_ended({.interrupted = true, .time_to_first_sound = {}, .speech = 800ms});
  view.turn_started();
  view.words({Speaker::Model, "Yes?", true});
  std::fclose(file);
  EXPECT_EQ(test::read_file(path),
            "model: Once upon\ninterrupted\nuser: Stop.\nturn: interrupted, 0.8 s of speech\n"
            "model: Yes?\n");
}

}  // namespace
}  // namespace gemlive::talk
