// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "audio_conversion.hpp"

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

}  // namespace
}  // namespace gemlive::test
