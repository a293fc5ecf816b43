// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The decisions of examples/dubbing: how late the voice is, and how the picture follows it.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "description.hpp"
#include "envelope.hpp"
#include "hold_back.hpp"

namespace dubbing {
namespace {

using namespace std::chrono_literals;

/// Milliseconds of sound and of quiet, in turn.
const std::vector<std::pair<int, int>> talk = {{900, 700},   {1700, 900}, {700, 500},
                                               {1300, 1100}, {600, 800},  {1500, 600}};

/// The talk, delayed, with another loudness in each word.
Envelope spoken(ns delay, int rate, int volume) {
  Envelope envelope;
  const auto samples = [rate](int ms, int level) {
    return std::vector<std::int16_t>(
        static_cast<std::size_t>(ms) * static_cast<std::size_t>(rate) / 1000,
        static_cast<std::int16_t>(level));
  };
  auto time = delay;
  envelope.add(0ns, samples(static_cast<int>(delay / 1ms), 0), rate);
  for (const auto &[sound, quiet] : talk) {
    envelope.add(time, samples(sound, volume), rate);
    envelope.add(time + sound * 1ms, samples(quiet, 0), rate);
    time += (sound + quiet) * 1ms;
    volume = volume * 4 / 5;
  }
  return envelope;
}

TEST(Envelope, HasThePeakOfEachFrame) {
  Envelope envelope;
  envelope.add(40ms, std::vector<std::int16_t>{0, -16384, 100}, 1000);
  EXPECT_EQ(envelope.newest(), 2);
  EXPECT_NEAR(envelope.level(2), -6, 0.1);
  EXPECT_EQ(envelope.level(1), Envelope::quiet);
  EXPECT_EQ(envelope.level(3), Envelope::quiet);
}

TEST(Envelope, TakesTheLowestSample) {
  Envelope envelope;
  envelope.add(0ns, std::vector<std::int16_t>{-32768}, 1000);
  EXPECT_EQ(envelope.level(0), 0);
}

TEST(Envelope, KeepsTheNewest) {
  Envelope envelope;
  const std::vector<std::int16_t> sample{16384};
  envelope.add(0ns, sample, 1000);
  envelope.add(Envelope::frame * Envelope::size, sample, 1000);
  EXPECT_EQ(envelope.level(0), Envelope::quiet);
  EXPECT_NEAR(envelope.level(Envelope::size), -6, 0.1);
  envelope.add(24h, sample, 1000);  // a jump of the timestamps costs no memory
  EXPECT_NEAR(envelope.level(24h / Envelope::frame), -6, 0.1);
  envelope.add(0ns, sample, 1000);
  EXPECT_EQ(envelope.newest(), 24h / Envelope::frame);
}

class Lag : public ::testing::TestWithParam<int> {};

TEST_P(Lag, IsFoundToAFrame) {
  const auto lag = lag_of(spoken(1ms * GetParam(), 24000, 8000), spoken(0ns, 16000, 20000));
  ASSERT_TRUE(lag);
  EXPECT_LE(std::chrono::abs(*lag - 1ms * GetParam()), Envelope::frame);
}

INSTANTIATE_TEST_SUITE_P(Milliseconds, Lag, ::testing::Values(0, 60, 500, 1234, 4000),
                         ::testing::PrintToStringParamName());

/// Begin and end of words, in ms.
using Words = std::vector<std::pair<int, int>>;

/// A second of words, which begins at this one.
void say_second(Envelope &envelope, const Words &words, int second) {
  std::vector<std::int16_t> samples(1000);
  for (int i = 0; i < 1000; ++i)
    for (const auto &[begin, end] : words)
      if (const auto now = second * 1000 + i; now >= begin && now < end)
        samples[static_cast<std::size_t>(i)] = 8000;
  envelope.add(second * 1s, samples, 1000);
}

/// Words that were spoken so. The voice stalls from 14 to 17 s, and is in time again at 23 s. A lag
/// counts when it is found twice in a row.
TEST(LagTest, IsNotGuessedAfterAStall) {
  const Words spoken = {{1000, 2250},   {3120, 4830},   {5610, 7160},   {8260, 9140},
                        {10400, 11250}, {12430, 13330}, {14130, 15520}, {17130, 18110},
                        {19050, 20730}, {22470, 24080}, {25220, 27380}, {28140, 30140},
                        {31160, 32160}, {32990, 34220}, {35820, 36870}, {38210, 39500}};
  const Words interpreted = {{1520, 2780},   {3620, 5340},   {6130, 7680},   {8760, 9650},
                             {10900, 11760}, {12920, 13830}, {17410, 19870}, {20230, 21920},
                             {22960, 24580}, {25700, 27880}, {28640, 30650}, {31670, 32680},
                             {33490, 34740}, {36300, 37370}, {38710, 40010}};
  Envelope speech, voice;
  std::optional<ns> last;
  int found = 0;
  for (int second = 0; second < 40; ++second) {
    say_second(speech, spoken, second);
    say_second(voice, interpreted, second);
    const auto lag = lag_of(voice, speech);
    const auto former = std::exchange(last, lag);
    if (!lag || !former || std::chrono::abs(*lag - *former) >= 100ms) continue;
    ++found;
    EXPECT_NEAR(static_cast<double>(*lag / 1ms), 510, 30) << "after " << second << " s";
  }
  EXPECT_GE(found, 20);
}

TEST(LagTest, IsUnknownWithoutBoth) {
  const auto speech = spoken(0ns, 16000, 20000);
  EXPECT_FALSE(lag_of(Envelope(), speech));
  EXPECT_FALSE(lag_of(speech, Envelope()));
  EXPECT_FALSE(lag_of(Envelope(), Envelope()));
}

TEST(LagTest, IsUnknownWithoutPauses) {
  Envelope speech, voice;
  const std::vector<std::int16_t> sound(16000 * 12, 9000);
  speech.add(0ns, sound, 16000);
  voice.add(0ns, sound, 16000);
  EXPECT_FALSE(lag_of(voice, speech));
}

TEST(HoldBackTest, IsThereFromTheStart) {
  HoldBack hold_back(500ms);
  EXPECT_EQ(hold_back.at(0ns), 500ms);
  EXPECT_EQ(hold_back.at(1h), 500ms);
}

TEST(HoldBackTest, FollowsWithATenthOfTheTime) {
  HoldBack hold_back(0ns);
  EXPECT_EQ(hold_back.at(10s), 0ms);
  hold_back.aim(500ms);
  EXPECT_EQ(hold_back.at(10s), 0ms);
  EXPECT_EQ(hold_back.at(11s), 100ms);
  EXPECT_EQ(hold_back.at(9s), 0ms) << "the other stream is behind";
  EXPECT_EQ(hold_back.at(15s), 500ms);
  EXPECT_EQ(hold_back.at(99s), 500ms);
  hold_back.aim(300ms);
  EXPECT_EQ(hold_back.at(100s), 400ms);
  hold_back.aim(400ms);
  EXPECT_EQ(hold_back.at(102s), 400ms);
}

TEST(Description, KnowsTheStreamsOfATelevision) {
  EXPECT_EQ(parser_for("audio/mpeg", 1), "mpegaudioparse");
  EXPECT_EQ(parser_for("audio/mpeg", 4), "aacparse");
  EXPECT_EQ(parser_for("video/mpeg", 2), "mpegvideoparse");
  EXPECT_EQ(parser_for("video/x-dirac", 0), "");
}

TEST(OptionsTest, AreCheckedBeforeThereIsAnInput) {
  const Options good{"srt://:7001?mode=listener", {"film.mkv", "udp://[::1]:7002"}, "pt-BR", 0};
  EXPECT_EQ(problem_of(good), "");
  const auto with = [&](auto change) {
    auto options = good;
    change(options);
    return problem_of(options);
  };
  EXPECT_NE(with([](Options &o) { o.input = "film.ts"; }), "");
  EXPECT_NE(with([](Options &o) { o.input = "udp://127.0.0.1"; }), "");
  EXPECT_NE(with([](Options &o) { o.input = "udp://127.0.0.1:99999"; }), "");
  for (const char *output : {"udp://127.0.0.1", "srt://127.0.0.1:0", "film.mp4", "/nowhere/a.ts"})
    EXPECT_NE(with([&](Options &o) { o.outputs.emplace_back(output); }), "") << output;
  for (const char *output : {"film.mkv", "./film.mkv", "udp://[::1]:7002"})
    EXPECT_NE(with([&](Options &o) { o.outputs.emplace_back(output); }).find("the same"),
              std::string::npos)
        << output;
  EXPECT_EQ(with([](Options &o) { o.outputs.emplace_back("another.mkv"); }), "");
  EXPECT_NE(with([](Options &o) { o.outputs.clear(); }), "");
  EXPECT_NE(with([](Options &o) { o.language = "x\"y"; }), "");
  EXPECT_NE(with([](Options &o) { o.delay = -5; }), "");
  EXPECT_NE(with([](Options &o) { o.delay = 100000; }), "") << "the queues would be full";
}

TEST(OptionsTest, AreShownWithoutAPassphrase) {
  const std::string address = "srt://127.0.0.1:0?passphrase=open-sesame";
  for (const Options &options :
       {Options{address, {"film.mkv"}}, Options{"udp://:7001", {address}}}) {
    const auto problem = problem_of(options);
    EXPECT_NE(problem.find("srt://127.0.0.1:0 needs a port"), std::string::npos) << problem;
    EXPECT_EQ(problem.find("sesame"), std::string::npos) << problem;
  }
}

TEST(Description, NamesOfFilesAreQuoted) {
  Options options;
  options.outputs = {"my \"film\".mkv"};
  const auto text = describe_dubbing(options, "h264parse", "aacparse");
  EXPECT_NE(text.find(R"(location="my \"film\".mkv")"), std::string::npos) << text;
}

}  // namespace
}  // namespace dubbing
