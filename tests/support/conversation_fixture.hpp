// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base64.hpp"
#include "conversation.hpp"
#include "fake_transport.hpp"
#include "platform.hpp"
#include "wait.hpp"

namespace gemlive::test {

inline std::string audio_of(std::size_t bytes) {
  std::string data(base64::encoded_size(bytes), '\0');
  base64::encode(std::vector<std::byte>(bytes), data.data());
  return R"({"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm","data":")" +
         data + R"("}}]}}})";
}

/// Conversations on a fake service that confirms the setup and answers the end of the audio with
/// 100 ms of it.
struct ConversationTest : testing::Test {
  ConversationTest() {
    config.uri.set("ws://127.0.0.1:9");
    platform.environment = [](const char *) { return std::string(); };
    platform.make_transport = [this](Transport::Listener &listener, Log) {
      auto server = std::make_shared<FakeServer>();
      server->on_message = [this](FakeServer &from, const std::string &message) {
        ++messages;
        if (on_message)
          on_message(from, message);
        else
          answer(from, message);
      };
      auto transport = server->make(listener);
      server->open_later([this] { return opens.load(); });
      ++made;
      return std::unique_ptr<Transport>(new Owner(std::move(transport), server, *this));
    };
  }

  /// Transports on the I/O thread still refer to the test.
  void TearDown() override {
    EXPECT_TRUE(wait_until([&] { return destroyed == made; }));
  }

  /// Keeps the server as long as the transport lives.
  struct Owner final : Transport {
    Owner(std::unique_ptr<Transport> real, std::shared_ptr<FakeServer> to, ConversationTest &owner)
        : server(std::move(to)), transport(std::move(real)), test(owner) {}
    ~Owner() override {
      transport.reset();
      ++test.destroyed;
    }
    void connect(const Request &request) override { transport->connect(request); }
    bool can_send() override { return transport->can_send(); }
    void send(const std::string &text) override {
      if (test.on_sent) test.on_sent(text);
      transport->send(text);
    }
    void close(int code, const std::string &reason) override {
      test.closed_with = code;
      transport->close(code, reason);
    }
    std::shared_ptr<FakeServer> server;
    std::unique_ptr<Transport> transport;
    ConversationTest &test;
  };

  static bool has(const std::string &message, const char *field) {
    return message.find(field) != std::string::npos;
  }
  static void answer(FakeServer &server, const std::string &message) {
    if (has(message, R"("setup")")) server.say(R"({"setupComplete":{}})");
    if (has(message, "audioStreamEnd") || has(message, "activityEnd") ||
        has(message, R"("turnComplete":true)")) {
      server.say(audio_of(4800));
      server.say(R"({"serverContent":{"generationComplete":true}})");
      server.say(R"({"serverContent":{"turnComplete":true}})");
    }
  }

  static input::PushResult push(InputSource &input, std::size_t bytes,
                                input::Overflow overflow = input::Overflow::block) {
    const std::vector<std::int16_t> samples(bytes / 2, 8000);
    auto all = std::as_bytes(std::span(samples));
    return input.push_audio(all, 16000, overflow);
  }

  static bool is_over(InputSource &input) {
    return wait_until([&] { return input.has_conversation_ended(); });
  }

  const std::string name = "test";
  Config config;
  Platform platform;
  std::atomic<bool> opens = true;
  std::function<void(FakeServer &, const std::string &)> on_message = {};
  /// Called where a message is sent: on the I/O thread, or on one that has borrowed it.
  std::function<void(const std::string &)> on_sent = {};
  std::atomic<int> made = 0, destroyed = 0, closed_with = 0, messages = 0;
};

}  // namespace gemlive::test
