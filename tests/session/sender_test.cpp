// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "sender.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "fake_transport.hpp"
#include "virtual_clock.hpp"
#include "wire.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

constexpr std::size_t chunk = 1280;  // 40 ms at 16 kHz

/// A sender with a connection to a fake server. The application's part is played by the test.
class SenderTest : public testing::Test, public Connection::Owner {
 protected:
  SenderTest() { input_queue->set_limits({.backlog = 200ms}); }

  void make() {
    sender.emplace(
        Sender::Options{.config = &config,
                        .model = "models/m",
                        .input_queue = input_queue,
                        .pictures = pictures,
                        .counters = counters,
                        .now = [this] { return clock.now(); },
                        .speech_ended = [this](std::int64_t) { ++speech_ends; },
                        .backlog_dropped = [this](auto, auto total) { dropped.push_back(total); }},
        exchange, tools);
  }
  void connect(bool without_resending = false) {
    if (!sender) make();
    sender->rewind();
    connection = std::make_unique<Connection>(
        *this, Connection::Options{
                   .setup = "the setup",
                   .counters = counters,
                   .make_transport = [this](auto &listener) { return server.make(listener); }});
    connection->open({.url = "ws://fake"});
    server.open();
    server.say(R"({"setupComplete":{}})");
    server.messages.clear();
    sender->begin(*connection, {.without_resending = without_resending});
  }
  void lose() {
    sender->end();
    exchange.disconnected(clock.now());
    connection.reset();
  }
  void push(std::int16_t level) {
    const std::vector<std::int16_t> samples(chunk / 2, level);
    auto bytes = std::as_bytes(std::span(samples));
    input_queue->push_audio(bytes, 16000, input::Overflow::drop_oldest);
  }
  void speak() { push(8000); }
  std::ptrdiff_t sent(const std::string &part) const {
    return std::ranges::count_if(
        server.messages, [&](const auto &text) { return text.find(part) != std::string::npos; });
  }

  void on_setup_complete(const SetupComplete &) override {}
  void on_events(std::span<const ServerEvent>, const Message &) override {}
  void on_bad_message(const Error &) override {}
  void on_writable() override {}
  void on_end(const Error &) override {}

  VirtualClock clock;
  Config config;
  FakeServer server;
  std::shared_ptr<Counters> counters = std::make_shared<Counters>();
  std::shared_ptr<InputQueue> input_queue = std::make_shared<InputQueue>([] {});
  std::shared_ptr<PictureSlot> pictures = std::make_shared<PictureSlot>([] {});
  std::shared_ptr<PendingToolCalls> calls = std::make_shared<PendingToolCalls>();
  int speech_ends = 0;
  std::vector<std::chrono::nanoseconds> dropped;
  Exchange exchange{{}};
  ToolCallHandler tools{{.calls = calls,
                         .input_queue = input_queue,
                         .functions = {"f"},
                         .now = [this] { return clock.now(); }},
                        exchange};
  std::unique_ptr<Connection> connection;
  std::optional<Sender> sender;
};

TEST_F(SenderTest, SendsAsMuchAsTheConnectionTakes) {
  make();
  speak();
  EXPECT_TRUE(sender->has_unsent());
  EXPECT_TRUE(sender->drain()) << "nothing is blocked without a connection";
  EXPECT_EQ(sender->unsent_duration(), 40ms);
  connect();
  server.writable = false;
  EXPECT_FALSE(sender->drain());
  EXPECT_TRUE(server.messages.empty());
  server.writable = true;
  speak();
  EXPECT_TRUE(sender->drain());
  EXPECT_EQ(sent("audio/pcm"), 2);
  EXPECT_FALSE(sender->has_unsent());
  EXPECT_EQ(sender->unsent_duration(), 0ms);
  EXPECT_EQ(input_queue->stats().sent, 2 * chunk);
  server.writable = false;
  EXPECT_TRUE(sender->drain()) << "nothing waits";
}

TEST_F(SenderTest, AudioWithNothingInFrontIsSentAtOnce) {
  connect();
  push(0);
  EXPECT_TRUE(sender->send_audio());
  EXPECT_FALSE(exchange.owed());
  speak();
  speak();
  EXPECT_TRUE(sender->send_audio());
  EXPECT_EQ(sent("audio/pcm"), 3);
  EXPECT_TRUE(exchange.owed());
  EXPECT_EQ(speech_ends, 2);
  EXPECT_EQ(sender->last_asked(), clock.now());
  EXPECT_EQ(input_queue->stats().sent, 3 * chunk);
  EXPECT_FALSE(sender->send_audio()) << "none waits: something else woke the session";
  lose();
  connect();
  sender->drain();
  EXPECT_EQ(sent("audio/pcm"), 3) << "it is resent like all other audio";
}

TEST_F(SenderTest, AudioBehindOtherInputIsLeftToDrain) {
  make();
  speak();
  EXPECT_FALSE(sender->send_audio()) << "no connection";
  connect();
  server.writable = false;
  EXPECT_FALSE(sender->send_audio()) << "the socket takes nothing";
  server.writable = true;
  EXPECT_TRUE(sender->send_audio());

  input_queue->push(input::TypedText{"typed"});
  speak();
  EXPECT_FALSE(sender->send_audio()) << "behind the text";
  EXPECT_EQ(sent("audio/pcm"), 1);
  sender->drain();
  speak();
  input_queue->push(input::AudioStreamEnd{});
  EXPECT_FALSE(sender->send_audio()) << "the mark is left";
  EXPECT_EQ(sent("audio/pcm"), 3);
  EXPECT_EQ(sent("audioStreamEnd"), 0);
  sender->drain();
  EXPECT_EQ(sent("audioStreamEnd"), 1);

  lose();
  connect();
  speak();
  EXPECT_FALSE(sender->send_audio()) << "behind what is resent";
  EXPECT_EQ(sent("audio/pcm"), 0);
  sender->drain();
  EXPECT_EQ(sent("audio/pcm"), 4);
}

TEST_F(SenderTest, ALongBufferIsLeftToDrain) {
  input_queue->set_limits({.backlog = 10s});
  connect();
  for (int i = 0; i < 5; ++i)
    speak();
  EXPECT_FALSE(sender->send_audio());
  EXPECT_EQ(sent("audio/pcm"), 4);
  EXPECT_TRUE(sender->send_audio());
}

TEST_F(SenderTest, DropsAreReportedBeforeAudioIsSent) {
  connect();
  for (int i = 0; i < 6; ++i)
    speak();  // the backlog has room for five
  EXPECT_FALSE(sender->send_audio());
  EXPECT_TRUE(server.messages.empty());
  sender->drain();
  EXPECT_EQ(dropped.size(), 1u);
  EXPECT_EQ(sent("audio/pcm"), 5);
}

TEST_F(SenderTest, TheFirstAudioOfAnActivityIsLeftToDrain) {
  config.activity_detection.set(ActivityDetection::manual);
  connect();
  speak();
  EXPECT_FALSE(sender->send_audio());
  sender->drain();
  EXPECT_EQ(sent("activityStart"), 1);
  speak();
  EXPECT_TRUE(sender->send_audio());
  EXPECT_EQ(sent("activityStart"), 1);
  EXPECT_EQ(sent("audio/pcm"), 2);
}

TEST_F(SenderTest, AMessageAsksAndIsResentAsItSays) {
  connect();
  input_queue->push(input::Message{.text = "picture", .is_resendable = false});
  input_queue->push(input::Message{.text = "update", .functions = {"newer"}});
  sender->drain();
  EXPECT_FALSE(exchange.owed());
  input_queue->push(input::Message{.text = "question", .wants_answer = true});
  sender->drain();
  EXPECT_TRUE(exchange.owed());
  EXPECT_EQ(speech_ends, 1);
  EXPECT_EQ(server.messages, (Texts{"picture", "update", "question"}));
  EXPECT_TRUE(tools.accept({.id = "1", .name = "newer"})) << "it is declared now";
  EXPECT_TRUE(tools.accept({.id = "2", .name = "f"})) << "the service may not know it yet";
  lose();
  connect();
  sender->drain();
  EXPECT_EQ(server.messages, (Texts{"update", "question"}));
}

TEST_F(SenderTest, KnowsWhenTheInputWasSaidAlsoOnTheNextConnection) {
  input_queue->set_limits({.backlog = 10s});
  connect();
  const auto push_at = [&](std::chrono::nanoseconds said_at, std::int16_t level) {
    const std::vector<std::int16_t> samples(chunk / 2, level);
    auto bytes = std::as_bytes(std::span(samples));
    input_queue->push_audio(bytes, 16000, input::Overflow::drop_oldest, {}, said_at);
  };
  for (int i = 0; i < 100; ++i)
    push_at(i * 40ms, 0);
  sender->drain();
  push_at(4s, 8000);
  sender->drain();
  EXPECT_EQ(sender->said_at(4s), input::SaidAt(4s));
  lose();
  connect();
  sender->drain();
  EXPECT_EQ(sender->said_at(0s), input::SaidAt(4s - 200ms)) << "older quiet is not resent";
  EXPECT_EQ(sender->said_at(200ms), input::SaidAt(4s));
  push_at(10s, 8000);
  sender->drain();
  EXPECT_EQ(sender->said_at(240ms), input::SaidAt(10s));
}

TEST_F(SenderTest, TellsExchangeWhatAsks) {
  connect();
  push(0);
  input_queue->push(input::TypedText{"more follows", false});
  sender->drain();
  EXPECT_FALSE(exchange.owed());
  EXPECT_EQ(speech_ends, 0);
  EXPECT_EQ(sender->last_asked(), 0);
  speak();
  sender->drain();
  EXPECT_TRUE(exchange.owed());
  EXPECT_EQ(speech_ends, 1);
  EXPECT_EQ(sender->last_asked(), clock.now());
  exchange.give_up_question(clock.now());
  input_queue->push(input::TypedText{"a question"});
  sender->drain();
  EXPECT_TRUE(exchange.owed());
}

TEST_F(SenderTest, TheUserSpeaksUntilHalfASecondAfterTheLastSpeech) {
  connect();
  EXPECT_FALSE(sender->is_speaking());
  speak();
  sender->drain();
  EXPECT_TRUE(sender->is_speaking());
  clock.advance(500ms);
  EXPECT_FALSE(sender->is_speaking());
  input_queue->push(input::ActivityStart{});
  EXPECT_TRUE(sender->is_speaking());
}

TEST_F(SenderTest, WhatHasNoAnswerIsResentBeforeNewInput) {
  connect();
  input_queue->push(input::TypedText{"first"});
  speak();
  sender->drain();
  lose();
  EXPECT_TRUE(sender->has_resends());
  input_queue->push(input::TypedText{"second"});
  connect();
  EXPECT_TRUE(sender->has_unsent());
  sender->drain();
  ASSERT_EQ(server.messages.size(), 3u);
  EXPECT_NE(server.messages[0].find("first"), std::string::npos);
  EXPECT_NE(server.messages[1].find("audio/pcm"), std::string::npos);
  EXPECT_NE(server.messages[2].find("second"), std::string::npos);
  EXPECT_EQ(counters->resent, chunk);
  EXPECT_TRUE(exchange.owed());
}

TEST_F(SenderTest, WhatIsAnsweredOrGivenUpIsNotResent) {
  for (const bool is_answered : {true, false}) {
    connect();
    input_queue->push(input::TypedText{"a question"});
    sender->drain();
    if (is_answered) {
      exchange.content(clock.now());
      exchange.turn_complete(false, false, clock.now());
      sender->acknowledge();
    } else {
      exchange.give_up_question(clock.now());
      sender->give_up();
    }
    lose();
    EXPECT_FALSE(sender->has_resends());
    connect();
    sender->drain();
    EXPECT_TRUE(server.messages.empty());
    lose();
  }
}

TEST_F(SenderTest, KeepsUnansweredInputOnARungThatResendsNothing) {
  connect();
  input_queue->push(input::TypedText{"a question"});
  sender->drain();
  lose();
  connect(true);
  EXPECT_FALSE(sender->has_unsent());
  sender->drain();
  EXPECT_TRUE(server.messages.empty());
  lose();
  connect();
  sender->drain();
  EXPECT_EQ(sent("a question"), 1);
}

TEST_F(SenderTest, WhilePausedNothingIsResentAndNewerInputWaits) {
  input::Producer producer;
  input_queue->claim_audio(producer);
  connect();
  speak();
  sender->drain();
  lose();
  input_queue->set_paused(producer, true);
  input_queue->push(input::TypedText{"newer"});
  connect();
  EXPECT_TRUE(sender->drain()) << "the connection is not at fault";
  EXPECT_TRUE(server.messages.empty());
  input_queue->set_paused(producer, false);
  sender->drain();
  ASSERT_EQ(server.messages.size(), 2u);
  EXPECT_NE(server.messages[0].find("audio/pcm"), std::string::npos);
}

TEST_F(SenderTest, ThePictureIntervalKeepsTheNewest) {
  config.picture_interval.set(1s);
  connect();
  for (const auto byte : {1, 2, 3}) {
    pictures->push({std::byte(byte)});
    sender->drain();
  }
  EXPECT_EQ(server.messages, Texts{wire::encode_picture(std::vector{std::byte{1}})});
  clock.advance(1s);
  EXPECT_EQ(server.messages.back(), wire::encode_picture(std::vector{std::byte{3}}));
  EXPECT_EQ(server.messages.size(), 2u);
  EXPECT_FALSE(exchange.owed());
  lose();
  connect();
  sender->drain();
  EXPECT_TRUE(server.messages.empty()) << "pictures are not resent";
}

TEST_F(SenderTest, ManualAudioIsInsideAnActivity) {
  config.activity_detection.set(ActivityDetection::manual);
  connect();
  speak();
  input_queue->push(input::ActivityStart{});
  speak();
  input_queue->push(input::ActivityEnd{});
  sender->drain();
  ASSERT_EQ(server.messages.size(), 4u);
  EXPECT_EQ(server.messages.front(), wire::encode_activity_start());
  EXPECT_EQ(server.messages.back(), wire::encode_activity_end());
}

TEST_F(SenderTest, AnAnswerToACancelledCallIsNotSent) {
  connect();
  tools.accept({.id = "1", .name = "f"});
  tools.accept({.id = "2", .name = "f"});
  for (const auto *id : {"1", "2"})
    input_queue->push(input::ToolResponse{.message = std::string("answer ") + id,
                                          .call = *calls->answer(id, "f", false)});
  tools.cancel("1");
  sender->drain();
  EXPECT_EQ(server.messages, Texts{"answer 2"});
  EXPECT_EQ(calls->count(), 0u);
  EXPECT_TRUE(exchange.owed()) << "the model goes on with it";
}

TEST_F(SenderTest, DropsAreReportedAtOnceAndThenOnceASecond) {
  make();
  for (int i = 0; i < 7; ++i)
    speak();
  sender->drain();
  EXPECT_EQ(dropped, std::vector<std::chrono::nanoseconds>{80ms});
  speak();
  sender->drain();
  EXPECT_EQ(dropped.size(), 1u);
  clock.advance(1s);
  EXPECT_EQ(dropped, (std::vector<std::chrono::nanoseconds>{80ms, 120ms}));
  speak();
  sender->stop();
  clock.advance(2s);
  EXPECT_EQ(dropped.size(), 2u);
}

}  // namespace
}  // namespace gemlive::test
