// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "audio_message.hpp"

#include <gtest/gtest.h>


#include "json_object.hpp"

namespace gemlive::bench {

namespace {

TEST(AudioMessage, IsReadWithItsStamp) {
  AudioReader reader;
  for (auto message : {AudioMessage::from_client(20), AudioMessage::from_client(100)}) {
    EXPECT_EQ(reader.read(message.stamped(12345)), message.audio_size());
    EXPECT_EQ(reader.stamp(), 12345);
    EXPECT_EQ(reader.read(message.stamped(54321)), message.audio_size());
    EXPECT_EQ(reader.stamp(), 54321);
  }
  EXPECT_EQ(reader.read(AudioMessage::from_server(40).stamped(777)), 1920u);
  EXPECT_EQ(reader.stamp(), 777);
}

TEST(AudioMessage, HasTheAudioOfItsDuration) {
  EXPECT_EQ(AudioMessage::from_client(20).audio_size(), 640u);
  EXPECT_EQ(AudioMessage::from_client(100).audio_size(), 3200u);
  EXPECT_EQ(AudioMessage::from_server(40).audio_size(), 1920u);
}

TEST(AudioMessage, IsJson) {
  for (auto message : {AudioMessage::from_client(20), AudioMessage::from_server(40)})
    EXPECT_TRUE(json::Object::parse(message.stamped(1), "message"));
}

TEST(AudioReader, ReadsOtherOrdersAndSpaces) {
  AudioReader reader;
  EXPECT_EQ(reader.read(R"({"realtimeInput": {"audio": {"data": "AAAA", "mimeType": "x"}}})"), 3u);
  EXPECT_EQ(reader.read(R"({"data":"AAAAAAA="})"), 5u);
}

TEST(AudioReader, FindsNoneInOtherMessages) {
  AudioReader reader;
  for (const auto *text : {"", "{}", R"({"setup":{}})", R"({"data")", R"({"data":)",
                           R"({"data":"AAAA)", R"({"data":"A"})", R"({"data":"!!!!"})"})
    EXPECT_EQ(reader.read(text), 0u) << text;
}

}  // namespace

}  // namespace gemlive::bench
