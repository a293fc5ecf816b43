// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The output between answers: what encoders, muxers and sinks behind it need.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <ostream>
#include <string>
#include <vector>

#include "pipeline.hpp"
#include "pipeline_fixture.hpp"
#include "tap.hpp"
#include "wait.hpp"

namespace gemlive::test {
namespace {

using Item = Tap::Item;
using Items = std::vector<Item>;

/// The model speaks only when text is typed.
class GapsTest : public PipelineFixture {
 protected:
  GapsTest() { serve(); }
  std::string gemlive(const std::string &properties = "") const {
    return "gemlive name=g" + uri() + properties + " ";
  }
  static bool ask(Pipeline &pipeline) {
    gboolean sent = FALSE;
    g_signal_emit_by_name(pipeline["g"], "send-text", "hello", TRUE, &sent);
    return sent;
  }
  static bool wait_for(Tap &tap, Item::Kind kind, long count) {
    return tap.wait([kind, count](const Items &items) {
      return std::ranges::count(items, kind, &Item::kind) >= count;
    });
  }
  /// An answer has 10 buffers of 20 ms.
  static bool answer(Pipeline &pipeline, Tap &tap, long number) {
    return ask(pipeline) && wait_for(tap, Item::buffer, number * 10);
  }
  static bool exist(const std::vector<const char *> &factories) {
    return std::ranges::all_of(factories, [](const char *name) {
      const Handle<GstElementFactory, gst_object_unref> factory(gst_element_factory_find(name));
      return factory != nullptr;
    });
  }
};

TEST_F(GapsTest, PlainSilenceFillsTheTimeBetweenAnswersByDefault) {
  Pipeline pipeline(gemlive() + "! fakesink name=out sync=true");
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(wait_for(tap, Item::silence, 3));
  for (long turn = 1; turn <= 3; ++turn) {
    ASSERT_TRUE(answer(pipeline, tap, turn));
    const auto silent = std::ranges::count(tap.items(), Item::silence, &Item::kind);
    ASSERT_TRUE(wait_for(tap, Item::silence, silent + 3));
  }
  pipeline.set_state(GST_STATE_NULL);
  ASSERT_TRUE(simulator->wait_event("closed"));
  EXPECT_EQ(tap.bytes(), as_string(simulator->said()));
  GstClockTime end = GST_CLOCK_TIME_NONE;
  std::uint64_t offset = GST_BUFFER_OFFSET_NONE;
  for (const auto &item : tap.items()) {
    if (item.kind == Item::gap) {
      EXPECT_EQ(item.duration, 0u);
    }
    if (item.kind != Item::buffer && item.kind != Item::silence) continue;
    EXPECT_FALSE(item.is_gap);
    EXPECT_EQ(item.discont, !GST_CLOCK_TIME_IS_VALID(end));
    if (GST_CLOCK_TIME_IS_VALID(end)) {
      EXPECT_EQ(item.start, end);
      EXPECT_EQ(item.offset, offset);
    }
    end = item.start + item.duration;
    offset = item.offset_end;
    EXPECT_EQ(item.offset_end - item.offset, item.bytes.size() / 2);
  }
}

TEST_F(GapsTest, SilenceLiesBehindTheClockSoThatNoAnswerWaits) {
  Pipeline pipeline(gemlive() + "! fakesink name=out sync=false");
  std::atomic<int> ahead = 0;
  std::atomic<int> behind = 0;
  struct Counters {
    GstElement *sink;
    std::atomic<int> &ahead, &behind;
  } counters{pipeline["out"], ahead, behind};
  Tap tap(pipeline["out"]);
  const PadPtr pad(gst_element_get_static_pad(pipeline["out"], "sink"));
  gst_pad_add_probe(
      pad.get(), GST_PAD_PROBE_TYPE_BUFFER,
      [](GstPad *, GstPadProbeInfo *info, gpointer data) {
        const auto &[sink, ahead, behind] = *static_cast<Counters *>(data);
        auto *buffer = GST_PAD_PROBE_INFO_BUFFER(info);
        const auto end = GST_BUFFER_PTS(buffer) + GST_BUFFER_DURATION(buffer);
        ++(end > gst_element_get_current_running_time(sink) ? ahead : behind);
        return GST_PAD_PROBE_OK;
      },
      &counters, nullptr);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(wait_for(tap, Item::silence, 10));
  EXPECT_EQ(ahead, 0);
  EXPECT_GE(behind, 9);
}

TEST_F(GapsTest, WithoutPacingNothingIsFilled) {
  Pipeline pipeline(gemlive("pacing=none gaps=silence") + "! fakesink name=out");
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(answer(pipeline, tap, 1));
  ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
  ASSERT_TRUE(answer(pipeline, tap, 2));
  const auto buffers = tap.items(Item::buffer);
  EXPECT_EQ(buffers.back().start, 380 * GST_MSECOND);
  EXPECT_TRUE(tap.items(Item::silence).empty());
}

TEST_F(GapsTest, GapEventsAreForThoseWhoAsk) {
  Pipeline pipeline(gemlive("gaps=gap") + "! fakesink name=out sync=true");
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(wait_for(tap, Item::gap, 5));
  EXPECT_TRUE(tap.items(Item::silence).empty());
}

TEST_F(GapsTest, TextStreamsKeepGapEvents) {
  Pipeline pipeline(gemlive() + "! fakesink  g.output_transcript ! fakesink name=out sync=true");
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(wait_for(tap, Item::gap, 5));
  EXPECT_TRUE(tap.items(Item::silence).empty());
}

/// audioresample stretches buffers that are flagged GAP, and resynchronizes at a DISCONT.
TEST_F(GapsTest, AResamplerBehindItDoesNotDrift) {
  Pipeline pipeline(gemlive() +
                    "! audioresample name=r ! audio/x-raw,rate=16000 ! fakesink name=out");
  Tap before(pipeline["r"]), after(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  for (long turn = 1; turn <= 5; ++turn) {
    ASSERT_TRUE(answer(pipeline, before, turn));
    const auto silent = std::ranges::count(before.items(), Item::silence, &Item::kind);
    ASSERT_TRUE(wait_for(before, Item::silence, silent + 3));
  }
  pipeline.set_state(GST_STATE_NULL);
  // The time in a stream at which the last answer ends.
  const auto last_sound = [](Tap &tap, int rate) {
    std::string all;
    for (const auto &item : tap.items())
      if (item.kind == Item::buffer || item.kind == Item::silence) all += item.bytes;
    return static_cast<double>(all.find_last_not_of('\0') / 2) / rate;
  };
  EXPECT_NEAR(last_sound(after, 16000), last_sound(before, 24000), 0.005) << "the filter rings";
  EXPECT_EQ(std::ranges::count(after.items(), true, &Item::discont), 1);
}

// Elements that need audio

struct Muxer {
  const char *name;
  std::vector<const char *> needs;
  std::string video;
  std::string end;
};

void PrintTo(const Muxer &muxer, std::ostream *os) {
  *os << muxer.name;
}

class Muxers : public GapsTest, public ::testing::WithParamInterface<Muxer> {};

TEST_P(Muxers, ThePictureGoesOnWhileTheModelIsSilent) {
  const auto &[name, needs, video, end] = GetParam();
  if (!exist(needs)) GTEST_SKIP() << "an element is not installed";
  const TempFile file("", ".out");
  const bool splits = name == std::string("splitmuxsink");
  Pipeline pipeline("videotestsrc is-live=true ! video/x-raw,width=64,height=64,framerate=30/1 ! " +
                    video + " ! queue name=full ! m." + (splits ? "video " : " ") + gemlive() +
                    "! opusenc ! queue ! m." + (splits ? "audio_0 " : " ") + end + file.path());
  Tap written(pipeline["full"], "src");
  ASSERT_TRUE(pipeline.play());
  // Two seconds. A muxer that waits for audio stops behind the first pictures.
  ASSERT_TRUE(wait_for(written, Item::buffer, 60));
  ASSERT_TRUE(pipeline.reaches(GST_STATE_PLAYING));
  EXPECT_EQ(pipeline.count(
                [](GstMessage *message) { return GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR; }),
            0);
}

INSTANTIATE_TEST_SUITE_P(
    All, Muxers,
    ::testing::Values(
        Muxer{"matroskamux",
              {"jpegenc", "opusenc", "matroskamux"},
              "jpegenc",
              "matroskamux name=m ! filesink location="},
        Muxer{"splitmuxsink",
              {"jpegenc", "opusenc", "splitmuxsink"},
              "jpegenc",
              "splitmuxsink name=m muxer-factory=matroskamux max-size-time=1000000000 location="},
        Muxer{"mp4mux",
              {"openh264enc", "h264parse", "opusenc", "mp4mux"},
              "openh264enc ! h264parse",
              "mp4mux name=m ! filesink location="},
        Muxer{"mpegtsmux",
              {"openh264enc", "h264parse", "opusenc", "mpegtsmux"},
              "openh264enc ! h264parse",
              "mpegtsmux name=m ! filesink location="}),
    [](const auto &info) { return std::string(info.param.name); });

TEST_F(GapsTest, AnEncoderSendsCapsAndRtpBeforeTheFirstAnswer) {
  if (!exist({"opusenc", "rtpopuspay"})) GTEST_SKIP() << "an element is not installed";
  Pipeline pipeline(gemlive() + "! opusenc ! rtpopuspay ! fakesink name=out");
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(wait_for(tap, Item::buffer, 10));
  EXPECT_EQ(tap.items(Item::caps).size(), 1u);
}

TEST_F(GapsTest, WebrtcbinNegotiatesBeforeTheFirstAnswer) {
  if (!exist({"webrtcbin", "nicesrc", "dtlsenc", "rtpopuspay"}))
    GTEST_SKIP() << "an element is not installed";
  Pipeline pipeline("gemlivesrc" + uri() +
                    "! audioconvert ! audioresample ! opusenc ! "
                    "rtpopuspay pt=96 ! webrtcbin name=w  gemlivesink name=s" +
                    uri());
  std::atomic<bool> asked = false;
  g_signal_connect(pipeline["w"], "on-negotiation-needed",
                   G_CALLBACK(+[](GstElement *, gpointer data) {
                     *static_cast<std::atomic<bool> *>(data) = true;
                   }),
                   &asked);
  ASSERT_TRUE(pipeline.play());
  EXPECT_TRUE(wait_until([&] { return asked.load(); }));
  pipeline.set_state(GST_STATE_NULL);
}

TEST_F(GapsTest, LevelGoesOn) {
  Pipeline pipeline(gemlive() + "! level interval=100000000 ! fakesink");
  ASSERT_TRUE(pipeline.play());
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(pipeline.wait("level"));
}

TEST_F(GapsTest, AudioratePrerollsWithATeeOnTheInput) {
  Pipeline pipeline("audiotestsrc is-live=true wave=silence ! tee name=t ! queue ! " + gemlive() +
                    "! audiorate ! fakesink sync=true  t. ! queue ! fakesink sync=true");
  ASSERT_TRUE(pipeline.play());
  EXPECT_TRUE(pipeline.reaches(GST_STATE_PLAYING));
}

TEST_F(GapsTest, BothSidesOfATeeAreRecordedInTwoTracks) {
  const TempFile file("", ".mkv");
  Pipeline pipeline("audiotestsrc name=mic is-live=true wave=silence ! tee name=t ! queue ! " +
                    gemlive() + "! queue name=out ! matroskamux name=m ! filesink location=" +
                    file.path() + "  t. ! queue name=in ! m.");
  Tap in(pipeline["in"], "src"), out(pipeline["out"], "src");
  ASSERT_TRUE(pipeline.play());
  // The muxer takes from both. A queue holds a second.
  ASSERT_TRUE(wait_for(in, Item::silence, 100));
  ASSERT_TRUE(wait_for(out, Item::silence, 20));
  ASSERT_TRUE(answer(pipeline, out, 1));
  pipeline.send("mic", gst_event_new_eos());
  EXPECT_EQ(pipeline.wait_eos(), "");
  const auto length = [](Tap &tap) {
    GstClockTime end = 0;
    for (const auto &item : tap.items())
      if (item.kind == Item::buffer || item.kind == Item::silence) end = item.start + item.duration;
    return static_cast<double>(end);
  };
  EXPECT_GE(length(out), length(in) - 0.5e9);
}

}  // namespace
}  // namespace gemlive::test
