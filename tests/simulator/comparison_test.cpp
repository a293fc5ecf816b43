// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "comparison.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base64.hpp"
#include "client_audio.hpp"

namespace gemlive::simulator {
namespace {

using Lines = std::vector<std::string>;

const std::string setup = R"({"setup":{"model":"m"}})";
const std::string stream_end = R"({"realtimeInput":{"audioStreamEnd":true}})";

std::string typed(const std::string &text) {
  return R"({"realtimeInput":{"text":")" + text + R"("}})";
}

/// A message with audio at 16 kHz: the samples count up from `first`.
std::string audio(std::size_t ms, std::size_t first = 0) {
  std::vector<std::byte> bytes(ms * 32);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::byte>((first * 32 + i) % 251);
  std::string data(base64::encoded_size(bytes.size()), '\0');
  base64::encode(bytes, data.data());
  return R"({"realtimeInput":{"audio":{"mimeType":"audio/pcm;rate=16000","data":")" + data +
         R"("}}})";
}

class ComparisonTest : public testing::Test {
 protected:
  /// What was recorded on a connection. Messages with audio are recognized.
  void record(const Lines &messages) {
    lines_ = messages;
    for (const auto &line : lines_) {
      if (line.find("\"audio\"") == line.npos) {
        recorded.messages.push_back(line);
        continue;
      }
      recorded.audio.push_back(line);
      json::Value message;
      json::parse(line, message);
      recorded.audio_bytes += read_client_audio(message)->bytes.size();
    }
  }
  Lines compare(const Lines &messages) {
    Lines differences;
    Comparison comparison(recorded, [&](const std::string &text) { differences.push_back(text); });
    for (const auto &message : messages)
      comparison.add(message);
    comparison.finish();
    summary = comparison.summary();
    return differences;
  }

  Recording::Connection recorded;
  std::string summary;

 private:
  Lines lines_;
};

TEST_F(ComparisonTest, TheSameIsNoDifference) {
  record({setup, audio(100), typed("a"), stream_end});
  EXPECT_EQ(compare({setup, audio(100), typed("a"), stream_end}), Lines{});
  EXPECT_EQ(summary, "3 messages, 0.10 s of audio (the same sound)");
}

TEST_F(ComparisonTest, MessagesAreComparedByValue) {
  record({R"({"setup":{"model":"m","generationConfig":{"temperature":0.7}}})"});
  EXPECT_EQ(
      compare({"{ \"setup\": {\"generation_config\":{\"temperature\":0.70}, \"model\":\"m\"}}"}),
      Lines{});
  EXPECT_EQ(summary, "1 message, 0.00 s of audio");
}

TEST_F(ComparisonTest, NamesTheFieldThatDiffers) {
  record({setup, typed("a")});
  EXPECT_EQ(compare({R"({"setup":{"model":"n"}})", typed("b")}),
            (Lines{R"(Message 1 differs at setup.model: recorded "m", now "n")",
                   R"(Message 2 differs at realtimeInput.text: recorded "a", now "b")"}));
  EXPECT_EQ(compare({R"({"setup":{"model":"m","tools":[]}})", typed("a")}),
            Lines{"Message 1 differs at setup.tools: recorded nothing, now []"});
}

TEST_F(ComparisonTest, TellsWhatIsMissingAndWhatIsNew) {
  record({setup, typed("a"), typed("b"), stream_end});
  EXPECT_EQ(compare({setup, typed("b"), stream_end}),
            Lines{R"(Message 2 of the recording did not come: {"realtimeInput":{"text":"a"}})"});
  EXPECT_EQ(compare({setup, typed("a"), typed("b")}),
            Lines{R"(Message 4 of the recording did not come: )" + stream_end});
  EXPECT_EQ(compare({setup, R"({"toolResponse":{}})", typed("a"), typed("b"), stream_end}),
            Lines{R"(Message 2 is not in the recording: {"toolResponse":{}})"});
  EXPECT_EQ(compare({setup, typed("a"), typed("b"), stream_end, stream_end}),
            Lines{"Message 5 is not in the recording: " + stream_end});
  EXPECT_EQ(compare({setup, typed("a"), typed("b"), stream_end, "{"}),
            Lines{"The client sent what is not JSON: {"});
}

TEST_F(ComparisonTest, TheChunksOfAudioDoNotMatter) {
  record({setup, audio(100), audio(100, 100), typed("a"), audio(40, 200)});
  EXPECT_EQ(compare({setup, audio(7), typed("a"), audio(200, 7), audio(33, 207)}), Lines{});
  EXPECT_EQ(summary, "2 messages, 0.24 s of audio (the same sound)");
}

TEST_F(ComparisonTest, OtherSoundIsToldAndOtherAmountsAreDifferences) {
  record({setup, audio(1000)});
  EXPECT_EQ(compare({setup, audio(500), audio(500)}), Lines{});
  EXPECT_EQ(summary, "1 message, 1.00 s of audio (other sound from 0.50 s on)");
  EXPECT_EQ(compare({setup, audio(900)}), Lines{}) << "within the tolerance";
  EXPECT_EQ(compare({setup, audio(800)}), Lines{"0.80 s of audio, recorded 1.00 s"});
  EXPECT_EQ(compare({setup, audio(1200)}), Lines{"1.20 s of audio, recorded 1.00 s"});
  EXPECT_EQ(summary, "1 message, 1.20 s of audio (other sound from 1.00 s on)");
  EXPECT_EQ(compare({setup}), Lines{"0.00 s of audio, recorded 1.00 s"});
}

TEST_F(ComparisonTest, HowMuchWasSaidWhenTheServerClosedIsChance) {
  record({setup, audio(1000)});
  recorded.is_closed = true;
  EXPECT_EQ(compare({setup, audio(500)}), Lines{});
}

TEST_F(ComparisonTest, NothingIsKnownBehindTheEndOfTheRecording) {
  record({setup, audio(100)});
  recorded.is_cut = true;
  EXPECT_EQ(compare({setup, audio(1000), typed("a")}), Lines{});
  EXPECT_EQ(compare({typed("a"), setup}).size(), 1u) << "but before it";
}

}  // namespace
}  // namespace gemlive::simulator
