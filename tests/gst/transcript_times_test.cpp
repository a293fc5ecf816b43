// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Transcripts with offsets: when the user said it.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "pipeline.hpp"
#include "samples.hpp"
#include "simulator_process.hpp"
#include "tap.hpp"
#include "temp_folder.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

constexpr const char *with_offsets =
    R"({"when":{"on":"ready"},"do":{"transcripts":{"offsets":true}}})";
/// The detector of the simulator looks at blocks.
constexpr auto tolerance = 150 * GST_MSECOND;

class TranscriptTimes : public ::testing::Test {
 protected:
  void serve(const std::string &more = "") {
    simulator = std::make_unique<SimulatorProcess>(
        std::vector<std::string>{"--voice", "tone", "--tone-duration", "300", "--speed", "0",
                                 "--turn-complete", "now"},
        "[" + (with_offsets + more) + "]");
  }
  std::string pipeline(const std::string &properties) const {
    return "filesrc location=" + file.path() +
           " ! wavparse ! gemlive name=g uri=" + simulator->uri() + " " + properties +
           " ! fakesink  g.input_transcript ! fakesink name=heard sync=false";
  }
  static Tap::Item first_text(Tap &tap) {
    for (const auto &item : tap.items())
      if (item.kind == Tap::Item::buffer) return item;
    ADD_FAILURE() << "no text";
    return {};
  }
  static void expect_near(GstClockTime found, GstClockTime expected) {
    EXPECT_GE(found + tolerance, expected);
    EXPECT_LE(found, expected + tolerance);
  }
  static GstClockTime time_in(const MessagePtr &message, const char *field) {
    GstClockTime time = GST_CLOCK_TIME_NONE;
    if (message) gst_structure_get_uint64(gst_message_get_structure(message.get()), field, &time);
    return time;
  }

  /// Two seconds of quiet, a second of speech.
  TempFile file{wav(std::string(2 * 32000, '\0') + loud(1000ms)), ".wav"};
  std::unique_ptr<SimulatorProcess> simulator;
};

class TranscriptTimesPacing : public TranscriptTimes,
                              public ::testing::WithParamInterface<const char *> {};

TEST_P(TranscriptTimesPacing, TextStandsWhereItWasSaid) {
  serve();
  Pipeline pipeline(this->pipeline(std::string("pacing=") + GetParam()));
  Tap heard(pipeline["heard"]);
  ASSERT_TRUE(pipeline.play());
  const auto message = pipeline.wait("gemlive/input-transcript");
  ASSERT_TRUE(message);
  expect_near(time_in(message, "start-offset"), 2 * GST_SECOND);
  expect_near(time_in(message, "end-offset"), 3 * GST_SECOND);
  EXPECT_EQ(pipeline.wait_eos(), "");
  const auto text = first_text(heard);
  expect_near(text.start, 2 * GST_SECOND);
  expect_near(text.duration, GST_SECOND);
}

INSTANTIATE_TEST_SUITE_P(Pacing, TranscriptTimesPacing,
                         ::testing::Values("none", "clock", "none captions=lines",
                                           "clock captions=lines"));

TEST_F(TranscriptTimes, ResentAudioKeepsItsTime) {
  serve(R"(,{"when":{"on":"heard","session":1,"ms":2400},"do":{"drop":"reset"}})");
  Pipeline pipeline(this->pipeline("pacing=none"));
  Tap heard(pipeline["heard"]);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/reconnecting"));
  const auto message = pipeline.wait("gemlive/input-transcript");
  ASSERT_TRUE(message);
  EXPECT_LT(time_in(message, "start-offset"), GST_SECOND) << "the quiet was not sent again";
  EXPECT_EQ(pipeline.wait_eos(), "");
  expect_near(first_text(heard).start, 2 * GST_SECOND);
}

TEST_F(TranscriptTimes, ActivityIsARunningTime) {
  serve(R"(,{"when":{"on":"heard","ms":2600},"do":{"send":{"voiceActivity":{
            "voiceActivityType":"ACTIVITY_START","audioOffset":"2.1s"}}}})");
  for (const char *pacing : {"none", "clock"}) {
    Pipeline pipeline(this->pipeline(std::string("pacing=") + pacing));
    ASSERT_TRUE(pipeline.play());
    const auto message = pipeline.wait("gemlive/activity");
    ASSERT_TRUE(message);
    expect_near(time_in(message, "audio-offset"), 2100 * GST_MSECOND);
    EXPECT_EQ(pipeline.wait_eos(), "");
  }
}

/// The running time stands still in PAUSED, and the service's offsets do not know of it.
TEST_F(TranscriptTimes, WhatWasSaidBeforeAPauseStaysWhereItWasSaid) {
  SimulatorProcess slow({"--voice", "tone", "--tone-duration", "1500", "--speed", "0"},
                        R"([{"when":{"on":"heard","ms":2000},"do":[
      {"send":{"serverContent":{"inputTranscription":{"text":"a","startOffset":"0.5s"}}}},
      {"send":{"voiceActivity":{"type":"ACTIVITY_START","audioOffset":"0.5s"}}}]}])");
  Pipeline pipeline("filesrc location=" + file.path() + " ! wavparse ! gemlive name=g uri=" +
                    slow.uri() + " ! fakesink sync=true  g.input_transcript ! fakesink name=heard");
  Tap heard(pipeline["heard"]);
  ASSERT_TRUE(pipeline.play());
  const auto is_past_a_second = [](const std::vector<Tap::Item> &items) {
    return !items.empty() && items.back().kind == Tap::Item::gap && items.back().start > GST_SECOND;
  };
  ASSERT_TRUE(heard.wait(is_past_a_second));
  ASSERT_TRUE(pipeline.set_state(GST_STATE_PAUSED));
  // The end of an answer shows that time has passed.
  gboolean sent = FALSE;
  g_signal_emit_by_name(pipeline["g"], "send-text", "hello", TRUE, &sent);
  ASSERT_TRUE(sent);
  ASSERT_TRUE(slow.wait_event("turn-complete"));
  ASSERT_TRUE(pipeline.play());
  const auto activity = pipeline.wait("gemlive/activity");
  ASSERT_TRUE(activity);
  expect_near(time_in(activity, "audio-offset"), 500 * GST_MSECOND);
  const auto has_text = [](const std::vector<Tap::Item> &items) {
    return std::ranges::count(items, Tap::Item::buffer, &Tap::Item::kind) > 0;
  };
  ASSERT_TRUE(heard.wait(has_text));
  expect_near(first_text(heard).start, 500 * GST_MSECOND);
}

TEST_F(TranscriptTimes, AnInterimTranscriptIsAMessageOfItsOwn) {
  serve(R"(,{"when":{"on":"ready"},"do":{"transcripts":{"interim":true}}})");
  Pipeline pipeline(this->pipeline("pacing=none"));
  Tap heard(pipeline["heard"]);
  ASSERT_TRUE(pipeline.play());
  const auto interim = pipeline.wait("gemlive/interim-transcript");
  ASSERT_TRUE(interim);
  EXPECT_NE(gst_structure_get_string(gst_message_get_structure(interim.get()), "text"), nullptr);
  EXPECT_EQ(pipeline.wait_eos(), "");
  const auto complete = pipeline.wait("gemlive/turn-complete");
  ASSERT_TRUE(complete);
  std::string text;
  for (const auto &item : heard.items())
    if (item.kind == Tap::Item::buffer) text += item.bytes;
  EXPECT_EQ(text,
            gst_structure_get_string(gst_message_get_structure(complete.get()), "input-transcript"))
      << "only the final text";
}

}  // namespace
}  // namespace gemlive::test
