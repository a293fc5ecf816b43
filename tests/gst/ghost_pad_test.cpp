// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <gtest/gtest.h>

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
