// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Inputs that end at different times, or never.

#include <gst/app/gstappsrc.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <string>

#include "pipeline.hpp"
#include "samples.hpp"
#include "simulator_process.hpp"
#include "tap.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

constexpr auto audio_caps = "audio/x-raw,format=S16LE,rate=16000,channels=1,layout=interleaved";

BufferPtr buffer_of(const std::string &bytes) {
  return BufferPtr(gst_buffer_new_memdup(bytes.data(), bytes.size()));
}

class OpenInputs : public ::testing::Test {
 protected:
  std::string gemlive(const std::string &properties = "") const {
    return "gemlive name=g " + properties + " uri=" + simulator.uri() + " ! fakesink name=out ";
  }
  static std::string appsrc(const char *name, const std::string &caps) {
    return std::string("appsrc format=time name=") + name + " caps=\"" + caps + "\" ! ";
  }
  static void push(Pipeline &pipeline, const char *name, const std::string &bytes) {
    EXPECT_EQ(gst_app_src_push_buffer(GST_APP_SRC(pipeline[name]), buffer_of(bytes).release()),
              GST_FLOW_OK);
  }
  static void end(Pipeline &pipeline, const char *name) {
    gst_app_src_end_of_stream(GST_APP_SRC(pipeline[name]));
  }
  static void unlink(Pipeline &pipeline, const char *pad) {
    const PadPtr sink(gst_element_get_static_pad(pipeline["g"], pad));
    const PadPtr peer(gst_pad_get_peer(sink.get()));
    ASSERT_TRUE(peer);
    EXPECT_TRUE(gst_pad_unlink(peer.get(), sink.get()));
  }
  static bool is_warning(GstMessage *message) {
    return GST_MESSAGE_TYPE(message) == GST_MESSAGE_WARNING;
  }
  /// Exactly one WARNING came, and it names `pad`.
  static void expect_warning(Pipeline &pipeline, const std::string &pad) {
    EXPECT_EQ(pipeline.count(is_warning), 1);
    const auto warning = pipeline.wait(GST_MESSAGE_WARNING);
    ASSERT_TRUE(warning);
    EXPECT_NE(describe(warning.get()).find(pad), std::string::npos) << describe(warning.get());
  }

  SimulatorProcess simulator{
      {"--voice", "tone", "--tone-duration", "500", "--turn-complete", "now"}};
};

/// A src pad that the test pushes into, as a demuxer does.
class DemuxedPad {
 public:
  DemuxedPad(Pipeline &pipeline, const char *name, const char *caps)
      : pad_(GST_PAD(gst_object_ref_sink(gst_pad_new(name, GST_PAD_SRC)))) {
    gst_pad_set_active(pad_.get(), TRUE);
    PadPtr sink(gst_element_get_static_pad(pipeline["g"], name));
    if (!sink) sink.reset(gst_element_request_pad_simple(pipeline["g"], name));
    EXPECT_EQ(gst_pad_link_full(pad_.get(), sink.get(), GST_PAD_LINK_CHECK_NOTHING),
              GST_PAD_LINK_OK);
    push(gst_event_new_stream_start(name));
    push(gst_event_new_caps(CapsPtr(gst_caps_from_string(caps)).get()));
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    push(gst_event_new_segment(&segment));
  }
  ~DemuxedPad() {
    gst_pad_set_active(pad_.get(), FALSE);
    if (const PadPtr sink(gst_pad_get_peer(pad_.get())); sink)
      gst_pad_unlink(pad_.get(), sink.get());
  }
  bool push(GstEvent *event) { return gst_pad_push_event(pad_.get(), event); }
  GstFlowReturn push(const std::string &bytes) {
    return gst_pad_push(pad_.get(), buffer_of(bytes).release());
  }

 private:
  PadPtr pad_;
};

TEST_F(OpenInputs, OneDemuxerThreadFeedsAllPadsWithoutQueues) {
  Pipeline pipeline(gemlive("pacing=none"));
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  DemuxedPad audio(pipeline, "sink", audio_caps), video(pipeline, "video", "image/jpeg");
  auto demuxer = std::async(std::launch::async, [&] {
    return audio.push(loud(1s)) == GST_FLOW_OK && audio.push(gst_event_new_eos()) &&
           video.push(std::string(100, 'x')) == GST_FLOW_OK && video.push(gst_event_new_eos());
  });
  ASSERT_EQ(demuxer.wait_for(5s), std::future_status::ready) << "EOS of one pad blocks the other";
  EXPECT_TRUE(demuxer.get());
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_EQ(pipeline.count(is_warning), 0);
  EXPECT_EQ(tap.bytes().size(), 24000u);
}

TEST_F(OpenInputs, APadThatWasUnlinkedWithoutEos) {
  Pipeline pipeline(gemlive("pacing=none") + appsrc("mic", audio_caps) + "g.sink " +
                    appsrc("camera", "image/jpeg") + "g.video");
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  push(pipeline, "camera", "picture");
  ASSERT_TRUE(simulator.wait_event("video"));
  unlink(pipeline, "video");
  push(pipeline, "mic", loud(1s));
  end(pipeline, "mic");
  EXPECT_EQ(pipeline.wait_eos(), "");
  expect_warning(pipeline, "g:video");
  EXPECT_EQ(tap.bytes().size(), 24000u);
}

TEST_F(OpenInputs, AudioThatIsUnlinkedInPlayingWhileTextEnds) {
  Pipeline pipeline(gemlive() + "audiotestsrc is-live=true wave=silence ! g.sink " +
                    appsrc("keyboard", "text/x-raw,format=utf8") + "g.text");
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(simulator.wait_event("audio"));
  push(pipeline, "keyboard", "hello");
  ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
  unlink(pipeline, "sink");
  end(pipeline, "keyboard");
  // The source upstream stops with an error of its own: its pad is not linked.
  EXPECT_TRUE(pipeline.wait(
      [&](GstMessage *message) { return GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR; }));
  ASSERT_TRUE(pipeline.wait(GST_MESSAGE_WARNING));
  EXPECT_EQ(tap.bytes().size(), 24000u);
}

TEST_F(OpenInputs, ALiveMicrophoneKeepsTheConversationOpen) {
  Pipeline pipeline(gemlive() + "audiotestsrc is-live=true wave=silence ! g.sink " +
                    appsrc("keyboard", "text/x-raw,format=utf8") + "g.text");
  ASSERT_TRUE(pipeline.play());
  push(pipeline, "keyboard", "hello");
  end(pipeline, "keyboard");
  ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
  // 7 s of audio: longer than an input may be inactive.
  EXPECT_FALSE(simulator.wait_event("closed", 0, 7s));
  EXPECT_EQ(pipeline.count(is_warning), 0);
  EXPECT_TRUE(gst_element_send_event(pipeline.get(), gst_event_new_eos()));
  EXPECT_EQ(pipeline.wait_eos(), "");
}

TEST_F(OpenInputs, DataThatWaitsForTheClockKeepsTheConversationOpen) {
  Pipeline pipeline(gemlive() + appsrc("mic", audio_caps) + "g.sink " +
                    appsrc("keyboard", "text/x-raw,format=utf8") + "g.text");
  ASSERT_TRUE(pipeline.play());
  push(pipeline, "mic", loud(1s));
  end(pipeline, "mic");
  auto later = buffer_of("hello");
  GST_BUFFER_PTS(later.get()) = 7 * GST_SECOND;
  gst_app_src_push_buffer(GST_APP_SRC(pipeline["keyboard"]), later.release());
  end(pipeline, "keyboard");
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_EQ(pipeline.count(is_warning), 0);
  EXPECT_EQ(simulator.count("content"), 1u) << "the text came too late";
}

}  // namespace
}  // namespace gemlive::test
