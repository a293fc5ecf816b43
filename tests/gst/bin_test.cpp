// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The bin has one configuration, and its inner elements do not outlive its signals.

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "gst_ptr.hpp"
#include "pipeline.hpp"
#include "pipeline_fixture.hpp"

namespace gemlive::test {
namespace {

class Bin : public PipelineFixture {
 protected:
  Bin() { serve(); }
};

TEST_F(Bin, APropertySetWhileAnotherThreadStartsItNeverDivides) {
  Pipeline pipeline("gemlive name=g" + uri() +
                    "! fakesink g.output_transcript ! fakesink appsrc ! g.text");
  std::atomic<bool> stop = false;
  std::thread setter([&] {
    for (int i = 0; !stop; ++i) {
      g_object_set(pipeline["g"], "voice", i % 2 ? "Puck" : "Kore", "access-token",
                   i % 3 ? "one" : "two", nullptr);
      std::this_thread::yield();
    }
  });
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(pipeline.set_state(GST_STATE_PAUSED)) << i;
    pipeline.set_state(GST_STATE_READY);
  }
  stop = true;
  setter.join();
  EXPECT_EQ(pipeline.count(
                [](GstMessage *message) { return GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR; }),
            0);
}

TEST_F(Bin, InnerElementsHaveItsSettingsWhenTheyStart) {
  Pipeline pipeline("gemlive name=g voice=Puck" + uri() + "! fakesink appsrc ! g.text");
  ASSERT_TRUE(pipeline.play());
  for (const auto *name : {"gemlive-audio-sink", "gemlive-audio-src", "gemlive-text-sink"}) {
    gchar *voice = nullptr;
    g_object_get(pipeline[name], "voice", &voice, nullptr);
    const StrPtr owned(voice);
    EXPECT_STREQ(voice, "Puck") << name;
  }
  pipeline.set_state(GST_STATE_READY);
  g_object_set(pipeline["g"], "voice", "Kore", nullptr);
  EXPECT_TRUE(pipeline.play()) << "the new value is that of all";
}

TEST_F(Bin, ASettingIsRefusedWhileItRuns) {
  Pipeline pipeline("gemlive name=g" + uri() + "! fakesink appsrc ! g.text");
  ASSERT_TRUE(pipeline.play());
  g_object_set(pipeline["g"], "voice", "Puck", nullptr);
  const auto warning = pipeline.wait(GST_MESSAGE_WARNING);
  ASSERT_TRUE(warning);
  EXPECT_NE(describe(warning.get()).find("voice"), std::string::npos);
}

TEST_F(Bin, AStartThatFailsDoesNotStartTheAudioThatIsNotLinked) {
  Pipeline pipeline("gemlive name=g setup={bad" + uri() + "! fakesink appsrc ! g.text");
  EXPECT_FALSE(pipeline.set_state(GST_STATE_PAUSED));
  EXPECT_EQ(pipeline.count(
                [](GstMessage *message) { return GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR; }),
            1);
  EXPECT_EQ(GST_STATE(pipeline["gemlive-audio-sink"]), GST_STATE_READY);
  pipeline.set_state(GST_STATE_READY);
  g_object_set(pipeline["g"], "setup", nullptr, nullptr);
  EXPECT_TRUE(pipeline.set_state(GST_STATE_PAUSED));
  EXPECT_EQ(GST_STATE(pipeline["gemlive-audio-sink"]), GST_STATE_READY);
  pipeline.set_state(GST_STATE_NULL);
  EXPECT_EQ(GST_STATE(pipeline["gemlive-audio-sink"]), GST_STATE_NULL);
}

TEST_F(Bin, AnInnerElementMayOutliveIt) {
  ElementPtr source;
  {
    Pipeline pipeline("gemlive name=g" + uri());
    source.reset(GST_ELEMENT(gst_object_ref(pipeline["gemlive-audio-src"])));
  }
  g_object_set(source.get(), "uri", simulator->uri().c_str(), nullptr);
  EXPECT_NE(gst_element_set_state(source.get(), GST_STATE_PAUSED), GST_STATE_CHANGE_FAILURE);
  gst_element_set_state(source.get(), GST_STATE_NULL);
}

}  // namespace
}  // namespace gemlive::test
