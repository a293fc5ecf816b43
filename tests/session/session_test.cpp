// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "session.hpp"

#include "allocations.hpp"
#include "session_fixture.hpp"
#include "wire.hpp"

using namespace gemlive;
using namespace gemlive::test;
using namespace std::chrono_literals;

namespace {

// Connecting

TEST_F(SessionTest, AudioIsSentAtOnceInTheMiddleOfTheInput) {
  const auto push_only = [this](std::int16_t level) {
    const std::vector<std::int16_t> samples(chunk / 2, level);
    auto all = std::as_bytes(std::span(samples));
    input_queue->push_audio(all, 16000, input::Overflow::drop_oldest);
  };
  start();
  push_only(0);
  EXPECT_FALSE(session->send_audio()) << "not connected";
  server.open();
  server.say(setup_complete);
  server.messages.clear();

  push_only(0);
  EXPECT_TRUE(session->send_audio());
  EXPECT_EQ(server.messages.size(), 1u);
  push_only(8000);
  EXPECT_FALSE(session->send_audio()) << "a timer for the answer is to be started";
  EXPECT_EQ(server.messages.size(), 2u);
  session->drain();
  push_only(8000);
  EXPECT_TRUE(session->send_audio());
  EXPECT_EQ(server.messages.size(), 3u);

  end_input();
  push_only(0);
  EXPECT_FALSE(session->send_audio()) << "the input goes on: drain() looks at it";
  EXPECT_EQ(server.messages.size(), 3u);
  session->drain();
  EXPECT_EQ(server.messages.size(), 4u);
  EXPECT_TRUE(notices.empty() || notices_of<notice::Warning>().empty());
}

TEST_F(SessionTest, ConnectsSendsTheSetupAndWaitsForItsConfirmation) {
  start();
  EXPECT_EQ(server.request.url, "ws://fake");
  EXPECT_EQ(counters->state, ConnectionState::connecting);
  EXPECT_TRUE(server.messages.empty());
  server.open();
  EXPECT_EQ(server.messages, std::vector<std::string>{"the setup"});
  EXPECT_EQ(counters->state, ConnectionState::connecting) << "an upgrade proves nothing";
  speak();
  EXPECT_EQ(server.messages.size(), 1u);
  server.say(setup_complete);
  EXPECT_EQ(counters->state, ConnectionState::connected);
  EXPECT_EQ(server.messages.size(), 2u) << "what had waited is sent";
  EXPECT_EQ(counters->session_id.copy(), "s-1");
  ASSERT_EQ(notices_of<notice::Connected>().size(), 1u);
  EXPECT_EQ(notices_of<notice::Connected>()[0].session_id, "s-1");
  EXPECT_EQ(notices_of<notice::StateChanged>().size(), 2u);
}

TEST_F(SessionTest, TheSetupWaitsUntilTheTransportTakesIt) {
  server.writable = false;
  start();
  server.open();
  EXPECT_TRUE(server.messages.empty());
  server.become_writable();
  EXPECT_EQ(server.messages.size(), 1u);
}

TEST_F(SessionTest, OneDeadlineCoversConnectingAndSetup) {
  url = "wss://fake";
  for (const bool opens : {false, true}) {
    notices.clear();
    config.connect_timeout.set(5ms);
    config.max_retries.set(0);
    input_queue = std::make_shared<InputQueue>([] {});
    start();
    if (opens) server.open();
    ASSERT_TRUE(run_until([&] { return is_over(); }));
    ASSERT_EQ(notices_of<notice::Failed>().size(), 1u);
    const auto error = notices_of<notice::Failed>()[0].error;
    EXPECT_EQ(error.kind, ErrorKind::cannot_connect);
    EXPECT_NE(error.message.find("connect-timeout"), std::string::npos);
    EXPECT_EQ(error.message.find("TLS") != std::string::npos, !opens) << "once open it is TLS";
    EXPECT_EQ(counters->state, ConnectionState::failed);
    EXPECT_EQ(head(), output::Kind::end);
    EXPECT_TRUE(run_until([&] { return !server.alive; })) << "the transport goes";
    streams = std::make_shared<OutputStreams>();
  }
}

TEST_F(SessionTest, AFailureToConnectIsPassedOn) {
  start();
  server.fail({.kind = ErrorKind::not_found, .message = "no such host", .http_status = 404});
  ASSERT_EQ(notices_of<notice::Failed>().size(), 1u);
  EXPECT_EQ(notices_of<notice::Failed>()[0].error.kind, ErrorKind::not_found);
  EXPECT_EQ(notices_of<notice::Failed>()[0].error.http_status, 404);
  EXPECT_TRUE(server.alive) << "not within its own callback";
  EXPECT_TRUE(run_until([&] { return !server.alive; }));
}

TEST_F(SessionTest, ACloseSaysWhyAndEndsEverything) {
  start();
  server.open();
  server.close(1007, "API key not valid. Please pass a valid API key.");
  ASSERT_EQ(notices_of<notice::Failed>().size(), 1u);
  EXPECT_EQ(notices_of<notice::Failed>()[0].error.kind, ErrorKind::not_authorized);
  EXPECT_EQ(notices_of<notice::Failed>()[0].error.close_code, 1007);
  EXPECT_EQ(notices_of<notice::StateChanged>().back().state, ConnectionState::failed);
  EXPECT_TRUE(is_over());
  EXPECT_EQ(head(), output::Kind::end);
}

TEST_F(SessionTest, ACleanCloseThatNobodyAskedForIsALoss) {
  config.max_retries.set(0);
  connect();
  server.close(1000, "");
  ASSERT_EQ(notices_of<notice::Failed>().size(), 1u);
  EXPECT_EQ(notices_of<notice::Failed>()[0].error.kind, ErrorKind::lost);
}

TEST_F(SessionTest, DestroyingItClosesTheConnection) {
  connect();
  session.reset();
  EXPECT_EQ(server.closed_with, 1000);
  EXPECT_FALSE(server.alive);
}

// Sending

TEST_F(SessionTest, SendsNoMoreThanTheTransportTakes) {
  connect();
  server.writable = false;
  speak();
  speak();
  EXPECT_TRUE(server.messages.empty());
  EXPECT_EQ(input_queue->stats().held, 2 * chunk);
  server.become_writable();
  EXPECT_EQ(server.messages.size(), 2u);
  EXPECT_EQ(input_queue->stats().sent, 2 * chunk);
  EXPECT_EQ(counters->messages_sent, 3u);
}

TEST_F(SessionTest, SendsMarksInOrderWithTheAudio) {
  connect();
  server.writable = false;
  input_queue->push(input::ActivityStart{});
  speak();
  input_queue->push(input::ActivityEnd{});
  input_queue->push(input::AudioStreamEnd{});
  input_queue->push(input::TypedText{"typed", false});
  server.become_writable();
  ASSERT_EQ(server.messages.size(), 5u);
  EXPECT_EQ(server.messages[0], wire::encode_activity_start());
  EXPECT_NE(server.messages[1].find("audio/pcm;rate=16000"), std::string::npos);
  EXPECT_EQ(server.messages[2], wire::encode_activity_end());
  EXPECT_EQ(server.messages[3], wire::encode_audio_stream_end());
  EXPECT_EQ(server.messages[4], wire::encode_client_content("typed", false));
}

TEST_F(SessionTest, TypesInRealTimeWhereTheModelWantsIt) {
  model = "models/gemini-3.1-flash-live-preview";
  connect();
  input_queue->push(input::TypedText{"hello", true});
  input_queue->push(input::TypedText{"seed", false});
  input_queue->push(input::TypedText{"", true});
  send_input();
  ASSERT_EQ(server.messages.size(), 2u);
  EXPECT_EQ(server.messages[0], wire::encode_realtime_text("hello"));
  EXPECT_EQ(server.messages[1], wire::encode_client_content("seed", false));
}

TEST_F(SessionTest, DropsAreReportedAtOnceAndThenInSums) {
  input_queue->set_limits({.chunk = 40ms, .backlog = 80ms});
  connect();
  server.writable = false;
  for (int i = 0; i < 5; ++i)
    speak();
  ASSERT_EQ(notices_of<notice::BacklogDropped>().size(), 1u);
  EXPECT_EQ(notices_of<notice::BacklogDropped>()[0].duration, 40ms);
  ASSERT_TRUE(run_until([&] { return notices_of<notice::BacklogDropped>().size() == 2; }));
  EXPECT_EQ(notices_of<notice::BacklogDropped>()[1].duration, 80ms);
  EXPECT_EQ(notices_of<notice::BacklogDropped>()[1].total, 120ms);
}

// Turns

TEST_F(SessionTest, ATurnIsReportedFromItsFirstEventToItsEnd) {
  connect();
  speak();
  server.say(heard(" What"));
  server.say(heard(" time?"));
  server.say(said("It is"));
  now = g_get_monotonic_time() + 300 * ms_in_us;
  server.say(audio(9600));
  server.say(audio(4800));
  server.say(said(" noon."));
  server.say(generation_complete);
  EXPECT_TRUE(notices_of<notice::TurnComplete>().empty());
  server.say(turn_complete);

  EXPECT_EQ(turn_of_first<Transcript>(), 1u);
  ASSERT_EQ(notices_of<notice::TurnStarted>().size(), 1u);
  const auto delay = notices_of<notice::TurnStarted>()[0].since_input_end;
  ASSERT_TRUE(delay);
  EXPECT_GE(*delay, 300ms);
  EXPECT_LT(*delay, 10s);
  ASSERT_EQ(notices_of<notice::TurnComplete>().size(), 1u);
  const auto turn = notices_of<notice::TurnComplete>()[0];
  EXPECT_EQ(turn_of_first<notice::TurnComplete>(), 1u);
  EXPECT_FALSE(turn.interrupted);
  EXPECT_EQ(turn.audio_bytes, 14400u);
  EXPECT_EQ(turn.audio_duration, 300ms);
  EXPECT_EQ(turn.first_audio_delay, delay);
  EXPECT_EQ(turn.input_transcript, " What time?");
  EXPECT_EQ(turn.output_transcript, "It is noon.");
  EXPECT_EQ(counters->turns, 1u);

  server.say(audio(480));
  server.say(turn_complete);
  EXPECT_EQ(notices.back().turn, 2u);
  EXPECT_FALSE(notices_of<notice::TurnStarted>()[1].since_input_end) << "nothing new was said";
}

TEST_F(SessionTest, ATurnsTimesAreThoseOfItsEvents) {
  connect();
  speak();
  now = g_get_monotonic_time() + 300 * ms_in_us;
  server.say(audio(4800, 24000, std::byte{0}));  // 100 ms of silence
  now += 10 * ms_in_us;
  server.say(audio(4800));
  now += 20 * ms_in_us;
  server.say(generation_complete);
  now += 400 * ms_in_us;
  server.say(content(R"("turnComplete":true,"interactionStatus":"IDLE")"));
  const auto turn = notices_of<notice::TurnComplete>().at(0);
  EXPECT_EQ(turn.status, "IDLE");
  EXPECT_EQ(turn.since_first_byte, 430ms);
  EXPECT_EQ(turn.since_first_audible, 330ms) << "it is heard behind the silence";
  EXPECT_EQ(turn.since_generation_end, 400ms);
  ASSERT_TRUE(turn.since_input_end);
  EXPECT_EQ(*turn.since_input_end - *turn.since_first_byte, turn.first_audio_delay);

  server.say(audio(24000, 24000, std::byte{0}));
  server.say(audio(4800));
  server.say(turn_complete);
  const auto ahead = notices_of<notice::TurnComplete>().at(1);
  EXPECT_EQ(ahead.since_first_audible, -500ms) << "it is still to be heard";
  EXPECT_FALSE(ahead.since_input_end);
  EXPECT_FALSE(ahead.since_generation_end);

  server.say(turn_complete);
  EXPECT_FALSE(notices_of<notice::TurnComplete>().at(2).since_first_byte);
}

TEST_F(SessionTest, EachStreamGetsItsOwn) {
  for (auto *stream : {&streams->input_transcript, &streams->output_transcript, &streams->text})
    stream->attach();
  connect();
  server.say(heard("in"));
  server.say(said("out"));
  server.say(content(R"("modelTurn":{"parts":[{"text":"te\u001bxt"}]})"));
  server.say(audio(480));
  const auto take = [](OutputStream &stream) {
    stream.wait(2, g_get_monotonic_time());
    return stream.take_text();
  };
  EXPECT_EQ(take(streams->input_transcript), "in");
  EXPECT_EQ(take(streams->output_transcript), "out");
  EXPECT_EQ(take(streams->text), "text") << "printable";
  EXPECT_EQ(streams->audio.wait(480, g_get_monotonic_time()).bytes, 480u);
  EXPECT_EQ(notices_of<Text>().at(0).text, "text");
  EXPECT_EQ(notices_of<Transcript>().size(), 2u);
}

TEST_F(SessionTest, TheEndOfTheUsersSpeechIsItsLastLoudPiece) {
  connect();
  push(8000);
  const auto after_speech = g_get_monotonic_time();
  while (g_get_monotonic_time() - after_speech < 20 * ms_in_us)
    continue;  // so that a wrong moment would show
  push(50);
  push(700);  // loud by itself, not beside what came before
  now = after_speech + 500 * ms_in_us;
  server.say(audio(480));
  const auto delay = notices_of<notice::TurnStarted>().at(0).since_input_end;
  ASSERT_TRUE(delay);
  EXPECT_GE(*delay, 500ms);
}

TEST_F(SessionTest, ATurnCompleteAloneIsAnEmptyTurn) {
  connect();
  server.say(turn_complete);
  ASSERT_EQ(notices_of<notice::TurnComplete>().size(), 1u);
  EXPECT_EQ(notices.back().turn, 1u);
  EXPECT_FALSE(notices_of<notice::TurnComplete>()[0].interrupted);
  EXPECT_FALSE(notices_of<notice::TurnComplete>()[0].first_audio_delay);
  EXPECT_EQ(counters->turns, 1u);
}

TEST_F(SessionTest, AnInterruptionDropsWhatIsQueued) {
  connect();
  server.say(audio(4800));
  server.say(interrupted);
  server.say(turn_complete);
  ASSERT_EQ(notices_of<notice::Interrupted>().size(), 1u);
  EXPECT_EQ(notices_of<notice::Interrupted>()[0].discarded_duration, 100ms);
  ASSERT_EQ(notices_of<notice::TurnComplete>().size(), 1u);
  EXPECT_TRUE(notices_of<notice::TurnComplete>()[0].interrupted);
  EXPECT_EQ(notices_of<notice::TurnComplete>()[0].audio_duration, 100ms);
  EXPECT_EQ(counters->interruptions, 1u);
  EXPECT_EQ(head(), output::Kind::interrupted);
  streams->audio.take_mark();
  EXPECT_EQ(head(), output::Kind::timeout);
}

TEST_F(SessionTest, AnInterruptionThatKeeps) {
  config.on_interrupt.set(OnInterrupt::keep);
  connect();
  server.say(audio(4800));
  server.say(interrupted);
  EXPECT_EQ(notices_of<notice::Interrupted>().at(0).discarded_duration, 0ms);
  EXPECT_EQ(head(), output::Kind::audio);
}

TEST_F(SessionTest, AnInterruptionBehindTheEndOfTheTurnMarksNoOther) {
  connect();
  server.say(audio(4800));
  server.say(turn_complete);
  server.say(interrupted);
  EXPECT_EQ(notices_of<notice::Interrupted>().at(0).discarded_duration, 100ms);
  answer();
  ASSERT_EQ(notices_of<notice::TurnComplete>().size(), 2u);
  EXPECT_FALSE(notices_of<notice::TurnComplete>()[1].interrupted);
}

TEST_F(SessionTest, AnInterruptionBeforeTheModelHasSaidAnything) {
  connect();
  server.say(interrupted);
  server.say(turn_complete);
  EXPECT_TRUE(notices_of<notice::TurnComplete>().empty()) << "no turn is open";
  server.say(heard("question"));
  server.say(interrupted);
  server.say(turn_complete);
  ASSERT_EQ(notices_of<notice::TurnComplete>().size(), 1u);
  EXPECT_TRUE(notices_of<notice::TurnComplete>()[0].interrupted);
}

TEST_F(SessionTest, ContentAfterAnInterruptionIsANewTurn) {
  connect();
  server.say(audio(4800));
  server.say(interrupted);
  server.say(heard("wait"));
  server.say(audio(960));
  ASSERT_EQ(notices_of<notice::TurnComplete>().size(), 1u) << "though nobody said turnComplete";
  EXPECT_TRUE(notices_of<notice::TurnComplete>()[0].interrupted);
  server.say(generation_complete);
  server.say(turn_complete);
  ASSERT_EQ(notices_of<notice::TurnComplete>().size(), 2u);
  EXPECT_FALSE(notices_of<notice::TurnComplete>()[1].interrupted);
  EXPECT_EQ(notices_of<notice::TurnComplete>()[1].audio_bytes, 960u);
}

TEST_F(SessionTest, AfterALocalInterruptionTheRestOfTheTurnIsDropped) {
  connect();
  server.say(audio(4800));
  session->interrupt_locally();
  server.say(audio(4800));
  EXPECT_EQ(notices_of<notice::Interrupted>().at(0).discarded_duration, 100ms);
  EXPECT_EQ(head(), output::Kind::interrupted);
  streams->audio.take_mark();
  EXPECT_EQ(head(), output::Kind::timeout);
  server.say(turn_complete);
  EXPECT_TRUE(notices_of<notice::TurnComplete>().at(0).interrupted);
  EXPECT_EQ(notices_of<notice::TurnComplete>().at(0).audio_bytes, 4800u);
  server.say(audio(480));
  EXPECT_EQ(notices_of<notice::TurnStarted>().size(), 2u) << "the next turn is heard";
}

TEST_F(SessionTest, OtherEventsAreReported) {
  connect();
  server.say(R"({"toolCall":{"functionCalls":[{"id":"1","name":"f","args":{"a":1}}]}})");
  server.say(R"({"toolCallCancellation":{"ids":["1"]}})");
  server.say(R"({"goAway":{"timeLeft":"5s"}})");
  server.say(R"({"sessionResumptionUpdate":{"newHandle":"h","resumable":true}})");
  server.say(R"({"voiceActivity":{"type":"ACTIVITY_START"}})");
  server.say(R"({"usageMetadata":{"totalTokenCount":7}})");
  server.say(R"({"somethingNew":{"a":1}})");
  EXPECT_EQ(notices_of<ToolCall>().at(0).name, "f");
  EXPECT_EQ(notices_of<ToolCallCancelled>().at(0).id, "1");
  EXPECT_EQ(notices_of<GoAway>().at(0).time_left, 5s);
  EXPECT_TRUE(notices_of<ResumptionUpdate>().at(0).resumable);
  EXPECT_EQ(notices_of<ResumptionUpdate>().at(0).handle, "") << "a secret";
  EXPECT_TRUE(notices_of<notice::Activity>().at(0).start);
  EXPECT_EQ(notices_of<Usage>().at(0).counts[2], 7) << Usage::names[2];
  EXPECT_NE(notices_of<ServerMessage>().at(0).json.find("somethingNew"), std::string::npos);
}

// Bad servers

TEST_F(SessionTest, InvalidMessagesAreReportedOncePerKind) {
  connect();
  for (int i = 0; i < 9; ++i)
    server.say("{");
  EXPECT_EQ(notices_of<notice::Warning>().size(), 1u);
  EXPECT_EQ(notices_of<notice::Warning>()[0].error.kind, ErrorKind::bad_data);
  answer();
  EXPECT_EQ(notices_of<notice::TurnComplete>().size(), 1u);
  for (int i = 0; i < 9; ++i)
    server.say("{");
  EXPECT_FALSE(is_over()) << "a good one was between";
  EXPECT_EQ(notices_of<notice::Warning>().size(), 1u);
}

TEST_F(SessionTest, TenBadMessagesInARowAreTheEnd) {
  connect();
  for (int i = 0; i < 10; ++i)
    server.say("[]");
  ASSERT_EQ(notices_of<notice::Failed>().size(), 1u);
  EXPECT_EQ(notices_of<notice::Failed>()[0].error.kind, ErrorKind::bad_data);
  EXPECT_TRUE(is_over());
  EXPECT_NE(server.closed_with, 0);
}

TEST_F(SessionTest, BadAudioAndUnknownMediaAreLeftOutWithOneWarningEach) {
  connect();
  const auto part = [](const std::string &mime, const std::string &data) {
    return content(R"("modelTurn":{"parts":[{"inlineData":{"mimeType":")" + mime + R"(","data":")" +
                   data + R"("}}]})");
  };
  for (int i = 0; i < 3; ++i) {
    server.say(part("audio/pcm", "AAAAA"));
    server.say(part("video/mp4", "AAAA"));
  }
  ASSERT_EQ(notices_of<notice::Warning>().size(), 2u);
  EXPECT_NE(notices_of<notice::Warning>()[1].error.message.find("video/mp4"), std::string::npos);
}

TEST_F(SessionTest, BadAudioWithoutAConsumerIsDroppedToo) {
  connect();
  streams->audio.detach();
  server.say(
      content(R"("modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm","data":"AAAAA"}}]})"));
  EXPECT_EQ(notices_of<notice::Warning>().size(), 1u);
  server.say(turn_complete);
  EXPECT_EQ(notices_of<notice::TurnComplete>().at(0).audio_bytes, 0u);
}

// The end

TEST_F(SessionTest, AnInputWithNothingInItEndsAtOnce) {
  connect();
  end_input();
  EXPECT_TRUE(is_over());
  EXPECT_EQ(head(), output::Kind::end);
  EXPECT_TRUE(notices_of<notice::Failed>().empty());
}

TEST_F(SessionTest, TheEndWaitsForTheConnection) {
  start();
  speak();
  end_input();
  EXPECT_FALSE(is_over());
  server.open();
  server.say(setup_complete);
  EXPECT_FALSE(is_over());
  answer();
  EXPECT_TRUE(is_over());
}

TEST_F(SessionTest, AnsweredBeforeTheEndOfTheInputItEndsAtOnce) {
  connect();
  speak();
  now += 300 * ms_in_us;  // by which a service has noticed the end of speech
  answer();
  push(0);
  end_input();
  EXPECT_TRUE(is_over());
}

TEST_F(SessionTest, WaitsForTheAnswerToTheLastThingSaid) {
  connect();
  speak();
  server.say(audio(480));
  speak();  // into the answer: it will be interrupted
  end_input();
  server.say(interrupted);
  server.say(turn_complete);
  EXPECT_FALSE(is_over());
  answer();
  EXPECT_TRUE(is_over());
  EXPECT_EQ(notices_of<notice::TurnComplete>().size(), 2u);
}

TEST_F(SessionTest, TheEndIsSoonWhereTheModelExpectsTheUserToGoOn) {
  connect();
  speak();
  server.say(heard("Well"));
  end_input();
  EXPECT_FALSE(is_over());
  server.say(content(R"("waitingForInput":true)"));
  now += 2900 * ms_in_us;
  send_input();
  EXPECT_FALSE(is_over()) << "it may think otherwise, now that nothing more comes";
  now += 200 * ms_in_us;
  send_input();
  EXPECT_TRUE(is_over());
  const auto turns = notices_of<notice::TurnComplete>();
  ASSERT_EQ(turns.size(), 1u);
  EXPECT_FALSE(turns[0].interrupted);
  EXPECT_EQ(turns[0].input_transcript, "Well");
  EXPECT_EQ(notices_of<ServerMessage>().size(), 1u) << "for the application, too";
}

TEST_F(SessionTest, WithinAnAnswerThatIsPremature) {
  connect();
  speak();
  end_input();
  server.say(audio(480));
  server.say(content(R"("waitingForInput":true)"));
  EXPECT_FALSE(is_over());
  server.say(turn_complete);
  EXPECT_TRUE(is_over());
}

TEST_F(SessionTest, AnAnswerThatOnlyKeepsSilentIsNotWaitedForLong) {
  connect();
  speak();
  server.say(audio(480));
  for (int second = 0; second < 29; ++second) {
    now += 1000 * ms_in_us;
    server.say(audio(48000, 24000, std::byte{0}));
  }
  EXPECT_TRUE(notices_of<notice::Warning>().empty());
  now += 1000 * ms_in_us;
  server.say(audio(48000, 24000, std::byte{0}));
  now += 1000 * ms_in_us;
  send_input();
  EXPECT_EQ(notices_of<notice::Warning>().size(), 1u);
  ASSERT_EQ(notices_of<notice::TurnComplete>().size(), 1u);
  EXPECT_TRUE(notices_of<notice::TurnComplete>()[0].interrupted);
}

TEST_F(SessionTest, TwoUtterancesSentAtOnce) {
  connect();
  speak();
  push(0);
  speak();
  end_input();
  server.say(audio(480));
  server.say(interrupted);
  server.say(turn_complete);
  EXPECT_FALSE(is_over());
  answer();
  EXPECT_TRUE(is_over());
}

TEST_F(SessionTest, ALateTurnCompleteEndsNothingBeforeItsTime) {
  connect();
  speak();
  speak();
  end_input();
  server.say(audio(480));
  server.say(interrupted);
  server.say(audio(480));     // of the answer that follows
  server.say(turn_complete);  // of the one before
  EXPECT_FALSE(is_over());
  answer();
  EXPECT_TRUE(is_over());
}

TEST_F(SessionTest, TheNewestPictureIsSentAndNotTooOften) {
  config.picture_interval.set(30ms);
  pictures->push({std::byte{1}});
  pictures->push({std::byte{2}});
  connect();
  pictures->push({std::byte{3}});
  send_input();
  pictures->push({std::byte{4}});
  send_input();
  EXPECT_TRUE(server.messages.empty()) << "one has just been sent, with the setup's confirmation";
  EXPECT_TRUE(run_until([&] { return !server.messages.empty(); }));
  EXPECT_EQ(server.messages[0], wire::encode_picture(std::array{std::byte{4}}));
  const auto stats = pictures->stats();
  EXPECT_EQ(stats.pushed, 4u);
  EXPECT_EQ(stats.sent, 2u);
  EXPECT_EQ(stats.dropped, 2u);
}

TEST_F(SessionTest, TheLastPictureIsSentBeforeTheEnd) {
  config.picture_interval.set(1h);
  connect();
  pictures->push({std::byte{1}});
  send_input();
  pictures->push({std::byte{2}});
  end_input();
  EXPECT_EQ(server.messages.size(), 2u);
  EXPECT_TRUE(is_over());
  EXPECT_FALSE(pictures->push({std::byte{3}}));
  EXPECT_EQ(pictures->stats().dropped, 1u);
}

TEST_F(SessionTest, TextModeDecidesHowTextIsSent) {
  config.text_mode.set(TextMode::realtime);
  connect();
  input_queue->push(input::TypedText{"hello", true});
  send_input();
  EXPECT_EQ(server.messages[0], wire::encode_realtime_text("hello"));
}

TEST_F(SessionTest, TypedTextAloneIsAnsweredToo) {
  connect();
  input_queue->push(input::TypedText{"hello", true});
  end_input();
  EXPECT_FALSE(is_over());
  answer();
  EXPECT_TRUE(is_over());
}

TEST_F(SessionTest, AnnouncedAndPendingThingsAreAwaited) {
  connect();
  speak();
  end_input();
  server.say(audio(480));
  server.say(content(R"("turnComplete":true,"interactionStatus":"IN_PROGRESS")"));
  EXPECT_FALSE(is_over());
  server.say(R"({"toolCall":{"functionCalls":[{"id":"1","name":"f"}]}})");
  server.say(turn_complete);
  EXPECT_FALSE(is_over());
  server.say(R"({"toolCallCancellation":{"ids":["1"]}})");
  EXPECT_TRUE(is_over());
}

TEST_F(SessionTest, MoreInputCancelsTheEnd) {
  connect();
  speak();
  end_input();
  speak();
  now += 300 * ms_in_us;
  answer();
  EXPECT_FALSE(is_over());
  end_input();
  EXPECT_TRUE(is_over());
}

TEST_F(SessionTest, WithoutTurnCompleteAQuietSecondEndsIt) {
  connect();
  speak();
  end_input();
  server.say(audio(480));
  server.say(generation_complete);
  EXPECT_FALSE(is_over());
  now += 900 * ms_in_us;
  send_input();
  EXPECT_FALSE(is_over());
  now += 200 * ms_in_us;
  ASSERT_TRUE(run_until([&] { return is_over(); }));
  ASSERT_EQ(notices_of<notice::TurnComplete>().size(), 1u);
  EXPECT_FALSE(notices_of<notice::TurnComplete>()[0].interrupted);
  EXPECT_TRUE(notices_of<notice::Warning>().empty());
}

TEST_F(SessionTest, TheTimeoutEndsWithAWarning) {
  config.eos_timeout.set(10ms);
  connect();
  speak();
  end_input();
  server.say(audio(480));
  EXPECT_FALSE(is_over());
  now += 100 * ms_in_us;
  ASSERT_TRUE(run_until([&] { return is_over(); }));
  ASSERT_EQ(notices_of<notice::Warning>().size(), 1u);
  const auto message = notices_of<notice::Warning>()[0].error.message;
  EXPECT_NE(message.find("did not end"), std::string::npos) << message;
  EXPECT_NE(message.find("eos-timeout"), std::string::npos) << message;
  EXPECT_TRUE(notices_of<notice::TurnComplete>().at(0).interrupted)
      << "what there was of it is told";
  EXPECT_TRUE(notices_of<notice::Failed>().empty());
  EXPECT_EQ(head(), output::Kind::audio);
}

TEST_F(SessionTest, AMissingAnswerIsReported) {
  config.eos_timeout.set(10ms);
  connect();
  speak();
  end_input();
  now += 100 * ms_in_us;
  ASSERT_TRUE(run_until([&] { return is_over(); }));
  const auto message = notices_of<notice::Warning>().at(0).error.message;
  EXPECT_NE(message.find("No answer began"), std::string::npos) << message;
}

TEST_F(SessionTest, ToolCallsThatTheEndWaitsForAreNamed) {
  config.eos_timeout.set(10ms);
  config.refuse_unknown_tools.set(false);
  connect();
  speak();
  end_input();
  server.say(
      R"({"toolCall":{"functionCalls":[{"id":"1","name":"weather"},{"id":"2","name":"news"}]}})");
  now += 100 * ms_in_us;
  ASSERT_TRUE(run_until([&] { return is_over(); }));
  const auto message = notices_of<notice::Warning>().at(0).error.message;
  EXPECT_NE(message.find("(weather, news)"), std::string::npos) << message;
  EXPECT_NE(message.find("send-tool-response"), std::string::npos) << message;
}

TEST_F(SessionTest, EnoughTurnsAreTheEnd) {
  config.max_turns.set(2);
  connect();
  answer();
  server.say(audio(480));
  server.say(interrupted);
  server.say(turn_complete);
  EXPECT_FALSE(is_over()) << "an interrupted turn is not a complete one";
  answer();
  EXPECT_TRUE(is_over());
  const auto told_so_far = notices.size();
  server.say(audio(480));
  EXPECT_EQ(notices.size(), told_so_far) << "nothing behind the end";
}

TEST_F(SessionTest, BehindTheEndACloseIsNoError) {
  connect();
  end_input();
  server.close(1011, "Internal error");
  EXPECT_TRUE(notices_of<notice::Failed>().empty());
  EXPECT_EQ(counters->state, ConnectionState::disconnected);
}

// Cost

TEST_F(SessionTest, AllocatesNothingPerAudioMessageWhenWarm) {
  config.max_backlog.set(100ms);  // what is kept for another connection
  connect();
  server.keeps_messages = false;
  const auto text = audio(11520);
  const auto payload = MessagePool().copy(text);
  Bytes out(960);
  std::vector<std::int16_t> samples(chunk / 2, 8000);
  const auto round = [&] {
    for (int i = 0; i < 5; ++i) {
      auto all = std::as_bytes(std::span(samples));
      input_queue->push_audio(all, 16000, input::Overflow::drop_oldest);
      send_input();
      server.say(payload);
      for (int k = 0; k < 12; ++k) {
        streams->audio.wait(960, std::nullopt);
        streams->audio.read(out);
      }
    }
  };
  round();
  round();
  const auto taken = streams->audio.stats().taken;
  const auto before = test::allocations();
  round();
  EXPECT_EQ(test::allocations(), before);
  EXPECT_EQ(streams->audio.stats().taken, taken + 5 * 11520);
}

}  // namespace
