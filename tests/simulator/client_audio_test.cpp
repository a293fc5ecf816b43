// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "client_audio.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace gemlive::simulator {
namespace {

std::optional<ClientAudio> read(std::string_view text) {
  json::Value message;
  EXPECT_FALSE(json::parse(text, message)) << text;
  return read_client_audio(message);
}

const std::vector<std::byte> samples = {std::byte{1}, std::byte{2}, std::byte{3}};

TEST(ClientAudio, IsReadFromBothKindsOfMessages) {
  for (
      const char *text :
      {R"({"realtimeInput":{"audio":{"mimeType":"audio/pcm;rate=8000","data":"AQID"}}})",
       R"({"realtime_input":{"audio":{"data":"AQID","mime_type":"audio/pcm;rate=8000"}}})",
       R"({"realtimeInput":{"mediaChunks":[{"mimeType":"audio/pcm;rate=8000","data":"AQID"}]}})"}) {
    const auto audio = read(text);
    ASSERT_TRUE(audio) << text;
    EXPECT_EQ(audio->rate, 8000);
    EXPECT_EQ(audio->bytes, samples);
  }
  const auto two =
      read(R"({"realtimeInput":{"mediaChunks":[)"
           R"({"mimeType":"audio/pcm","data":"AQ=="},{"mimeType":"audio/pcm","data":"AgM="}]}})");
  ASSERT_TRUE(two);
  EXPECT_EQ(two->rate, 16000);
  EXPECT_EQ(two->bytes, samples);
}

TEST(ClientAudio, OtherMessagesHaveNone) {
  for (const char *text :
       {"{}", "[]", "1", R"({"setup":{}})", R"({"realtimeInput":{"text":"Hello"}})",
        R"({"realtimeInput":{"video":{"mimeType":"image/jpeg","data":"AQID"}}})",
        R"({"realtimeInput":{"audio":{"mimeType":"image/jpeg","data":"AQID"}}})",
        R"({"realtimeInput":{"audio":{"mimeType":"audio/pcm","data":"!"}}})",
        R"({"realtimeInput":{"audio":{"mimeType":"audio/pcm","data":"AQID"},"text":"both"}})",
        R"({"realtimeInput":{"mediaChunks":[{"mimeType":"image/jpeg","data":"AQID"}]}})"})
    EXPECT_FALSE(read(text)) << text;
}

}  // namespace
}  // namespace gemlive::simulator
