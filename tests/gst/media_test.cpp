// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Pictures and text input, with and without audio.

#include <gtest/gtest.h>

#include <string>

#include "pipeline.hpp"
#include "samples.hpp"
#include "simulator_process.hpp"
#include "temp_folder.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

class Media : public ::testing::Test {
 protected:
  std::string uri() const { return " uri=" + simulator.uri() + " "; }
  static guint64 stat(GstElement *element, const char *field) {
    GstStructure *stats = nullptr;
    g_object_get(element, "stats", &stats, nullptr);
    guint64 value = 0;
    EXPECT_TRUE(gst_structure_get_uint64(stats, field, &value)) << field;
    gst_structure_free(stats);
    return value;
  }
  std::string typed(std::size_t turn = 0) {
    const auto event = simulator.wait_event("content", turn);
    return event ? event->json_at("/content") : "nothing was typed";
  }

  SimulatorProcess simulator{
      {"--voice", "tone", "--tone-duration", "200", "--speed", "0", "--turn-complete", "now"}};
  TempFile reply{"", ".wav"};
};

TEST_F(Media, ACameraAsWell) {
  Pipeline pipeline(
      "videotestsrc num-buffers=90 is-live=true ! video/x-raw,framerate=30/1,width=64,height=48 ! "
      "jpegenc ! g.video  audiotestsrc is-live=true samplesperbuffer=480 num-buffers=300 ! "
      "audio/x-raw,rate=48000,channels=2 ! gemlive name=g" +
      uri() + "! fakesink");
  EXPECT_EQ(pipeline.run(), "");
  EXPECT_EQ(stat(pipeline["g"], "pictures-pushed"), 90u);
  EXPECT_EQ(stat(pipeline["g"], "pictures-pushed"),
            stat(pipeline["g"], "pictures-sent") + stat(pipeline["g"], "pictures-dropped"));
  const auto sent = stat(pipeline["g"], "pictures-sent");
  EXPECT_GE(sent, 2u);
  EXPECT_LE(sent, 20u) << "more than about one a second";
  pipeline.set_state(GST_STATE_NULL);
  ASSERT_TRUE(simulator.wait_event("closed"));
  EXPECT_EQ(simulator.count("video"), sent);
}

TEST_F(Media, EveryPictureWhereTheUserWantsThem) {
  Pipeline pipeline(
      "videotestsrc num-buffers=5 ! video/x-raw,framerate=5/1,width=64,height=48 ! jpegenc ! "
      "g.video  gemlive name=g picture-interval=0" +
      uri() + "! fakesink");
  ASSERT_TRUE(pipeline.play());
  EXPECT_TRUE(simulator.wait_event("video", 3));
  EXPECT_EQ(pipeline.wait_eos(), "");
}

TEST_F(Media, TextInSpeechOut) {
  TempFile question("How are you?\n", ".txt");
  Pipeline pipeline("filesrc location=" + question.path() +
                    " ! text/x-raw,format=utf8 ! g.text  gemlive name=g pacing=none" + uri() +
                    "! wavenc ! filesink location=" + reply.path());
  EXPECT_EQ(pipeline.run(), "");
  EXPECT_EQ(wav_samples(reply.path()).size(), 9600u);
  EXPECT_EQ(typed(),
            R"({"turns":[{"role":"user","parts":[{"text":"How are you?"}]}],"turnComplete":true})");
}

TEST_F(Media, TextAsTheModelWantsIt) {
  TempFile question("How are you?", ".txt");
  Pipeline pipeline("filesrc location=" + question.path() +
                    " ! text/x-raw,format=utf8 ! gemlivesink session=typed text-mode=realtime "
                    "pacing=none" +
                    uri() + " gemlivesrc session=typed ! fakesink");
  EXPECT_EQ(pipeline.run(), "");
  const auto event = simulator.wait_event("text");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->text("text"), "How are you?");
}

TEST_F(Media, AudioMayComeLaterThanText) {
  Pipeline pipeline("appsrc name=in caps=text/x-raw,format=utf8 ! g.text  gemlive name=g" + uri() +
                    "! fakesink  audiotestsrc name=mic num-buffers=10 ! fakesink name=off");
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  // Otherwise the pipeline starts the source before it is linked.
  ASSERT_EQ(gst_element_get_state(pipeline.get(), nullptr, nullptr, 10 * GST_SECOND),
            GST_STATE_CHANGE_SUCCESS);
  ASSERT_TRUE(gst_element_set_state(pipeline["mic"], GST_STATE_NULL));
  ASSERT_TRUE(gst_element_set_state(pipeline["off"], GST_STATE_NULL));
  gst_element_unlink(pipeline["mic"], pipeline["off"]);
  ASSERT_TRUE(gst_bin_remove(GST_BIN(pipeline.get()), pipeline["off"]));
  ASSERT_TRUE(gst_element_link(pipeline["mic"], pipeline["g"]));
  ASSERT_TRUE(gst_element_sync_state_with_parent(pipeline["mic"]));
  EXPECT_TRUE(simulator.wait_event("audio"));
}

TEST_F(Media, OneSourceOfAudioAtATime) {
  Pipeline pipeline("audiotestsrc ! gemlivesink session=two" + uri() +
                    " audiotestsrc ! gemlivesink session=two");
  pipeline.play();
  const auto error = pipeline.wait(GST_MESSAGE_ERROR);
  ASSERT_TRUE(error);
  EXPECT_NE(describe(error.get()).find("audiomixer"), std::string::npos) << describe(error.get());
}

}  // namespace
}  // namespace gemlive::test
