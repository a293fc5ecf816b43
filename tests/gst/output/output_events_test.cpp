// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "output_events.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "gst_ptr.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;

/// The events that leave a source's pad.
class OutputEventsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { gst_init(nullptr, nullptr); }
  OutputEventsTest() {
    auto *pad = GST_BASE_SRC_PAD(source());
    gst_segment_init(&source()->segment, GST_FORMAT_TIME);
    gst_pad_set_event_function(sink.get(), receive);
    sink->eventdata = nullptr;
    g_object_set_data(G_OBJECT(sink.get()), "test", this);
    EXPECT_EQ(gst_pad_link(pad, sink.get()), GST_PAD_LINK_OK);
    // Active, but without the task of the base class, which would push as well.
    gst_pad_set_activatemode_function(
        pad, [](GstPad *, GstObject *, GstPadMode, gboolean) -> gboolean { return TRUE; });
    gst_pad_set_active(pad, TRUE);
    gst_pad_set_active(sink.get(), TRUE);
    gst_pad_push_event(pad, gst_event_new_stream_start("stream"));
    received.clear();
  }
  ~OutputEventsTest() override {
    gst_pad_set_active(sink.get(), FALSE);
    gst_pad_set_active(GST_BASE_SRC_PAD(source()), FALSE);
  }

  GstBaseSrc *source() const { return GST_BASE_SRC(element.get()); }
  void push_base_segment() {
    gst_pad_push_event(GST_BASE_SRC_PAD(source()), gst_event_new_segment(&source()->segment));
  }
  std::vector<GstEventType> types() const {
    std::vector<GstEventType> types;
    for (const auto &event : received)
      types.push_back(GST_EVENT_TYPE(event.get()));
    return types;
  }
  using Gap = std::pair<GstClockTime, GstClockTime>;  // start and duration
  static Gap gap(GstEvent *event) {
    GstClockTime start = GST_CLOCK_TIME_NONE, duration = GST_CLOCK_TIME_NONE;
    gst_event_parse_gap(event, &start, &duration);
    return {start, duration};
  }

  using Types = std::vector<GstEventType>;
  ElementPtr element =
      ElementPtr(GST_ELEMENT(gst_object_ref_sink(gst_element_factory_make("fakesrc", nullptr))));
  PadPtr sink{GST_PAD(gst_object_ref_sink(gst_pad_new("sink", GST_PAD_SINK)))};
  std::vector<MiniObjectPtr<GstEvent>> received;

 private:
  static gboolean receive(GstPad *pad, GstObject *, GstEvent *event) {
    auto *test = static_cast<OutputEventsTest *>(g_object_get_data(G_OBJECT(pad), "test"));
    test->received.emplace_back(event);
    return TRUE;
  }
};

TEST_F(OutputEventsTest, AStartIsASegmentAndAnEmptyGap) {
  OutputEvents output(source());
  output.push_start(1500ms);
  EXPECT_EQ(types(), (Types{GST_EVENT_SEGMENT, GST_EVENT_GAP}));
  EXPECT_EQ(gap(received[1].get()), (Gap{1500 * GST_MSECOND, 0}));
}

TEST_F(OutputEventsTest, TheSegmentOfTheBaseClassIsDroppedOnce) {
  OutputEvents output(source());
  output.push_start(0ns);
  received.clear();
  push_base_segment();
  EXPECT_EQ(types(), Types{});
  push_base_segment();
  EXPECT_EQ(types(), Types{GST_EVENT_SEGMENT}) << "a later segment is a change of the stream";
}

TEST_F(OutputEventsTest, TheStreamStartReplacesThatOfTheBaseClass) {
  OutputEvents output(source());
  gst_pad_push_event(GST_BASE_SRC_PAD(source()), gst_event_new_stream_start("random"));
  EXPECT_EQ(types(), Types{});
  output.push_stream_start({.id = "gemlive/a/text", .group = 7, .sparse = true});
  gst_pad_push_event(GST_BASE_SRC_PAD(source()), gst_event_new_stream_start("random"));
  output.push_stream_start({.id = "gemlive/a/audio", .group = 7});
  ASSERT_EQ(types(), (Types{GST_EVENT_STREAM_START, GST_EVENT_STREAM_START}));
  for (const auto &[at, id, expected] : {std::tuple{0, "gemlive/a/text", GST_STREAM_FLAG_SPARSE},
                                         std::tuple{1, "gemlive/a/audio", GST_STREAM_FLAG_NONE}}) {
    auto *event = received[static_cast<std::size_t>(at)].get();
    const gchar *got = nullptr;
    guint group = 0;
    GstStreamFlags flags = GST_STREAM_FLAG_NONE;
    gst_event_parse_stream_start(event, &got);
    gst_event_parse_stream_flags(event, &flags);
    EXPECT_TRUE(gst_event_parse_group_id(event, &group));
    EXPECT_STREQ(got, id);
    EXPECT_EQ(group, 7u);
    EXPECT_EQ(flags, expected);
  }
}

TEST_F(OutputEventsTest, SegmentAndEosShareASequenceNumber) {
  OutputEvents output(source());
  output.push_start(0ns);
  push_base_segment();  // the pad keeps it for a peer that is linked later
  const MiniObjectPtr<GstEvent> kept(
      gst_pad_get_sticky_event(GST_BASE_SRC_PAD(source()), GST_EVENT_SEGMENT, 0));
  output.push_flush(3s);
  output.prepare_eos();
  gst_pad_push_event(GST_BASE_SRC_PAD(source()), gst_event_new_eos());
  ASSERT_EQ(types(),
            (Types{GST_EVENT_SEGMENT, GST_EVENT_GAP, GST_EVENT_FLUSH_START, GST_EVENT_FLUSH_STOP,
                   GST_EVENT_SEGMENT, GST_EVENT_GAP, GST_EVENT_EOS}));
  const auto seqnum = [this](std::size_t at) { return gst_event_get_seqnum(received[at].get()); };
  EXPECT_EQ(gst_event_get_seqnum(kept.get()), seqnum(0));
  EXPECT_NE(seqnum(4), seqnum(0));
  for (const std::size_t same : {2, 3, 6})
    EXPECT_EQ(seqnum(same), seqnum(4));
}

TEST_F(OutputEventsTest, ADestroyedOneDropsNothing) {
  std::make_unique<OutputEvents>(source()).reset();
  push_base_segment();
  EXPECT_EQ(types(), Types{GST_EVENT_SEGMENT});
}

TEST_F(OutputEventsTest, AGapHasItsTimeUnlessItIsEmpty) {
  OutputEvents output(source());
  output.push_start(0ns);
  received.clear();
  output.push_gap(2s, 0ns);
  output.push_gap(2s, -1ns);
  EXPECT_EQ(types(), Types{});
  output.push_gap(2s, 20ms);
  ASSERT_EQ(types(), Types{GST_EVENT_GAP});
  EXPECT_EQ(gap(received[0].get()), (Gap{2 * GST_SECOND, 20 * GST_MSECOND}));
}

TEST_F(OutputEventsTest, AFlushStartsAgainWithTheSameRunningTime) {
  OutputEvents output(source());
  output.push_start(0ns);
  received.clear();
  output.push_flush(3s);
  EXPECT_EQ(types(),
            (Types{GST_EVENT_FLUSH_START, GST_EVENT_FLUSH_STOP, GST_EVENT_SEGMENT, GST_EVENT_GAP}));
  gboolean resets_time = TRUE;
  gst_event_parse_flush_stop(received.at(1).get(), &resets_time);
  EXPECT_FALSE(resets_time);
  EXPECT_EQ(gap(received.at(3).get()), (Gap{3 * GST_SECOND, 0}));
}

TEST_F(OutputEventsTest, TheEndOfATextHasTheNameThatOtherElementsKnow) {
  OutputEvents output(source());
  output.push_start(0ns);
  received.clear();
  output.push_final_transcript();
  ASSERT_EQ(types(), Types{GST_EVENT_CUSTOM_DOWNSTREAM});
  EXPECT_TRUE(gst_event_has_name(received[0].get(), "rstranscribe/final-transcript"));
}

}  // namespace
}  // namespace gemlive
