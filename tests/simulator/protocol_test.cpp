// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "read_file.hpp"
#include "simulator_client.hpp"
#include "simulator_process.hpp"

namespace gemlive::test {
namespace {

const std::string plain =
    R"({"setup":{"model":"models/gemini-3.8-live","generationConfig":{"responseModalities":["AUDIO"]}}})";
const std::string manual =
    R"({"setup":{"model":"models/m","realtimeInputConfig":{"automaticActivityDetection":{"disabled":true}}}})";
const std::string transcribed =
    R"({"setup":{"model":"models/m","inputAudioTranscription":{},"outputAudioTranscription":{}}})";
constexpr auto question =
    R"({"clientContent":{"turns":[{"role":"user","parts":[{"text":"what now"}]}],"turnComplete":true}})";

/// The usual server of a test: short tones, as fast as it goes.
std::vector<std::string> quick(std::vector<std::string> more = {}) {
  more.insert(more.begin(), {"--voice", "tone", "--tone-duration", "600", "--speed", "0",
                             "--turn-complete", "now"});
  return more;
}

/// What one answer brought, up to its turnComplete.
struct Answered {
  std::string audio = {};
  std::string words = {};
  std::string heard = {};
  std::string last = {};  // the message with turnComplete
  int messages = 0;
  bool generated = false;
  bool interrupted = false;
};
Answered read_answer(SoupClient &client) {
  Answered answer;
  while (const auto message = client.next()) {
    const auto &text = message->text;
    answer.audio += audio_of(text);
    answer.words += text_of(text, "outputTranscription");
    answer.heard += text_of(text, "inputTranscription");
    answer.generated |= text.find("\"generationComplete\": true") != text.npos;
    answer.interrupted |= text.find("\"interrupted\": true") != text.npos;
    ++answer.messages;
    if (text.find("\"turnComplete\": true") == text.npos) continue;
    answer.last = text;
    break;
  }
  return answer;
}

std::string as_text(const std::vector<std::byte> &bytes) {
  return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

void set_up(SoupClient &client, const std::string &uri, const std::string &setup = plain) {
  ASSERT_EQ(client.connect(uri), 101);
  client.send(setup);
  ASSERT_TRUE(client.next_with("setupComplete"));
}

/// Closes, so that every event of the session is in.
bool finish(SoupClient &client, SimulatorProcess &process) {
  client.close();
  return process.wait_event("closed").has_value();
}

/// The close that a first message leads to.
struct Close {
  int code = 0;
  std::string reason = {};
  bool operator==(const Close &) const = default;
};
std::ostream &operator<<(std::ostream &out, const Close &close) {
  return out << close.code << ' ' << close.reason;
}
Close close_after(const std::string &uri, const std::vector<std::string> &messages,
                  const std::string &key = {}) {
  SoupClient client;
  if (client.connect(uri, key) != 101) return {};
  for (const auto &message : messages)
    client.send(message);
  client.wait_closed();
  return {client.close_code(), client.close_reason()};
}

class Simulator : public testing::Test {
 protected:
  static std::string developer(const SimulatorProcess &process) {
    return process.uri() + developer_path;
  }
  static std::string vertex(const SimulatorProcess &process) { return process.uri() + vertex_path; }
};

TEST_F(Simulator, SetsUpAsTheServicesDo) {
  SimulatorProcess process(quick());
  SoupClient client;
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

  SoupClient other;
  ASSERT_EQ(other.connect(process.uri() + "/" + vertex_path), 101);  // double slash
  other.send_binary(R"({"setup":{"model":"projects/p/locations/l/publishers/google/models/m"}})");
  EXPECT_TRUE(other.next_with("\"sessionId\": \""));
}

TEST_F(Simulator, AnswersSpeech) {
  SimulatorProcess process(quick());
  SoupClient client;
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

TEST_F(Simulator, StreamEndEndsSpeechOnce) {
  SimulatorProcess process(quick());
  SoupClient client;
  set_up(client, developer(process), transcribed);
  client.send_audio(tone(800));
  client.send(R"({"realtimeInput":{"audioStreamEnd":true}})");
  EXPECT_EQ(read_answer(client).heard, "(0.8 seconds of speech)");
  client.send(R"({"realtimeInput":{"audioStreamEnd":true}})");  // nothing is left to answer
  client.send_audio(tone(400));
  client.send(R"({"realtime_input":{"audio_stream_end":true}})");
  EXPECT_EQ(read_answer(client).heard, "(0.4 seconds of speech)");
  ASSERT_TRUE(finish(client, process));
  EXPECT_EQ(process.count("turn-started"), 2u);
}

TEST_F(Simulator, SilenceDurationIsTheClients) {
  SimulatorProcess process(quick());
  SoupClient client;
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

TEST_F(Simulator, ManualActivityIsAnsweredAtItsEnd) {
  SimulatorProcess process(quick());
  SoupClient client;
  set_up(client, developer(process), manual);
  client.send_audio(tone(2000));  // outside: not a turn
  client.send(R"({"realtimeInput":{"activityStart":{}}})");
  client.send_audio(tone(1000));
  client.send(R"({"realtimeInput":{"activityEnd":{}}})");
  EXPECT_FALSE(read_answer(client).audio.empty());
  ASSERT_TRUE(finish(client, process));
  EXPECT_EQ(process.count("activity-end"), 1u);
  EXPECT_EQ(process.count("turn-started"), 1u);
  EXPECT_EQ(process.count("speech-start"), 0u);
}

TEST_F(Simulator, TextIsAnsweredWithItself) {
  SimulatorProcess process(quick());
  SoupClient client;
  set_up(client, developer(process), transcribed);
  client.send(question);
  EXPECT_EQ(read_answer(client).words, "You said: what now");
  client.send(R"({"realtimeInput":{"text":"and then"}})");
  EXPECT_EQ(read_answer(client).words, "You said: and then");
}

TEST_F(Simulator, AnswersInTextWhereAsked) {
  SimulatorProcess process(quick());
  SoupClient client;
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

TEST_F(Simulator, SpeechInterrupts) {
  SimulatorProcess process({"--voice", "tone", "--tone-duration", "60000", "--speed", "1"});
  SoupClient client;
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

TEST_F(Simulator, ContentInterruptsAndIsAnswered) {
  SimulatorProcess process({"--voice", "tone", "--tone-duration", "60000", "--speed", "1"});
  SoupClient client;
  set_up(client, developer(process));
  client.send(question);
  ASSERT_TRUE(client.next_with("modelTurn"));
  client.send(question);
  EXPECT_TRUE(read_answer(client).interrupted);
  EXPECT_TRUE(client.next_with("modelTurn"));
  EXPECT_TRUE(process.wait_event("turn-started", 1));
}

TEST_F(Simulator, NoInterruptionIsHonoured) {
  SimulatorProcess process(quick({}),
                           R"([{"when":{"on":"turn","turn":1},"do":{"answer":{"speed":2}}}])");
  SoupClient client;
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
  EXPECT_TRUE(read_answer(client).generated);  // and then what was said meanwhile
}

TEST_F(Simulator, TurnCompletesAfterPlayback) {
  SimulatorProcess process({"--voice", "tone", "--tone-duration", "700", "--speed", "0"});
  SoupClient client;
  set_up(client, developer(process));
  client.send(question);
  EXPECT_TRUE(read_answer(client).generated);
  const auto started = process.wait_event("turn-started");
  const auto complete = process.wait_event("turn-complete");
  ASSERT_TRUE(started && complete);
  EXPECT_GE(complete->time - started->time, 700'000);
}

TEST_F(Simulator, SpeedPaces) {
  SimulatorProcess process(
      {"--voice", "tone", "--tone-duration", "2000", "--speed", "4", "--turn-complete", "now"});
  SoupClient client;
  set_up(client, developer(process));
  client.send(question);
  read_answer(client);
  const auto started = process.wait_event("turn-started");
  const auto generated = process.wait_event("generation-complete");
  ASSERT_TRUE(started && generated);
  EXPECT_GE(generated->time - started->time, 470'000);  // the last chunk is due at 1.88 s / 4
}

TEST_F(Simulator, IsStrict) {
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

TEST_F(Simulator, RefusesAsTheServicesDo) {
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
  SoupClient lost;
  EXPECT_EQ(lost.connect(process.uri() + "/"), 404);
}

TEST_F(Simulator, ResumesWithItsHandle) {
  SimulatorProcess process(quick());
  SoupClient client;
  set_up(client, developer(process), R"({"setup":{"model":"models/m","sessionResumption":{}}})");
  const auto update = client.next_with("newHandle");
  ASSERT_TRUE(update);
  const auto start = update->find("newHandle\": \"") + 13;
  const auto handle = update->substr(start, update->find('"', start) - start);
  SoupClient again;
  set_up(again, developer(process),
         R"({"setup":{"model":"models/m","sessionResumption":{"handle":")" + handle + "\"}}}");
  EXPECT_EQ(close_after(developer(process),
                        {R"({"setup":{"model":"models/other","sessionResumption":{"handle":")" +
                         handle + "\"}}}"})
                .code,
            1008);
}

TEST_F(Simulator, TransparentResumptionTellsWhatWasTaken) {
  SimulatorProcess process(quick());
  SoupClient client;
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

TEST_F(Simulator, SeedsHistoryWithoutAnAnswer) {
  SimulatorProcess process(quick());
  SoupClient client;
  set_up(
      client, developer(process),
      R"({"setup":{"model":"models/m","historyConfig":{"initialHistoryInClientContent":true},"outputAudioTranscription":{}}})");
  client.send(question);
  client.send(R"({"realtimeInput":{"text":"hello"}})");
  EXPECT_EQ(read_answer(client).words, "You said: hello");
  ASSERT_TRUE(finish(client, process));
  EXPECT_EQ(process.count("turn-started"), 1u);
}

// Scripts

TEST_F(Simulator, ScriptRefusesTheFirstConnectionOnly) {
  SimulatorProcess process(quick(), R"([{"when":{"on":"connect","session":1},
      "do":{"refuse":503,"headers":{"Retry-After":"1"},"body":"later"}}])");
  SoupClient first;
  EXPECT_EQ(first.connect(developer(process)), 503);
  EXPECT_EQ(process.wait_event("refused")->number("status"), 503);
  SoupClient second;
  set_up(second, developer(process));
}

TEST_F(Simulator, ScriptWithholdsSetupComplete) {
  SimulatorProcess process(
      quick(), R"([{"when":{"on":"setup"},"do":[{"withhold":true},{"send":{"later":1}}]}])");
  SoupClient client;
  ASSERT_EQ(client.connect(developer(process)), 101);
  client.send(plain);
  const auto message = client.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->text, "{\n  \"later\": 1\n}\n");
}

TEST_F(Simulator, ScriptClosesAndDrops) {
  SimulatorProcess process(quick(), R"([
    {"when":{"on":"ready","session":1},"do":{"close":1011,"reason":"Internal error occurred."}},
    {"when":{"on":"said","session":2,"ms":200},"do":{"drop":"reset"}},
    {"when":{"on":"ready","session":3,"after":20},"do":{"drop":"end"}},
    {"when":{"on":"ready","session":4},"do":[{"send":{"a":"aaaaaaaaaa"},"cut":8},{"drop":"end"}]}])");
  SoupClient one;
  set_up(one, developer(process));
  EXPECT_TRUE(one.wait_closed());
  EXPECT_EQ(one.close_code(), 1011);
  EXPECT_EQ(one.close_reason(), "Internal error occurred.");
  SoupClient two;
  set_up(two, developer(process));
  two.send(question);
  EXPECT_TRUE(two.wait_closed());
  ASSERT_TRUE(process.wait_event("closed", 1));
  EXPECT_EQ(process.count("generation-complete"), 0u);
  for (int i = 0; i < 2; ++i) {
    SoupClient more;
    set_up(more, developer(process));
    EXPECT_TRUE(more.wait_closed());
    EXPECT_FALSE(more.next());  // the message that was cut is none
  }
  EXPECT_EQ(process.wait_event("closed", 3)->number("code"), 1006);
}

TEST_F(Simulator, ScriptInterruptsGoesAwayAndFloods) {
  SimulatorProcess process(quick(), R"([
    {"when":{"on":"ready"},"do":[{"go-away":"9.5s"},{"flood":"ping","count":100},{"flood":{"x":1},"count":50}]},
    {"when":{"on":"turn"},"do":{"answer":{"speed":1}}},
    {"when":{"on":"said","ms":200},"do":{"interrupt":true}}])");
  SoupClient client;
  set_up(client, developer(process));
  EXPECT_TRUE(client.next_with("\"timeLeft\": \"9.5s\""));
  for (int i = 0; i < 50; ++i)
    ASSERT_EQ(client.next()->text, "{\"x\":1}");
  client.send(question);
  const auto answer = read_answer(client);
  EXPECT_TRUE(answer.interrupted);
  EXPECT_EQ(answer.audio.size(), 9600u);
}

TEST_F(Simulator, ScriptGoesAwayAsTheServiceDoes) {
  SimulatorProcess process(
      quick(), R"([{"when":{"on":"ready"},"do":{"go-away":"0.3s","then-close":true}}])");
  SoupClient client;
  set_up(client, developer(process));
  EXPECT_TRUE(client.next_with("\"timeLeft\": \"0.3s\""));
  ASSERT_TRUE(client.wait_closed());
  EXPECT_EQ(client.close_code(), 1011);
  EXPECT_EQ(client.close_reason(), "Deadline expired before operation could complete.");
}

TEST_F(Simulator, ScriptLooksAtThePath) {
  SimulatorProcess process(quick(),
                           R"([{"when":{"on":"connect","path":"v1beta1."},"do":{"refuse":404}}])");
  SoupClient client;
  EXPECT_EQ(client.connect(vertex(process)), 404);
  set_up(client, developer(process));
}

TEST_F(Simulator, ScriptDelaysPongs) {
  SimulatorProcess process(quick(), R"([{"when":{"on":"open"},"do":{"delay-pong":200}}])");
  const ObjectPtr<GSocketClient> client(g_socket_client_new());
  g_socket_client_set_timeout(client.get(), 10);
  const ObjectPtr<GSocketConnection> connection(g_socket_client_connect_to_host(
      client.get(), "127.0.0.1", static_cast<guint16>(process.port()), nullptr, nullptr));
  ASSERT_TRUE(connection);
  auto *in = g_io_stream_get_input_stream(G_IO_STREAM(connection.get()));
  // An upgrade, and behind it a masked, empty ping.
  const auto request = "GET " + std::string(developer_path) +
                       " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                       "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAA\r\n\r\n" +
                       std::string("\x89\x80\0\0\0\0", 6);
  const auto before = std::chrono::steady_clock::now();
  ASSERT_TRUE(
      g_output_stream_write_all(g_io_stream_get_output_stream(G_IO_STREAM(connection.get())),
                                request.data(), request.size(), nullptr, nullptr, nullptr));
  std::string answer;
  char byte = 0;
  while (answer.find("\r\n\r\n\x8a") == answer.npos &&
         g_input_stream_read(in, &byte, 1, nullptr, nullptr) == 1)
    answer += byte;
  ASSERT_TRUE(answer.ends_with("\x8a")) << answer;
  EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(200));
}

TEST_F(Simulator, ScriptLeavesUsageAwayAndEndsATurnTwice) {
  SimulatorProcess process(quick(), R"([
      {"when":{"on":"turn","turn":1},"do":{"answer":{"usage":false}}},
      {"when":{"on":"turn","turn":2},"do":{"send":{"serverContent":{"turnComplete":true}}}}])");
  SoupClient client;
  set_up(client, developer(process));
  client.send(question);
  EXPECT_EQ(read_answer(client).last.find("usageMetadata"), std::string::npos);
  client.send(question);
  EXPECT_TRUE(read_answer(client).audio.empty()) << "the late end of the turn before";
  const auto second = read_answer(client);
  EXPECT_FALSE(second.audio.empty());
  EXPECT_NE(second.last.find("usageMetadata"), std::string::npos);
}

TEST_F(Simulator, ScriptStallsAndGoesOn) {
  SimulatorProcess process(quick(), R"([{"when":{"on":"turn"},"do":{"stall":"both","for":1000}}])");
  SoupClient client;
  set_up(client, developer(process));
  client.send(question);
  EXPECT_FALSE(client.next(std::chrono::milliseconds(50)));
  EXPECT_EQ(read_answer(client).audio.size(), 600u * 48);
}

TEST_F(Simulator, ScriptCallsATool) {
  SimulatorProcess process(quick(), R"([
    {"when":{"on":"turn","turn":1},"do":{"tool-call":"light","args":{"on":true},"id":"7"}},
    {"when":{"on":"turn","turn":2},"do":{"tool-call":"light","id":"8"}}])");
  SoupClient client;
  set_up(client, developer(process), transcribed);
  client.send(question);
  const auto call = client.next_with("toolCall");
  ASSERT_TRUE(call);
  EXPECT_NE(call->find("\"id\": \"7\""), call->npos);
  client.send(
      R"({"toolResponse":{"functionResponses":[{"id":"7","name":"light","response":{"output":"on"}}]}})");
  EXPECT_EQ(read_answer(client).words, "The tool has answered.");
  client.send(question);
  ASSERT_TRUE(client.next_with("toolCall"));
  client.send(question);  // interrupts, and so cancels the call
  EXPECT_TRUE(client.next_with("toolCallCancellation"));
}

TEST_F(Simulator, ScriptShapesAnswers) {
  const std::vector<std::string> styles = {R"("chunks":[7,9601])",
                                           R"("chunks":[786432],"tone":30000)",
                                           R"("parts":3,"bundle":"transcript")",
                                           R"("bundle":"end")",
                                           R"("frame":"text","fragment":100,"compact":true)",
                                           R"("url-safe":true,"escape":true)",
                                           R"("pad":1048576)",
                                           R"("extra":{"fromTheFuture":{"a":[null]}})"};
  std::string script;
  for (std::size_t i = 0; i < styles.size(); ++i)
    script += (i ? "," : "[") + std::string(R"({"when":{"on":"turn","turn":)") +
              std::to_string(i + 1) + R"(},"do":{"answer":{)" + styles[i] + "}}}";
  SimulatorProcess process(
      {"--voice", "tone", "--tone-duration", "600", "--speed", "0", "--turn-complete", "now"},
      script + "]");
  SoupClient client;
  set_up(client, developer(process), transcribed);
  std::string all;
  for (std::size_t i = 0; i < styles.size(); ++i) {
    client.send(question);
    std::string audio;
    std::string words;
    while (const auto message = client.next()) {
      audio += audio_of(message->text);
      words += text_of(message->text, "outputTranscription");
      if (message->text.find("turnComplete") != std::string::npos) break;
    }
    EXPECT_EQ(audio.size(), (i == 1 ? 30000u : 600u) * 48) << styles[i];
    EXPECT_EQ(words, "You said: what now") << styles[i];
    all += audio;
  }
  ASSERT_TRUE(finish(client, process));
  EXPECT_EQ(as_text(process.said()), all);
}

TEST_F(Simulator, ScriptLeavesTheEndsAway) {
  SimulatorProcess process(quick(), R"([{"when":{"on":"turn","turn":1},
      "do":{"answer":{"tone":60000,"generation-complete":false,"turn-complete":false}}},
      {"when":{"on":"turn","turn":2},"do":{"answer":{"reason":"RESPONSE_REJECTED"}}}])");
  SoupClient client;
  set_up(client, developer(process));
  client.send(question);
  ASSERT_TRUE(process.wait_event("generation-complete"));
  client.send(R"({"realtimeInput":{"text":"and now"}})");
  const auto first = read_answer(client);  // all of it had come, and only the interruption ends it
  EXPECT_EQ(first.audio.size(), 60000u * 48);
  EXPECT_FALSE(first.generated);
  EXPECT_TRUE(first.interrupted);
  const auto second = read_answer(client);
  EXPECT_TRUE(second.generated);
  EXPECT_NE(second.last.find("\"turnCompleteReason\": \"RESPONSE_REJECTED\""), std::string::npos);
}

TEST_F(Simulator, AWordCutShortByTheStreamsEndInterruptsToo) {
  SimulatorProcess process({"--voice", "tone", "--tone-duration", "60000", "--speed", "1"});
  SoupClient client;
  set_up(client, developer(process));
  client.send(question);
  ASSERT_TRUE(client.next_with("modelTurn"));
  client.send_audio(tone(80));
  client.send(R"({"realtimeInput":{"audioStreamEnd":true}})");
  EXPECT_TRUE(read_answer(client).interrupted);
  EXPECT_TRUE(client.next_with("modelTurn"));
}

TEST_F(Simulator, KeepsOddBytes) {
  SimulatorProcess process(quick());
  SoupClient client;
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

TEST_F(Simulator, SpeaksTls) {
  const auto certificate = fixture_path("tls/good.pem");
  SimulatorProcess process(quick({"--tls-cert", certificate, "--tls-key", certificate}));
  EXPECT_EQ(process.uri().substr(0, 6), "wss://");
  SoupClient client;
  set_up(client, developer(process), transcribed);
  client.send(question);
  EXPECT_EQ(read_answer(client).audio.size(), 600u * 48);
  client.close();
  EXPECT_TRUE(client.wait_closed());
  EXPECT_EQ(client.close_code(), 1000);
}

TEST_F(Simulator, SpeaksAloud) {
  SimulatorProcess process({"--speed", "0", "--turn-complete", "now", "--say", "Good morning."});
  SoupClient client;
  set_up(client, developer(process), transcribed);
  client.send(question);
  const auto answer = read_answer(client);
  EXPECT_EQ(answer.words, "Good morning.");
  EXPECT_GT(answer.audio.size(), 48u * 300);
}

TEST_F(Simulator, ServesManyAtOnce) {
  SimulatorProcess process(quick());
  std::vector<std::unique_ptr<SoupClient>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<SoupClient>());
    set_up(*clients.back(), developer(process));
    clients.back()->send(question);
  }
  for (const auto &client : clients)
    EXPECT_EQ(read_answer(*client).audio.size(), 600u * 48);
}

TEST_F(Simulator, StopsCleanly) {
  SimulatorProcess process(quick());
  SoupClient client;
  set_up(client, developer(process));
  EXPECT_EQ(process.stop(), 0);
  EXPECT_TRUE(client.wait_closed());
  EXPECT_EQ(client.close_code(), 1001);
}

TEST_F(Simulator, RefusesOptionsThatCannotWork) {
  EXPECT_THROW(SimulatorProcess({"--voice", "robot"}), std::runtime_error);
  EXPECT_THROW(SimulatorProcess({"--speed", "-1"}), std::runtime_error);
  EXPECT_THROW(SimulatorProcess({}, "[{}]"), std::runtime_error);
}

}  // namespace
}  // namespace gemlive::test
