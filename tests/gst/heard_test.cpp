// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What gemlive/turn-complete says of the part of an interrupted answer that was let out.

#include <gtest/gtest.h>

#include <string>

#include "pipeline.hpp"
#include "pipeline_fixture.hpp"
#include "tap.hpp"

namespace gemlive::test {
namespace {

class HeardTest : public PipelineFixture {
 protected:
  struct Turn {
    bool interrupted = false;
    guint64 audio = 0, heard = 0;
    std::string transcript = {}, heard_transcript = {};
  };
  static Turn wait_turn(Pipeline &pipeline) {
    Turn turn;
    const auto message = pipeline.wait("gemlive/turn-complete");
    EXPECT_TRUE(message);
    if (!message) return turn;
    const auto *fields = gst_message_get_structure(message.get());
    gboolean interrupted = FALSE;
    gst_structure_get_boolean(fields, "interrupted", &interrupted);
    EXPECT_TRUE(gst_structure_get_uint64(fields, "audio-duration", &turn.audio));
    EXPECT_TRUE(gst_structure_get_uint64(fields, "heard-duration", &turn.heard));
    turn.interrupted = interrupted;
    turn.transcript = gst_structure_get_string(fields, "output-transcript");
    turn.heard_transcript = gst_structure_get_string(fields, "heard-transcript");
    return turn;
  }
  std::string talking(const std::string &properties = "") const {
    return "gemlive name=g output-transcription=true " + properties + uri() +
           "! fakesink name=out sync=true";
  }
  static bool type(Pipeline &pipeline, const char *text) {
    gboolean sent = FALSE;
    g_signal_emit_by_name(pipeline["g"], "send-text", text, TRUE, &sent);
    return sent;
  }
  static bool wait_bytes(Tap &tap, std::size_t bytes) {
    return tap.wait([bytes](const std::vector<Tap::Item> &items) {
      std::size_t sum = 0;
      for (const auto &item : items)
        if (item.kind == Tap::Item::buffer) sum += item.bytes.size();
      return sum >= bytes;
    });
  }
  static constexpr const char *question = "one two three four five six seven eight nine ten";
};

/// The whole answer has arrived when it is interrupted.
TEST_F(HeardTest, OfAnInterruptedTurnItIsWhatLeftTheSource) {
  serve({"--tone-duration", "3000", "--turn-complete", "playback"});
  Pipeline pipeline(talking());
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(type(pipeline, question));
  ASSERT_TRUE(simulator->wait_event("generation-complete"));
  ASSERT_TRUE(wait_bytes(tap, 48000));
  g_signal_emit_by_name(pipeline["g"], "interrupt");
  const auto turn = wait_turn(pipeline);
  EXPECT_TRUE(turn.interrupted);
  EXPECT_EQ(turn.audio, 3 * GST_SECOND);
  EXPECT_EQ(turn.heard, tap.bytes().size() / 48 * GST_MSECOND);
  EXPECT_LT(turn.heard, 3 * GST_SECOND);
  EXPECT_FALSE(turn.heard_transcript.empty());
  EXPECT_LT(turn.heard_transcript.size(), turn.transcript.size());
  EXPECT_TRUE(turn.transcript.starts_with(turn.heard_transcript));
}

TEST_F(HeardTest, OfAKeptTurnItIsTheWholeAnswer) {
  serve({"--tone-duration", "1500", "--turn-complete", "playback"});
  Pipeline pipeline(talking("on-interrupt=keep"));
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(type(pipeline, question));
  ASSERT_TRUE(simulator->wait_event("generation-complete"));
  ASSERT_TRUE(wait_bytes(tap, 9600));
  ASSERT_TRUE(type(pipeline, "stop"));
  const auto turn = wait_turn(pipeline);
  EXPECT_TRUE(turn.interrupted);
  EXPECT_EQ(turn.heard, turn.audio);
  EXPECT_EQ(turn.heard, 1500 * GST_MSECOND);
}

TEST_F(HeardTest, OfAWholeTurnItIsNotSaid) {
  serve();
  Pipeline pipeline(talking());
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(type(pipeline, question));
  const auto turn = wait_turn(pipeline);
  EXPECT_FALSE(turn.interrupted);
  EXPECT_EQ(turn.heard, GST_CLOCK_TIME_NONE);
  EXPECT_EQ(turn.heard_transcript, "");
}

}  // namespace
}  // namespace gemlive::test
