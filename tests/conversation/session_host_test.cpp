// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "session_host.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "conversation_fixture.hpp"
#include "read_file.hpp"
#include "recording_listener.hpp"
#include "temp_folder.hpp"
#include "wire.hpp"

using namespace gemlive;
using namespace gemlive::test;
using namespace std::chrono_literals;

namespace {

struct SessionHostTest : ConversationTest {
  void prepare() {
    host = *SessionHost::prepare(config, platform, {});
    ASSERT_TRUE(host->dispatcher().add(listener, &listener));
  }
  void begin() {
    prepare();
    host->begin();
  }
  void type(const char *text) { host->input_queue().push(input::TypedText{text, true}); }
  void TearDown() override {
    if (host) host->end();
    ConversationTest::TearDown();
  }

  RecordingListener listener;
  std::shared_ptr<SessionHost> host;
};

TEST_F(SessionHostTest, PreparingReportsBadSettings) {
  auto refused = SessionHost::prepare({}, platform, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::not_authorized) << "no key, and no server";
  config.setup.set("{");
  refused = SessionHost::prepare(config, platform, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::bad_setting);
}

TEST_F(SessionHostTest, TheCaptureIsCompleteWhenItHasEnded) {
  const TempFolder folder;
  config.capture_location.set(folder / "none/a.log");
  const auto refused = SessionHost::prepare(config, platform, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::bad_setting);
  config.capture_location.set(folder / "a.log");
  begin();
  ASSERT_TRUE(listener.wait_for<notice::Connected>());
  host->end();
  const auto text = read_file(folder / "a.log");
  EXPECT_EQ(text[0], '>');
  EXPECT_NE(text.find("\"setup\""), text.npos);
  EXPECT_NE(text.find("\n<"), text.npos) << "setupComplete";
}

TEST_F(SessionHostTest, ConnectsWhenItBegins) {
  prepare();
  EXPECT_EQ(*host->config().uri, *config.uri);
  EXPECT_EQ(made, 0) << "preparing does not connect";
  EXPECT_EQ(host->counters().state, ConnectionState::disconnected);
  host->begin();
  EXPECT_TRUE(listener.wait_for<notice::Connected>());
  EXPECT_EQ(made, 1);
  EXPECT_EQ(host->counters().state, ConnectionState::connected);
}

TEST_F(SessionHostTest, InputOfAnyThreadWakesTheSession) {
  begin();
  ASSERT_TRUE(listener.wait_for<notice::Connected>());
  for (unsigned turn = 1; turn <= 20; ++turn) {
    type("hello");
    ASSERT_TRUE(listener.wait_for<notice::TurnComplete>(turn));
  }
}

/// Whichever thread sends: the service gets everything once, and each producer's input in order.
TEST_F(SessionHostTest, InputOfSeveralThreadsStaysInOrder) {
  constexpr int rounds = 500;
  config.chunk_duration.set(20ms);
  Guarded<std::vector<std::string>> received;
  on_sent = [&](const std::string &message) { received.lock()->push_back(message); };
  begin();
  ASSERT_TRUE(listener.wait_for<notice::Connected>());
  received.lock()->clear();

  std::thread typist([&] {
    for (int i = 0; i < rounds; ++i)
      host->input_queue().push(input::Message{.text = "message " + std::to_string(i)});
  });
  const auto before = host->stats().input.pushed;
  for (int i = 0; i < rounds; ++i) {
    // The loudness is the number.
    const std::vector<std::int16_t> samples(320, static_cast<std::int16_t>(i));
    auto bytes = std::as_bytes(std::span(samples));
    ASSERT_EQ(host->input_queue().push_audio(bytes, 16000, input::Overflow::drop_oldest),
              input::PushResult::ok);
  }
  typist.join();
  ASSERT_TRUE(wait_until([&] { return received.lock()->size() >= 2 * rounds; }));

  int next_text = 0, next_audio = 0;
  for (const auto &message : received.copy()) {
    if (message.starts_with("message ")) {
      EXPECT_EQ(message, "message " + std::to_string(next_text++));
      continue;
    }
    const std::vector<std::int16_t> samples(320, static_cast<std::int16_t>(next_audio++));
    std::string audio;
    wire::encode_audio(std::as_bytes(std::span(samples)), 16000, audio);
    EXPECT_EQ(message, audio) << next_audio;
  }
  EXPECT_EQ(next_text, rounds);
  EXPECT_EQ(next_audio, rounds);
  const auto input = host->stats().input;
  EXPECT_EQ(input.pushed - before, rounds * 640u);
  EXPECT_EQ(input.sent, input.pushed);
  EXPECT_EQ(input.dropped, 0u);
}

/// The I/O thread sleeps between two pushes: then the pushing thread sends.
TEST_F(SessionHostTest, AThreadThatPushesAudioSendsItItself) {
  config.chunk_duration.set(20ms);
  std::atomic<int> sent_here = 0, sent = 0;
  const auto here = std::this_thread::get_id();
  on_sent = [&](const std::string &message) {
    if (message.find("audio/pcm") == message.npos) return;
    if (std::this_thread::get_id() == here) ++sent_here;
    ++sent;
  };
  begin();
  ASSERT_TRUE(listener.wait_for<notice::Connected>());
  for (int i = 1; i <= 100; ++i) {
    const std::vector<std::int16_t> samples(320);
    auto bytes = std::as_bytes(std::span(samples));
    host->input_queue().push_audio(bytes, 16000, input::Overflow::drop_oldest);
    ASSERT_TRUE(wait_until([&] { return sent == i; })) << i;
  }
  EXPECT_GT(sent_here, 0);
}

TEST_F(SessionHostTest, EndingClosesTheConnectionAndEverything) {
  begin();
  ASSERT_TRUE(listener.wait_for<notice::Connected>());
  host->end();
  EXPECT_TRUE(host->input_queue().is_closed());
  EXPECT_FALSE(host->pictures().push(PictureSlot::Jpeg(100)));
  EXPECT_TRUE(wait_until([&] { return destroyed == 1; }));
  EXPECT_EQ(closed_with, 1000);
  EXPECT_TRUE(wait_until([&] { return host->counters().state == ConnectionState::disconnected; }));
  const auto heard = listener.all();
  host->end();  // again
  EXPECT_EQ(listener.all(), heard);
  EXPECT_EQ(listener.ends, 0) << "the members know: they have closed";
}

TEST_F(SessionHostTest, EndingBeforeTheSessionBeginsConnectsNothing) {
  std::promise<void> inside, leave;
  auto left = leave.get_future();
  listener.then = [&](const Notice &notice) {
    if (!std::holds_alternative<notice::Connected>(notice.body)) return;
    inside.set_value();
    left.wait();
  };
  begin();
  inside.get_future().wait();  // the thread of the pool is busy
  auto late = *SessionHost::prepare(config, platform, {});
  late->begin();
  late->end();
  leave.set_value();
  EXPECT_TRUE(wait_until([&] { return late.use_count() == 1; }));
  EXPECT_EQ(made, 1);
}

TEST_F(SessionHostTest, EndingDoesNotWaitForABusyThread) {
  std::promise<void> inside, leave;
  auto left = leave.get_future();
  listener.then = [&](const Notice &notice) {
    if (!std::holds_alternative<notice::Connected>(notice.body)) return;
    inside.set_value();
    left.wait();
  };
  begin();
  inside.get_future().wait();
  auto ending = std::async(std::launch::async, [&] { host->end(); });
  EXPECT_EQ(ending.wait_for(patience), std::future_status::ready) << "20 ms are enough";
  const auto heard = listener.all();
  leave.set_value();
  EXPECT_TRUE(wait_until([&] { return destroyed == 1; }));
  EXPECT_EQ(listener.all(), heard) << "no notices follow";
}

TEST_F(SessionHostTest, EndsInsideACallback) {
  std::promise<void> ended;
  listener.then = [&](const Notice &notice) {
    if (!std::holds_alternative<notice::Connected>(notice.body)) return;
    host->end();
    ended.set_value();
  };
  begin();
  ASSERT_EQ(ended.get_future().wait_for(patience), std::future_status::ready);
  EXPECT_TRUE(wait_until([&] { return destroyed == 1; }));
}

TEST_F(SessionHostTest, LivesUntilItsThreadHasDestroyedTheSession) {
  begin();
  ASSERT_TRUE(listener.wait_for<notice::Connected>());
  const std::weak_ptr<SessionHost> watched = host;
  host->dispatcher().remove(listener);
  host->end();
  host.reset();
  EXPECT_TRUE(wait_until([&] { return watched.expired(); }));
  EXPECT_EQ(destroyed, 1);
}

TEST_F(SessionHostTest, KeepsTheErrorThatEndedTheConversation) {
  on_message = [](FakeServer &server, const std::string &) {
    server.close(1011, "You exceeded your current quota");
  };
  begin();
  ASSERT_TRUE(wait_until([&] { return listener.ends == 1; })) << "a failure is an end, too";
  ASSERT_TRUE(host->failure());
  EXPECT_EQ(host->failure()->kind, ErrorKind::busy);
  EXPECT_TRUE(host->input_queue().is_closed());
  RecordingListener late;
  EXPECT_FALSE(host->dispatcher().add(late, &late)) << "its group did not get the error";
}

TEST_F(SessionHostTest, InterruptingDropsTheAnswer) {
  begin();
  host->streams().audio.attach();
  type("hello");
  ASSERT_TRUE(listener.wait_for<notice::TurnComplete>());
  host->interrupt();
  ASSERT_TRUE(listener.wait_for<notice::Interrupted>());
  host->end();
  host->interrupt();  // nothing happens
}

TEST_F(SessionHostTest, ATokenIsReplacedByOneOfTheSameType) {
  config.access_token.set(Secret("auth_tokens/one"));
  prepare();
  EXPECT_TRUE(host->set_access_token(Secret("auth_tokens/two")));
  EXPECT_FALSE(host->set_access_token(Secret("ya29.oauth"))) << "the URL would be another one";
  EXPECT_FALSE(host->set_access_token(Secret(""))) << "none";
}

TEST_F(SessionHostTest, AHostWithoutATokenTakesNone) {
  prepare();
  EXPECT_FALSE(host->set_access_token(Secret("auth_tokens/one")));
}

TEST_F(SessionHostTest, AClosedHostDoesNothing) {
  const auto closed = SessionHost::closed();
  EXPECT_TRUE(closed->input_queue().is_closed());
  EXPECT_FALSE(closed->pictures().push(PictureSlot::Jpeg(100)));
  EXPECT_FALSE(closed->failure());
  EXPECT_FALSE(closed->inputs().inactive_since(0));
  EXPECT_FALSE(closed->set_access_token(Secret("auth_tokens/one")));
  EXPECT_EQ(closed->counters().state, ConnectionState::disconnected);
  closed->interrupt();
}

}  // namespace
