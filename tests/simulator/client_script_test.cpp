// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The actions of a script, over a WebSocket.

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "simulator_client.hpp"
#include "simulator_fixture.hpp"
#include "simulator_process.hpp"

namespace gemlive::test {
namespace {

TEST(ClientScript, RefusesTheFirstConnectionOnly) {
  SimulatorProcess process(quick(), R"([{"when":{"on":"connect","session":1},
      "do":{"refuse":503,"headers":{"Retry-After":"1"},"body":"later"}}])");
  SimulatorClient first;
  EXPECT_EQ(first.connect(developer(process)), 503);
  EXPECT_EQ(process.wait_event("refused")->number("status"), 503);
  SimulatorClient second;
  set_up(second, developer(process));
}

TEST(ClientScript, WithholdsSetupComplete) {
  SimulatorProcess process(
      quick(), R"([{"when":{"on":"setup"},"do":[{"withhold":true},{"send":{"later":1}}]}])");
  SimulatorClient client;
  ASSERT_EQ(client.connect(developer(process)), 101);
  client.send(plain);
  const auto message = client.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->text, "{\n  \"later\": 1\n}\n");
}

TEST(ClientScript, ClosesAndDrops) {
  SimulatorProcess process(quick(), R"([
    {"when":{"on":"ready","session":1},"do":{"close":1011,"reason":"Internal error occurred."}},
    {"when":{"on":"said","session":2,"ms":200},"do":{"drop":"reset"}},
    {"when":{"on":"ready","session":3,"after":20},"do":{"drop":"end"}},
    {"when":{"on":"ready","session":4},"do":[{"send":{"a":"aaaaaaaaaa"},"cut":8},{"drop":"end"}]}])");
  SimulatorClient one;
  set_up(one, developer(process));
  EXPECT_TRUE(one.wait_closed());
  EXPECT_EQ(one.close_code(), 1011);
  EXPECT_EQ(one.close_reason(), "Internal error occurred.");
  SimulatorClient two;
  set_up(two, developer(process));
  two.send(question);
  EXPECT_TRUE(two.wait_closed());
  ASSERT_TRUE(process.wait_event("closed", 1));
  EXPECT_EQ(process.count("generation-complete"), 0u);
  for (int i = 0; i < 2; ++i) {
    SimulatorClient more;
    set_up(more, developer(process));
    EXPECT_TRUE(more.wait_closed());
    EXPECT_FALSE(more.next());  // a cut message is not delivered
  }
  EXPECT_EQ(process.wait_event("closed", 3)->number("code"), 1006);
}

TEST(ClientScript, InterruptsGoesAwayAndFloods) {
  SimulatorProcess process(quick(), R"([
    {"when":{"on":"ready"},"do":[{"go-away":"9.5s"},{"flood":"ping","count":100},{"flood":{"x":1},"count":50}]},
    {"when":{"on":"turn"},"do":{"answer":{"speed":1}}},
    {"when":{"on":"said","ms":200},"do":{"interrupt":true}}])");
  SimulatorClient client;
  set_up(client, developer(process));
  EXPECT_TRUE(client.next_with("\"timeLeft\": \"9.5s\""));
  for (int i = 0; i < 50; ++i)
    ASSERT_EQ(client.next()->text, "{\"x\":1}");
  client.send(question);
  const auto answer = read_answer(client);
  EXPECT_TRUE(answer.interrupted);
  EXPECT_EQ(answer.audio.size(), 9600u);
}

TEST(ClientScript, GoAwayThenCloses) {
  SimulatorProcess process(
      quick(), R"([{"when":{"on":"ready"},"do":{"go-away":"0.3s","then-close":true}}])");
  SimulatorClient client;
  set_up(client, developer(process));
  EXPECT_TRUE(client.next_with("\"timeLeft\": \"0.3s\""));
  ASSERT_TRUE(client.wait_closed());
  EXPECT_EQ(client.close_code(), 1011);
  EXPECT_EQ(client.close_reason(), "Deadline expired before operation could complete.");
}

TEST(ClientScript, StepDependsOnThePath) {
  SimulatorProcess process(quick(),
                           R"([{"when":{"on":"connect","path":"v1beta1."},"do":{"refuse":404}}])");
  SimulatorClient client;
  EXPECT_EQ(client.connect(vertex(process)), 404);
  set_up(client, developer(process));
}

TEST(ClientScript, DelaysPongs) {
  SimulatorProcess process(quick(), R"([{"when":{"on":"open"},"do":{"delay-pong":200}}])");
  const ObjectPtr<GSocketClient> client(g_socket_client_new());
  g_socket_client_set_timeout(client.get(), 10);
  const ObjectPtr<GSocketConnection> connection(g_socket_client_connect_to_host(
      client.get(), "127.0.0.1", static_cast<guint16>(process.port()), nullptr, nullptr));
  ASSERT_TRUE(connection);
  auto *in = g_io_stream_get_input_stream(G_IO_STREAM(connection.get()));
  // An upgrade request, followed by a masked, empty ping.
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

TEST(ClientScript, LeavesOutUsageAndEndsATurnTwice) {
  SimulatorProcess process(quick(), R"([
      {"when":{"on":"turn","turn":1},"do":{"answer":{"usage":false}}},
      {"when":{"on":"turn","turn":2},"do":{"send":{"serverContent":{"turnComplete":true}}}}])");
  SimulatorClient client;
  set_up(client, developer(process));
  client.send(question);
  EXPECT_EQ(read_answer(client).last.find("usageMetadata"), std::string::npos);
  client.send(question);
  EXPECT_TRUE(read_answer(client).audio.empty()) << "the late end of the turn before";
  const auto second = read_answer(client);
  EXPECT_FALSE(second.audio.empty());
  EXPECT_NE(second.last.find("usageMetadata"), std::string::npos);
}

TEST(ClientScript, StallsAndContinues) {
  SimulatorProcess process(quick(), R"([{"when":{"on":"turn"},"do":{"stall":"both","for":1000}}])");
  SimulatorClient client;
  set_up(client, developer(process));
  client.send(question);
  EXPECT_FALSE(client.next(std::chrono::milliseconds(50)));
  EXPECT_EQ(read_answer(client).audio.size(), 600u * 48);
}

TEST(ClientScript, CallsATool) {
  SimulatorProcess process(quick(), R"([
    {"when":{"on":"turn","turn":1},"do":{"tool-call":"light","args":{"on":true},"id":"7"}},
    {"when":{"on":"turn","turn":2},"do":{"tool-call":"light","id":"8"}}])");
  SimulatorClient client;
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
  client.send(question);  // interrupts, which cancels the call
  EXPECT_TRUE(client.next_with("toolCallCancellation"));
}

TEST(ClientScript, AnswersAResponseThatContinuesAfterItsLastPart) {
  SimulatorProcess process(quick(), R"([{"when":{"on":"turn"},"do":{"tool-call":"wind","id":"7"}}])");
  SimulatorClient client;
  set_up(client, developer(process), transcribed);
  client.send(question);
  ASSERT_TRUE(client.next_with("toolCall"));
  const std::string response =
      R"({"toolResponse":{"functionResponses":[{"id":"7","name":"wind","response":{"speed":7})";
  client.send(response + R"(,"willContinue":true}]}})");
  EXPECT_FALSE(client.next(std::chrono::milliseconds(50)));
  client.send(response + "}]}}");
  EXPECT_EQ(read_answer(client).words, "The tool has answered.");
}

TEST(ClientScript, CallsAToolInParts) {
  SimulatorProcess process(quick(), R"([{"when":{"on":"turn","turn":1},
      "do":{"tool-call":"play","args":{"song":"Blue Moon","times":2},"partial":3}}])");
  SimulatorClient client;
  set_up(client, vertex(process),
         R"({"setup":{"model":"publishers/google/models/m","outputAudioTranscription":{}}})");
  client.send(question);
  const auto first = client.next_with("toolCall");
  ASSERT_TRUE(first);
  EXPECT_NE(first->find("\"name\": \"play\""), first->npos) << *first;
  std::string song;
  std::string last;
  for (int i = 0; i < 4; ++i) {
    last = client.next_with("partialArgs").value_or("");
    const std::string key = "\"stringValue\": \"";
    const auto at = last.find(key);
    if (at == last.npos) continue;
    song += last.substr(at + key.size(), last.find('"', at + key.size()) - at - key.size());
  }
  EXPECT_EQ(song, "Blue Moon");
  EXPECT_NE(last.find("\"numberValue\": 2"), last.npos) << last;
  EXPECT_EQ(last.find("willContinue"), last.npos) << last;
  client.send(
      R"({"toolResponse":{"functionResponses":[{"name":"play","response":{"output":"on"}}]}})");
  EXPECT_EQ(read_answer(client).words, "The tool has answered.");
}

TEST(ClientScript, SendsAnErrorInPlaceOfSetupComplete) {
  SimulatorProcess process(quick(), R"([
    {"when":{"on":"setup","session":1},"do":[{"error":429,"message":"Quota exceeded.","status":"RESOURCE_EXHAUSTED"},
                                             {"close":1011}]},
    {"when":{"on":"turn","session":2},"do":{"error":13}}])");
  SimulatorClient first;
  ASSERT_EQ(first.connect(developer(process)), 101);
  first.send(plain);
  EXPECT_EQ(first.next()->text,
            "{\n  \"error\": {\n    \"code\": 429,\n    \"message\": \"Quota exceeded.\",\n"
            "    \"status\": \"RESOURCE_EXHAUSTED\"\n  }\n}\n");
  EXPECT_TRUE(first.wait_closed());
  SimulatorClient second;
  set_up(second, developer(process));
  second.send(question);
  EXPECT_TRUE(second.next_with("\"code\": 13"));
  EXPECT_TRUE(read_answer(second).generated);
}

TEST(ClientScript, InterruptsWithoutTurnComplete) {
  SimulatorProcess process(quick(), R"([
    {"when":{"on":"turn","turn":1},"do":{"answer":{"speed":1,"interrupted-complete":false}}},
    {"when":{"on":"turn","turn":2},"do":{"answer":{"speed":1}}},
    {"when":{"on":"said","turn":2,"ms":200},"do":{"interrupt":true,"turn-complete":false}},
    {"when":{"on":"said","turn":2,"ms":200,"after":50},"do":{"say":"And now?"}}])");
  SimulatorClient client;
  set_up(client, developer(process), transcribed);
  client.send(question);
  ASSERT_TRUE(client.next_with("modelTurn"));
  client.send(question);
  for (int turn = 1; turn <= 2; ++turn) {
    const auto interrupted = client.next_with("interrupted");
    ASSERT_TRUE(interrupted);
    EXPECT_EQ(interrupted->find("turnComplete"), interrupted->npos);
    const auto next = client.next();
    ASSERT_TRUE(next);
    EXPECT_EQ(next->text.find("turnComplete"), std::string::npos) << next->text;
    if (turn == 2) {
      EXPECT_EQ(text_of(next->text, "outputTranscription") + read_answer(client).words, "And now?");
    }
  }
  ASSERT_TRUE(finish(client, process));
  EXPECT_EQ(process.count("interrupted"), 2u);
  EXPECT_EQ(process.count("turn-complete"), 1u);
}

TEST(ClientScript, SaysMoreAfterAnInterimAnswer) {
  SimulatorProcess process(quick({"--say", "no"}), R"([
    {"when":{"on":"turn","turn":1},"do":{"answer":{"say":"One moment.","status":"IN_PROGRESS"}}},
    {"when":{"on":"complete","turn":1,"after":100},"do":{"say":"It is ten o'clock."}},
    {"when":{"on":"turn","turn":2},"do":{"answer":{"status":"IDLE","reason":"NEED_MORE_INPUT"}}}])");
  SimulatorClient client;
  set_up(client, developer(process), transcribed);
  client.send(question);
  const auto first = read_answer(client);
  EXPECT_EQ(first.words, "One moment.");
  EXPECT_NE(first.last.find("\"interactionStatus\": \"IN_PROGRESS\""), first.last.npos)
      << first.last;
  const auto second = read_answer(client);
  EXPECT_NE(second.last.find("\"interactionStatus\": \"IDLE\""), second.last.npos) << second.last;
  EXPECT_NE(second.last.find("NEED_MORE_INPUT"), second.last.npos) << second.last;
}

TEST(ClientScript, DelaysHandles) {
  SimulatorProcess process(quick(), R"([{"when":{"on":"ready"},"do":{"delay-handle":300}}])");
  SimulatorClient client;
  set_up(client, developer(process), R"({"setup":{"model":"models/m","sessionResumption":{}}})");
  ASSERT_TRUE(client.next_with("newHandle"));
  client.send(question);
  ASSERT_TRUE(client.next_with("turnComplete"));
  EXPECT_FALSE(client.next(std::chrono::milliseconds(100)));
  EXPECT_TRUE(client.next_with("newHandle"));
  client.send(question);
  ASSERT_TRUE(client.next_with("turnComplete"));
  client.send(question);  // a turn begins before the handle is due
  const auto next = client.next();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->text.find("newHandle"), std::string::npos) << next->text;
}

TEST(ClientScript, ShapesAnswers) {
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
  SimulatorClient client;
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

TEST(ClientScript, LeavesOutTheEnds) {
  SimulatorProcess process(quick(), R"([{"when":{"on":"turn","turn":1},
      "do":{"answer":{"tone":60000,"generation-complete":false,"turn-complete":false}}},
      {"when":{"on":"turn","turn":2},"do":{"answer":{"reason":"RESPONSE_REJECTED"}}}])");
  SimulatorClient client;
  set_up(client, developer(process));
  client.send(question);
  ASSERT_TRUE(process.wait_event("generation-complete"));
  client.send(R"({"realtimeInput":{"text":"and now"}})");
  const auto first =
      read_answer(client);  // all audio has arrived; only the interruption ends the turn
  EXPECT_EQ(first.audio.size(), 60000u * 48);
  EXPECT_FALSE(first.generated);
  EXPECT_TRUE(first.interrupted);
  const auto second = read_answer(client);
  EXPECT_TRUE(second.generated);
  EXPECT_NE(second.last.find("\"turnCompleteReason\": \"RESPONSE_REJECTED\""), std::string::npos);
}

}  // namespace
}  // namespace gemlive::test
