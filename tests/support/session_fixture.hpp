// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base64.hpp"
#include "fake_transport.hpp"
#include "main_loop.hpp"
#include "session.hpp"

namespace gemlive::test {

using namespace std::chrono_literals;

using Bytes = std::vector<std::byte>;

constexpr std::size_t chunk = 1280;  // 40 ms at 16 kHz
constexpr std::int64_t ms_in_us = 1000;

inline std::string content(const std::string &fields) {
  return R"({"serverContent":{)" + fields + "}}";
}
inline std::string audio(std::size_t bytes, int rate = 24000, std::byte value = std::byte{0x5a}) {
  std::string data(base64::encoded_size(bytes), '\0');
  base64::encode(Bytes(bytes, value), data.data());
  return content(R"("modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm;rate=)" +
                 std::to_string(rate) + R"(","data":")" + data + R"("}}]})");
}
inline std::string said(const std::string &transcript) {
  return content(R"("outputTranscription":{"text":")" + transcript + R"("})");
}
inline std::string heard(const std::string &transcript) {
  return content(R"("inputTranscription":{"text":")" + transcript + R"("})");
}
inline const std::string setup_complete = R"({"setupComplete":{"sessionId":"s-1"}})";
inline const std::string generation_complete = content(R"("generationComplete":true)");
inline const std::string turn_complete = content(R"("turnComplete":true)");
inline const std::string interrupted = content(R"("interrupted":true)");

/// A session on this thread and its main context, with a scripted server and a simulated clock.
struct SessionTest : testing::Test {
  SessionTest() { config.eos_timeout.set(20s); }

  void start() {
    streams->audio.attach();
    session.emplace(
        Session::Options{.config = config,
                         .endpoint = {.url = url, .model = model, .service = service},
                         .setup = setup,
                         .input_queue = input_queue,
                         .inputs = inputs,
                         .pictures = pictures,
                         .tool_calls = tool_calls,
                         .functions = {"weather", "f", "g"},
                         .streams = streams,
                         .counters = counters,
                         .make_transport = [this](auto &listener) { return server.make(listener); },
                         .notify = [this](const Notice &notice) { notices.push_back(notice); },
                         .now = time,
                         .seed = 53174});  // short first delays: 318 ms in all
    session->start();
  }
  void connect() {
    start();
    server.open();
    server.say(setup_complete);
    server.messages.clear();
    notices.clear();
  }

  /// Pushes audio of the user, and lets the session send it.
  void push(std::int16_t level, std::size_t bytes = chunk) {
    std::vector<std::int16_t> samples(bytes / 2, level);
    auto all = std::as_bytes(std::span(samples));
    ASSERT_EQ(input_queue->push_audio(all, 16000, input::Overflow::drop_oldest),
              input::PushResult::ok);
    send_input();
  }
  /// As SessionHost after a push.
  void send_input() {
    if (!session->send_audio()) session->drain();
  }
  void speak() { push(8000); }
  void end_input() {
    input_queue->push(input::EndOfInput{});
    send_input();
  }
  void answer(std::size_t bytes = 4800) {
    server.say(audio(bytes));
    server.say(generation_complete);
    server.say(turn_complete);
  }

  template <typename Body>
  std::vector<Body> notices_of() const {
    std::vector<Body> events;
    for (const auto &notice : notices)
      if (const auto *event = std::get_if<Body>(&notice.body)) events.push_back(*event);
    return events;
  }
  template <typename Body>
  unsigned turn_of_first() const {
    for (const auto &notice : notices)
      if (std::holds_alternative<Body>(notice.body)) return notice.turn;
    return 0;
  }
  bool is_over() { return input_queue->is_closed(); }
  output::Kind head() { return streams->audio.wait(2, g_get_monotonic_time()).kind; }

  Config config;
  Service service = Service::developer;
  std::string setup = "the setup";
  std::string url = "ws://fake";
  std::string model = "models/gemini-3.8-live";
  std::int64_t now = g_get_monotonic_time();
  std::function<std::int64_t()> time = [this] { return now; };
  FakeServer server;
  std::vector<Notice> notices;
  std::shared_ptr<InputQueue> input_queue = std::make_shared<InputQueue>([] {});
  std::shared_ptr<InputRegistry> inputs = std::make_shared<InputRegistry>([] {});
  std::shared_ptr<PictureSlot> pictures = std::make_shared<PictureSlot>([] {});
  std::shared_ptr<PendingToolCalls> tool_calls = std::make_shared<PendingToolCalls>();
  std::shared_ptr<OutputStreams> streams = std::make_shared<OutputStreams>();
  std::shared_ptr<Counters> counters = std::make_shared<Counters>();
  std::optional<Session> session;
};

}  // namespace gemlive::test
