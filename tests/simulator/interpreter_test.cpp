// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "interpreter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace gemlive::simulator {
namespace {

/// Sound from `start` to `end` in a stream of `length`, all in ms.
std::vector<std::int16_t> sound(int rate, int start, int end, int length) {
  std::vector<std::int16_t> samples(static_cast<std::size_t>(rate * length / 1000));
  for (int i = rate * start / 1000; i < rate * end / 1000; ++i)
    samples[static_cast<std::size_t>(i)] =
        static_cast<std::int16_t>(12000 * std::sin(i * 2800.0 / rate));
  return samples;
}

/// Feeds in messages of 40 ms as they would come in real time.
std::vector<Interpreter::Piece> interpret(Interpreter &interpreter, int rate,
                                          const std::vector<std::int16_t> &samples) {
  const auto bytes = std::as_bytes(std::span(samples));
  const auto size = static_cast<std::size_t>(rate * 2 / 25);
  std::int64_t now = 0;
  for (std::size_t at = 0; at < bytes.size(); at += size) {
    now += 40'000;
    interpreter.hear(bytes.subspan(at, std::min(size, bytes.size() - at)), now);
  }
  interpreter.finish(now);
  return {interpreter.pieces().begin(), interpreter.pieces().end()};
}

std::size_t bytes_of(const std::vector<Interpreter::Piece> &pieces) {
  std::size_t size = 0;
  for (const auto &piece : pieces)
    size += piece.audio.size();
  return size;
}

TEST(Interpreter, SpeechComesBackSomeTimeBehindIt) {
  Interpreter interpreter(16000, 500, 4);
  const auto pieces = interpret(interpreter, 16000, sound(16000, 1000, 1600, 3000));
  ASSERT_FALSE(pieces.empty());
  // The first piece covers 1000 to 1100 ms, and its last message arrives at 1120 ms.
  EXPECT_EQ(pieces.front().due_us, 1'120'000 + 400'000);
  const auto ms = bytes_of(pieces) / 48;
  EXPECT_GE(ms, 600u);
  EXPECT_LE(ms, 1000u) << "a quiet piece or two belong to it";
  const auto last = pieces.back();
  ASSERT_TRUE(last.spoken);
  EXPECT_EQ(last.spoken->start, 1000);
  EXPECT_EQ(last.spoken->end, static_cast<std::int64_t>(1000 + ms));
  EXPECT_TRUE(last.spoken->finished);
}

TEST(Interpreter, TheLevelFollowsTheSpeechAtEveryRate) {
  for (const int rate : {8000, 16000, 22050, 24000, 48000}) {
    Interpreter interpreter(rate, 0, 0);
    const auto pieces = interpret(interpreter, rate, sound(rate, 250, 750, 1500));
    std::vector<std::int16_t> output;
    for (const auto &piece : pieces) {
      const auto at = output.size();
      output.resize(at + piece.audio.size() / 2);
      std::memcpy(output.data() + at, piece.audio.data(), piece.audio.size());
    }
    const auto loud = [](std::int16_t sample) { return std::abs(sample) > 500; };
    const auto first = std::ranges::find_if(output, loud) - output.begin();
    const auto last = std::find_if(output.rbegin(), output.rend(), loud).base() - output.begin();
    // The first piece starts at 200 ms.
    EXPECT_NEAR(static_cast<double>(first) / 24, 50, 5) << rate;
    EXPECT_NEAR(static_cast<double>(last) / 24, 550, 8) << rate;
  }
}

TEST(Interpreter, ATranscriptCoversASecond) {
  Interpreter interpreter(16000, 500, 4);
  std::vector<Interpreter::Spoken> spoken;
  for (const auto &piece : interpret(interpreter, 16000, sound(16000, 0, 2500, 2500))) {
    if (piece.spoken) spoken.push_back(*piece.spoken);
  }
  ASSERT_EQ(spoken.size(), 3u);
  EXPECT_EQ(spoken[0].end, 1000);
  EXPECT_FALSE(spoken[0].finished);
  EXPECT_EQ(spoken[1].start, 1000);
  EXPECT_EQ(spoken[2].start, 2000);
  EXPECT_EQ(spoken[2].end, 2500);
  EXPECT_TRUE(spoken[2].finished) << "the stream has ended";
}

/// As a speaker who waits: nothing is sent, and nothing is early.
TEST(Interpreter, OfAPauseTheBeginIsSentAndItsLengthStays) {
  Interpreter interpreter(16000, 500, 4);
  auto samples = sound(16000, 0, 1000, 2000);
  for (const auto sample : sound(16000, 0, 500, 1500))
    samples.push_back(sample);
  const auto pieces = interpret(interpreter, 16000, samples);
  ASSERT_EQ(pieces.size(), 10u + 3 + 5 + 3);
  EXPECT_EQ(bytes_of(pieces), 21u * 4800);
  EXPECT_EQ(pieces[13].due_us - pieces[0].due_us, 2'000'000);
}

TEST(Interpreter, SilenceGivesNothing) {
  Interpreter interpreter(16000, 500, 4);
  EXPECT_TRUE(interpret(interpreter, 16000, std::vector<std::int16_t>(32000)).empty());
}

TEST(Interpreter, SpeechThatArrivesAtOnceIsSpacedBySpeed) {
  const auto samples = sound(16000, 0, 500, 500);
  for (const double speed : {4.0, 0.0}) {
    Interpreter interpreter(16000, 300, speed);
    interpreter.hear(std::as_bytes(std::span(samples)), 1'000'000);
    interpreter.finish(1'000'000);
    const auto &pieces = interpreter.pieces();
    ASSERT_GE(pieces.size(), 5u);
    EXPECT_EQ(pieces[0].due_us, 1'200'000);
    EXPECT_EQ(pieces[4].due_us, speed > 0 ? 1'300'000 : 1'200'000);
  }
}

TEST(Interpreter, JoinsSplitSamples) {
  const auto samples = sound(16000, 0, 400, 400);
  const auto bytes = std::as_bytes(std::span(samples));
  Interpreter whole(16000, 0, 0);
  Interpreter split(16000, 0, 0);
  whole.hear(bytes, 0);
  for (std::size_t at = 0; at < bytes.size(); at += 333)
    split.hear(bytes.subspan(at, std::min<std::size_t>(333, bytes.size() - at)), 0);
  ASSERT_EQ(whole.pieces().size(), split.pieces().size());
  for (std::size_t i = 0; i < whole.pieces().size(); ++i)
    EXPECT_EQ(whole.pieces()[i].audio, split.pieces()[i].audio);
}

}  // namespace
}  // namespace gemlive::simulator
