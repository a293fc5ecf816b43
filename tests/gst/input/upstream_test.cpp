// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "upstream.hpp"

#include <gtest/gtest.h>

#include <string>

#include "gst_ptr.hpp"
#include "temp_folder.hpp"
#include "wait.hpp"

namespace gemlive {
namespace {

class UpstreamTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { gst_init(nullptr, nullptr); }
  /// Upstream of a sink, in READY: nothing flows.
  void make(const std::string &description) {
    pipeline.reset(
        GST_ELEMENT(gst_object_ref_sink(gst_parse_launch(description.c_str(), nullptr))));
    gst_element_set_state(pipeline.get(), GST_STATE_PAUSED);
    const ElementPtr sink(gst_bin_get_by_name(GST_BIN(pipeline.get()), "s"));
    pad.reset(gst_element_get_static_pad(sink.get(), "sink"));
  }
  void TearDown() override {
    if (pipeline) gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  }

  test::TempFile file{"text"};
  ElementPtr pipeline;
  PadPtr pad;
};

TEST_F(UpstreamTest, AFileIsSeekable) {
  make("filesrc location=" + file.path() + " ! queue ! fakesink name=s");
  gst_element_get_state(pipeline.get(), nullptr, nullptr, 10 * GST_SECOND);
  EXPECT_TRUE(upstream::is_file(pad.get()));
  EXPECT_FALSE(upstream::is_appsrc(pad.get()));
  EXPECT_FALSE(upstream::is_live(pad.get()));
}

TEST_F(UpstreamTest, AnAppsrcIsFoundBehindBinsAndQueues) {
  make("( appsrc ! queue ) ! identity ! ( queue ! fakesink name=s )");
  EXPECT_TRUE(upstream::is_appsrc(pad.get()));
  EXPECT_FALSE(upstream::is_file(pad.get()));
  make("appsrc is-live=true ! fakesink name=s");
  EXPECT_TRUE(upstream::is_appsrc(pad.get()));
  EXPECT_TRUE(upstream::is_live(pad.get()));
}

TEST_F(UpstreamTest, ALiveSourceIsLive) {
  make("audiotestsrc is-live=true ! fakesink name=s");
  // audiotestsrc answers when its thread has negotiated.
  EXPECT_TRUE(test::wait_until([&] { return upstream::is_live(pad.get()); }));
  EXPECT_FALSE(upstream::is_appsrc(pad.get()));
}

TEST_F(UpstreamTest, WithoutAPeerNothingIsTrue) {
  make("( fakesink name=s )");
  EXPECT_FALSE(upstream::is_live(pad.get()));
  EXPECT_FALSE(upstream::is_file(pad.get()));
  EXPECT_FALSE(upstream::is_appsrc(pad.get()));
}

}  // namespace
}  // namespace gemlive
