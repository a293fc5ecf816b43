// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Setup, input, strictness and resumption of a session, over a WebSocket.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <ostream>
#include <string>
#include <vector>

#include "simulator_client.hpp"
#include "simulator_fixture.hpp"
#include "simulator_process.hpp"

namespace gemlive::test {
namespace {

/// Code and reason of a Close frame.
struct Close {
  int code = 0;
  std::string reason = {};
  bool operator==(const Close &) const = default;
};
std::ostream &operator<<(std::ostream &out, const Close &close) {
  return out << close.code << ' ' << close.reason;
}
/// Connects, sends `messages` and waits for the server to close.
Close close_after(const std::string &uri, const std::vector<std::string> &messages,
                  const std::string &key = {}) {
  SimulatorClient client;
  if (client.connect(uri, key) != 101) return {};
  for (const auto &message : messages)
    client.send(message);
  client.wait_closed();
  return {client.close_code(), client.close_reason()};
}

TEST(LiveSession, SetsUpAsTheServiceDoes) {
  SimulatorProcess process(quick());
  SimulatorClient client;
  ASSERT_EQ(client.connect(developer(process), "secret-key"), 101);
  client.send(plain);
  const auto first = client.next();
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->binary);
  EXPECT_EQ(first->text, "{\n  \"setupComplete\": {}\n}\n");
  const auto setup = process.wait_event("setup");
  ASSERT_TRUE(setup);
  EXPECT_EQ(setup->json_at("/setup/model"), "\"models/gemini-3.8-live\"");
  EXPECT_EQ(process.wait_event("connected")->text("auth"), "key");
  for (const auto &event : process.events())
    EXPECT_EQ(event.json.find("secret"), std::string::npos);

  SimulatorClient other;
  ASSERT_EQ(other.connect(process.uri() + "/" + vertex_path), 101);  // double slash
  other.send_binary(R"({"setup":{"model":"projects/p/locations/l/publishers/google/models/m"}})");
  EXPECT_TRUE(other.next_with("\"sessionId\": \""));
}

TEST(LiveSession, AnswersSpeech) {
  SimulatorProcess process(quick());
  SimulatorClient client;
  set_up(client, developer(process), transcribed);
  auto samples = tone(1500);
  const auto quiet = silence(1000);
  samples.insert(samples.end(), quiet.begin(), quiet.end());
  client.send_audio(samples);
  const auto answer = read_answer(client);
  EXPECT_EQ(answer.heard, "(1.5 seconds of speech)");
  EXPECT_EQ(answer.words, "You spoke for 1.5 seconds.");
  EXPECT_EQ(answer.audio.size(), 600u * 48);
  EXPECT_TRUE(answer.generated);
  EXPECT_FALSE(answer.interrupted);
  EXPECT_NE(answer.last.find("\"responseTokenCount\": 15"), std::string::npos) << answer.last;
  client.close();
  const auto closed = process.wait_event("closed");
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->number("code"), 1000);
  EXPECT_EQ(closed->text("by"), "client");
  EXPECT_EQ(as_text(process.said()), answer.audio);
  const auto heard = process.heard();
  ASSERT_EQ(heard.size(), samples.size() * 2);
  EXPECT_EQ(std::memcmp(heard.data(), samples.data(), heard.size()), 0);
  EXPECT_EQ(process.count("turn-complete"), 1u);
}

TEST(LiveSession, StreamEndEndsSpeechOnce) {
  SimulatorProcess process(quick());
  SimulatorClient client;
  set_up(client, developer(process), transcribed);
  client.send_audio(tone(800));
  client.send(R"({"realtimeInput":{"audioStreamEnd":true}})");
  EXPECT_EQ(read_answer(client).heard, "(0.8 seconds of speech)");
  client.send(R"({"realtimeInput":{"audioStreamEnd":true}})");  // no speech since the last answer
  client.send_audio(tone(400));
  client.send(R"({"realtime_input":{"audio_stream_end":true}})");
  EXPECT_EQ(read_answer(client).heard, "(0.4 seconds of speech)");
  ASSERT_TRUE(finish(client, process));
  EXPECT_EQ(process.count("turn-started"), 2u);
}

TEST(LiveSession, ClientSetsTheSilenceDuration) {
  SimulatorProcess process(quick());
  SimulatorClient client;
  set_up(
      client, developer(process),
      R"({"setup":{"model":"models/m","realtimeInputConfig":{"automaticActivityDetection":{"silenceDurationMs":2000}}}})");
  auto samples = tone(500);
  for (const auto &more : {silence(1500), tone(500), silence(2000)})
    samples.insert(samples.end(), more.begin(), more.end());
  client.send_audio(samples);
  EXPECT_FALSE(read_answer(client).last.empty());
  EXPECT_EQ(process.wait_event("speech-end")->number("duration"), 2500);
}

TEST(LiveSession, ManualActivityIsAnsweredAtItsEnd) {
  SimulatorProcess process(quick());
  SimulatorClient client;
  set_up(client, developer(process), manual);
  client.send_audio(tone(2000));  // outside an activity: no turn
  client.send(R"({"realtimeInput":{"activityStart":{}}})");
  client.send_audio(tone(1000));
  client.send(R"({"realtimeInput":{"activityEnd":{}}})");
  EXPECT_FALSE(read_answer(client).audio.empty());
  ASSERT_TRUE(finish(client, process));
  EXPECT_EQ(process.count("activity-end"), 1u);
  EXPECT_EQ(process.count("turn-started"), 1u);
  EXPECT_EQ(process.count("speech-start"), 0u);
}

TEST(LiveSession, ChecksMessagesStrictly) {
  SimulatorProcess process(quick());
  const auto uri = developer(process);
  const Close invalid = {1007, "Request contains an invalid argument."};
  EXPECT_EQ(
      close_after(uri, {R"({"setup":{"model":"models/m","x":1}})"}),
      (Close{1007,
             "Invalid JSON payload received. Unknown name \"x\" at 'setup': Cannot find field."}));
  EXPECT_EQ(close_after(uri, {"{\"setup\""}),
            (Close{1007, "Invalid JSON payload received. Unexpected token."}));
  EXPECT_EQ(close_after(uri, {question}), invalid);
  EXPECT_EQ(close_after(uri, {plain, plain}), invalid);
  EXPECT_EQ(close_after(uri, {R"({"setup":{"model":"m"}})"}), invalid);
  EXPECT_EQ(close_after(uri, {plain, R"({"realtimeInput":{"activityStart":{}}})"}),
            (Close{1007,
                   "Explicit activity control is not supported when automatic activity detection "
                   "is enabled."}));
  EXPECT_EQ(close_after(uri, {manual, R"({"realtimeInput":{"audioStreamEnd":true}})"}), invalid);
  EXPECT_EQ(
      close_after(
          uri,
          {plain,
           R"({"realtimeInput":{"audio":{"mimeType":"audio/pcm;rate=24000","data":"AAAA"}}})",
           R"({"realtimeInput":{"audio":{"mimeType":"audio/pcm;rate=16000","data":"AAAA"}}})"}),
      (Close{1007, "Sample rate changed from previously 24000 to 16000, which is not supported."}));
  EXPECT_EQ(
      close_after(uri,
                  {plain, R"({"realtimeInput":{"audio":{"mimeType":"audio/wav","data":"AAAA"}}})"}),
      invalid);
  EXPECT_EQ(process.wait_event("closed")->text("by"), "server");
}

TEST(LiveSession, RefusesAsTheServiceDoes) {
  SimulatorProcess process(quick());
  EXPECT_EQ(close_after(developer(process), {plain}, "bad-key"),
            (Close{1007, "API key not valid. Please pass a valid API key."}));
  const auto absent = close_after(developer(process), {R"({"setup":{"model":"models/nope"}})"});
  EXPECT_EQ(absent.code, 1008);
  EXPECT_EQ(absent.reason.size(), 123u);
  EXPECT_EQ(absent.reason.find("models/nope is not found for API version v1beta"), 0u);
  EXPECT_EQ(close_after(
                vertex(process),
                {R"({"setup":{"model":"projects/p/locations/l/publishers/google/models/nope"}})"}),
            (Close{1007, "nope is not supported in the live api."}));
  EXPECT_EQ(close_after(developer(process),
                        {R"({"setup":{"model":"models/m","sessionResumption":{"handle":"h"}}})"}),
            (Close{1008, "BidiGenerateContent session not found"}));
  SimulatorClient lost;
  EXPECT_EQ(lost.connect(process.uri() + "/"), 404);
}

TEST(LiveSession, ResumesWithItsHandle) {
  SimulatorProcess process(quick());
  SimulatorClient client;
  set_up(client, developer(process), R"({"setup":{"model":"models/m","sessionResumption":{}}})");
  const auto update = client.next_with("newHandle");
  ASSERT_TRUE(update);
  const auto start = update->find("newHandle\": \"") + 13;
  const auto handle = update->substr(start, update->find('"', start) - start);
  SimulatorClient again;
  set_up(again, developer(process),
         R"({"setup":{"model":"models/m","sessionResumption":{"handle":")" + handle + "\"}}}");
  EXPECT_EQ(close_after(developer(process),
                        {R"({"setup":{"model":"models/other","sessionResumption":{"handle":")" +
                         handle + "\"}}}"})
                .code,
            1008);
}

TEST(LiveSession, TransparentResumptionCountsMessages) {
  SimulatorProcess process(quick());
  SimulatorClient client;
  set_up(
      client, vertex(process),
      R"({"setup":{"model":"publishers/google/models/m","sessionResumption":{"transparent":true}}})");
  EXPECT_TRUE(client.next_with("\"lastConsumedClientMessageIndex\": \"0\""));
  client.send_audio(silence(80));  // two messages
  client.send(question);
  const auto busy = client.next_with("lastConsumedClientMessageIndex");
  ASSERT_TRUE(busy);
  EXPECT_NE(busy->find("\"3\""), busy->npos) << *busy;
  EXPECT_EQ(busy->find("newHandle"), busy->npos) << "it is about to answer";
}

TEST(LiveSession, HistoryGetsNoAnswer) {
  SimulatorProcess process(quick());
  SimulatorClient client;
  set_up(
      client, developer(process),
      R"({"setup":{"model":"models/m","historyConfig":{"initialHistoryInClientContent":true},"outputAudioTranscription":{}}})");
  client.send(question);
  client.send(R"({"realtimeInput":{"text":"hello"}})");
  EXPECT_EQ(read_answer(client).words, "You said: hello");
  ASSERT_TRUE(finish(client, process));
  EXPECT_EQ(process.count("turn-started"), 1u);
}

TEST(LiveSession, JoinsSplitSamples) {
  SimulatorProcess process(quick());
  SimulatorClient client;
  set_up(client, developer(process), transcribed);
  const auto samples = tone(400);
  const auto *bytes = reinterpret_cast<const guchar *>(samples.data());
  for (std::size_t at = 0; at < samples.size() * 2; at += 1001) {
    const auto size = std::min<std::size_t>(1001, samples.size() * 2 - at);
    const StrPtr data(g_base64_encode(bytes + at, size));
    client.send(std::string(R"({"realtimeInput":{"audio":{"mimeType":"audio/pcm","data":")") +
                data.get() + "\"}}}");
  }
  client.send(R"({"realtimeInput":{"audioStreamEnd":true}})");
  EXPECT_EQ(read_answer(client).heard, "(0.4 seconds of speech)");
  ASSERT_TRUE(finish(client, process));
  const auto heard = process.heard();
  ASSERT_EQ(heard.size(), samples.size() * 2);
  EXPECT_EQ(std::memcmp(heard.data(), bytes, heard.size()), 0);
}

}  // namespace
}  // namespace gemlive::test
