// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "conversation.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <optional>
#include <thread>
#include <vector>

#include "conversation_fixture.hpp"
#include "io_thread.hpp"
#include "recording_listener.hpp"

using namespace gemlive;
using test::ConversationTest;
using test::RecordingListener;
using namespace std::chrono_literals;

namespace {

using Member = Conversation::Member;

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
  EXPECT_FALSE(input->has_conversation_ended());
  input->end();
  EXPECT_TRUE(is_over(*input));
  EXPECT_TRUE(input->has_conversation_ended());

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
  EXPECT_TRUE(test::wait_until([&] { return input->has_conversation_ended(); }));
  EXPECT_TRUE(is_over(*input));
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

TEST_F(ConversationTest, AnEndedConversationRefusesInput) {
  RecordingListener a, b;
  Member first(name, a, {}, platform), second(name, b, {}, platform);
  first.configure(config);
  ASSERT_TRUE(first.open(&a));
  const auto input = std::move(*first.conversation().add_input());
  input->end();
  EXPECT_TRUE(is_over(*input));
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
  EXPECT_TRUE(is_over(*input));
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
