// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// When the input has ended: InputRegistry has the rule.

#include <algorithm>

#include "session_fixture.hpp"

using namespace gemlive;
using namespace gemlive::test;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t inactive_us =
    std::chrono::microseconds(InputRegistry::inactive_time).count();

/// Two inputs: audio, and another one.
struct SessionInputs : SessionTest {
  SessionInputs() {
    input_queue->claim_audio(producer);
    input_queue->set_limits({.tail = 40ms});
  }
  void say_something() {
    const std::vector<std::int16_t> samples(chunk / 2, 8000);
    auto all = std::as_bytes(std::span(samples));
    input_queue->push_audio(all, 16000, input::Overflow::drop_oldest, producer);
    inputs->set_busy(*audio_input, false);
    send_input();
  }
  void end(InputRegistry::Input &input) {
    inputs->end(input);
    send_input();
  }
  void end_audio() {
    input_queue->end(producer);
    input_queue->end_audio(producer);
    end(*audio_input);
  }
  void pass(std::int64_t us) {
    now += us;
    send_input();
  }
  std::size_t warnings_with(const std::string &part) const {
    const auto warnings = notices_of<notice::Warning>();
    return static_cast<std::size_t>(std::ranges::count_if(warnings, [&](const auto &warning) {
      return warning.error.message.find(part) != std::string::npos;
    }));
  }
  std::size_t messages_with(const std::string &part) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        server.messages, [&](const auto &text) { return text.find(part) != std::string::npos; }));
  }

  input::Producer producer;
  std::shared_ptr<InputRegistry::Input> audio_input = inputs->add("g:sink");
  std::shared_ptr<InputRegistry::Input> other = inputs->add("g:video");
};

TEST_F(SessionInputs, AnIdleInputDoesNotHoldBackTheEnd) {
  connect();
  say_something();
  end_audio();
  answer();
  pass(inactive_us - 1'000'000);
  EXPECT_FALSE(is_over()) << "the other input may bring something";
  pass(1'100'000);
  EXPECT_TRUE(is_over());
  EXPECT_EQ(warnings_with("g:video"), 1u);
  EXPECT_EQ(warnings_with("g:sink"), 0u) << "it has ended";
  EXPECT_EQ(notices_of<notice::Warning>().size(), 1u);
  EXPECT_EQ(notices_of<notice::Ended>().size(), 1u);
}

TEST_F(SessionInputs, TheEndWaitsForTheAnswer) {
  connect();
  say_something();
  end_audio();
  pass(2 * inactive_us);
  EXPECT_FALSE(is_over());
  answer();
  EXPECT_TRUE(is_over());
  EXPECT_EQ(warnings_with("g:video"), 1u);
}

TEST_F(SessionInputs, EosTimeoutRunsFromTheLastThatWasBrought) {
  config.eos_timeout.set(8s);
  connect();
  say_something();
  end_audio();
  pass(7'900'000);
  EXPECT_FALSE(is_over());
  pass(200'000);
  EXPECT_TRUE(is_over());
  EXPECT_EQ(warnings_with("eos-timeout"), 1u);
  EXPECT_EQ(warnings_with("g:video"), 1u);
}

TEST_F(SessionInputs, ItRunsWithoutAConnection) {
  config.eos_timeout.set(8s);
  start();
  say_something();
  end_audio();
  pass(8'100'000);
  EXPECT_TRUE(is_over());
}

TEST_F(SessionInputs, AnInputThatBringsSomethingHoldsBackTheEnd) {
  connect();
  say_something();
  end_audio();
  answer();
  inputs->set_busy(*other, true);
  pass(10 * inactive_us);
  EXPECT_FALSE(is_over()) << "its data waits for the clock";
  inputs->set_busy(*other, false);
  inputs->set_paused(*other, true);
  pass(10 * inactive_us);
  EXPECT_FALSE(is_over()) << "it is PAUSED";
  end(*other);
  input_queue->push(input::EndOfInput{});
  send_input();
  EXPECT_TRUE(is_over());
  EXPECT_TRUE(notices_of<notice::Warning>().empty());
}

TEST_F(SessionInputs, WithoutAnyInputTheEndDoesNotWaitForAConnection) {
  start();
  input_queue->push(input::EndOfInput{});
  send_input();
  EXPECT_TRUE(is_over());
  EXPECT_TRUE(notices_of<notice::Warning>().empty());
}

TEST_F(SessionInputs, WhenNoneHasEndedNothingEnds) {
  connect();
  say_something();
  answer();
  pass(100 * inactive_us);
  EXPECT_FALSE(is_over());
}

TEST_F(SessionInputs, AudioThatStopsWithoutAnEndIsMarkedAsEnded) {
  connect();
  say_something();
  end(*other);
  server.messages.clear();
  pass(inactive_us + 100'000);
  send_input();  // as the queue's wake does
  EXPECT_EQ(messages_with("audioStreamEnd"), 1u) << "else the service waits for more";
  pass(1'000'000);
  EXPECT_EQ(messages_with("audioStreamEnd"), 1u);
  answer();
  EXPECT_TRUE(is_over());
  EXPECT_EQ(warnings_with("g:sink"), 1u);
}

TEST_F(SessionInputs, AnIdleInputMayGoOnUntilTheEnd) {
  connect();
  say_something();
  end(*other);
  pass(inactive_us + 100'000);
  // What the registry takes for the present is ahead of the real clock by the time that has passed.
  audio_input->active = now;
  const std::vector<std::int16_t> samples(chunk / 2, 8000);
  auto all = std::as_bytes(std::span(samples));
  EXPECT_EQ(input_queue->push_audio(all, 16000, input::Overflow::drop_oldest, producer),
            input::PushResult::ok);
  send_input();
  pass(1'000'000);
  answer();
  pass(inactive_us / 2);
  EXPECT_FALSE(is_over()) << "the microphone is back";
  pass(inactive_us);
  EXPECT_TRUE(is_over());
  EXPECT_EQ(warnings_with("eos-timeout"), 0u);
}

TEST_F(SessionInputs, TheIdleTimePassesWithoutEvents) {
  connect();
  say_something();
  // The registry has the real time: 50 ms are left of the inactive time.
  now = g_get_monotonic_time() + inactive_us - 50'000;
  end_audio();
  answer();
  EXPECT_FALSE(is_over());
  now += 60'000;
  EXPECT_TRUE(run_until([&] { return is_over(); })) << "no timer";
}

TEST_F(SessionInputs, MaxTurnsEndsTheConversationWithoutAWarning) {
  config.max_turns.set(1);
  connect();
  say_something();
  end_audio();
  answer();
  EXPECT_TRUE(is_over());
  EXPECT_TRUE(notices_of<notice::Warning>().empty());
}

TEST_F(SessionInputs, NoWarningFollowsAnError) {
  config.max_retries.set(0);
  connect();
  say_something();
  end_audio();
  pass(2 * inactive_us);
  server.close(1011, "You exceeded your current quota");
  ASSERT_EQ(notices_of<notice::Failed>().size(), 1u);
  EXPECT_TRUE(notices_of<notice::Warning>().empty());
  EXPECT_EQ(notices_of<notice::Ended>().size(), 1u);
}

/// Live audio that pauses. The queue's limit of the silence is the real one.
struct SessionPause : SessionInputs {
  SessionPause() {
    input_queue->set_limits({});
    inputs->set_live_audio(*audio_input, true);
  }
  /// The registry has the real time: the test sets what it takes for the present.
  void say() {
    const std::vector<std::int16_t> samples(chunk / 2, 8000);
    auto all = std::as_bytes(std::span(samples));
    input_queue->push_audio(all, 16000, input::Overflow::drop_oldest, producer);
    audio_input->active = now;
    send_input();
    server.messages.clear();
  }
  std::size_t silence() const { return messages_with("audio/pcm"); }
  std::size_t marks() const { return messages_with("audioStreamEnd"); }
};

TEST_F(SessionPause, SilenceIsSentInRealTimeAndItsEndOnce) {
  connect();
  say();
  pass(490'000);
  EXPECT_EQ(silence(), 0u);
  pass(10'000);
  EXPECT_EQ(silence(), 12u) << "40 ms each";
  EXPECT_EQ(marks(), 0u);
  pass(300'000);
  EXPECT_EQ(silence(), 20u);
  pass(200'000);
  EXPECT_EQ(silence(), 25u) << "one second";
  EXPECT_EQ(marks(), 1u);
  pass(10'000'000);
  EXPECT_EQ(silence(), 25u);
  EXPECT_EQ(marks(), 1u);
  say();
  EXPECT_EQ(silence(), 0u);
  pass(2'000'000);
  EXPECT_EQ(marks(), 1u) << "of the next pause";
}

/// The timer that looks for the pause is the session's, so another thread does not start it.
TEST_F(SessionPause, TheFirstAudioAfterAPauseIsLeftToDrain) {
  connect();
  const auto push_only = [this] {
    const std::vector<std::int16_t> samples(chunk / 2, 0);
    auto all = std::as_bytes(std::span(samples));
    input_queue->push_audio(all, 16000, input::Overflow::drop_oldest, producer);
    audio_input->active = now;
  };
  push_only();
  EXPECT_TRUE(session->send_audio()) << "the timer runs since the connection began";
  EXPECT_EQ(silence(), 1u);
  pass(2'000'000);
  EXPECT_EQ(marks(), 1u);
  server.messages.clear();
  push_only();
  EXPECT_FALSE(session->send_audio()) << "nothing looks for the next pause yet";
  EXPECT_EQ(silence(), 1u) << "but it is sent";
  session->drain();
  pass(2'000'000);
  EXPECT_EQ(marks(), 1u);
}

TEST_F(SessionPause, ThePausePassesWithoutEvents) {
  config.input_pause.set(100ms);
  time = [] { return g_get_monotonic_time(); };
  connect();
  say_something();
  EXPECT_TRUE(run_until([&] { return marks() > 0; })) << "no timer";
}

TEST_F(SessionPause, NothingIsInvented) {
  config.input_pause.set(0ms);
  connect();
  say();
  pass(5'000'000);
  EXPECT_EQ(silence() + marks(), 0u);
}

TEST_F(SessionPause, AFileThatStallsIsNoPause) {
  inputs->set_live_audio(*audio_input, false);
  connect();
  say();
  pass(5'000'000);
  EXPECT_EQ(silence() + marks(), 0u);
  inputs->set_waiting(*audio_input, true);
  pass(1);
  EXPECT_EQ(marks(), 1u) << "it waits behind a hole";
}

TEST_F(SessionPause, InPausedTheEndIsSent) {
  connect();
  say();
  input_queue->set_paused(producer, true);
  pass(500'000);
  EXPECT_EQ(silence(), 12u);
  pass(500'000);
  EXPECT_EQ(silence(), 25u);
  EXPECT_EQ(marks(), 1u);
}

TEST_F(SessionPause, InPausedAudioWaitsForTheConnection) {
  start();
  for (int i = 0; i < 5; ++i)
    say();
  input_queue->set_paused(producer, true);
  pass(600'000);
  server.open();
  server.say(setup_complete);
  server.messages.clear();
  pass(1'000'000);
  EXPECT_EQ(silence() + marks(), 0u);
  input_queue->set_paused(producer, false);
  pass(1);
  EXPECT_EQ(silence(), 30u) << "the audio, and the pause behind it";
  EXPECT_EQ(marks(), 1u);
}

}  // namespace
