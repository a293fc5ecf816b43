// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Turns, answers and interruptions of a session, over a WebSocket.

#include <gtest/gtest.h>

#include <string>

#include "simulator_client.hpp"
#include "simulator_fixture.hpp"
#include "simulator_process.hpp"

namespace gemlive::test {
namespace {

TEST(LiveSessionTurns, SpeechInterrupts) {
  SimulatorProcess process({"--voice", "tone", "--tone-duration", "60000", "--speed", "1"});
  SimulatorClient client;
  set_up(client, developer(process));
  client.send(question);
  ASSERT_TRUE(client.next_with("modelTurn"));
  client.send_audio(tone(300));
  const auto answer = read_answer(client);
  EXPECT_TRUE(answer.interrupted);
  EXPECT_FALSE(answer.generated);
  EXPECT_LT(answer.audio.size(), 48u * 30000);
  ASSERT_TRUE(process.wait_event("interrupted"));
}

TEST(LiveSessionTurns, ContentInterruptsAndIsAnswered) {
  SimulatorProcess process({"--voice", "tone", "--tone-duration", "60000", "--speed", "1"});
  SimulatorClient client;
  set_up(client, developer(process));
  client.send(question);
  ASSERT_TRUE(client.next_with("modelTurn"));
  client.send(question);
  EXPECT_TRUE(read_answer(client).interrupted);
  EXPECT_TRUE(client.next_with("modelTurn"));
  EXPECT_TRUE(process.wait_event("turn-started", 1));
}

TEST(LiveSessionTurns, ShortSpeechBeforeStreamEndInterrupts) {
  SimulatorProcess process({"--voice", "tone", "--tone-duration", "60000", "--speed", "1"});
  SimulatorClient client;
  set_up(client, developer(process));
  client.send(question);
  ASSERT_TRUE(client.next_with("modelTurn"));
  client.send_audio(tone(80));
  client.send(R"({"realtimeInput":{"audioStreamEnd":true}})");
  EXPECT_TRUE(read_answer(client).interrupted);
  EXPECT_TRUE(client.next_with("modelTurn"));
}

TEST(LiveSessionTurns, NoInterruptionQueuesTheAnswer) {
  SimulatorProcess process(quick({}),
                           R"([{"when":{"on":"turn","turn":1},"do":{"answer":{"speed":2}}}])");
  SimulatorClient client;
  set_up(
      client, developer(process),
      R"({"setup":{"model":"models/m","realtimeInputConfig":{"activityHandling":"NO_INTERRUPTION"}}})");
  client.send(question);
  ASSERT_TRUE(client.next_with("modelTurn"));
  client.send_audio(tone(300));
  client.send(R"({"realtimeInput":{"audioStreamEnd":true}})");
  const auto first = read_answer(client);
  EXPECT_TRUE(first.generated);
  EXPECT_FALSE(first.interrupted);
  EXPECT_TRUE(read_answer(client).generated);  // the answer to the speech
}

TEST(LiveSessionTurns, TurnCompletesAfterPlayback) {
  SimulatorProcess process({"--voice", "tone", "--tone-duration", "700", "--speed", "0"});
  SimulatorClient client;
  set_up(client, developer(process));
  client.send(question);
  EXPECT_TRUE(read_answer(client).generated);
  const auto started = process.wait_event("turn-started");
  const auto complete = process.wait_event("turn-complete");
  ASSERT_TRUE(started && complete);
  EXPECT_GE(complete->time - started->time, 700'000);
}

TEST(LiveSessionTurns, SpeedPacesTheAudio) {
  SimulatorProcess process(
      {"--voice", "tone", "--tone-duration", "2000", "--speed", "4", "--turn-complete", "now"});
  SimulatorClient client;
  set_up(client, developer(process));
  client.send(question);
  read_answer(client);
  const auto started = process.wait_event("turn-started");
  const auto generated = process.wait_event("generation-complete");
  ASSERT_TRUE(started && generated);
  EXPECT_GE(generated->time - started->time, 470'000);  // the last chunk is due at 1.88 s / 4
}

TEST(LiveSessionTurns, AnswersInText) {
  SimulatorProcess process(quick());
  SimulatorClient client;
  set_up(
      client, vertex(process),
      R"({"setup":{"model":"publishers/google/models/m","generation_config":{"response_modalities":["text"]}}})");
  client.send(question);
  const auto message = client.next_with("modelTurn");
  ASSERT_TRUE(message);
  EXPECT_NE(message->find("\"text\": \"You said: what\""), message->npos) << *message;
  EXPECT_NE(message->find("\"role\": \"model\""), message->npos);
  const auto rest = read_answer(client);
  EXPECT_TRUE(rest.audio.empty());
  EXPECT_NE(rest.last.find("\"candidatesTokenCount\""), rest.last.npos);
}

TEST(LiveSessionTurns, TextIsRepeatedInTheAnswer) {
  SimulatorProcess process(quick());
  SimulatorClient client;
  set_up(client, developer(process), transcribed);
  client.send(question);
  EXPECT_EQ(read_answer(client).words, "You said: what now");
  client.send(R"({"realtimeInput":{"text":"and then"}})");
  EXPECT_EQ(read_answer(client).words, "You said: and then");
}

TEST(LiveSessionTurns, SpeaksTheAnswer) {
  SimulatorProcess process({"--speed", "0", "--turn-complete", "now", "--say", "Good morning."});
  SimulatorClient client;
  set_up(client, developer(process), transcribed);
  client.send(question);
  const auto answer = read_answer(client);
  EXPECT_EQ(answer.words, "Good morning.");
  EXPECT_GT(answer.audio.size(), 48u * 300);
}

}  // namespace
}  // namespace gemlive::test
