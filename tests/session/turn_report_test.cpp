// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "turn_report.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base64.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t ms = 1000;

/// Audio of that many ms at 24 kHz in which each sample has this value, as base64.
std::string audio(int duration, std::byte value) {
  const std::vector<std::byte> samples(static_cast<std::size_t>(duration) * 48, value);
  std::string text(base64::encoded_size(samples.size()), '\0');
  base64::encode(samples, text.data());
  return text;
}

TEST(TurnReport, CountsAudioAndJoinsTexts) {
  TurnReport turn(3);
  EXPECT_EQ(turn.number(), 3u);
  const auto loud = audio(100, std::byte{0x5a});
  turn.add_audio(loud, 4800, 24000, 0);
  turn.add_audio(loud, 4800, 24000, 0);
  turn.add_text("one ");
  turn.add_text("two");
  turn.add_transcript(Speaker::user, "question");
  turn.add_transcript(Speaker::model, "answer");
  const auto summary = std::move(turn).summary(false, {.reason = "r", .status = "s"}, 0);
  EXPECT_EQ(summary.audio_duration, 200ms);
  EXPECT_EQ(summary.audio_bytes, 9600u);
  EXPECT_EQ(summary.text, "one two");
  EXPECT_EQ(summary.input_transcript, "question");
  EXPECT_EQ(summary.output_transcript, "answer");
  EXPECT_EQ(summary.reason, "r");
  EXPECT_EQ(summary.status, "s");
  EXPECT_FALSE(summary.interrupted);
}

/// One second of audio, with a piece of transcript before each 250 ms and one behind all.
TurnReport turn_with_transcript() {
  TurnReport turn(1);
  const auto loud = audio(250, std::byte{0x5a});
  for (const char *piece : {"one ", "two ", "three ", "four "}) {
    turn.add_transcript(Speaker::model, piece);
    turn.add_audio(loud, 12000, 24000, 0);
  }
  turn.add_transcript(Speaker::model, "five");
  return turn;
}

struct Heard {
  std::chrono::milliseconds missed;
  std::chrono::milliseconds heard;
  const char *transcript;
};

class HeardPart : public testing::TestWithParam<Heard> {};

TEST_P(HeardPart, IsTheAudioThatWasLetOutAndThePiecesThatBeganInIt) {
  const auto &[missed, heard, transcript] = GetParam();
  const auto summary = turn_with_transcript().summary(true, {}, 0, missed);
  EXPECT_EQ(summary.heard_duration, heard);
  EXPECT_EQ(summary.heard_transcript, transcript);
  EXPECT_EQ(summary.audio_duration, 1s);
  EXPECT_EQ(summary.output_transcript, "one two three four five");
}

INSTANTIATE_TEST_SUITE_P(TurnReport, HeardPart,
                         testing::Values(Heard{0ms, 1000ms, "one two three four "},
                                         Heard{1ms, 999ms, "one two three four "},
                                         Heard{400ms, 600ms, "one two three "},
                                         Heard{500ms, 500ms, "one two "}, Heard{999ms, 1ms, "one "},
                                         Heard{1000ms, 0ms, ""}, Heard{2000ms, 0ms, ""}));

TEST(TurnReport, OfATurnThatWasNotInterruptedNothingIsSaidOfWhatWasHeard) {
  const auto summary = turn_with_transcript().summary(false, {}, 0, 500ms);
  EXPECT_FALSE(summary.heard_duration);
  EXPECT_EQ(summary.heard_transcript, "");
}

TEST(TurnReport, PiecesInQuickSuccessionAreOne) {
  TurnReport turn(1);
  const auto loud = audio(1, std::byte{0x5a});
  for (int i = 0; i < 40; ++i) {
    turn.add_transcript(Speaker::model, "x");
    turn.add_audio(loud, 48, 24000, 0);
  }
  const auto summary = std::move(turn).summary(true, {}, 0, 30ms);
  EXPECT_EQ(summary.heard_transcript, std::string(20, 'x'));
}

TEST(TurnReport, PlayoutEndsAfterAllAudioSinceTheFirstArrival) {
  TurnReport turn(1);
  const auto loud = audio(100, std::byte{0x5a});
  EXPECT_EQ(turn.add_audio(loud, 4800, 24000, 50 * ms), 150 * ms);
  EXPECT_EQ(turn.add_audio(loud, 4800, 24000, 60 * ms), 250 * ms);
  EXPECT_EQ(turn.add_audio(loud, 4800, 48000, 70 * ms), 300 * ms) << "another rate";
}

TEST(TurnReport, MeasuresTheDelayOnce) {
  TurnReport turn(1);
  EXPECT_TRUE(turn.start(10 * ms, 250 * ms));
  EXPECT_FALSE(turn.start(10 * ms, 900 * ms));
  EXPECT_EQ(turn.first_audio_delay(), 240ms);
  const auto summary = std::move(turn).summary(false, {}, 1000 * ms);
  EXPECT_EQ(summary.since_input_end, 990ms);
  EXPECT_EQ(summary.since_first_byte, 750ms);
}

TEST(TurnReport, FindsTheFirstAudibleSample) {
  TurnReport turn(1);
  turn.add_audio(audio(100, std::byte{0}), 4800, 24000, 0);
  EXPECT_FALSE(turn.is_audible());
  turn.add_audio(audio(100, std::byte{0x5a}), 4800, 24000, 0);
  EXPECT_TRUE(turn.is_audible());
  EXPECT_EQ(std::move(turn).summary(false, {}, 100 * ms).since_first_audible, 0ms);
}

TEST(TurnReport, AnInterruptionByTheServerReplacesALocalOne) {
  TurnReport turn(1);
  EXPECT_TRUE(turn.cut(TurnReport::Cut::locally));
  EXPECT_FALSE(turn.cut(TurnReport::Cut::locally));
  EXPECT_TRUE(turn.cut(TurnReport::Cut::by_server));
  EXPECT_FALSE(turn.cut(TurnReport::Cut::locally));
  EXPECT_EQ(turn.cut_by(), TurnReport::Cut::by_server);
}

TEST(TurnReport, TextsAreLimitedToOneMebibyte) {
  TurnReport turn(1);
  for (int i = 0; i < 3; ++i)
    turn.add_text(std::string(600 * 1024, 'a'));
  EXPECT_EQ(std::move(turn).summary(false, {}, 0).text.size(), std::size_t{1} << 20);
}

}  // namespace
}  // namespace gemlive
