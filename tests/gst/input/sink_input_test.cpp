// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The input of gemlivesink, up to the server.

#include <gst/app/gstappsrc.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness.hpp"
#include "pipeline.hpp"
#include "samples.hpp"
#include "simulator_process.hpp"
#include "tap.hpp"
#include "temp_folder.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

BufferPtr buffer_of(const std::string &bytes) {
  return BufferPtr(gst_buffer_new_memdup(bytes.data(), bytes.size()));
}

/// An appsrc into gemlivesink. The test pushes as fast as it likes.
class SinkInputTest : public ::testing::Test {
 protected:
  static constexpr auto audio = "audio/x-raw,format=S16LE,rate=16000,channels=1,layout=interleaved";

  void serve(std::vector<std::string> arguments, std::string_view script = {}) {
    simulator.reset();
    arguments.insert(arguments.begin(), {"--voice", "tone", "--tone-duration", "200", "--speed",
                                         "0", "--turn-complete", "now"});
    simulator = std::make_unique<SimulatorProcess>(arguments, script);
  }
  std::string appsrc(bool live) const {
    return std::string("appsrc name=in format=time is-live=") + (live ? "true" : "false") +
           " max-bytes=0 caps=" + audio + " ! ";
  }
  std::string sink(const std::string &properties = "") const {
    return "gemlivesink name=s session=input uri=" + simulator->uri() + " " + properties;
  }
  static GstFlowReturn push(Pipeline &pipeline, const std::string &bytes) {
    return gst_app_src_push_buffer(GST_APP_SRC(pipeline["in"]), buffer_of(bytes).release());
  }
  static void end(Pipeline &pipeline) { gst_app_src_end_of_stream(GST_APP_SRC(pipeline["in"])); }
  std::string heard() {
    EXPECT_TRUE(simulator->wait_event("closed"));
    return as_string(simulator->heard());
  }
  static guint64 stat(GstElement *element, const char *field) {
    GstStructure *stats = nullptr;
    g_object_get(element, "stats", &stats, nullptr);
    StructurePtr owned(stats);
    guint64 value = 0;
    gst_structure_get_uint64(stats, field, &value);
    return value;
  }
  static void expect_ledger_adds_up(GstElement *element) {
    EXPECT_EQ(
        stat(element, "input-pushed"),
        stat(element, "input-sent") + stat(element, "input-dropped") + stat(element, "input-held"));
  }

  std::unique_ptr<SimulatorProcess> simulator =
      std::make_unique<SimulatorProcess>(std::vector<std::string>{
          "--voice", "tone", "--tone-duration", "200", "--speed", "0", "--turn-complete", "now"});
};

TEST_F(SinkInputTest, BuffersOfAnySizeArriveSampleForSample) {
  Pipeline pipeline(appsrc(false) + sink("pacing=none"));
  ASSERT_TRUE(pipeline.play());
  const auto said = loud(900ms);
  std::size_t at = 0;
  for (std::size_t size = 1; at < said.size();
       size = size * 7 % 4099) {  // odd, tiny and large sizes
    ASSERT_EQ(push(pipeline, said.substr(at, size)), GST_FLOW_OK);
    at += size;
  }
  end(pipeline);
  EXPECT_EQ(pipeline.wait_eos(), "");
  expect_ledger_adds_up(pipeline["s"]);
  EXPECT_EQ(stat(pipeline["s"], "input-dropped"), 0u);
  pipeline.set_state(GST_STATE_NULL);
  EXPECT_TRUE(is_followed_by_silence(heard(), said));
}

TEST_F(SinkInputTest, GapsAreSentAsSilence) {
  Pipeline pipeline(appsrc(false) + sink("pacing=none"));
  ASSERT_TRUE(pipeline.play());
  const auto said = loud(300ms);
  push(pipeline, said);
  ASSERT_TRUE(wait_until([&] { return stat(pipeline["s"], "input-pushed") == said.size(); }));
  PadPtr pad(gst_element_get_static_pad(pipeline["in"], "src"));
  gst_pad_push_event(pad.get(), gst_event_new_gap(300 * GST_MSECOND, 100 * GST_MSECOND));
  auto quiet = buffer_of(said);
  gst_buffer_set_flags(quiet.get(), GST_BUFFER_FLAG_GAP);  // where ThreadSanitizer cannot see it
  gst_app_src_push_buffer(GST_APP_SRC(pipeline["in"]), quiet.release());
  push(pipeline, said);
  end(pipeline);
  EXPECT_EQ(pipeline.wait_eos(), "");
  pipeline.set_state(GST_STATE_NULL);
  const auto silence = std::string(3200 + said.size(), '\0');
  EXPECT_TRUE(is_followed_by_silence(heard(), said + silence + said));
}

TEST_F(SinkInputTest, PausingWhileItIsBlockedLosesNothing) {
  serve({}, R"([{"when":{"on":"setup"},"do":{"stall":"send","for":1000}}])");
  Pipeline pipeline(appsrc(false) + sink("pacing=none max-backlog=100"));
  ASSERT_TRUE(pipeline.play());
  const auto said = loud(1500ms);
  push(pipeline, said);  // one buffer: the sink stops in the middle
  push(pipeline, said);
  end(pipeline);
  ASSERT_TRUE(wait_until([&] { return stat(pipeline["s"], "input-held") >= 3200; }));
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(pipeline.set_state(GST_STATE_PAUSED));
    ASSERT_TRUE(pipeline.set_state(GST_STATE_PLAYING));
  }
  EXPECT_EQ(stat(pipeline["s"], "connects"), 0u);  // it was blocked all the time
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_EQ(stat(pipeline["s"], "input-dropped"), 0u);
  pipeline.set_state(GST_STATE_NULL);
  EXPECT_TRUE(is_followed_by_silence(heard(), said + said));
}

TEST_F(SinkInputTest, LiveInputLosesTheOldestAndSaysSo) {
  serve({}, R"([{"when":{"on":"setup"},"do":{"stall":"send","for":500}}])");
  Pipeline pipeline(appsrc(true) + sink("max-backlog=200"));
  ASSERT_TRUE(pipeline.play());
  const auto said = loud(1000ms);
  for (std::size_t at = 0; at < said.size(); at += 640)
    push(pipeline, said.substr(at, 640));
  end(pipeline);
  auto dropped = pipeline.wait("gemlive/backlog-dropped");
  ASSERT_TRUE(dropped);
  guint64 total = 0;
  gst_structure_get_uint64(gst_message_get_structure(dropped.get()), "total", &total);
  EXPECT_GT(total, 0u);
  EXPECT_EQ(pipeline.wait_eos(), "");
  expect_ledger_adds_up(pipeline["s"]);
  EXPECT_GE(stat(pipeline["s"], "input-dropped"), 32000u - 6400 - 1280);
  pipeline.set_state(GST_STATE_NULL);
  const auto kept = heard();
  EXPECT_NE(kept.find(said.substr(said.size() - 3200)), std::string::npos);
}

TEST_F(SinkInputTest, AFileInManualModeIsOneActivity) {
  TempFile file(wav(loud(500ms)), ".wav");
  Pipeline pipeline("filesrc location=" + file.path() + " ! wavparse ! " +
                    sink("pacing=none activity-detection=manual"));
  EXPECT_EQ(pipeline.run(), "");
  pipeline.set_state(GST_STATE_NULL);
  ASSERT_TRUE(simulator->wait_event("closed"));
  EXPECT_EQ(simulator->count("activity-start"), 1u);
  EXPECT_EQ(simulator->count("activity-end"), 1u);
  EXPECT_EQ(simulator->count("turn-complete"), 1u);
}

TEST_F(SinkInputTest, AFlushDropsWhatIsHeldAndGoesOn) {
  serve({}, R"([{"when":{"on":"setup"},"do":{"stall":"send","for":500}}])");
  Pipeline pipeline(appsrc(false) + sink("pacing=none max-backlog=500"));
  ASSERT_TRUE(pipeline.play());
  push(pipeline, loud(2000ms));
  ASSERT_TRUE(wait_until([&] { return stat(pipeline["s"], "input-held") >= 15000; }));
  pipeline.send("in", gst_event_new_flush_start());
  pipeline.send("in", gst_event_new_flush_stop(TRUE));
  EXPECT_GE(stat(pipeline["s"], "input-dropped"), 15000u);
  const auto said = loud(400ms);
  push(pipeline, said);
  end(pipeline);
  EXPECT_EQ(pipeline.wait_eos(), "");
  expect_ledger_adds_up(pipeline["s"]);
  pipeline.set_state(GST_STATE_NULL);
  EXPECT_TRUE(is_followed_by_silence(heard(), said));
}

TEST_F(SinkInputTest, AFlushOfTheTextLeavesTheMicrophoneAlone) {
  Pipeline pipeline(appsrc(true) + sink("pacing=none") +
                    " appsrc name=typed format=time caps=text/x-raw,format=utf8 ! "
                    "gemlivesink session=input");
  ASSERT_TRUE(pipeline.play());
  const auto said = loud(200ms);
  ASSERT_EQ(push(pipeline, said), GST_FLOW_OK);
  ASSERT_TRUE(wait_until([&] { return stat(pipeline["s"], "input-pushed") == said.size(); }));
  pipeline.send("typed", gst_event_new_flush_start());
  ASSERT_EQ(push(pipeline, said), GST_FLOW_OK);
  EXPECT_TRUE(wait_until([&] { return stat(pipeline["s"], "input-pushed") == 2 * said.size(); }));
  pipeline.send("typed", gst_event_new_flush_stop(TRUE));
  EXPECT_TRUE(wait_until([&] { return stat(pipeline["s"], "input-sent") == 2 * said.size(); }));
  EXPECT_EQ(stat(pipeline["s"], "input-flushed"), 0u);
  EXPECT_EQ(pipeline.count(
                [](GstMessage *message) { return GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR; }),
            0);
}

TEST_F(SinkInputTest, WhatWaitsIsNotSentInPaused) {
  serve({}, R"([{"when":{"on":"setup"},"do":{"withhold":true}},
                {"when":{"on":"setup","after":1000},"do":{"send":{"setupComplete":{}}}}])");
  Pipeline pipeline(appsrc(true) + sink());
  ASSERT_TRUE(pipeline.play());
  const auto said = loud(200ms);
  ASSERT_EQ(push(pipeline, said), GST_FLOW_OK);
  ASSERT_TRUE(wait_until([&] { return stat(pipeline["s"], "input-held") == said.size(); }));
  ASSERT_TRUE(pipeline.set_state(GST_STATE_PAUSED));
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  gboolean sent = FALSE;
  g_signal_emit_by_name(pipeline["s"], "send-text", "typed", TRUE, &sent);
  ASSERT_TRUE(pipeline.wait("gemlive/turn-complete")) << "the text is not sent";
  EXPECT_EQ(stat(pipeline["s"], "input-sent"), 0u);
  ASSERT_TRUE(pipeline.play());
  EXPECT_TRUE(wait_until([&] { return stat(pipeline["s"], "input-sent") == said.size(); }));
}

TEST_F(SinkInputTest, EndsWithoutEverGettingAudio) {
  Pipeline pipeline(appsrc(false) + sink("pacing=none") +
                    " gemlivesrc session=input ! fakesink name=out");
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  end(pipeline);
  EXPECT_EQ(pipeline.wait_eos(), "");
  const auto items = tap.items();
  ASSERT_GE(items.size(), 5u);
  EXPECT_EQ(items[0].kind, Tap::Item::stream_start);
  EXPECT_EQ(items[1].kind, Tap::Item::caps);
  EXPECT_EQ(items[2].kind, Tap::Item::segment);
  EXPECT_EQ(items.back().kind, Tap::Item::eos);
}

TEST_F(SinkInputTest, AFileIsSentAtTheClocksPace) {
  TempFile file(wav(loud(1000ms)), ".wav");
  Pipeline pipeline("filesrc location=" + file.path() + " ! wavparse ! " + sink());
  EXPECT_EQ(pipeline.run(), "");
  // wavparse pushes buffers of 128 ms: the last one is due 900 ms after the first.
  const auto first = simulator->wait_event("audio");
  const auto last =
      simulator->wait_event([sum = std::int64_t(0)](const ServerEvent &event) mutable {
        if (event.type == "audio") sum += event.number("bytes");
        return sum >= 32000;
      });
  ASSERT_TRUE(first && last);
  EXPECT_GE(last->time - first->time, 700'000);
}

// With GstHarness: one pad, any caps.

class Harness : public SinkInputTest {
 protected:
  HarnessPtr harness(const std::string &properties) {
    ElementPtr element(
        GST_ELEMENT(gst_object_ref_sink(gst_parse_launch((sink(properties)).c_str(), nullptr))));
    bus.reset(gst_bus_new());
    gst_element_set_bus(element.get(), bus.get());
    return HarnessPtr(gst_harness_new_with_element(element.get(), "sink", nullptr));
  }
  static std::string caps(int rate) {
    return "audio/x-raw,format=S16LE,channels=1,layout=interleaved,rate=" + std::to_string(rate);
  }
  MessagePtr pop_error() { return MessagePtr(gst_bus_pop_filtered(bus.get(), GST_MESSAGE_ERROR)); }

  Handle<GstBus, gst_object_unref> bus;
};

TEST_F(Harness, EventsAndSignalsMarkActivityInOrderWithTheAudio) {
  auto h = harness("pacing=none activity-detection=manual");
  gst_harness_set_src_caps_str(h.get(), caps(16000).c_str());
  const auto mark = [&](const char *name) {
    return gst_harness_push_event(
        h.get(), gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM, gst_structure_new_empty(name)));
  };
  const auto said = loud(500ms);
  const auto push = [&] { return gst_harness_push(h.get(), buffer_of(said).release()); };
  EXPECT_TRUE(mark("gemlive/activity-start"));
  EXPECT_EQ(push(), GST_FLOW_OK);
  EXPECT_TRUE(mark("gemlive/activity-end"));
  ASSERT_TRUE(simulator->wait_event("turn-complete"));
  g_signal_emit_by_name(h->element, "activity-start");
  EXPECT_EQ(push(), GST_FLOW_OK);
  g_signal_emit_by_name(h->element, "activity-end");
  ASSERT_TRUE(simulator->wait_event("turn-complete", 1));
  EXPECT_TRUE(gst_harness_push_event(h.get(), gst_event_new_eos()));
  h.reset();
  EXPECT_EQ(heard(), said + said);
  std::vector<std::string> order;
  for (const auto &event : simulator->events()) {
    if (!event.type.starts_with("activity") && event.type != "audio") continue;
    if (order.empty() || order.back() != event.type) order.push_back(event.type);
  }
  EXPECT_EQ(order, (std::vector<std::string>{"activity-start", "audio", "activity-end",
                                             "activity-start", "audio", "activity-end"}));
}

TEST_F(Harness, TheEndOfTheAudioCanBeMarked) {
  auto h = harness("pacing=none");
  gst_harness_set_src_caps_str(h.get(), caps(16000).c_str());
  EXPECT_EQ(gst_harness_push(h.get(), buffer_of(loud(500ms)).release()), GST_FLOW_OK);
  gst_harness_push_event(h.get(),
                         gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM,
                                              gst_structure_new_empty("gemlive/audio-stream-end")));
  EXPECT_TRUE(simulator->wait_event("audio-stream-end"));
  EXPECT_TRUE(simulator->wait_event("turn-complete"));
}

TEST_F(Harness, EveryRateGoesOutAsItIs) {
  for (int rate : {8000, 16000, 24000, 48000}) {
    auto h = harness("pacing=none");
    gst_harness_set_src_caps_str(h.get(), caps(rate).c_str());
    const auto said = loud(120ms, rate);  // three chunks
    ASSERT_EQ(gst_harness_push(h.get(), buffer_of(said).release()), GST_FLOW_OK);
    EXPECT_TRUE(wait_until([&] { return stat(h->element, "input-sent") == said.size(); })) << rate;
    EXPECT_FALSE(pop_error());
  }
}

TEST_F(Harness, ARateThatChangesIsRefusedWithOneError) {
  auto h = harness("pacing=none");
  gst_harness_set_src_caps_str(h.get(), caps(16000).c_str());
  ASSERT_EQ(gst_harness_push(h.get(), buffer_of(loud(100ms)).release()), GST_FLOW_OK);
  gst_harness_set_src_caps_str(h.get(), caps(24000).c_str());
  auto error = pop_error();
  ASSERT_TRUE(error);
  EXPECT_EQ(error_domain(error.get()), GST_STREAM_ERROR);
  EXPECT_EQ(error_code(error.get()), GST_STREAM_ERROR_FORMAT);
  EXPECT_NE(describe(error.get()).find("audioresample"), std::string::npos);
  EXPECT_EQ(gst_harness_push(h.get(), buffer_of(loud(100ms)).release()), GST_FLOW_EOS);
  EXPECT_FALSE(pop_error());
}

TEST_F(Harness, OtherCapsAreNotAccepted) {
  for (const char *other : {"audio/x-raw,format=F32LE,channels=1,layout=interleaved,rate=16000",
                            "audio/x-raw,format=S16LE,channels=2,layout=interleaved,rate=16000",
                            "audio/x-raw,format=S16LE,channels=1,layout=interleaved,rate=44100"}) {
    auto h = harness("");
    PadPtr pad(gst_element_get_static_pad(h->element, "sink"));
    CapsPtr caps(gst_caps_from_string(other));
    EXPECT_FALSE(gst_pad_query_accept_caps(pad.get(), caps.get())) << other;
  }
}

TEST_F(Harness, UnknownEventsDoNoHarm) {
  auto h = harness("pacing=none");
  gst_harness_set_src_caps_str(h.get(), caps(16000).c_str());
  for (int i = 0; i < 1000; ++i)
    gst_harness_push_event(h.get(), gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM,
                                                         gst_structure_new_empty("gemlive/other")));
  EXPECT_EQ(gst_harness_push(h.get(), buffer_of(loud(100ms)).release()), GST_FLOW_OK);
  EXPECT_EQ(gst_harness_push(h.get(), gst_buffer_new()), GST_FLOW_OK);
  EXPECT_FALSE(pop_error());
}

}  // namespace
}  // namespace gemlive::test
