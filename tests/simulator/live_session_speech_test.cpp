// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Transcripts of the user's speech, and the interpreter, over a WebSocket.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "simulator_client.hpp"
#include "simulator_fixture.hpp"
#include "simulator_process.hpp"

namespace gemlive::test {
namespace {

constexpr auto stream_end = R"({"realtimeInput":{"audioStreamEnd":true}})";

void speak(SimulatorClient &client, int ms) {
  client.send_audio(silence(500));
  client.send_audio(tone(ms));
  client.send(stream_end);
}

bool has(const std::string &text, const char *words) {
  return text.find(words) != text.npos;
}

TEST(LiveSessionSpeech, TranscriptsHaveTheOffsetsOfTheirText) {
  SimulatorProcess process(quick(),
                           R"([{"when":{"on":"ready"},"do":{"transcripts":{"offsets":true}}}])");
  SimulatorClient client;
  set_up(client, developer(process), transcribed);
  speak(client, 1500);
  const auto heard = client.next_with("inputTranscription");
  ASSERT_TRUE(heard);
  EXPECT_TRUE(has(*heard, "\"startOffset\": \"0.500s\"")) << *heard;
  EXPECT_TRUE(has(*heard, "\"endOffset\": \"2s\"")) << *heard;
  EXPECT_EQ(text_of(*heard, "inputTranscription"), "(1.5 seconds of speech)");
  const auto first = client.next_with("outputTranscription");
  const auto last = client.next_with("outputTranscription");
  ASSERT_TRUE(first && last);
  EXPECT_TRUE(has(*first, "\"startOffset\": \"0s\"")) << *first;
  EXPECT_TRUE(has(*first, "\"endOffset\": \"0.300s\"")) << *first;
  EXPECT_TRUE(has(*last, "\"startOffset\": \"0.300s\"")) << *last;
  EXPECT_TRUE(has(*last, "\"endOffset\": \"0.600s\"")) << *last;
}

TEST(LiveSessionSpeech, InterimTranscriptsComeWhileTheUserSpeaks) {
  SimulatorProcess process(
      quick(), R"([{"when":{"on":"ready"},"do":{"transcripts":{"interim":true,"offsets":true}}}])");
  for (const bool offsets : {false, true}) {
    SimulatorClient client;
    set_up(
        client, developer(process),
        offsets
            ? R"({"setup":{"model":"models/m","inputAudioTranscription":{},"realtimeInputConfig":{"interimTranscriptTimestampEnabled":true}}})"
            : transcribed);
    speak(client, 1500);
    int count = 0;
    while (const auto message = client.next()) {
      if (!has(message->text, "interimInputTranscription")) break;
      EXPECT_EQ(has(message->text, "startOffset"), offsets) << message->text;
      ++count;
    }
    EXPECT_EQ(count, 4) << "one with every eighth message of 40 ms";
    EXPECT_TRUE(read_answer(client).generated);
  }
}

TEST(LiveSessionSpeech, AMarkedActivityHasInterimTranscripts) {
  SimulatorProcess process(quick(),
                           R"([{"when":{"on":"ready"},"do":{"transcripts":{"interim":true}}}])");
  SimulatorClient client;
  set_up(
      client, developer(process),
      R"({"setup":{"model":"models/m","inputAudioTranscription":{},"realtimeInputConfig":{"automaticActivityDetection":{"disabled":true}}}})");
  client.send_audio(tone(400));
  client.send(R"({"realtimeInput":{"activityStart":{}}})");
  client.send_audio(tone(400));
  client.send(R"({"realtimeInput":{"activityEnd":{}}})");
  const auto interim = client.next_with("interimInputTranscription");
  ASSERT_TRUE(interim);
  EXPECT_EQ(text_of(*interim, "interimInputTranscription"), "(0.3 seconds of speech)");
  EXPECT_EQ(read_answer(client).heard, "(0.4 seconds of speech)");
}

TEST(LiveSessionSpeech, LateTranscriptsFollowTurnComplete) {
  SimulatorProcess process(quick(),
                           R"([{"when":{"on":"ready"},"do":{"transcripts":{"late":true}}}])");
  SimulatorClient client;
  set_up(
      client, vertex(process),
      R"({"setup":{"model":"publishers/google/models/m","inputAudioTranscription":{},"outputAudioTranscription":{},"sessionResumption":{}}})");
  ASSERT_TRUE(client.next_with("newHandle"));
  speak(client, 1500);
  const auto answer = read_answer(client);
  EXPECT_TRUE(answer.generated);
  EXPECT_EQ(answer.heard + answer.words, "");
  std::string words;
  std::string heard;
  while (const auto message = client.next()) {
    if (has(message->text, "newHandle")) break;
    words += text_of(message->text, "outputTranscription");
    heard += text_of(message->text, "inputTranscription");
    if (!heard.empty() && words.empty()) {
      EXPECT_TRUE(has(message->text, "\"finished\": true"));
    }
  }
  EXPECT_EQ(heard, "(1.5 seconds of speech)");
  EXPECT_EQ(words, "You spoke for 1.5 seconds.");
}

TEST(LiveSessionSpeech, AnInterpreterFollowsTheSpeechAndEndsNoTurn) {
  SimulatorProcess process(
      {"--voice", "tone", "--speed", "1"},
      R"([{"when":{"on":"ready"},"do":[{"interpret":300},{"transcripts":{"offsets":true}}]}])");
  SimulatorClient client;
  set_up(client, developer(process),
         R"({"setup":{"model":"models/m","inputAudioTranscription":{},"outputAudioTranscription":{},
             "sessionResumption":{}}})");
  ASSERT_TRUE(client.next_with("newHandle"));
  client.send(question);  // an interpreter answers no text
  speak(client, 1300);
  Answered answer;
  std::vector<std::string> transcripts;
  while (const auto message = client.next()) {
    EXPECT_FALSE(has(message->text, "Complete") || has(message->text, "interrupted"))
        << message->text;
    answer.audio += audio_of(message->text);
    answer.heard += text_of(message->text, "inputTranscription");
    const auto words = text_of(message->text, "outputTranscription");
    answer.words += words;
    if (!words.empty()) transcripts.push_back(message->text);
    if (has(message->text, "newHandle")) break;
  }
  EXPECT_EQ(answer.audio.size(), 1300u * 48);
  EXPECT_EQ(answer.heard, "1.0 seconds of speech. 0.3 seconds of speech. ");
  EXPECT_EQ(answer.words, "1.0 seconds interpreted. 0.3 seconds interpreted. ");
  ASSERT_EQ(transcripts.size(), 2u);
  EXPECT_TRUE(has(transcripts[0], "\"startOffset\": \"0.500s\"")) << transcripts[0];
  EXPECT_TRUE(has(transcripts[1], "\"endOffset\": \"1.800s\"")) << transcripts[1];
  ASSERT_TRUE(finish(client, process));
  EXPECT_EQ(process.count("turn-started"), 1u);
  EXPECT_EQ(process.count("turn-complete"), 0u);
  EXPECT_EQ(as_text(process.said()), answer.audio);
  const auto first = process.wait_event("audio-sent");
  const auto speech = process.wait_event("speech-start");
  ASSERT_TRUE(first && speech);
  EXPECT_GE(first->time - speech->time, 200'000);
}

}  // namespace
}  // namespace gemlive::test
