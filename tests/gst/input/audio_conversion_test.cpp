// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "audio_conversion.hpp"

#include <gst/app/gstappsrc.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "pipeline.hpp"
#include "pipeline_fixture.hpp"
#include "tap.hpp"
#include "warning_collector.hpp"

namespace gemlive::test {
namespace {

/// What gemlive makes of its input, in front of the audio sink.
class AudioConversion : public PipelineFixture {
 protected:
  AudioConversion() { serve(); }
  /// Everything that the sink got of `caps`, half a second of a sine.
  std::string converted(const std::string &caps) {
    Pipeline pipeline("audiotestsrc num-buffers=20 samplesperbuffer=400 ! audio/x-raw," + caps +
                      " ! gemlive name=g pacing=none" + uri() + "! fakesink");
    Tap tap(pipeline["gemlive-audio-sink"]);
    EXPECT_EQ(pipeline.run(), "") << caps;
    return tap.bytes();
  }
  static double loudest(const std::string &bytes) {
    std::vector<std::int16_t> samples(bytes.size() / 2);
    std::memcpy(samples.data(), bytes.data(), samples.size() * 2);
    int loudest = 0;
    for (const int sample : samples)
      loudest = std::max(loudest, std::abs(sample));
    return loudest;
  }
};

TEST_F(AudioConversion, ChannelsWithoutPositionsAreMixedInEqualParts) {
  const auto mono = loudest(converted("rate=16000,channels=1"));
  ASSERT_GT(mono, 1000);
  for (int channels = 2; channels <= 8; ++channels) {
    const auto bytes =
        converted("rate=16000,channels=" + std::to_string(channels) + ",channel-mask=(bitmask)0");
    EXPECT_EQ(bytes.size(), 16000u) << channels;
    EXPECT_NEAR(loudest(bytes), mono, mono / 20) << "all channels are the same here";
  }
}

TEST_F(AudioConversion, PositionedChannelsAreConvertedByTheirPositions) {
  for (const auto *caps :
       {"rate=44100,channels=2", "rate=48000,channels=6,channel-mask=(bitmask)0x3f",
        "rate=8000,channels=1,format=F64LE"})
    EXPECT_GT(loudest(converted(caps)), 1000) << caps;
}

/// A matrix for four channels must not remain when the channels change.
TEST_F(AudioConversion, TheChannelsMayChange) {
  Pipeline pipeline("concat name=c ! gemlive name=g pacing=none" + uri() +
                    "! fakesink "
                    "audiotestsrc num-buffers=10 ! "
                    "audio/x-raw,rate=16000,channels=4,channel-mask=(bitmask)0 ! c. "
                    "audiotestsrc num-buffers=10 ! audio/x-raw,rate=16000,channels=2 ! c. "
                    "audiotestsrc num-buffers=10 ! audio/x-raw,rate=16000,channels=1 ! c.");
  Tap tap(pipeline["gemlive-audio-sink"]);
  EXPECT_EQ(pipeline.run(), "");
  EXPECT_EQ(tap.bytes().size(), 3u * 10 * 1024 * 2);
}

/// Applications of gst_bin_get_by_name() find their own elements, not ours.
TEST_F(AudioConversion, InnerElementsHaveNamesOfTheirOwn) {
  for (const auto *name : {"src", "sink", "text", "video", "audioconvert", "audioresample",
                           "capsfilter", "output_transcript"}) {
    Pipeline pipeline(std::string("gemlive name=g ! fakesink name=") + name +
                      " g.output_transcript ! fakesink appsrc ! g.text appsrc ! g.video");
    EXPECT_STREQ(GST_OBJECT_NAME(gst_element_get_factory(pipeline[name])), "fakesink") << name;
  }
}

/// audioresample has a rest at EOS. It would warn that the sink refuses it.
TEST_F(AudioConversion, AnEosBehindTheEndOfTheInputIsSilent) {
  for (const std::string properties : {"", "max-turns=1"}) {
    SCOPED_TRACE(properties);
    WarningCollector warnings;
    Pipeline pipeline(
        "audiotestsrc is-live=true name=mic wave=ticks sine-periods-per-tick=264 "
        "tick-interval=9000000000 ! audio/x-raw,rate=44100 ! gemlive name=g " +
        properties + uri() + "! fakesink");
    ASSERT_TRUE(pipeline.play());
    ASSERT_TRUE(simulator->wait_event("audio", 15));
    // As gst-launch-1.0 -e does. With max-turns, audiotestsrc sends EOS when it is refused.
    if (properties.empty()) pipeline.send("g", gst_event_new_eos());
    if (properties.empty()) pipeline.send("mic", gst_event_new_eos());
    EXPECT_EQ(pipeline.wait_eos(), "");
    pipeline.set_state(GST_STATE_NULL);
    EXPECT_EQ(warnings.lines(), "");
    serve();
  }
}

/// Buffers of 20 ms with two holes, as opusdec makes them with DTX: one by one, or in a list.
void push_with_holes(GstAppSrc *source, bool in_list) {
  auto *list = gst_buffer_list_new();
  for (const GstClockTime start : {0, 20, 400, 800, 820}) {
    auto *buffer = gst_buffer_new_memdup(std::string(1920, 'a').data(), 1920);
    GST_BUFFER_PTS(buffer) = start * GST_MSECOND;
    GST_BUFFER_DURATION(buffer) = 20 * GST_MSECOND;
    if (in_list)
      gst_buffer_list_insert(list, -1, buffer);
    else
      gst_app_src_push_buffer(source, buffer);
  }
  if (in_list)
    gst_app_src_push_buffer_list(source, list);
  else
    gst_buffer_list_unref(list);
}

TEST_F(AudioConversion, HolesInTheTimestampsAreNoWarning) {
  for (const bool in_list : {false, true}) {
    WarningCollector warnings;
    Pipeline pipeline(
        "appsrc name=in format=time is-live=true "
        "caps=audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved ! gemlive name=g" +
        uri() + "! fakesink");
    Tap tap(pipeline["gemlive-audio-sink"]);
    ASSERT_TRUE(pipeline.play());
    push_with_holes(GST_APP_SRC(pipeline["in"]), in_list);
    ASSERT_TRUE(tap.wait([](const auto &items) {
      return !items.empty() && items.back().start >= 800 * GST_MSECOND &&
             GST_CLOCK_TIME_IS_VALID(items.back().start);
    }));
    const auto items = tap.items(Tap::Item::buffer);
    const auto is_behind_hole = [](const Tap::Item &item) { return item.discont; };
    EXPECT_EQ(std::ranges::count_if(items, is_behind_hole), 3) << "the first one, and two holes";
    EXPECT_EQ(warnings.lines(), "") << (in_list ? "in a list" : "one by one");
  }
}

}  // namespace
}  // namespace gemlive::test
