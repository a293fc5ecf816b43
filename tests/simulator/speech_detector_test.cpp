// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "speech_detector.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace gemlive::simulator {
namespace {

using Samples = std::vector<std::int16_t>;

Samples tone(int ms, double amplitude, int rate = 16000) {
  Samples samples;
  for (int i = 0; i < rate * ms / 1000; ++i)
    samples.push_back(static_cast<std::int16_t>(amplitude * std::sin(i * 0.3)));
  return samples;
}

Samples operator+(Samples a, const Samples &b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Samples quiet(int ms, int rate = 16000) {
  return tone(ms, 3, rate);
}

/// Fed in pieces of `piece` samples: the cuts must not matter.
std::vector<SpeechBoundary> boundaries(SpeechDetector &detector, const Samples &samples,
                                       std::size_t piece) {
  std::vector<SpeechBoundary> all;
  for (std::size_t at = 0; at < samples.size(); at += piece) {
    const auto size = std::min(piece, samples.size() - at);
    const auto found = detector.feed(std::span(samples).subspan(at, size));
    all.insert(all.end(), found.begin(), found.end());
  }
  return all;
}

std::vector<SpeechBoundary> boundaries(const Samples &samples, SpeechSettings settings = {}) {
  SpeechDetector detector(settings);
  return boundaries(detector, samples, 640);
}

TEST(SpeechDetector, DetectsOneUtterance) {
  const auto found = boundaries(quiet(500) + tone(1000, 5000) + quiet(900));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0], (SpeechBoundary{true, 8000, 0}));
  EXPECT_EQ(found[1], (SpeechBoundary{false, 8000, 24000}));
}

TEST(SpeechDetector, ChunkSizeDoesNotMatter) {
  const auto samples = quiet(333) + tone(700, 4000) + quiet(300) + tone(400, 4000) + quiet(1200);
  const auto expected = boundaries(samples);
  ASSERT_EQ(expected.size(), 2u);
  for (const std::size_t piece : {1u, 7u, 159u, 161u, 100000u}) {
    SpeechDetector detector({});
    EXPECT_EQ(boundaries(detector, samples, piece), expected) << piece;
  }
}

TEST(SpeechDetector, SilenceMustLast) {
  const auto samples = tone(500, 4000) + quiet(790) + tone(500, 4000);
  EXPECT_EQ(boundaries(samples).size(), 1u);
  EXPECT_EQ(boundaries(samples, {.silence_duration = 500}).size(), 3u);
  EXPECT_EQ(boundaries(tone(500, 4000) + quiet(799)).size(), 1u);
  EXPECT_EQ(boundaries(tone(500, 4000) + quiet(800)).size(), 2u);
}

TEST(SpeechDetector, IgnoresClicks) {
  EXPECT_TRUE(boundaries(quiet(300) + tone(60, 8000) + quiet(1500)).empty());
  EXPECT_EQ(boundaries(quiet(300) + tone(60, 8000) + quiet(1500), {.prefix_padding = 40}).size(),
            2u);
  // Clicks far apart are not speech.
  EXPECT_TRUE(boundaries(tone(60, 8000) + quiet(300) + tone(60, 8000) + quiet(300)).empty());
  // Two halves of a word are.
  EXPECT_EQ(boundaries(tone(60, 8000) + quiet(150) + tone(60, 8000)).size(), 1u);
}

TEST(SpeechDetector, ThresholdDecides) {
  EXPECT_TRUE(boundaries(tone(1000, 300)).empty());  // -43.8 dB
  EXPECT_EQ(boundaries(tone(1000, 300), {.threshold = -46}).size(), 1u);
  EXPECT_EQ(boundaries(tone(1000, 600)).size(), 1u);
  EXPECT_TRUE(boundaries(tone(1000, 600), {.threshold = -34}).empty());
}

TEST(SpeechDetector, WorksAtOtherRates) {
  for (const int rate : {8000, 24000, 44100, 48000}) {
    const auto found =
        boundaries(quiet(1000, rate) + tone(1000, 5000, rate) + quiet(1000, rate), {.rate = rate});
    ASSERT_EQ(found.size(), 2u) << rate;
    EXPECT_NEAR(static_cast<double>(found[1].speech_start) / rate, 1.0, 0.011) << rate;
    EXPECT_NEAR(static_cast<double>(found[1].speech_end) / rate, 2.0, 0.011) << rate;
  }
}

TEST(SpeechDetector, FinishEndsSpeech) {
  SpeechDetector detector({});
  EXPECT_FALSE(detector.finish());
  detector.feed(quiet(100) + tone(500, 4000));
  EXPECT_TRUE(detector.speaking());
  EXPECT_EQ(detector.finish(), (SpeechBoundary{false, 1600, 9600}));
  EXPECT_FALSE(detector.finish());
  // The stream continues, and positions continue to count.
  const auto next = detector.feed(tone(500, 4000));
  ASSERT_EQ(next.size(), 1u);
  EXPECT_EQ(next[0].speech_start, 9600);
}

TEST(SpeechDetector, FinishReturnsShortSpeech) {
  SpeechDetector detector({});
  EXPECT_TRUE(detector.feed(tone(50, 4000)).empty());
  EXPECT_EQ(detector.finish(), (SpeechBoundary{false, 0, 800}));
}

TEST(SpeechDetector, DetectsRecordedSpeech) {
  const std::string folder = "/usr/share/pocketsphinx/test/data/";
  struct Case {
    const char *file;
    double least;
    double most;
  };
  for (const auto &[file, least, most] :
       {Case{"goforward.raw", 1.6, 2.3}, {"numbers.raw", 2.8, 3.9}, {"something.raw", 1.7, 2.6}}) {
    if (!std::filesystem::exists(folder + file)) GTEST_SKIP() << "no pocketsphinx-testdata";
    std::ifstream stream(folder + file, std::ios::binary);
    const std::vector<char> bytes((std::istreambuf_iterator<char>(stream)), {});
    Samples samples(bytes.size() / 2);
    std::copy(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(samples.size() * 2),
              reinterpret_cast<char *>(samples.data()));
    const auto found = boundaries(samples + quiet(1000));
    ASSERT_EQ(found.size(), 2u) << file;
    const auto seconds = static_cast<double>(found[1].speech_end - found[1].speech_start) / 16000;
    EXPECT_GT(seconds, least) << file;
    EXPECT_LT(seconds, most) << file;
  }
}

}  // namespace
}  // namespace gemlive::simulator
