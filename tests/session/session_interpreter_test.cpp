// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A session with a live interpreter: it answers while the user speaks, in a turn that never ends.

#include "session_loss_fixture.hpp"

using namespace gemlive;
using namespace gemlive::test;

namespace {

constexpr std::size_t piece = 1920;  // 40 ms at 24 kHz

struct Interpreting : Resuming {
  Interpreting() { config.eos_timeout.set(20s); }

  void pass(std::chrono::milliseconds duration) {
    now += duration.count() * ms_in_us;
    send_input();
  }
  /// The user speaks, and the interpreter repeats it.
  void interpret(std::chrono::milliseconds duration) {
    for (auto left = duration; left > 0ms; left -= 40ms) {
      speak();
      pass(40ms);
      server.say(audio(piece));
    }
  }
  /// Whether there has been neither a warning nor an interrupted turn.
  bool is_clean() const {
    for (const auto &turn : notices_of<notice::TurnComplete>())
      if (turn.interrupted) return false;
    return notices_of<notice::Warning>().empty();
  }
};

TEST_F(Interpreting, TheEndIsTwoQuietSecondsBehindTheOutput) {
  connect();
  interpret(3s);
  end_input();
  pass(480ms);
  server.say(audio(piece));
  pass(1900ms);
  EXPECT_FALSE(is_over());
  pass(200ms);
  EXPECT_TRUE(is_over());
  EXPECT_TRUE(is_clean());
  ASSERT_EQ(notices_of<notice::TurnComplete>().size(), 1u);
  EXPECT_EQ(notices_of<notice::TurnComplete>()[0].audio_bytes, 76 * piece) << "with the tail";
}

TEST_F(Interpreting, ThePlaybackOfTheOutputBelongsToIt) {
  connect();
  interpret(2s);
  end_input();
  server.say(audio(25 * piece));  // a second
  pass(2900ms);
  EXPECT_FALSE(is_over());
  pass(200ms);
  EXPECT_TRUE(is_over());
  EXPECT_TRUE(is_clean());
}

TEST_F(Interpreting, SilentAudioIsNoOutput) {
  connect();
  interpret(2s);
  end_input();
  for (int i = 0; i < 21; ++i) {
    server.say(audio(5 * piece / 2, 24000, std::byte{0}));
    pass(100ms);
  }
  EXPECT_TRUE(is_over());
  EXPECT_TRUE(is_clean());
}

TEST_F(Interpreting, TheLastSpeechMayBeInterpretedLater) {
  connect();
  interpret(2s);
  for (int i = 0; i < 25; ++i) {
    speak();
    pass(40ms);
  }
  end_input();
  pass(4s);
  EXPECT_FALSE(is_over()) << "a second of speech is not interpreted";
  server.say(audio(piece));
  pass(2100ms);
  EXPECT_TRUE(is_over());
  EXPECT_TRUE(is_clean());
}

TEST_F(Interpreting, AnAnswerToAQuestionIsNoInterpretation) {
  connect();
  for (int i = 0; i < 50; ++i)
    speak();
  for (int i = 0; i < 50; ++i)
    server.say(audio(piece));
  end_input();
  pass(10s);
  EXPECT_FALSE(is_over()) << "the rest may still come";
  pass(15s);
  EXPECT_TRUE(is_over());
  EXPECT_FALSE(is_clean());
}

TEST_F(Interpreting, AServiceThatCompletesTurnsIsNoInterpreter) {
  connect();
  speak();
  answer();
  interpret(3s);
  end_input();
  pass(6s);
  EXPECT_FALSE(is_over());
}

TEST_F(Interpreting, AModelForTranslationIsOneFromTheStart) {
  setup = R"({"setup":{"generationConfig":{"translationConfig":{"targetLanguageCode":"de"}}}})";
  connect();
  for (int i = 0; i < 50; ++i)
    speak();
  end_input();
  pass(1s);
  for (int i = 0; i < 50; ++i)
    server.say(audio(piece));
  pass(3900ms);
  EXPECT_FALSE(is_over());
  pass(200ms);
  EXPECT_TRUE(is_over());
  EXPECT_TRUE(is_clean());
}

TEST_F(Interpreting, ALongPauseInTheProgrammeIsNoTimeout) {
  config.turn_timeout.set(5s);
  connect();
  interpret(2s);
  pass(60s);
  EXPECT_TRUE(is_clean());
  interpret(2s);
  EXPECT_TRUE(is_clean());
  speak();
  pass(5100ms);
  EXPECT_FALSE(is_clean()) << "speech that is not interpreted";
}

TEST_F(Interpreting, ThePlannedReconnectIsHalfASecondBehindTheOutput) {
  config.connection_lifetime.set(10s);
  connect();
  server.say(handle("h1"));
  server.say(not_now);
  interpret(12s);
  EXPECT_FALSE(server.closed) << "it speaks";
  pass(440ms);
  EXPECT_FALSE(server.closed);
  pass(100ms);
  EXPECT_TRUE(server.closed);
  EXPECT_EQ(counters->planned_reconnects, 1u);
  ASSERT_TRUE(tries_again());
  let_in();
  EXPECT_TRUE(resumes_with("h1"));
  EXPECT_TRUE(notices_of<notice::Warning>().empty());
}

TEST_F(Interpreting, WithoutResendingALostConnectionGivesUpWhatWasSent) {
  config.resend.set(Resend::none);
  connect();
  interpret(2s);
  for (int i = 0; i < 25; ++i)
    speak();
  server.messages.clear();
  server.close(1011, "Internal error encountered.");
  speak();  // while there is no connection: this was never sent
  ASSERT_TRUE(tries_again());
  let_in();
  EXPECT_EQ(audio_messages(), 1u);
  EXPECT_EQ(counters->resent, 0u);
  const auto stats = input_queue->stats();
  EXPECT_EQ(stats.sent, 76 * chunk);
  EXPECT_EQ(stats.given_up, 75 * chunk);
  interpret(1s);
  end_input();
  pass(2100ms);
  EXPECT_TRUE(is_over());
  EXPECT_TRUE(notices_of<notice::Warning>().at(0).error.message.find("could not resume") !=
              std::string::npos);
  EXPECT_EQ(notices_of<notice::Warning>().size(), 1u);
}

TEST_F(Interpreting, OtherwiseItIsSentAgain) {
  connect();
  interpret(2s);
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_EQ(audio_messages(), 50u);
}

TEST_F(Interpreting, WithoutResendingNothingIsOwedAfterALoss) {
  config.resend.set(Resend::none);
  connect();
  server.say(handle("h1"));
  for (int i = 0; i < 25; ++i)
    speak();
  end_input();
  pass(1s);
  EXPECT_FALSE(is_over());
  server.close(1011, "Internal error encountered.");
  EXPECT_TRUE(is_over()) << "no answer will come";
  EXPECT_EQ(server.made, 1);
}

TEST_F(Interpreting, WithoutResendingTransparentResumptionSendsNothingAgainEither) {
  config.resend.set(Resend::none);
  service = Service::vertex;
  connect();
  server.say(handle("h1", 0));
  for (int i = 0; i < 25; ++i)
    speak();
  server.messages.clear();
  ASSERT_TRUE(lose_and_reconnect());
  EXPECT_EQ(audio_messages(), 0u);
  EXPECT_TRUE(resumes_with("h1"));
}

TEST_F(Interpreting, SkippedOutputIsReported) {
  config.max_lag.set(500ms);
  connect();
  server.say(audio(25 * piece));
  std::vector<std::byte> samples(480 * 2);
  const auto skip = [&](bool is_audible) {
    ASSERT_EQ(streams->audio.wait(samples.size(), std::nullopt).kind, output::Kind::audio);
    streams->audio.skip_read(streams->audio.read(samples), is_audible);
  };
  skip(true), skip(true), skip(false);
  server.say(audio(piece));
  ASSERT_EQ(notices_of<notice::OutputSkipped>().size(), 1u);
  EXPECT_EQ(notices_of<notice::OutputSkipped>()[0].duration, 60ms);
  EXPECT_EQ(notices_of<notice::OutputSkipped>()[0].audible_duration, 40ms);
  skip(true);
  server.say(audio(piece));
  EXPECT_EQ(notices_of<notice::OutputSkipped>().size(), 1u) << "once a second";
  pass(1100ms);
  server.say(audio(piece));
  ASSERT_EQ(notices_of<notice::OutputSkipped>().size(), 2u);
  EXPECT_EQ(notices_of<notice::OutputSkipped>()[1].duration, 20ms);
  EXPECT_EQ(notices_of<notice::OutputSkipped>()[1].total, 80ms);
}

}  // namespace
