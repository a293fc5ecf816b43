// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <gtest/gtest.h>

#include <string>

#include "gst_ptr.hpp"
#include "pipeline.hpp"
#include "pipeline_fixture.hpp"

namespace gemlive::test {
namespace {

/// A valve keeps data and events from going around, since such a pipeline can hang in the core.
class LoopWarnings : public PipelineFixture {
 protected:
  LoopWarnings() { serve(); }
  static int loop_warnings(Pipeline &pipeline) {
    return pipeline.count([](GstMessage *message) {
      return GST_MESSAGE_TYPE(message) == GST_MESSAGE_WARNING &&
             describe(message).find("leads back") != std::string::npos;
    });
  }
};

TEST_F(LoopWarnings, ALoopIsNamedOnce) {
  Pipeline pipeline("audiotestsrc is-live=true ! funnel name=m ! gemlive name=g" + uri() +
                    "! valve drop=true ! audioconvert ! audioresample ! m.");
  pipeline.play();
  auto warning = pipeline.wait(GST_MESSAGE_WARNING);
  ASSERT_TRUE(warning);
  EXPECT_NE(describe(warning.get()).find("gemlivesink and gemlivesrc"), std::string::npos);
  EXPECT_TRUE(pipeline.wait("gemlive/connected"));
  EXPECT_EQ(loop_warnings(pipeline), 0) << "once";
}

TEST_F(LoopWarnings, ALoopThatIsClosedLaterIsFoundAtTheNextStreamStart) {
  Pipeline pipeline("audiotestsrc is-live=true name=a ! funnel name=m ! gemlive name=g" + uri() +
                    "! valve drop=true name=v");
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  EXPECT_EQ(loop_warnings(pipeline), 0) << "there is no loop yet";
  ASSERT_TRUE(gst_element_link(pipeline["v"], pipeline["m"]));
  const PadPtr source(gst_element_get_static_pad(pipeline["a"], "src"));
  gst_pad_push_event(source.get(), gst_event_new_stream_start("another"));
  EXPECT_TRUE(pipeline.wait(GST_MESSAGE_WARNING));
}

TEST_F(LoopWarnings, APairInALoopIsFine) {
  Pipeline pipeline(
      "audiotestsrc is-live=true ! funnel name=m ! audioconvert ! audioresample ! "
      "audio/x-raw,format=S16LE,rate=16000,channels=1 ! gemlivesink session=loop" +
      uri() + "gemlivesrc session=loop ! valve drop=true ! audioconvert ! audioresample ! m.");
  ASSERT_TRUE(pipeline.play());
  EXPECT_TRUE(pipeline.wait("gemlive/connected"));
  EXPECT_EQ(loop_warnings(pipeline), 0);
}

}  // namespace
}  // namespace gemlive::test
