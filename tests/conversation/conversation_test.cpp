// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "conversation.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <optional>
#include <thread>
#include <vector>

#include "base64.hpp"
#include "fake_transport.hpp"
#include "io_thread.hpp"
#include "platform.hpp"
#include "wait.hpp"

using namespace gemlive;
using namespace std::chrono_literals;

namespace {

using Member = Conversation::Member;

std::string audio_of(std::size_t bytes) {
  std::string data(base64::encoded_size(bytes), '\0');
  base64::encode(std::vector<std::byte>(bytes), data.data());
  return R"({"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm","data":")" +
         data + R"("}}]}}})";
}

/// Records notices and runs `then` on the I/O thread.
class RecordingListener final : public Listener {
 public:
  void on_notice(const Notice &notice) override {
    {
      auto heard = heard_.lock();
      heard->push_back(notice);
    }
    changed_.notify_all();
    if (then) then(notice);
  }

  template <typename Body>
  bool wait_for(std::size_t count = 1) {
    auto heard = heard_.lock();
    return heard.wait_until(changed_, std::chrono::steady_clock::now() + test::patience, [&] {
      return static_cast<std::size_t>(count_of<Body>(*heard)) >= count;
    });
  }
  template <typename Body>
  std::size_t count() {
    return count_of<Body>(*heard_.lock());
  }
  template <typename Body>
  Body first() {
    const auto heard = heard_.copy();
    for (const auto &notice : heard)
      if (const auto *event = std::get_if<Body>(&notice.body)) return *event;
    return {};
  }
  std::size_t all() { return heard_.lock()->size(); }

  std::function<void(const Notice &)> then = {};

 private:
  template <typename Body>
  static std::size_t count_of(const std::vector<Notice> &notices) {
    std::size_t count = 0;
    for (const auto &notice : notices)
      count += std::holds_alternative<Body>(notice.body);
    return count;
  }

  Guarded<std::vector<Notice>> heard_;
  std::condition_variable changed_;
};

/// Conversations on a fake service that confirms the setup and answers the end of the audio with
/// 100 ms of it.
struct ConversationTest : testing::Test {
  ConversationTest() {
    config.uri.set("ws://127.0.0.1:9");
    platform.environment = [](const char *) { return std::string(); };
    platform.make_transport = [this](Transport::Listener &listener, Log) {
      auto server = std::make_shared<test::FakeServer>();
      server->on_message = [this](test::FakeServer &from, const std::string &message) {
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
    EXPECT_TRUE(test::wait_until([&] { return destroyed == made; }));
  }

  /// Keeps the server as long as the transport lives.
  struct Owner final : Transport {
    Owner(std::unique_ptr<Transport> real, std::shared_ptr<test::FakeServer> to,
          ConversationTest &owner)
        : server(std::move(to)), transport(std::move(real)), test(owner) {}
    ~Owner() override {
      transport.reset();
      ++test.destroyed;
    }
    void connect(const Request &request) override { transport->connect(request); }
    bool can_send() override { return transport->can_send(); }
    void send(const std::string &text) override { transport->send(text); }
    void close(int code, const std::string &reason) override {
      test.closed_with = code;
      transport->close(code, reason);
    }
    std::shared_ptr<test::FakeServer> server;
    std::unique_ptr<Transport> transport;
    ConversationTest &test;
  };

  static bool has(const std::string &message, const char *field) {
    return message.find(field) != std::string::npos;
  }
  static void answer(test::FakeServer &server, const std::string &message) {
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

  const std::string name = "test";
  Config config;
  Platform platform;
  std::atomic<bool> opens = true;
  std::function<void(test::FakeServer &, const std::string &)> on_message = {};
  std::atomic<int> made = 0, destroyed = 0, closed_with = 0, messages = 0;
};

/// With one member.
struct OneMember : ConversationTest {
  bool join() {
    member.emplace(name, listener, Log{}, platform);
    member->configure(config);
    return bool(member->open(&listener));
  }
  void TearDown() override {
    member.reset();
    ConversationTest::TearDown();
  }

  RecordingListener listener;
  std::optional<Member> member;
};

TEST_F(OneMember, AQuestionAndItsAnswer) {
  ASSERT_TRUE(join());
  auto &conversation = member->conversation();
  const auto streams = conversation.streams();
  auto &audio = streams->audio;
  ASSERT_TRUE(audio.attach());
  const auto input = std::move(*conversation.add_input());
  input->claim_audio();
  EXPECT_EQ(push(*input, 3200), input::PushResult::ok);
  EXPECT_FALSE(conversation.has_ended());
  input->end();
  EXPECT_EQ(input->wait_complete(), input::PushResult::closed);
  EXPECT_TRUE(conversation.has_ended());

  std::size_t bytes = 0;
  std::vector<std::byte> out(960);
  for (auto head = audio.wait(960, {}); head.kind != output::Kind::end; head = audio.wait(960, {}))
    head.kind == output::Kind::audio ? void(bytes += audio.read(out)) : audio.take_mark();
  EXPECT_EQ(bytes, 4800u);
  EXPECT_EQ(listener.count<notice::TurnComplete>(), 1u);
  const auto stats = conversation.stats();
  EXPECT_EQ(stats.state, ConnectionState::connected);
  EXPECT_EQ(stats.turns, 1u);
  EXPECT_EQ(stats.connects, 1u);
  EXPECT_EQ(stats.input.sent, 3200u + 32000u) << "the audio and the silence behind it";
  EXPECT_EQ(stats.output.taken, 4800u);
  EXPECT_EQ(stats.messages_received, 4u);
  member->close();
  EXPECT_TRUE(test::wait_until([&] { return destroyed == 1; }));
  EXPECT_EQ(closed_with, 1000);
}

TEST_F(OneMember, ManualDetectionEndsTheActivity) {
  config.activity_detection.set(ActivityDetection::manual);
  std::atomic<int> starts = 0, ends = 0;
  on_message = [&](test::FakeServer &server, const std::string &message) {
    starts += has(message, "activityStart");
    ends += has(message, "activityEnd");
    answer(server, message);
  };
  ASSERT_TRUE(join());
  auto &conversation = member->conversation();
  EXPECT_FALSE(conversation.activity_end()) << "none is open";
  const auto input = std::move(*conversation.add_input());
  input->claim_audio();
  push(*input, 3200);
  input->end();
  EXPECT_EQ(input->wait_complete(), input::PushResult::closed);
  EXPECT_EQ(starts, 1);
  EXPECT_EQ(ends, 1);
  EXPECT_EQ(conversation.stats().input.sent, 3200u) << "no silence";
}

TEST_F(ConversationTest, MarksBelongToManualDetection) {
  RecordingListener listener;
  Member member(name, listener, {}, platform);
  EXPECT_FALSE(member.conversation().send_text("too early", true));
  EXPECT_FALSE(member.conversation().activity_start());
  member.configure(config);
  ASSERT_TRUE(member.open(&listener));
  EXPECT_FALSE(member.conversation().activity_start());
  EXPECT_FALSE(member.conversation().activity_end());
  EXPECT_FALSE(member.conversation().send_text("", false));
  EXPECT_TRUE(member.conversation().send_text("hello", true));
  EXPECT_TRUE(listener.wait_for<notice::TurnComplete>());
  member.close();
  EXPECT_FALSE(member.conversation().send_text("too late", true));
}

TEST_F(OneMember, TheConversationEndsWhenAllInputsHaveEnded) {
  ASSERT_TRUE(join());
  auto &conversation = member->conversation();
  const auto speech = std::move(*conversation.add_input());
  const auto text = std::move(*conversation.add_input());
  EXPECT_TRUE(speech->claim_audio());
  EXPECT_FALSE(text->claim_audio());
  push(*speech, 3200);
  speech->end();
  ASSERT_TRUE(test::wait_until([&] { return conversation.stats().input.sent == 35200; }));
  EXPECT_FALSE(conversation.has_ended());
  text->end();
  EXPECT_EQ(text->wait_complete(), input::PushResult::closed);
}

TEST_F(OneMember, UnlockingInterruptsTheWaitForTheEnd) {
  opens = false;
  ASSERT_TRUE(join());
  auto &conversation = member->conversation();
  const auto input = std::move(*conversation.add_input());
  input->claim_audio();
  push(*input, 3200);
  input->end();
  auto waiter = std::async(std::launch::async, [&] { return input->wait_complete(); });
  input->set_unlocked(true);
  ASSERT_EQ(waiter.wait_for(test::patience), std::future_status::ready);
  EXPECT_EQ(waiter.get(), input::PushResult::unlocked);
  EXPECT_FALSE(conversation.has_ended());
}

TEST_F(OneMember, PausedInputIsKept) {
  opens = false;
  ASSERT_TRUE(join());
  auto &conversation = member->conversation();
  const auto microphone = std::move(*conversation.add_input()),
             camera = std::move(*conversation.add_input());
  microphone->claim_audio();
  camera->claim_pictures();
  push(*microphone, 3200);
  camera->push_picture(PictureSlot::Jpeg(100));
  microphone->set_paused(true);
  camera->set_paused(true);
  opens = true;
  ASSERT_TRUE(listener.wait_for<notice::Connected>());
  EXPECT_TRUE(conversation.send_text("typed", true));
  ASSERT_TRUE(listener.wait_for<notice::TurnComplete>()) << "what is typed is sent";
  EXPECT_EQ(conversation.stats().input.sent, 0u);
  EXPECT_EQ(conversation.stats().pictures.sent, 0u);
  microphone->set_paused(false);
  camera->set_paused(false);
  EXPECT_TRUE(test::wait_until([&] { return conversation.stats().input.sent == 3200; }));

  EXPECT_TRUE(test::wait_until([&] { return conversation.stats().pictures.sent == 1; }));
}

TEST_F(OneMember, AFlushOfOneInputLeavesTheOthersAlone) {
  ASSERT_TRUE(join());
  auto &conversation = member->conversation();
  const auto speech = std::move(*conversation.add_input()),
             text = std::move(*conversation.add_input());
  speech->claim_audio();
  text->end();
  text->set_flushing(true);  // it goes on
  EXPECT_EQ(push(*speech, 3200), input::PushResult::ok);
  speech->end();
  ASSERT_TRUE(test::wait_until([&] { return conversation.stats().input.sent == 35200; }));
  EXPECT_EQ(conversation.stats().input.flushed, 0u);
  EXPECT_EQ(text->wait_complete(), input::PushResult::flushing);
  text->set_flushing(false);
  EXPECT_FALSE(conversation.has_ended()) << "the text has not ended again";
  text->end();
  EXPECT_EQ(speech->wait_complete(), input::PushResult::closed);
}

TEST_F(ConversationTest, SettingsOfAllMembersAreMergedByTheFirstToOpen) {
  RecordingListener a, b;
  Member first(name, a, {}, platform), second(name, b, {}, platform);
  first.configure(config);
  Config other;
  other.voice.set("Kore");
  second.configure(other);
  const auto settled = first.open(&a);
  ASSERT_TRUE(settled);
  EXPECT_EQ(*settled->voice, "Kore");
  EXPECT_EQ(&first.conversation(), &second.conversation());
  const auto same = second.open(&b);
  ASSERT_TRUE(same);
  EXPECT_EQ(*same, *settled);
  EXPECT_TRUE(a.wait_for<notice::Connected>());
  EXPECT_EQ(made, 1);
}

TEST_F(ConversationTest, ADisagreementNamesTheProperty) {
  RecordingListener a, b;
  Member first(name, a, {}, platform);
  config.voice.set("Puck");
  first.configure(config);
  {
    Member second(name, b, {}, platform);
    Config other;
    other.voice.set("Kore");
    second.configure(other);
    const auto refused = first.open(&a);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::bad_setting);
    EXPECT_NE(refused.error().message.find("voice"), std::string::npos);
  }
  ASSERT_TRUE(first.open(&a)) << "who disagreed is gone";
  Member late(name, b, {}, platform);
  Config other;
  other.max_turns.set(3);
  late.configure(other);
  const auto refused = late.open(&b);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("max-turns"), std::string::npos);
}

TEST_F(ConversationTest, BadSettingsAreReportedByOpen) {
  RecordingListener listener;
  Member member(name, listener, {}, platform);
  member.configure({});
  auto refused = member.open(&listener);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::not_authorized);
  config.setup.set("{");
  member.configure(config);
  refused = member.open(&listener);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::bad_setting);
  EXPECT_EQ(made, 0);
}

TEST_F(ConversationTest, OneMemberOfEachGroupGetsNotices) {
  RecordingListener a, b, c;
  const int one = 1, two = 2;
  Member first(name, a, {}, platform), second(name, b, {}, platform), third(name, c, {}, platform);
  first.configure(config);
  opens = false;
  ASSERT_TRUE(first.open(&one));
  ASSERT_TRUE(second.open(&one));
  ASSERT_TRUE(third.open(&two));
  opens = true;
  EXPECT_TRUE(a.wait_for<notice::Connected>());
  EXPECT_TRUE(c.wait_for<notice::Connected>());
  first.close();
  const auto heard = a.all();
  first.conversation().send_text("hello", true);
  EXPECT_TRUE(b.wait_for<notice::TurnComplete>()) << "the next of the group takes over";
  EXPECT_TRUE(c.wait_for<notice::TurnComplete>());
  EXPECT_EQ(b.count<notice::Connected>(), 0u);
  EXPECT_EQ(a.all(), heard);
}

TEST_F(ConversationTest, AFailureReachesAllAndLaterMembers) {
  on_message = [](test::FakeServer &server, const std::string &) {
    server.close(1011, "You exceeded your current quota");
  };
  RecordingListener a, b;
  Member first(name, a, {}, platform), second(name, b, {}, platform);
  first.configure(config);
  ASSERT_TRUE(first.open(&a));
  const auto input = std::move(*first.conversation().add_input());
  EXPECT_TRUE(a.wait_for<notice::Failed>());
  EXPECT_EQ(a.first<notice::Failed>().error.kind, ErrorKind::busy);
  EXPECT_TRUE(test::wait_until([&] { return first.conversation().has_ended(); }));
  EXPECT_EQ(input->wait_complete(), input::PushResult::closed);
  EXPECT_EQ(push(*input, 2), input::PushResult::closed);
  EXPECT_EQ(first.conversation().stats().state, ConnectionState::failed);
  const auto refused = second.open(&b);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::busy);
  first.close();
  on_message = {};
  EXPECT_TRUE(second.open(&b)) << "a new one begins";
  EXPECT_TRUE(b.wait_for<notice::Connected>());
}

TEST_F(OneMember, AnEndedInputRefusesPushesUntilAFlush) {
  opens = false;
  ASSERT_TRUE(join());
  const auto input = std::move(*member->conversation().add_input());
  input->claim_audio();
  EXPECT_EQ(push(*input, 3200), input::PushResult::ok);
  input->end();
  const auto pushed = member->conversation().stats().input.pushed;
  EXPECT_EQ(push(*input, 3200), input::PushResult::closed);
  input->end();  // once is enough
  EXPECT_EQ(member->conversation().stats().input.pushed, pushed);
  EXPECT_FALSE(member->conversation().has_ended());
  input->set_flushing(true);
  input->set_flushing(false);
  EXPECT_EQ(push(*input, 3200), input::PushResult::ok);
  opens = true;
  input->end();
  EXPECT_EQ(input->wait_complete(), input::PushResult::closed);
}

TEST_F(ConversationTest, AnEndedConversationRefusesInput) {
  RecordingListener a, b;
  Member first(name, a, {}, platform), second(name, b, {}, platform);
  first.configure(config);
  ASSERT_TRUE(first.open(&a));
  const auto input = std::move(*first.conversation().add_input());
  input->end();
  EXPECT_EQ(input->wait_complete(), input::PushResult::closed);
  ASSERT_TRUE(second.open(&b));
  const auto refused = second.conversation().add_input();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::bad_setting);
  EXPECT_NE(refused.error().message.find(name), std::string::npos);
  first.close();
  second.close();
  ASSERT_TRUE(second.open(&b));
  EXPECT_TRUE(second.conversation().add_input()) << "a new one";
}

TEST_F(ConversationTest, OpensAgainAfterTheLastHasClosed) {
  RecordingListener listener;
  Member member(name, listener, {}, platform);
  member.configure(config);
  for (int i = 1; i <= 20; ++i) {
    const int before = messages;
    ASSERT_TRUE(member.open(&listener));
    const auto input = std::move(*member.conversation().add_input());
    EXPECT_EQ(push(*input, 3200), input::PushResult::ok);
    // Every other time it closes in the current phase.
    EXPECT_TRUE(i % 2 != 0 || test::wait_until([&] { return messages > before; }));
    member.close();
    const auto heard = listener.all();
    EXPECT_EQ(push(*input, 2), input::PushResult::closed);
    EXPECT_EQ(listener.all(), heard);
  }
  EXPECT_TRUE(test::wait_until([&] { return destroyed == made; }));
}

TEST_F(ConversationTest, ClosingWaitsForARunningCallback) {
  RecordingListener listener;
  std::promise<void> inside, leave;
  std::atomic<bool> done = false;
  listener.then = [&](const Notice &notice) {
    if (!std::holds_alternative<notice::Connected>(notice.body)) return;
    inside.set_value();
    leave.get_future().wait();
    done = true;
  };
  std::optional<Member> member;
  member.emplace(name, listener, Log{}, platform);
  member->configure(config);
  ASSERT_TRUE(member->open(&listener));
  inside.get_future().wait();
  auto closing = std::async(std::launch::async, [&] {
    member->close();
    return done.load();
  });
  leave.set_value();
  ASSERT_EQ(closing.wait_for(test::patience), std::future_status::ready);
  EXPECT_TRUE(closing.get());
}

TEST_F(ConversationTest, AMemberMayCloseInItsCallback) {
  RecordingListener listener;
  std::optional<Member> member;
  std::promise<void> left;
  listener.then = [&](const Notice &notice) {
    if (!std::holds_alternative<notice::Connected>(notice.body)) return;
    member.reset();
    left.set_value();
  };
  member.emplace(name, listener, Log{}, platform);
  member->configure(config);
  ASSERT_TRUE(member->open(&listener));
  ASSERT_EQ(left.get_future().wait_for(test::patience), std::future_status::ready);
  EXPECT_TRUE(test::wait_until([&] { return destroyed == 1; }));
  EXPECT_EQ(listener.count<notice::Failed>(), 0u);
}

TEST_F(ConversationTest, ClosingReturnsWhileTheThreadIsBusy) {
  RecordingListener a, b;
  std::promise<void> inside, leave;
  b.then = [&](const Notice &notice) {
    if (!std::holds_alternative<notice::Connected>(notice.body)) return;
    inside.set_value();
    leave.get_future().wait();
  };
  // The pool gives both conversations the same thread.
  Member blocked("blocked", b, {}, platform), member(name, a, {}, platform);
  blocked.configure(config);
  member.configure(config);
  ASSERT_TRUE(member.open(&a));
  EXPECT_TRUE(a.wait_for<notice::Connected>());
  ASSERT_TRUE(blocked.open(&b));
  inside.get_future().wait();
  auto closing = std::async(std::launch::async, [&] { member.close(); });
  EXPECT_EQ(closing.wait_for(test::patience), std::future_status::ready);
  leave.set_value();
  EXPECT_TRUE(test::wait_until([&] { return destroyed == 1; }));
}

TEST_F(ConversationTest, InterruptingDropsWhatIsQueued) {
  RecordingListener listener;
  Member member(name, listener, {}, platform);
  member.configure(config);
  member.conversation().interrupt();  // nothing is open: nothing happens
  ASSERT_TRUE(member.open(&listener));
  const auto streams = member.conversation().streams();
  auto &audio = streams->audio;
  audio.attach();
  member.conversation().send_text("hello", true);
  EXPECT_TRUE(listener.wait_for<notice::TurnComplete>());
  member.conversation().interrupt();
  EXPECT_TRUE(listener.wait_for<notice::Interrupted>());
  EXPECT_EQ(listener.first<notice::Interrupted>().discarded_duration, 100ms);
  EXPECT_EQ(audio.wait(960, {}).kind, output::Kind::interrupted);
}

TEST_F(ConversationTest, TheHandleStaysAfterTheEnd) {
  on_message = [](test::FakeServer &server, const std::string &message) {
    if (!has(message, R"("setup")")) return;
    server.say(R"({"setupComplete":{}})");
    server.say(R"({"sessionResumptionUpdate":{"newHandle":"h2","resumable":true}})");
  };
  RecordingListener listener;
  Member member(name, listener, {}, platform);
  auto &conversation = member.conversation();
  config.resumption_handle.set(ReadableSecret("h1"));
  member.configure(config);
  EXPECT_EQ(conversation.resumption_handle(), std::nullopt);
  opens = false;
  ASSERT_TRUE(member.open(&listener));
  EXPECT_EQ(conversation.resumption_handle(), "h1");
  opens = true;
  ASSERT_TRUE(listener.wait_for<ResumptionUpdate>());
  conversation.forget_handle();
  EXPECT_EQ(conversation.resumption_handle(), "h2") << "it is not over";
  member.close();
  EXPECT_EQ(conversation.resumption_handle(), "h2");
  conversation.forget_handle();
  EXPECT_EQ(conversation.resumption_handle(), std::nullopt);
}

TEST_F(OneMember, ManyThreadsPushAndEverythingArrives) {
  ASSERT_TRUE(join());
  auto &conversation = member->conversation();
  const auto input = std::move(*conversation.add_input());
  input->claim_audio();
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i)
        push(*input, 640);
    });
  threads.emplace_back([&] {
    for (int i = 0; i < 200; ++i) {
      conversation.stats();
      conversation.interrupt();
    }
  });
  for (auto &thread : threads)
    thread.join();
  input->end();
  EXPECT_EQ(input->wait_complete(), input::PushResult::closed);
  const auto stats = conversation.stats().input;
  EXPECT_EQ(stats.pushed, 3u * 200 * 640 + 32000);
  EXPECT_EQ(stats.sent, stats.pushed);
}

TEST_F(ConversationTest, ConversationsWithDifferentNamesAreDifferent) {
  RecordingListener a, b;
  Member first("one", a, {}, platform), second("two", b, {}, platform);
  EXPECT_NE(&first.conversation(), &second.conversation());
}

}  // namespace
