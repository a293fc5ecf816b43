// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A seek goes to the audio input, and its result is that of the input. Only the segment is sent.

#include <gst/app/gstappsrc.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>

#include "pipeline.hpp"
#include "pipeline_fixture.hpp"
#include "tap.hpp"
#include "wait.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

class Seek : public PipelineFixture {
 protected:
  Seek() { serve(); }
  std::string long_question() { return "filesrc location=" + long_file.path() + " ! wavparse "; }
  /// Waits for PLAYING: GStreamer 1.22 hangs now and then when a flushing seek meets the change of
  /// state, also without gemlive (fakesink async=false).
  static bool play(Pipeline &pipeline) {
    return pipeline.play() && pipeline.reaches(GST_STATE_PLAYING);
  }
  static bool seek(GstElement *element, GstClockTime position) {
    return gst_element_seek_simple(element, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
                                   static_cast<gint64>(position));
  }
  /// Seeks on `element` in a running pipeline, and expects the audio from there.
  void expect_seek(Pipeline &pipeline, GstElement *element, GstElement *sink) {
    Tap tap(sink);
    expect_seek(pipeline, element, tap);
  }
  void expect_seek(Pipeline &pipeline, GstElement *element, Tap &tap) {
    ASSERT_TRUE(play(pipeline));
    ASSERT_TRUE(wait_until([&] { return !tap.bytes().empty(); }));
    EXPECT_TRUE(seek(element, 8 * GST_SECOND));
    ASSERT_TRUE(wait_until([&] { return tap.items(Tap::Item::segment).size() == 2; }));
    EXPECT_EQ(tap.items(Tap::Item::flush_stop).size(), 1u) << "it is carried out once";
  }

  /// The output plays on in its first segment.
  static void expect_undisturbed(Tap &out) {
    const auto count = [&] { return out.items(Tap::Item::silence).size(); };
    const auto before = count();
    EXPECT_TRUE(wait_until([&] { return count() > before + 5; }));
    EXPECT_EQ(out.items(Tap::Item::flush_stop).size(), 0u);
    EXPECT_EQ(out.items(Tap::Item::segment).size(), 1u);
  }

  TempFile long_file{wav(loud(std::chrono::seconds(10))), ".wav"};
};

TEST_F(Seek, OfTheElementGoesToTheAudioInput) {
  Pipeline pipeline(long_question() + "! gemlive name=g" + uri() + "! fakesink");
  expect_seek(pipeline, pipeline["g"], pipeline["gemlive-audio-sink"]);
}

TEST_F(Seek, TheDurationIsThatOfTheInput) {
  Pipeline pipeline(long_question() + "! gemlive name=g" + uri() + "! fakesink");
  ASSERT_TRUE(play(pipeline));
  gint64 duration = 0;
  ASSERT_TRUE(gst_element_query_duration(pipeline.get(), GST_FORMAT_TIME, &duration));
  EXPECT_EQ(duration, static_cast<gint64>(10 * GST_SECOND));
}

/// Its running times are further apart than its samples.
TEST_F(Seek, SlowAudioHasNoHoles) {
  Pipeline pipeline(long_question() + "! gemlive name=g" + uri() + "! fakesink");
  const auto pushed = [&] {
    GstStructure *stats = nullptr;
    g_object_get(pipeline["g"], "stats", &stats, nullptr);
    const StructurePtr owner(stats);
    guint64 bytes = 0;
    EXPECT_TRUE(gst_structure_get_uint64(stats, "input-pushed", &bytes));
    return bytes;
  };
  ASSERT_TRUE(play(pipeline));
  const auto before = pushed();
  ASSERT_TRUE(gst_element_seek(pipeline.get(), 0.5, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
                               GST_SEEK_TYPE_SET, static_cast<gint64>(8 * GST_SECOND),
                               GST_SEEK_TYPE_NONE, 0));
  EXPECT_EQ(pipeline.wait_eos(), "");
  constexpr guint64 second = 32000, audio = 2 * second, end = second;
  EXPECT_LT(pushed() - before, audio + end + second);
}

TEST_F(Seek, OfThePipelineIsCarriedOutOnce) {
  Pipeline pipeline(long_question() + "! gemlive name=g" + uri() +
                    "! audioconvert ! fakesink sync=true");
  expect_seek(pipeline, pipeline.get(), pipeline["gemlive-audio-sink"]);
}

TEST_F(Seek, OfThePairIsCarriedOutOnce) {
  Pipeline pipeline(long_question() + "! gemlivesink name=s session=seek" + uri() +
                    "gemlivesrc session=seek ! fakesink sync=true");
  expect_seek(pipeline, pipeline.get(), pipeline["s"]);
}

TEST_F(Seek, OfTheSourceGoesToTheAudioInput) {
  Pipeline pipeline(long_question() + "! gemlivesink name=s session=seek" + uri() +
                    "gemlivesrc name=r session=seek ! fakesink name=out sync=true");
  Tap in(pipeline["s"]), out(pipeline["out"]);
  expect_seek(pipeline, pipeline["r"], in);
  expect_undisturbed(out);
}

GstPadProbeReturn hold_caps(GstPad *, GstPadProbeInfo *info, gpointer held) {
  if (GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) != GST_EVENT_CAPS) return GST_PAD_PROBE_PASS;
  *static_cast<std::atomic<bool> *>(held) = true;
  return GST_PAD_PROBE_OK;
}

/// PLAYING does not wait for the input. The parser is ready before its caps arrive.
TEST_F(Seek, HasTheResultOfAnInputWithoutCaps) {
  Pipeline pipeline("filesrc location=" + long_file.path() +
                    " ! wavparse name=w ! gemlivesink name=s session=seek" + uri() +
                    "gemlivesrc session=seek ! fakesink sync=true");
  const PadPtr pad(gst_element_get_static_pad(pipeline["w"], "src"));
  std::atomic<bool> held = false;
  const auto probe = gst_pad_add_probe(
      pad.get(),
      static_cast<GstPadProbeType>(GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM),
      hold_caps, &held, nullptr);
  Tap in(pipeline["s"]);
  ASSERT_TRUE(play(pipeline));
  ASSERT_TRUE(wait_until([&] { return held.load(); }));
  EXPECT_TRUE(seek(pipeline.get(), 8 * GST_SECOND));
  gst_pad_remove_probe(pad.get(), probe);
  EXPECT_TRUE(wait_until([&] { return !in.bytes().empty(); }));
  EXPECT_EQ(in.items(Tap::Item::buffer).front().start, 8 * GST_SECOND);
}

TEST_F(Seek, OfTheSourceWithoutAnInputIsRefused) {
  Pipeline pipeline("gemlivesrc name=r session=seek" + uri() + "! fakesink name=out sync=true");
  Tap out(pipeline["out"]);
  ASSERT_TRUE(play(pipeline));
  ASSERT_TRUE(wait_until([&] { return !out.items(Tap::Item::silence).empty(); }));
  EXPECT_FALSE(seek(pipeline["r"], GST_SECOND));
  expect_undisturbed(out);
}

TEST_F(Seek, OfALiveInputHasTheResultOfTheInput) {
  Pipeline pipeline("audiotestsrc is-live=true ! identity name=i ! gemlive name=g" + uri() +
                    "! fakesink");
  ASSERT_TRUE(play(pipeline));
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  EXPECT_EQ(seek(pipeline["g"], GST_SECOND), seek(pipeline["i"], GST_SECOND));
}

TEST_F(Seek, WithoutAnInputIsRefused) {
  Pipeline pipeline("gemlive name=g" + uri() + "! fakesink");
  ASSERT_TRUE(play(pipeline));
  EXPECT_FALSE(seek(pipeline["g"], GST_SECOND));
  EXPECT_FALSE(seek(pipeline.get(), GST_SECOND));
}

/// As behind a demuxer, which begins with a whole block.
TEST_F(Seek, AudioOutsideTheSegmentIsNotSent) {
  constexpr auto caps = "audio/x-raw,format=S16LE,rate=16000,channels=1,layout=interleaved";
  Pipeline pipeline(std::string("appsrc name=in is-live=true format=time "
                                "handle-segment-change=true ! gemlivesink") +
                    uri() + "activity-detection=manual name=s");
  ASSERT_TRUE(play(pipeline));
  g_signal_emit_by_name(pipeline["s"], "activity-start");
  const auto audio = loud(200ms);
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  segment.start = 60 * GST_MSECOND;
  segment.stop = 150 * GST_MSECOND;
  const CapsPtr type(gst_caps_from_string(caps));
  for (const std::size_t at : {0, 100}) {  // ms
    const BufferPtr buffer(gst_buffer_new_memdup(audio.data() + at * 32, 100 * 32));
    GST_BUFFER_PTS(buffer.get()) = at * GST_MSECOND;
    const MiniObjectPtr<GstSample> sample(
        gst_sample_new(buffer.get(), type.get(), &segment, nullptr));
    ASSERT_EQ(gst_app_src_push_sample(GST_APP_SRC(pipeline["in"]), sample.get()), GST_FLOW_OK);
  }
  gst_app_src_end_of_stream(GST_APP_SRC(pipeline["in"]));
  ASSERT_TRUE(simulator->wait_event("activity-end"));
  EXPECT_EQ(as_string(simulator->heard()), audio.substr(60 * 32, 90 * 32));
}

}  // namespace
}  // namespace gemlive::test
