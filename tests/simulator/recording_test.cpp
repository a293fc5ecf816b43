// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "recording.hpp"

#include <gtest/gtest.h>

namespace gemlive::simulator {
namespace {

const std::string audio =
    R"({"realtimeInput":{"audio":{"mimeType":"audio/pcm;rate=16000","data":"AAAAAA=="}}})";

/// A log in our form: `>` or `<`, then the payload. A second passes before each entry.
class LogText {
 public:
  LogText &add(const std::string &entry) {
    websocket_log::append(text, entry[0] == '>', entry.substr(1), time += 1'000'000);
    return *this;
  }
  std::string text = {};
  std::int64_t time = 0;
};

std::string problem(std::string_view text) {
  const auto recording = Recording::read(text);
  return recording ? "" : recording.error().message;
}

TEST(Recording, IsSplitIntoConnections) {
  LogText log;
  log.add(">{\"setup\":{\"sessionResumption\":{}}}")
      .add("<{\"setupComplete\":{}}")
      .add('>' + audio);
  log.add("<{\"sessionResumptionUpdate\":{\"newHandle\":\"h\"}}").add('>' + audio);
  log.add(">{\"realtimeInput\":{\"text\":\"Hi\"}}");
  log.add("<" + websocket_log::text({.closed = websocket_log::Note::Closed{.code = 1011}}));
  log.add(">{\"setup\":{\"sessionResumption\":{\"handle\":\"h\"}}}").add("<{\"setupComplete\":{}}");
  const auto recording = Recording::read(log.text);
  ASSERT_TRUE(recording) << recording.error().message;
  ASSERT_EQ(recording->connections.size(), 2u);

  const auto &first = recording->connections[0];
  EXPECT_EQ(first.messages.size(), 2u);
  EXPECT_EQ(first.audio.size(), 2u);
  EXPECT_EQ(first.audio_bytes, 8u);
  EXPECT_TRUE(first.is_closed);
  EXPECT_FALSE(first.is_cut);
  ASSERT_EQ(first.steps.size(), 3u);
  EXPECT_EQ(first.steps[0].payload, "{\"setupComplete\":{}}");
  EXPECT_EQ(first.steps[0].time, 1'000'000);
  EXPECT_EQ(first.steps[0].messages, 1u);
  EXPECT_EQ(first.steps[0].audio, 0u);
  EXPECT_EQ(first.steps[1].time, 3'000'000);
  EXPECT_EQ(first.steps[1].audio, 4u);
  ASSERT_TRUE(first.steps[2].note && first.steps[2].note->closed);
  EXPECT_EQ(first.steps[2].note->closed->code, 1011);
  EXPECT_EQ(first.steps[2].messages, 2u);

  const auto &second = recording->connections[1];
  EXPECT_FALSE(second.is_closed);
  ASSERT_EQ(second.steps.size(), 1u);
  EXPECT_EQ(second.steps[0].time, 1'000'000) << "since its own setup";
  EXPECT_EQ(second.messages[0], R"({"setup":{"sessionResumption":{"handle":"gemlive-handle-1"}}})");
}

TEST(Recording, WithoutTimesHasNone) {
  const auto recording = Recording::read(">13 {\"setup\":{}}\n<21 {\"setupComplete\":{}}\n");
  ASSERT_TRUE(recording) << recording.error().message;
  EXPECT_EQ(recording->connections[0].steps[0].time, std::nullopt);
}

TEST(Recording, KnowsThatItIsIncomplete) {
  LogText log;
  log.add(">{\"setup\":{}}").add("<{\"setupComplete\":{}}");
  EXPECT_FALSE(Recording::read(log.text)->connections[0].is_cut);
  const auto cut_text = log.text + ">100 {";
  const auto cut = Recording::read(cut_text)->connections[0];
  EXPECT_TRUE(cut.is_cut);
  ASSERT_TRUE(cut.steps.back().note) << "so that the replay says so";
  EXPECT_TRUE(cut.steps.back().note->is_full);
  auto dropped = log, full = log;
  dropped.add("<" + websocket_log::text({.dropped = 3}));
  EXPECT_TRUE(Recording::read(dropped.text)->connections[0].is_cut);
  full.add("<" + websocket_log::text({.is_full = true}));
  EXPECT_TRUE(Recording::read(full.text)->connections[0].is_cut);
}

TEST(Recording, BeginsWithASetup) {
  for (const char *text : {"<21 {\"setupComplete\":{}}\n", ">3 {}\n", ">2 x\n"})
    EXPECT_EQ(problem(text), "The recording does not begin with a setup message") << text;
  EXPECT_NE(problem("").find("is empty"), std::string::npos);
  EXPECT_NE(problem("RIFF").find("not in the form"), std::string::npos);
}

}  // namespace
}  // namespace gemlive::simulator
