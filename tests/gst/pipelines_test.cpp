// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The pipelines of docs/recipes.md, as typed but for the sound card.

#include <gtest/gtest.h>

#include <string>

#include "pipeline.hpp"
#include "read_file.hpp"
#include "samples.hpp"
#include "simulator_process.hpp"
#include "tap.hpp"
#include "temp_folder.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

class Pipelines : public ::testing::Test {
 protected:
  Pipelines() { g_setenv("GEMLIVE_URI", simulator.uri().c_str(), TRUE); }
  ~Pipelines() override { g_setenv("GEMLIVE_URI", "", TRUE); }

  std::string heard() {
    EXPECT_TRUE(simulator.wait_event("closed"));
    return as_string(simulator.heard());
  }
  std::string said() {
    EXPECT_TRUE(simulator.wait_event("closed"));
    return as_string(simulator.said());
  }
  /// Simulates a microphone: live, but ends.
  static std::string microphone(int buffers = 60) {
    return "audiotestsrc is-live=true samplesperbuffer=480 num-buffers=" + std::to_string(buffers) +
           " ! audio/x-raw,rate=48000,channels=2 ";
  }

  SimulatorProcess simulator{
      {"--voice", "tone", "--tone-duration", "500", "--turn-complete", "now"}};
  std::string question = loud(900ms);
  TempFile question_wav{wav(question), ".wav"};
  TempFile reply{"", ".wav"};
};

TEST_F(Pipelines, AFileInAFileOut) {
  Pipeline pipeline(
      "filesrc location=" + question_wav.path() +
      " ! wavparse ! gemlive pacing=none ! wavenc ! filesink location=" + reply.path());
  EXPECT_EQ(pipeline.run(), "");
  pipeline.set_state(GST_STATE_NULL);
  EXPECT_TRUE(is_followed_by_silence(heard(), question));
  EXPECT_EQ(wav_samples(reply.path()).size(), 24000u);
  EXPECT_EQ(wav_samples(reply.path()), said());
}

TEST_F(Pipelines, ARealQuestionInAFile) {
  const auto path = std::string(g_getenv("GEMLIVE_EXAMPLES")) + "/data/question.wav";
  Pipeline pipeline(
      "filesrc location=" + path +
      " ! wavparse ! gemlive pacing=none ! wavenc ! filesink location=" + reply.path());
  EXPECT_EQ(pipeline.run(), "");
  pipeline.set_state(GST_STATE_NULL);
  EXPECT_GT(wav_samples(path).size(), 100000u);
  EXPECT_TRUE(is_followed_by_silence(heard(), wav_samples(path)));
  EXPECT_EQ(wav_samples(reply.path()), said());
}

TEST_F(Pipelines, AFileToTheSpeaker) {
  Pipeline pipeline("filesrc location=" + question_wav.path() +
                    " ! wavparse ! gemlive name=g ! audioconvert ! audioresample ! "
                    "fakesink name=speaker sync=true");
  Tap tap(pipeline["g"], "src");
  EXPECT_EQ(pipeline.run(), "");
  pipeline.set_state(GST_STATE_NULL);
  EXPECT_TRUE(is_followed_by_silence(heard(), question));
  EXPECT_EQ(tap.bytes(), said());
}

TEST_F(Pipelines, AConversation) {
  Pipeline pipeline(microphone() +
                    "! gemlive name=g ! audioconvert ! audioresample ! fakesink sync=true");
  Tap tap(pipeline["g"], "src");
  EXPECT_EQ(pipeline.run(), "");
  pipeline.set_state(GST_STATE_NULL);
  EXPECT_GE(heard().size(), 0.6 * 32000 - 640);
  EXPECT_EQ(tap.bytes(), said());
}

TEST_F(Pipelines, EchoCancelled) {
  Handle<GstElementFactory, gst_object_unref> dsp(gst_element_factory_find("webrtcdsp"));
  if (!dsp) GTEST_SKIP() << "webrtcdsp is not installed";
  Pipeline pipeline(
      microphone(100) +
      "! audioconvert ! audioresample ! audio/x-raw,rate=16000,channels=1 ! "
      "webrtcdsp probe=p ! gemlive name=g ! audioconvert ! audioresample ! audio/x-raw,rate=16000 "
      "! webrtcechoprobe name=p ! fakesink sync=true");
  EXPECT_EQ(pipeline.run(), "");
}

TEST_F(Pipelines, ThePairByName) {
  Pipeline pipeline("filesrc location=" + question_wav.path() +
                    " ! wavparse ! gemlivesink session=a  gemlivesrc session=a ! wavenc ! "
                    "filesink location=" +
                    reply.path());
  EXPECT_EQ(pipeline.run(), "");
  pipeline.set_state(GST_STATE_NULL);
  EXPECT_TRUE(is_followed_by_silence(heard(), question));
  EXPECT_NE(wav_samples(reply.path()).find(said()), std::string::npos) << "between silence";
}

TEST_F(Pipelines, CaptionsBesideTheAudio) {
  TempFile captions{"", ".txt"};
  Pipeline pipeline("filesrc location=" + question_wav.path() +
                    " ! wavparse ! gemlive name=g ! fakesink  g.output_transcript ! filesink "
                    "location=" +
                    captions.path());
  EXPECT_EQ(pipeline.run(), "");
  auto complete = pipeline.wait("gemlive/turn-complete");
  ASSERT_TRUE(complete);
  const std::string transcript =
      gst_structure_get_string(gst_message_get_structure(complete.get()), "output-transcript");
  EXPECT_NE(transcript, "");
  EXPECT_EQ(read_file(captions.path()), transcript);
}

TEST_F(Pipelines, AnyRawAudioGoesIn) {
  Pipeline pipeline(
      "audiotestsrc num-buffers=40 samplesperbuffer=1000 ! audio/x-raw,format=F32LE,rate=44100,"
      "channels=2 ! gemlive pacing=none ! fakesink");
  EXPECT_EQ(pipeline.run(), "");
  pipeline.set_state(GST_STATE_NULL);
  EXPECT_NEAR(static_cast<double>(heard().size()), 40000.0 / 44100 * 32000 + 32000, 1500);
}

TEST_F(Pipelines, EveryTurnIsToldWithItsNumbers) {
  Pipeline pipeline("filesrc location=" + question_wav.path() +
                    " ! wavparse ! gemlive pacing=none output-transcription=true "
                    "input-transcription=true ! fakesink");
  EXPECT_EQ(pipeline.run(), "");
  auto connected = pipeline.wait("gemlive/connected");
  ASSERT_TRUE(connected);
  auto *fields = gst_message_get_structure(connected.get());
  EXPECT_TRUE(gst_structure_has_field_typed(fields, "session-id", G_TYPE_STRING));
  EXPECT_TRUE(gst_structure_has_field_typed(fields, "resumed", G_TYPE_BOOLEAN));
  EXPECT_TRUE(gst_structure_has_field_typed(fields, "attempt", G_TYPE_UINT));
  EXPECT_FALSE(gst_structure_has_field(fields, "turn"));

  auto started = pipeline.wait("gemlive/turn-started");
  ASSERT_TRUE(started);
  GstClockTime end = GST_CLOCK_TIME_NONE, delay = GST_CLOCK_TIME_NONE, now = GST_CLOCK_TIME_NONE;
  guint turn = 0;
  ASSERT_TRUE(gst_structure_get(gst_message_get_structure(started.get()), "input-end",
                                G_TYPE_UINT64, &end, "first-audio-delay", G_TYPE_UINT64, &delay,
                                "running-time", G_TYPE_UINT64, &now, "turn", G_TYPE_UINT, &turn,
                                nullptr));
  EXPECT_EQ(turn, 1u);
  EXPECT_LE(end + delay, now);
  ASSERT_TRUE(pipeline.wait("gemlive/generation-complete"));
  ASSERT_TRUE(pipeline.wait("gemlive/usage"));

  auto complete = pipeline.wait("gemlive/turn-complete");
  ASSERT_TRUE(complete);
  gboolean interrupted = TRUE;
  guint64 bytes = 0;
  GstClockTime duration = 0;
  fields = gst_message_get_structure(complete.get());
  ASSERT_TRUE(gst_structure_get(fields, "interrupted", G_TYPE_BOOLEAN, &interrupted, "audio-bytes",
                                G_TYPE_UINT64, &bytes, "audio-duration", G_TYPE_UINT64, &duration,
                                nullptr));
  EXPECT_FALSE(interrupted);
  EXPECT_EQ(bytes, 24000u);
  EXPECT_EQ(duration, 500 * GST_MSECOND);
  EXPECT_STRNE(gst_structure_get_string(fields, "input-transcript"), "");
  EXPECT_STREQ(gst_structure_get_string(fields, "reason"), "");
  EXPECT_TRUE(pipeline.wait("gemlive/input-transcript"));
  EXPECT_TRUE(pipeline.wait("gemlive/output-transcript"));
}

}  // namespace
}  // namespace gemlive::test
