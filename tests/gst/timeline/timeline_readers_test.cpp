// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What gemlive-timeline reads (examples/timeline): lines of JSON, a session's log, a WAV file, and
// what it makes of them.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "event_lines.hpp"
#include "read_file.hpp"
#include "session_log.hpp"
#include "sound_file.hpp"
#include "sources.hpp"
#include "svg_picture.hpp"
#include "temp_folder.hpp"
#include "timeline_input.hpp"

namespace gemlive::test {
namespace {

using namespace timeline;

Model events(const std::string &text, Levels user = {}) {
  auto model = read_event_lines(on_one_line(text), "events.jsonl", std::move(user), {});
  EXPECT_TRUE(model) << (model ? "" : model.error().message);
  return model ? std::move(*model) : Model{};
}

std::string event_error(const std::string &text) {
  const auto model = read_event_lines(text, "events.jsonl", {}, {});
  return model ? "" : model.error().message;
}

Model session(const SessionLog &log) {
  auto model = read_session_log(log.text(), "a.websocket.log");
  EXPECT_TRUE(model) << (model ? "" : model.error().message);
  return model ? std::move(*model) : Model{};
}

std::string said(const Model &model, Side side, bool is_heard = true) {
  std::string text;
  for (const auto &words : model.words)
    if (words.side == side && words.is_heard == is_heard)
      text += (text.empty() ? "" : " ") + words.text;
  return text;
}

std::string labels(const Model &model) {
  std::string text;
  for (const auto &mark : model.marks)
    text += mark.label + "; ";
  return text;
}

TEST(TimelineEvents, AnAnswerIsHeardFromItsFirstSound) {
  const auto model = events(event_lines());
  ASSERT_EQ(model.turns.size(), 2U);
  EXPECT_DOUBLE_EQ(model.turns[0].first_sound, 3);
  EXPECT_DOUBLE_EQ(model.turns[0].input_end.value_or(-1), 2.4);
  EXPECT_DOUBLE_EQ(model.turns[0].end, 5);
  EXPECT_FALSE(model.turns[0].is_interrupted);
  EXPECT_EQ(said(model, Side::user), "What is the time?");
  const auto &answer = model.words[1];
  EXPECT_EQ(answer.text, "It is ten o'clock.");
  EXPECT_DOUBLE_EQ(answer.start, 3);
  EXPECT_DOUBLE_EQ(answer.end, 5);
}

TEST(TimelineEvents, RunningTimesBecomeTimesOfTheRecording) {
  const auto model = events(event_lines());
  EXPECT_DOUBLE_EQ(model.turns[1].input_end.value_or(-1), 7.5);  // first-audio-delay is NONE
}

TEST(TimelineEvents, WhatWasNotHeardIsSaid) {
  const auto model = events(event_lines());
  EXPECT_TRUE(model.turns[1].is_interrupted);
  EXPECT_DOUBLE_EQ(model.turns[1].end, 9);
  EXPECT_EQ(said(model, Side::model, true), "It is ten o'clock. All about");
  EXPECT_EQ(said(model, Side::model, false), "clocks and watches");
  const auto discarded = std::ranges::find(model.spans, Span::Kind::discarded, &Span::kind);
  ASSERT_NE(discarded, model.spans.end());
  EXPECT_DOUBLE_EQ(discarded->start, 9);
  EXPECT_DOUBLE_EQ(discarded->length, 3);
  EXPECT_EQ(labels(model),
            "connected; interrupted, 3 s not heard; warning: The microphone is gone; ");
}

TEST(TimelineEvents, TheNextAnswerCoversWhatWasNotHeard) {
  const auto model = events(event_lines() + line(10, "gemlive/turn-started", R"({"turn": 3})"));
  const auto discarded = std::ranges::find(model.spans, Span::Kind::discarded, &Span::kind);
  ASSERT_NE(discarded, model.spans.end());
  EXPECT_DOUBLE_EQ(discarded->end, 10);
  EXPECT_DOUBLE_EQ(discarded->length, 3);
}

TEST(TimelineEvents, WithoutPiecesTheTurnHasTheWords) {
  const auto model = events(
      line(2, "gemlive/turn-started", R"({"turn": 1, "first-audio-delay": 500000000})") +
      line(
          4, "gemlive/turn-complete",
          R"({"turn": 1, "audio-duration": 1000000000, "input-transcript": "Hello?", "output-transcript": "Good evening."})"));
  EXPECT_EQ(said(model, Side::user), "Hello?");
  EXPECT_EQ(said(model, Side::model), "Good evening.");
  EXPECT_DOUBLE_EQ(model.words[0].end, 1.5);
}

TEST(TimelineEvents, TheUsersWordsLieOnTheirSound) {
  Levels user;
  user.add(0.5, 1.8, 0.5F);
  const auto model =
      events(line(3, "gemlive/input-transcript", R"({"text": "Hello?", "turn": 1})") +
                 line(3, "gemlive/turn-started", R"({"turn": 1})"),
             user);
  ASSERT_EQ(model.words.size(), 1U);
  EXPECT_NEAR(model.words[0].start, 0.5, 0.03);
  EXPECT_NEAR(model.turns[0].input_end.value_or(-1), 1.8, 0.03);
  EXPECT_TRUE(model.turns[0].is_estimated);
}

TEST(TimelineEvents, AProgramThatKnowsTheTimesOfWordsSaysThem) {
  const auto model =
      events(line(9, "gemlive/input-transcript", R"({"text": "Hello?", "start": 4, "end": 5.5})"));
  ASSERT_EQ(model.words.size(), 1U);
  EXPECT_DOUBLE_EQ(model.words[0].start, 4);
  EXPECT_DOUBLE_EQ(model.words[0].end, 5.5);
}

TEST(TimelineEvents, ALostConnection) {
  const auto model =
      events(line(0, "gemlive/connected", "{}") +
             line(5, "gemlive/reconnecting",
                  R"({"attempt": 1, "close-code": 1011, "close-reason": "Internal error"})") +
             line(6, "gemlive/reconnecting", R"({"attempt": 2})") +
             line(7, "gemlive/stats", R"({"input-held": 64000})") +
             line(8, "gemlive/connected", R"({"resumed": true})") +
             line(9, "gemlive/backlog-dropped", R"({"duration": 250000000})"));
  ASSERT_EQ(model.spans.size(), 1U);
  EXPECT_EQ(model.spans[0].kind, Span::Kind::offline);
  EXPECT_DOUBLE_EQ(model.spans[0].start, 5);
  EXPECT_DOUBLE_EQ(model.spans[0].end, 8);
  ASSERT_EQ(model.backlog.size(), 1U);
  EXPECT_DOUBLE_EQ(model.backlog[0].seconds, 2);
  EXPECT_EQ(labels(model),
            "connected; connection lost (1011): Internal error; resumed after 3 s, 2 attempts; "
            "input dropped: 0.25 s; ");
}

TEST(TimelineEvents, Tools) {
  const auto model =
      events(line(1, "gemlive/tool-call",
                  R"({"id": "7", "name": "weather", "args": "{\"city\": \"Bonn\"}"})") +
             line(1.5, "gemlive/tool-response", R"({"id": "7"})") +
             line(2, "gemlive/tool-call", R"({"id": "8", "name": "news", "args": "{}"})") +
             line(3, "gemlive/tool-call-cancelled", R"({"id": "8"})"));
  EXPECT_EQ(labels(model),
            "tool weather {city: \"Bonn\"}; answer of weather after 0.50 s; tool news; tool news "
            "cancelled; ");
}

TEST(TimelineEvents, ErrorsNameFileAndLine) {
  EXPECT_EQ(event_error(line(1, "error", "{}") + "nonsense\n" + line(2, "error", "{}")),
            "events.jsonl, line 2: at column 1 a value is missing. Each line must be one JSON "
            "object with \"at\" and "
            "\"message\"");
  for (const auto *bad : {R"({"message": "error"})", R"({"at": "now", "message": "error"})",
                          R"({"at": 1})", "[]", "7"})
    EXPECT_NE(event_error("\n" + std::string(bad) + "\n")
                  .find("events.jsonl, line 2: \"at\" (seconds, a number)"),
              std::string::npos)
        << bad;
  for (const auto *bad : {"-1", "1e300", "604801"})
    EXPECT_NE(event_error(R"({"at": )" + std::string(bad) + R"(, "message": "error"})")
                  .find("line 1: \"at\" is not between"),
              std::string::npos)
        << bad;
  EXPECT_NE(event_error(R"({"at": 1, "message": "other"})").find("no line tells of a conversation"),
            std::string::npos);
}

TEST(TimelineEvents, OtherMessagesOfTheBusAreNoError) {
  const auto model = events(line(3, "gemlive/usage", R"({"totalTokenCount": 7})"));
  EXPECT_EQ(labels(model), "");
}

TEST(TimelineEvents, ALineThatWasCutByTheProgramsEndIsNoError) {
  const auto model = events(line(1, "error", R"({"text": "No"})") + R"({"at": 2, "mess)");
  EXPECT_EQ(labels(model), "error: No; ");
  ASSERT_EQ(model.notes.size(), 1U);
}

TEST(TimelineSession, AudioLiesWhereItWasSpoken) {
  SessionLog log;
  log.sent(0, R"({"setup":{"model":"m"}})").received(0.2, R"({"setupComplete":{}})");
  for (int i = 1; i <= 25; ++i)
    log.user_audio(i * 0.1, i > 10 && i <= 20);  // speech from 1 to 2 s
  log.model_audio(2.6, 1).model_audio(2.7, 1).received(
      2.7, R"({"serverContent":{"outputTranscription":{"text":"Well."}}})");
  log.received(2.8, R"({"serverContent":{"turnComplete":true}})");
  const auto model = session(log);
  EXPECT_EQ(model.user.peak(0, 0.9), 0);
  EXPECT_GT(model.user.peak(1.02, 1.98), 0.3F);
  EXPECT_EQ(model.user.peak(2.04, 2.5), 0);
  EXPECT_GT(model.model.peak(4.5, 4.6), 0.2F);  // 2 s are played from 2.6 s on
  EXPECT_EQ(model.model.peak(4.65, 9), 0);
  ASSERT_EQ(model.turns.size(), 1U);
  EXPECT_NEAR(model.turns[0].input_end.value_or(-1), 2, 0.05);
  EXPECT_NEAR(model.turns[0].end, 4.6, 0.01);
  EXPECT_EQ(said(model, Side::model), "Well.");
  EXPECT_TRUE(model.backlog.empty());
  EXPECT_TRUE(model.notes.empty());
}

TEST(TimelineSession, WhatWaitedForAConnectionIsNotLate) {
  SessionLog log;
  log.sent(0, R"({"setup":{}})").received(0.1, R"({"setupComplete":{}})");
  for (int i = 1; i <= 10; ++i)
    log.user_audio(i * 0.1);
  log.closed(1, 1006).sent(2.9, R"({"setup":{"sessionResumption":{"handle":"gemlive-handle-1"}}})");
  log.received(3, R"({"setupComplete":{}})");
  for (int i = 0; i < 20; ++i)
    log.user_audio(3, false);  // 2 s at once
  const auto model = session(log);
  EXPECT_GT(model.user.peak(0.9, 1), 0.3F);
  EXPECT_EQ(model.user.peak(1.05, 3), 0);
  double most = 0;
  for (const auto &point : model.backlog)
    most = std::max(most, point.seconds);
  EXPECT_NEAR(most, 1.9, 0.11);
  EXPECT_EQ(labels(model), "connected; connection lost (1006); resumed after 2 s; ");  // no address
}

TEST(TimelineSession, AnInterruptionEndsTheSound) {
  SessionLog log;
  log.sent(0, R"({"setup":{}})").received(0.1, R"({"setupComplete":{}})").user_audio(1);
  log.model_audio(2, 5).received(
      2, R"({"serverContent":{"outputTranscription":{"text":"A long, long"}}})");
  log.model_audio(2.1, 5).received(
      2.1, R"({"serverContent":{"outputTranscription":{"text":" story."}}})");
  log.received(4, R"({"serverContent":{"interrupted":true}})")
      .received(4, R"({"serverContent":{"turnComplete":true}})");
  const auto model = session(log);
  EXPECT_EQ(model.model.peak(4.05, 20), 0);
  EXPECT_EQ(labels(model), "connected; interrupted, 8 s not heard; ");
  EXPECT_EQ(said(model, Side::model, false).substr(said(model, Side::model, false).size() - 6),
            "story.");
}

TEST(TimelineSession, ErrorsNameTheFile) {
  const auto error = [](const std::string &text) {
    const auto model = read_session_log(text, "a.websocket.log");
    return model ? "" : model.error().message;
  };
  EXPECT_NE(
      error(">12 {\"setup\":{}}\nrubbish").find("a.websocket.log: The file is not in the form"),
      std::string::npos);
  EXPECT_NE(error(">9 not JSON\n").find("a.websocket.log"), std::string::npos);
}

TEST(TimelineSound, BothSides) {
  const auto sound = read_sound(stereo_wav(), "a.wav");
  ASSERT_TRUE(sound);
  EXPECT_FLOAT_EQ(sound->user.peak(0.1, 0.9), 0.5F);
  EXPECT_FLOAT_EQ(sound->user.peak(1.1, 1.9), 0);
  EXPECT_FLOAT_EQ(sound->model.peak(0.1, 0.9), 0);
  EXPECT_FLOAT_EQ(sound->model.peak(1.1, 1.9), 0.25F);
  EXPECT_NEAR(sound->user.duration(), 2, 0.03);
}

TEST(TimelineSound, AFileThatWasNotFinished) {
  const auto data = samples(1, 8000, 8192);
  for (const auto size : {0U, 0xffffffffU, 999999U}) {
    const auto sound = read_sound(wav_file(data, 1, 8000, size), "a.wav");
    ASSERT_TRUE(sound);
    EXPECT_NEAR(sound->model.duration(), 1, 0.03) << size;
    EXPECT_TRUE(sound->user.peaks.empty());
  }
}

TEST(TimelineSound, ErrorsSayWhatToGive) {
  auto eight_bits = stereo_wav();
  eight_bits[34] = 8;
  for (const auto &file :
       {std::string("RIFF"), std::string(4000, 'x'), eight_bits, stereo_wav().substr(0, 30),
        wav_file("", 9, 8000, 0), wav_file("", 2, 1, 0)}) {
    const auto sound = read_sound(file, "a.wav");
    ASSERT_FALSE(sound);
    EXPECT_NE(sound.error().message.find("a.wav: "), std::string::npos);
    EXPECT_NE(sound.error().message.find("Give a WAV file of 16 bits"), std::string::npos);
  }
}

TEST(TimelineSources, AFolderStandsForItsFiles) {
  TempFolder folder;
  folder.write("conversation.wav", stereo_wav());
  folder.write("events.jsonl", on_one_line(event_lines()));
  SessionLog log;
  log.sent(1, R"({"setup":{}})").received(1.1, R"({"setupComplete":{}})");
  for (int i = 0; i < 20; ++i)
    log.user_audio(6);
  folder.write("session.websocket.log", log.text());
  const auto sources = read_sources({folder.path()});
  ASSERT_TRUE(sources) << sources.error().message;
  EXPECT_EQ(sources->sound, folder / "conversation.wav");
  EXPECT_EQ(sources->model.turns.size(), 2U);
  EXPECT_FLOAT_EQ(sources->model.user.peak(0.1, 0.9), 0.5F);
  ASSERT_FALSE(sources->model.backlog.empty());  // of the log, where both were connected
  EXPECT_NEAR(sources->model.backlog.back().at, 6 - 1.1 + 0.1, 0.01);
}

TEST(TimelineSources, ErrorsSayWhatIsWrong) {
  TempFolder folder, empty;
  const auto error = [](const std::vector<std::string> &paths) {
    const auto sources = read_sources(paths);
    return sources ? "" : sources.error().message;
  };
  EXPECT_NE(error({folder / "none"}).find("Cannot read " + folder / "none"), std::string::npos);
  EXPECT_NE(error({empty.path()}).find("has no conversation.wav"), std::string::npos);
  EXPECT_NE(error({folder.write("a.txt", "hello")}).find("is no recording of a conversation. Give"),
            std::string::npos);
  EXPECT_NE(error({folder.write("b.txt", "")}).find("is empty"), std::string::npos);
  const auto wav = folder.write("a.wav", stereo_wav());
  EXPECT_NE(error({wav, wav}).find("Two files tell the same"), std::string::npos);
}

TEST(TimelineRecordings, EveryRecordingOfTheServiceMakesAPicture) {
  const char *folder = std::getenv("GEMLIVE_RECORDINGS");
  if (!folder || !*folder) folder = std::getenv("GEMLIVE_DEFAULT_RECORDINGS");
  if (!folder || !std::filesystem::is_directory(folder))
    GTEST_SKIP() << "no recordings: set GEMLIVE_RECORDINGS";
  int count = 0;
  for (const auto &file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() != ".log") continue;
    const auto sources = read_sources({file.path()});
    ASSERT_TRUE(sources) << sources.error().message;
    EXPECT_NE(labels(sources->model)
                  .find(file.path().filename().string().find("with_function_responses") ==
                                std::string::npos
                            ? "connected"
                            : ""),
              std::string::npos)
        << file.path();
    EXPECT_NE(svg_picture(sources->model).find("</svg>"), std::string::npos);
    ++count;
  }
  EXPECT_GT(count, 10);
}

}  // namespace
}  // namespace gemlive::test
