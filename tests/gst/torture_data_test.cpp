// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Things that a pipeline should not do to a sink pad (docs/reliability.md, "The torture list").

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "harness.hpp"
#include "pipeline.hpp"
#include "samples.hpp"
#include "simulator_process.hpp"
#include "wait.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

constexpr auto caps = "audio/x-raw,format=S16LE,rate=16000,channels=1,layout=interleaved";

class TortureData : public ::testing::Test {
 protected:
  HarnessPtr harness(const std::string &properties = "pacing=none") {
    auto h = harness_without_caps(properties);
    gst_harness_set_src_caps_str(h.get(), caps);
    return h;
  }
  HarnessPtr harness_without_caps(const std::string &properties) {
    const auto description =
        "gemlivesink session=torture uri=" + simulator.uri() + ' ' + properties;
    const ElementPtr element(
        GST_ELEMENT(gst_object_ref_sink(gst_parse_launch(description.c_str(), nullptr))));
    bus.reset(gst_bus_new());
    gst_element_set_bus(element.get(), bus.get());
    return HarnessPtr(gst_harness_new_with_element(element.get(), "sink", nullptr));
  }
  static GstBuffer *buffer(const std::string &bytes) {
    return gst_buffer_new_memdup(bytes.data(), bytes.size());
  }
  bool has_error() {
    const MessagePtr error(gst_bus_pop_filtered(bus.get(), GST_MESSAGE_ERROR));
    if (error) ADD_FAILURE() << describe(error.get());
    return error != nullptr;
  }
  /// The audio that the simulator received, after the end of the conversation.
  std::string heard_after_eos(HarnessPtr &h) {
    EXPECT_TRUE(gst_harness_push_event(h.get(), gst_event_new_eos()));
    constexpr auto either = static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
    const MessagePtr end(gst_bus_timed_pop_filtered(bus.get(), 20 * GST_SECOND, either));
    EXPECT_TRUE(end && GST_MESSAGE_TYPE(end.get()) == GST_MESSAGE_EOS);
    EXPECT_FALSE(has_error());
    h.reset();
    EXPECT_TRUE(simulator.wait_event("closed"));
    return as_string(simulator.heard());
  }
  static guint64 stat(GstElement *element, const char *field) {
    GstStructure *stats = nullptr;
    g_object_get(element, "stats", &stats, nullptr);
    const StructurePtr owned(stats);
    guint64 value = 0;
    gst_structure_get_uint64(stats, field, &value);
    return value;
  }

  SimulatorProcess simulator{
      {"--voice", "tone", "--tone-duration", "200", "--speed", "0", "--turn-complete", "now"}};
  Handle<GstBus, gst_object_unref> bus;
};

TEST_F(TortureData, FlushesOnceOftenAndUnpaired) {
  auto h = harness();
  const auto said = loud(100ms);
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(gst_harness_push_event(h.get(), gst_event_new_flush_start()));
    EXPECT_EQ(gst_harness_push(h.get(), buffer(said)), GST_FLOW_FLUSHING);
    EXPECT_TRUE(gst_harness_push_event(h.get(), gst_event_new_flush_stop(TRUE)));
  }
  EXPECT_TRUE(gst_harness_push_event(h.get(), gst_event_new_flush_stop(TRUE)));
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  EXPECT_TRUE(gst_harness_push_event(h.get(), gst_event_new_segment(&segment)));
  EXPECT_EQ(gst_harness_push(h.get(), buffer(said)), GST_FLOW_OK);
  EXPECT_TRUE(is_followed_by_silence(heard_after_eos(h), said));
}

TEST_F(TortureData, AFlushFreesWhoIsBlocked) {
  SimulatorProcess deaf({"--voice", "tone"}, R"([{"when":{"on":"ready"},"do":{"stall":"both"}}])");
  auto h = harness("pacing=none max-backlog=1000 uri=" + deaf.uri());
  std::atomic<bool> pushing = true;
  GstFlowReturn flow = GST_FLOW_OK;
  std::thread source([&] {
    for (int i = 0; i < 100000 && flow == GST_FLOW_OK; ++i)
      flow = gst_harness_push(h.get(), buffer(loud(1000ms)));
    pushing = false;
  });
  ASSERT_TRUE(wait_until([&] { return stat(h->element, "input-held") >= 32000; }));
  gst_harness_push_event(h.get(), gst_event_new_flush_start());
  EXPECT_TRUE(wait_until([&] { return !pushing; }));
  source.join();
  EXPECT_EQ(flow, GST_FLOW_FLUSHING);
  EXPECT_EQ(stat(h->element, "input-held"), 0u);
  EXPECT_GT(stat(h->element, "input-flushed"), 0u);
}

TEST_F(TortureData, TheSameCapsAgainInTheMiddleOfASample) {
  auto h = harness();
  const auto said = loud(300ms);
  for (std::size_t at = 0; at < said.size(); at += 4321) {
    gst_harness_set_src_caps_str(h.get(), caps);
    ASSERT_EQ(gst_harness_push(h.get(), buffer(said.substr(at, 4321))), GST_FLOW_OK);
  }
  EXPECT_TRUE(is_followed_by_silence(heard_after_eos(h), said));
}

TEST_F(TortureData, ABufferBeforeCapsIsNotNegotiated) {
  auto h = harness_without_caps("pacing=none");
  EXPECT_EQ(gst_harness_push(h.get(), buffer(loud(100ms))), GST_FLOW_NOT_NEGOTIATED);
}

TEST_F(TortureData, SegmentsOfAnyKind) {
  auto h = harness();
  const auto said = loud(40ms);
  std::string all;
  for (int i = 0; i < 100; ++i) {
    GstSegment segment;
    gst_segment_init(&segment, i % 5 == 4 ? GST_FORMAT_BYTES : GST_FORMAT_TIME);
    segment.rate = i % 3 == 0 ? 2.0 : i % 3 == 1 ? -1.0 : 0.5;
    segment.base = static_cast<guint64>(i) * GST_SECOND;
    segment.offset = static_cast<guint64>(i % 2);
    segment.stop = 3600 * GST_SECOND;
    EXPECT_TRUE(gst_harness_push_event(h.get(), gst_event_new_segment(&segment)));
    ASSERT_EQ(gst_harness_push(h.get(), buffer(said)), GST_FLOW_OK) << i;
    all += said;
  }
  EXPECT_TRUE(is_followed_by_silence(heard_after_eos(h), all)) << "the timestamps must not matter";
}

TEST_F(TortureData, BuffersOfAnyMake) {
  auto h = harness();
  const auto said = loud(200ms);
  std::string all;
  const auto push = [&](GstBuffer *made, const std::string &bytes) {
    EXPECT_EQ(gst_harness_push(h.get(), made), GST_FLOW_OK);
    all += bytes;
  };
  GstBuffer *made = buffer(said);
  GST_BUFFER_FLAG_SET(made, GST_BUFFER_FLAG_DISCONT | GST_BUFFER_FLAG_CORRUPTED);
  GST_BUFFER_PTS(made) = 5 * GST_SECOND;
  push(made, said);
  made = buffer(said);
  GST_BUFFER_PTS(made) = 0;  // back in time
  push(made, said);
  push(buffer(said), said);  // no PTS
  push(gst_buffer_new(), "");
  const auto large = loud(5000ms);
  push(buffer(large), large);
  made = gst_buffer_new_memdup(said.data(), 1001);
  gst_buffer_append_memory(
      made, gst_memory_new_wrapped(GST_MEMORY_FLAG_READONLY, const_cast<char *>(said.data()),
                                   said.size(), 1001, said.size() - 1001, nullptr, nullptr));
  push(made, said);
  made = buffer(said);
  GST_BUFFER_FLAG_SET(made, GST_BUFFER_FLAG_GAP);
  push(made, std::string(said.size(), '\0'));
  gst_harness_push_event(h.get(), gst_event_new_gap(0, 100 * GST_MSECOND));
  all += std::string(3200, '\0');
  gst_harness_push_event(h.get(), gst_event_new_gap(0, GST_CLOCK_TIME_NONE));
  push(buffer(said), said);
  EXPECT_TRUE(is_followed_by_silence(heard_after_eos(h), all));
}

TEST_F(TortureData, NothingComesAfterTheEnd) {
  auto h = harness();
  ASSERT_EQ(gst_harness_push(h.get(), buffer(loud(300ms))), GST_FLOW_OK);
  EXPECT_TRUE(gst_harness_push_event(h.get(), gst_event_new_eos()));
  gst_harness_push_event(h.get(), gst_event_new_eos());
  EXPECT_EQ(gst_harness_push(h.get(), buffer(loud(300ms))), GST_FLOW_EOS);
  EXPECT_FALSE(has_error());
}

TEST_F(TortureData, AnEndBeforeThereIsAConnection) {
  HarnessPtr h(
      gst_harness_new_parse("gemlivesink session=torture pacing=none connect-timeout=300 "
                            "max-retries=0 uri=ws://127.0.0.1:1"));
  gst_harness_play(h.get());
  gst_harness_set_src_caps_str(h.get(), caps);
  gst_harness_push(h.get(), buffer(loud(300ms)));
  gst_harness_push_event(h.get(), gst_event_new_eos());  // returns without a server
}

}  // namespace
}  // namespace gemlive::test
