// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <gtest/gtest.h>

#include <atomic>
#include <string>

#include "gst_ptr.hpp"
#include "pipeline.hpp"
#include "pipeline_fixture.hpp"
#include "tap.hpp"
#include "wait.hpp"

namespace gemlive::test {
namespace {

class GhostPads : public PipelineFixture {
 protected:
  GhostPads() { serve(); }
};

TEST_F(GhostPads, AnUnlinkedSourceDropsItsDataAndMayBeLinkedLater) {
  Pipeline pipeline(question() + "gemlive name=g pacing=none" + uri());
  EXPECT_EQ(pipeline.run(), "");
  EXPECT_TRUE(pipeline.wait("gemlive/turn-complete"));
}

/// A buffer waits in the sink for its time, so the sink that stops returns FLUSHING.
TEST_F(GhostPads, ADownstreamThatIsRemovedDoesNotStopTheSource) {
  Pipeline pipeline("audiotestsrc is-live=true ! gemlive name=g" + uri() +
                    "! fakesink name=first sync=true ts-offset=1000000000");
  ASSERT_TRUE(pipeline.play());
  const PadPtr source(gst_element_get_static_pad(pipeline["g"], "src"));
  std::atomic<int> pushed = 0;
  gst_pad_add_probe(
      source.get(), GST_PAD_PROBE_TYPE_BUFFER,
      [](GstPad *, GstPadProbeInfo *, gpointer count) {
        ++*static_cast<std::atomic<int> *>(count);
        return GST_PAD_PROBE_OK;
      },
      &pushed, nullptr);
  ASSERT_TRUE(wait_until([&] { return pushed > 1; }));
  gst_element_unlink(pipeline["g"], pipeline["first"]);
  const ObjectPtr<GstElement> first(GST_ELEMENT(gst_object_ref(pipeline["first"])));
  gst_element_set_state(first.get(), GST_STATE_NULL);
  gst_bin_remove(GST_BIN(pipeline.get()), first.get());
  auto *second = gst_element_factory_make("fakesink", "second");
  g_object_set(second, "async", FALSE, nullptr);
  gst_bin_add(GST_BIN(pipeline.get()), second);
  ASSERT_TRUE(gst_element_link(pipeline["g"], second));
  gst_element_sync_state_with_parent(second);
  Tap tap(second);
  EXPECT_TRUE(wait_until([&] { return tap.items(Tap::Item::silence).size() > 3; }));
}

TEST_F(GhostPads, AreActivatedByTheStateChange) {
  Pipeline pipeline("gemlive name=g" + uri());
  const auto are_active = [&](bool expected) {
    for (const auto *name : {"sink", "src", "output_transcript"}) {
      const PadPtr pad(gst_element_get_static_pad(pipeline["g"], name));
      ASSERT_TRUE(pad) << name;
      EXPECT_EQ(gst_pad_is_active(pad.get()), expected) << name;
    }
  };
  const PadPtr requested(gst_element_request_pad_simple(pipeline["g"], "output_transcript"));
  are_active(false);
  ASSERT_TRUE(pipeline.play());
  are_active(true);
  pipeline.set_state(GST_STATE_READY);
  are_active(false);
}

TEST_F(GhostPads, ARequestedPadOfARunningElementIsActive) {
  Pipeline pipeline("gemlive name=g output-transcription=true" + uri());
  ASSERT_TRUE(pipeline.play());
  const PadPtr pad(gst_element_request_pad_simple(pipeline["g"], "output_transcript"));
  ASSERT_TRUE(pad);
  EXPECT_TRUE(gst_pad_is_active(pad.get()));
}

}  // namespace
}  // namespace gemlive::test
