// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Input that is not live and has no timestamps, or whose LATENCY answer says that it is live.

#include <gst/app/gstappsrc.h>
#include <gtest/gtest.h>

#include <string>

#include "pipeline.hpp"
#include "pipeline_fixture.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

constexpr auto caps = "audio/x-raw,format=S16LE,rate=16000,channels=1,layout=interleaved";

class UnstampedInput : public PipelineFixture {
 protected:
  void SetUp() override { serve(); }
  std::string gemlive(const std::string &properties = "") const {
    return "gemlive name=g " + properties + uri() + " ! fakesink name=out ";
  }
  /// Seconds from the first audio until the service has got this much.
  double seconds_for(std::chrono::milliseconds duration) {
    const auto first = simulator->wait_event("audio");
    const auto last = simulator->wait_event(
        [wanted = duration.count() * 32, sum = std::int64_t(0)](const ServerEvent &event) mutable {
          if (event.type == "audio") sum += event.number("bytes");
          return sum >= wanted;
        });
    return first && last ? static_cast<double>(last->time - first->time) / 1e6 : -1;
  }

  const std::string question_and_pause = spoken + std::string(32000 * 3 / 2, '\0');
  TempFile raw{question_and_pause + question_and_pause, ".raw"};
};

TEST_F(UnstampedInput, ARawFileIsPaced) {
  Pipeline pipeline("filesrc location=" + raw.path() + " ! " + caps + " ! " + gemlive());
  ASSERT_TRUE(pipeline.play());
  EXPECT_GE(seconds_for(4000ms), 3.0);
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_EQ(simulator->count("turn-complete"), 2u) << "each question has its answer";
  EXPECT_EQ(simulator->count("interrupted"), 0u);
}

TEST_F(UnstampedInput, ABareAppsrcIsPaced) {
  Pipeline pipeline(std::string("appsrc name=in caps=") + caps + " ! " + gemlive());
  ASSERT_TRUE(pipeline.play());
  const auto all = question_and_pause + question_and_pause;
  // One buffer: it is paced in pieces.
  gst_app_src_push_buffer(GST_APP_SRC(pipeline["in"]),
                          gst_buffer_new_memdup(all.data(), all.size()));
  gst_app_src_end_of_stream(GST_APP_SRC(pipeline["in"]));
  EXPECT_GE(seconds_for(4000ms), 3.0);
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_EQ(simulator->count("turn-complete"), 2u);
}

TEST_F(UnstampedInput, PausedStopsThePace) {
  Pipeline pipeline("filesrc location=" + raw.path() + " ! " + caps + " ! " + gemlive());
  ASSERT_TRUE(pipeline.play());
  ASSERT_GE(seconds_for(500ms), 0.2);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(pipeline.set_state(GST_STATE_PAUSED));
    ASSERT_TRUE(pipeline.set_state(GST_STATE_PLAYING));
  }
  EXPECT_GE(seconds_for(4000ms), 3.0);
  EXPECT_EQ(pipeline.wait_eos(), "");
}

TEST_F(UnstampedInput, WithoutPacingItIsNot) {
  Pipeline pipeline("filesrc location=" + raw.path() + " ! " + caps + " ! " +
                    gemlive("pacing=none"));
  ASSERT_TRUE(pipeline.play());
  const auto seconds = seconds_for(4000ms);
  EXPECT_GE(seconds, 0);
  EXPECT_LT(seconds, 3.0);
  EXPECT_EQ(pipeline.wait_eos(), "");
}

TEST_F(UnstampedInput, AFileBesideAMicrophoneIsPaced) {
  TempFile file{wav(question_and_pause + question_and_pause), ".wav"};
  Pipeline pipeline(std::string("input-selector name=i ! ") + gemlive() +
                    "filesrc location=" + file.path() +
                    " ! wavparse ! i.sink_0  audiotestsrc is-live=true wave=silence " + "! " +
                    caps + " ! i.sink_1");
  const PadPtr pad(gst_element_get_static_pad(pipeline["i"], "sink_0"));
  g_object_set(pipeline["i"], "active-pad", pad.get(), nullptr);
  ASSERT_TRUE(pipeline.play());
  EXPECT_GE(seconds_for(4000ms), 3.0);
}

}  // namespace
}  // namespace gemlive::test
