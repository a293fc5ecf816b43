// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "receiver.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base64.hpp"

namespace gemlive {
namespace {

class ReceiverTest : public testing::Test {
 protected:
  ReceiverTest() { streams->audio.attach(); }

  void take(const ServerEvent &event) { receiver.take(event, {}, now); }
  /// The turns that have ended: "complete" or "interrupted".
  std::vector<std::string> turns() const {
    std::vector<std::string> ends;
    for (const auto &notice : notices)
      if (const auto *turn = std::get_if<notice::TurnComplete>(&notice.body))
        ends.push_back(turn->interrupted ? "interrupted" : "complete");
    return ends;
  }
  template <typename T>
  std::size_t count() const {
    std::size_t found = 0;
    for (const auto &notice : notices)
      found += std::holds_alternative<T>(notice.body);
    return found;
  }
  static std::string audio() {
    const std::vector<std::byte> samples(4800, std::byte{0x5a});
    std::string text(base64::encoded_size(samples.size()), '\0');
    base64::encode(samples, text.data());
    return text;
  }

  std::int64_t now = 1'000'000;
  std::vector<Notice> notices;
  std::shared_ptr<OutputStreams> streams = std::make_shared<OutputStreams>();
  std::shared_ptr<Counters> counters = std::make_shared<Counters>();
  Exchange exchange{{}};
  Receiver receiver{{.streams = streams,
                     .counters = counters,
                     .notify = [this](const Notice &notice) { notices.push_back(notice); }},
                    exchange};
};

using Turns = std::vector<std::string>;

TEST_F(ReceiverTest, TooManyEventsAreDroppedAndCounted) {
  for (int message = 0; message < 5; ++message) {
    for (int i = 0; i < 4000; ++i)
      take(ServerMessage{R"({"new":1})"});
    receiver.report_dropped_events(now);
  }
  EXPECT_EQ(count<ServerMessage>(), 10'000u);
  ASSERT_EQ(count<notice::Warning>(), 1u);
  now += 10'000'000;
  receiver.report_dropped_events(now);
  ASSERT_EQ(count<notice::Warning>(), 2u);
  const auto &warning = std::get<notice::Warning>(notices.back().body).error.message;
  EXPECT_NE(warning.find("10000 were not reported"), std::string::npos) << warning;
  receiver.report_dropped_events(now + 10'000'000);
  EXPECT_EQ(count<notice::Warning>(), 2u) << "none was dropped since";
}

TEST_F(ReceiverTest, TurnsAreReportedWhenDetailsAreDropped) {
  for (int i = 0; i < 20'000; ++i)
    take(ServerMessage{R"({"new":1})"});
  take(Text{"answer"});
  EXPECT_EQ(count<Text>(), 0u);
  take(TurnComplete{});
  EXPECT_EQ(turns(), Turns{"complete"});
  EXPECT_EQ(std::get<notice::TurnComplete>(notices.back().body).text, "answer");
}

TEST_F(ReceiverTest, EmptyTurnsAreLimitedAsWell) {
  for (int i = 0; i < 20'000; ++i)
    take(TurnComplete{});
  EXPECT_EQ(notices.size(), 10'000u);
}

TEST_F(ReceiverTest, ATurnGoesFromContentToTurnComplete) {
  const auto data = audio();
  EXPECT_FALSE((exchange.turn() != Exchange::Turn::none));
  take(Transcript{.speaker = Speaker::user, .text = "question"});
  EXPECT_TRUE((exchange.turn() != Exchange::Turn::none));
  EXPECT_FALSE(exchange.has_content());
  take(Audio{.base64 = data, .rate = 24000});
  EXPECT_TRUE(exchange.has_content());
  take(GenerationComplete{});
  take(TurnComplete{});
  EXPECT_FALSE((exchange.turn() != Exchange::Turn::none));
  EXPECT_EQ(turns(), Turns({"complete"}));
  EXPECT_EQ(count<notice::TurnStarted>(), 1u);
  EXPECT_EQ(receiver.complete_turns(), 1u);
  EXPECT_EQ(streams->audio.stats().came, 4800u);
}

TEST_F(ReceiverTest, AnInterruptedTurnEndsWithNewContent) {
  take(Text{"one"});
  take(Interrupted{});
  EXPECT_TRUE((exchange.turn() != Exchange::Turn::none));
  take(Text{"two"});
  EXPECT_EQ(turns(), Turns({"interrupted"}));
  take(TurnComplete{});
  EXPECT_EQ(turns(), Turns({"interrupted"})) << "it may be that of the first turn";
  take(TurnComplete{});
  EXPECT_EQ(turns(), Turns({"interrupted", "complete"}));
}

TEST_F(ReceiverTest, ATranscriptBehindAnInterruptionBelongsToTheInterruptedTurn) {
  take(Transcript{.speaker = Speaker::model, .text = "one"});
  take(Interrupted{});
  take(Transcript{.speaker = Speaker::model, .text = " more"});
  EXPECT_EQ(notices.back().turn, 1u);
  take(TurnComplete{});
  ASSERT_EQ(turns(), Turns({"interrupted"}));
  EXPECT_EQ(std::get<notice::TurnComplete>(notices.back().body).output_transcript, "one more");
}

TEST_F(ReceiverTest, ATranscriptThatComesWithAudioIsTheNextTurns) {
  const auto data = audio();
  take(Text{"one"});
  take(Interrupted{});
  for (const ServerEvent &event :
       {ServerEvent(Transcript{.speaker = Speaker::model, .text = "two"}),
        ServerEvent(Audio{.base64 = data, .rate = 24000})})
    receiver.take(event, {}, now, true);
  EXPECT_EQ(turns(), Turns({"interrupted"}));
  take(GenerationComplete{});
  take(TurnComplete{});
  EXPECT_EQ(std::get<notice::TurnComplete>(notices.back().body).output_transcript, "two");
}

TEST_F(ReceiverTest, WhatTheUserSaysBehindAnInterruptionIsTheNextTurns) {
  take(Transcript{.speaker = Speaker::user, .text = "one?"});
  take(Text{"one"});
  take(Interrupted{});
  take(Transcript{.speaker = Speaker::user, .text = "two?"});
  ASSERT_EQ(turns(), Turns({"interrupted"}));
  EXPECT_EQ(notices.back().turn, 2u);
  take(TurnComplete{});
  EXPECT_EQ(turns(), Turns({"interrupted"})) << "this is the end of the first turn";
  take(Text{"two"});
  take(GenerationComplete{});
  take(TurnComplete{});
  ASSERT_EQ(turns(), Turns({"interrupted", "complete"}));
  EXPECT_EQ(std::get<notice::TurnComplete>(notices.back().body).input_transcript, "two?");
}

TEST_F(ReceiverTest, AnInterruptionBehindTheLastTurnReportsNoOtherOne) {
  take(Text{"one"});
  take(TurnComplete{});
  take(Interrupted{});
  take(TurnComplete{});
  EXPECT_EQ(turns(), Turns({"complete"}));
  EXPECT_EQ(counters->turns, 1u);
}

TEST_F(ReceiverTest, ALocalInterruptionDropsTheRestOfTheAnswer) {
  take(Text{"one"});
  take(Transcript{.speaker = Speaker::model, .text = "one"});
  receiver.interrupt_locally();
  take(Text{"two"});
  take(Transcript{.speaker = Speaker::model, .text = "two"});
  EXPECT_EQ(count<Text>(), 1u);
  EXPECT_EQ(count<Transcript>(), 1u);
  take(TurnComplete{});
  EXPECT_EQ(turns(), Turns({"interrupted"}));
  EXPECT_EQ(std::get<notice::TurnComplete>(notices.back().body).output_transcript, "one");
  take(Transcript{.speaker = Speaker::model, .text = "next"});
  EXPECT_EQ(count<Transcript>(), 2u) << "the next turn is shown";
}

/// 100 ms are read, of 300 ms.
TEST_F(ReceiverTest, AnInterruptedTurnSaysWhatWasLetOut) {
  const auto data = audio();
  for (const char *piece : {"one ", "two ", "three "}) {
    take(Transcript{.speaker = Speaker::model, .text = piece});
    take(Audio{.base64 = data, .rate = 24000});
  }
  std::vector<std::byte> out(4800);
  streams->audio.wait(out.size(), 0);
  ASSERT_EQ(streams->audio.read(out), out.size());
  take(Interrupted{});
  take(TurnComplete{});
  const auto &turn = std::get<notice::TurnComplete>(notices.back().body);
  EXPECT_TRUE(turn.interrupted);
  EXPECT_EQ(turn.audio_duration, std::chrono::milliseconds(300));
  EXPECT_EQ(turn.heard_duration, std::chrono::milliseconds(100));
  EXPECT_EQ(turn.heard_transcript, "one ");
}

TEST_F(ReceiverTest, ALostConnectionInterruptsTheTurn) {
  take(ToolCall{.id = "1", .name = "f"});
  receiver.cut_off(exchange.disconnected(now), now);
  EXPECT_EQ(turns(), Turns({"interrupted"}));
}

TEST_F(ReceiverTest, AnAnswerThatIsGeneratedSurvivesALostConnection) {
  take(Text{"one"});
  take(GenerationComplete{});
  receiver.cut_off(exchange.disconnected(now), now);
  EXPECT_EQ(turns(), Turns({"complete"}));
  EXPECT_EQ(receiver.complete_turns(), 1u);
}

TEST_F(ReceiverTest, ALateTranscriptBelongsToTheTurnThatHasClosed) {
  take(Text{"one"});
  take(TurnComplete{});
  notices.clear();
  take(Transcript{.speaker = Speaker::user, .text = "late"});
  take(Transcript{.speaker = Speaker::model, .text = "late, too"});
  ASSERT_EQ(count<Transcript>(), 2u);
  EXPECT_EQ(notices[0].turn, 1u);
  EXPECT_EQ(notices[1].turn, 1u);
  EXPECT_EQ(exchange.turn(), Exchange::Turn::none);
  receiver.finish(now);
  take(Transcript{.speaker = Speaker::user, .text = "later"});
  EXPECT_EQ(count<Transcript>(), 3u);
  take(Text{"two"});
  EXPECT_EQ(count<Text>(), 0u);
}

TEST_F(ReceiverTest, OnlyTurnsWithContentCount) {
  exchange.sent_question(1, now);
  take(TurnComplete{});
  EXPECT_EQ(turns(), Turns({"complete"}));
  EXPECT_EQ(receiver.complete_turns(), 0u);
  take(Text{"an interim answer"});
  take(TurnComplete{.more_to_come = true});
  EXPECT_EQ(receiver.complete_turns(), 0u);
  take(Text{"the answer"});
  take(TurnComplete{});
  EXPECT_EQ(receiver.complete_turns(), 1u);
}

TEST_F(ReceiverTest, ATurnWithAToolCallIsComplete) {
  take(ToolCall{.id = "1", .name = "f"});
  take(TurnComplete{});
  EXPECT_EQ(receiver.complete_turns(), 1u);
  EXPECT_EQ(receiver.answers(), 0u) << "nothing could be heard or read";
}

TEST_F(ReceiverTest, ATurnThatWaitsForAToolCallIsAnAnswerIfNothingFollows) {
  take(Text{"wait"});
  take(ToolCall{.id = "1", .name = "f"});
  exchange.set_pending_calls(1);
  take(TurnComplete{});
  EXPECT_EQ(receiver.complete_turns(), 1u);
  EXPECT_EQ(receiver.answers(), 0u);
  exchange.sent_tool_response(false, now);
  exchange.set_pending_calls(0);
  EXPECT_EQ(receiver.answers(), 0u);
  take(Text{"the result"});
  EXPECT_EQ(receiver.answers(), 0u);
  take(TurnComplete{});
  EXPECT_EQ(receiver.answers(), 1u);
}

TEST_F(ReceiverTest, ATurnWhoseToolResponseIsSilentIsAnAnswer) {
  take(Text{"wait"});
  take(ToolCall{.id = "1", .name = "f"});
  exchange.set_pending_calls(1);
  take(TurnComplete{});
  exchange.sent_tool_response(true, now);
  exchange.set_pending_calls(0);
  EXPECT_EQ(receiver.answers(), 1u);
}

TEST_F(ReceiverTest, TextsArePrintable) {
  take(Text{"a\x1b[31mb"});
  ASSERT_EQ(count<Text>(), 1u);
  const auto &text = std::get<Text>(notices.back().body).text;
  EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
}

}  // namespace
}  // namespace gemlive
