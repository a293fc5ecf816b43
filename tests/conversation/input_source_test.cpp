// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "input_source.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>

#include "conversation_fixture.hpp"
#include "session_host.hpp"

using namespace gemlive;
using namespace gemlive::test;
using namespace std::chrono_literals;
using input::PushResult;

namespace {

/// Sources of a session host on a fake service.
struct InputSourceTest : ConversationTest {
  void begin() {
    host = *SessionHost::prepare(config, platform, {});
    host->begin();
  }
  void TearDown() override {
    if (host) host->end();
    ConversationTest::TearDown();
  }
  std::unique_ptr<InputSource> add(const char *name = "s:sink") {
    return std::make_unique<InputSource>(host, name);
  }
  std::uint64_t sent() { return host->input_queue().stats().sent; }

  static constexpr std::uint64_t tail = 32000;  // bytes of silence behind the last audio
  std::shared_ptr<SessionHost> host;
};

TEST_F(InputSourceTest, OneSourceIsTheSourceOfTheAudio) {
  begin();
  auto first = add();
  const auto second = add();
  EXPECT_EQ(first->rate(), 0);
  EXPECT_TRUE(first->claim_audio());
  EXPECT_TRUE(first->claim_audio()) << "again";
  EXPECT_FALSE(second->claim_audio());
  EXPECT_EQ(push(*first, 3200), PushResult::ok);
  EXPECT_EQ(second->rate(), 16000) << "of the conversation";
  first.reset();
  EXPECT_TRUE(second->claim_audio()) << "the first has gone";
}

TEST_F(InputSourceTest, ItsEndIsMarkedForTheService) {
  std::atomic<int> marks = 0;
  on_message = [&](FakeServer &server, const std::string &message) {
    marks += has(message, "audioStreamEnd");
    answer(server, message);
  };
  begin();
  const auto input = add();
  input->claim_audio();
  EXPECT_EQ(push(*input, 3200), PushResult::ok);
  EXPECT_FALSE(input->has_conversation_ended());
  input->end();
  EXPECT_TRUE(is_over(*input));
  EXPECT_EQ(marks, 1);
  EXPECT_EQ(sent(), 3200 + tail) << "the audio, and the silence behind it";
}

TEST_F(InputSourceTest, WithManualDetectionItsEndEndsTheActivity) {
  config.activity_detection.set(ActivityDetection::manual);
  std::atomic<int> starts = 0, ends = 0;
  on_message = [&](FakeServer &server, const std::string &message) {
    starts += has(message, "activityStart");
    ends += has(message, "activityEnd");
    answer(server, message);
  };
  begin();
  const auto input = add();
  input->claim_audio();
  push(*input, 3200);
  input->end();
  EXPECT_TRUE(is_over(*input));
  EXPECT_EQ(starts, 1);
  EXPECT_EQ(ends, 1);
  EXPECT_EQ(sent(), 3200u) << "no silence";
}

TEST_F(InputSourceTest, TheConversationEndsWhenAllSourcesHaveEnded) {
  begin();
  const auto speech = add(), text = add();
  speech->claim_audio();
  push(*speech, 3200);
  speech->end();
  ASSERT_TRUE(wait_until([&] { return sent() == 3200 + tail; }));
  EXPECT_FALSE(speech->has_conversation_ended());
  text->end();
  EXPECT_TRUE(is_over(*speech));
  EXPECT_TRUE(text->has_conversation_ended());
}

TEST_F(InputSourceTest, OneThatIsDestroyedDoesNotCount) {
  begin();
  const auto speech = add();
  auto text = add();
  speech->claim_audio();
  push(*speech, 3200);
  speech->end();
  ASSERT_TRUE(wait_until([&] { return sent() == 3200 + tail; }));
  EXPECT_FALSE(speech->has_conversation_ended());
  text.reset();
  EXPECT_TRUE(is_over(*speech)) << "the rest has ended";
}

TEST_F(InputSourceTest, TheLastOneThatIsDestroyedEndsNothing) {
  begin();
  auto input = add();
  input.reset();
  EXPECT_FALSE(host->input_queue().has_ended()) << "the application may still type";
}

TEST_F(InputSourceTest, RefusesPushesBehindItsEndUntilAFlush) {
  opens = false;
  begin();
  const auto input = add();
  input->claim_audio();
  EXPECT_EQ(push(*input, 3200), PushResult::ok);
  input->end();
  const auto pushed = host->input_queue().stats().pushed;
  EXPECT_EQ(push(*input, 3200), PushResult::closed);
  EXPECT_EQ(input->push_text({"refused"}), PushResult::closed);
  input->end();  // once is enough
  EXPECT_EQ(host->input_queue().stats().pushed, pushed);
  EXPECT_FALSE(input->has_conversation_ended());
  input->set_flushing(true);
  EXPECT_EQ(push(*input, 3200), PushResult::flushing);
  input->set_flushing(false);
  EXPECT_EQ(push(*input, 3200), PushResult::ok);
  opens = true;
  input->end();
  EXPECT_TRUE(is_over(*input));
}

TEST_F(InputSourceTest, AFlushOfOneLeavesTheOthersAlone) {
  begin();
  const auto speech = add(), text = add();
  speech->claim_audio();
  text->end();
  text->set_flushing(true);  // it goes on
  EXPECT_EQ(push(*speech, 3200), PushResult::ok);
  speech->end();
  ASSERT_TRUE(wait_until([&] { return sent() == 3200 + tail; }));
  EXPECT_EQ(host->input_queue().stats().flushed, 0u);
  EXPECT_EQ(text->push_text({"refused"}), PushResult::flushing);
  text->set_flushing(false);
  EXPECT_FALSE(text->has_conversation_ended()) << "the text has not ended again";
  text->end();
  EXPECT_TRUE(is_over(*speech));
}

TEST_F(InputSourceTest, KeepsInPausedWhatIsNotSent) {
  opens = false;
  begin();
  const auto microphone = add(), camera = add();
  microphone->claim_audio();
  camera->claim_pictures();
  push(*microphone, 3200);
  camera->push_picture(PictureSlot::Jpeg(100));
  microphone->set_paused(true);
  camera->set_paused(true);
  opens = true;
  EXPECT_EQ(camera->push_text({"typed"}), PushResult::ok);
  ASSERT_TRUE(wait_until([&] { return host->counters().turns == 1; })) << "text is sent";
  EXPECT_EQ(sent(), 0u);
  EXPECT_EQ(host->pictures().stats().sent, 0u);
  microphone->set_paused(false);
  camera->set_paused(false);
  EXPECT_TRUE(wait_until([&] { return sent() == 3200; }));
  EXPECT_TRUE(wait_until([&] { return host->pictures().stats().sent == 1; }));
}

TEST_F(InputSourceTest, UnlockingInterruptsAPushThatWaits) {
  opens = false;
  config.max_backlog.set(100ms);
  begin();
  const auto input = add();
  input->claim_audio();
  auto pushed = std::async(std::launch::async, [&] { return push(*input, 32000); });
  input->set_unlocked(true);
  ASSERT_EQ(pushed.wait_for(patience), std::future_status::ready);
  EXPECT_EQ(pushed.get(), PushResult::unlocked);
}

TEST_F(InputSourceTest, EndsAPushThatWaits) {
  opens = false;
  config.max_backlog.set(100ms);
  begin();
  const auto input = add();
  input->claim_audio();
  auto pushed = std::async(std::launch::async, [&] { return push(*input, 32000); });
  ASSERT_TRUE(wait_until([&] { return host->input_queue().stats().held >= 3200; }));
  input->end();
  ASSERT_EQ(pushed.wait_for(patience), std::future_status::ready);
  EXPECT_EQ(pushed.get(), PushResult::closed);
}

TEST_F(InputSourceTest, RefusesEverythingWhenTheConversationHasEnded) {
  begin();
  const auto input = add();
  input->claim_audio();
  input->claim_pictures();
  host->end();
  EXPECT_TRUE(input->has_conversation_ended());
  EXPECT_EQ(push(*input, 2), PushResult::closed);
  EXPECT_EQ(input->push_text({"refused"}), PushResult::closed);
  EXPECT_EQ(input->push(input::AudioStreamEnd{}), PushResult::closed);
  EXPECT_FALSE(input->push_picture(PictureSlot::Jpeg(100)));
}

TEST_F(InputSourceTest, IsIdleWhileItBringsNothing) {
  begin();
  const auto ended = add("a:sink"), open = add("b:sink");
  auto &inputs = host->inputs();
  const auto later = [] { return g_get_monotonic_time() + 60'000'000; };
  EXPECT_FALSE(inputs.inactive_since(later())) << "none has ended";
  ended->end();
  auto since = inputs.inactive_since(later());
  ASSERT_TRUE(since);
  EXPECT_EQ(inputs.open_names(), std::vector<std::string>{"b:sink"});

  const auto brings = [&](auto &&push) {
    const auto before = g_get_monotonic_time();
    push();
    const auto now = inputs.inactive_since(later());
    return now && *now >= before && *now <= g_get_monotonic_time();
  };
  EXPECT_TRUE(brings([&] { push(*open, 2); }));
  EXPECT_TRUE(brings([&] { open->push_text({"hello"}); }));
  EXPECT_TRUE(brings([&] { open->push_picture(PictureSlot::Jpeg(100)); }));
  EXPECT_TRUE(brings([&] { open->push(input::AudioStreamEnd{}); }));
  for (auto set : {&InputSource::set_busy, &InputSource::set_paused}) {
    (open.get()->*set)(true);
    const auto now = later();
    EXPECT_EQ(inputs.inactive_since(now), now) << "it brings something";
    EXPECT_TRUE(brings([&] { (open.get()->*set)(false); }));
  }
}

TEST_F(InputSourceTest, AHoleIsFilled) {
  std::atomic<int> marks = 0;
  on_message = [&](FakeServer &server, const std::string &message) {
    marks += has(message, "audioStreamEnd");
    answer(server, message);
  };
  begin();
  const auto input = add();
  input->claim_audio();
  push(*input, 3200);
  input->fill_hole(200ms);
  push(*input, 3200);
  EXPECT_TRUE(wait_until([&] { return sent() >= 2 * 3200 + 6400 - 1280; }));
  EXPECT_EQ(marks, 0);
  input->fill_hole(20s);
  EXPECT_TRUE(wait_until([&] { return marks == 1; }));
  EXPECT_EQ(sent(), 2 * 3200 + 6400 + tail) << "at most a second";
}

TEST_F(InputSourceTest, LiveAudioThatPausesIsSilent) {
  std::atomic<int> marks = 0;
  on_message = [&](FakeServer &server, const std::string &message) {
    marks += has(message, "audioStreamEnd");
    answer(server, message);
  };
  begin();
  const auto text = add(), input = add();
  text->set_live(true);
  input->claim_audio();
  input->set_live(true);
  push(*input, 3200);
  EXPECT_TRUE(wait_until([&] { return marks == 1; }));
  EXPECT_EQ(sent(), 3200 + tail);
}

TEST_F(InputSourceTest, WithoutInputPauseNothingIsFilled) {
  config.input_pause.set(0ms);
  begin();
  const auto input = add();
  input->claim_audio();
  push(*input, 3200);
  input->fill_hole(20s);
  EXPECT_EQ(host->input_queue().stats().pushed, 3200u);
}

}  // namespace
