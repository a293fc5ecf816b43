// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Audio that pauses without an end, and holes in the timestamps: silence.

#include <gst/app/gstappsrc.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "answer_delay.hpp"
#include "pipeline.hpp"
#include "pipeline_fixture.hpp"
#include "wait.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

constexpr auto caps = "audio/x-raw,format=S16LE,rate=16000,channels=1,layout=interleaved";

using Delay = std::optional<std::chrono::microseconds>;

class InputPauseTest : public PipelineFixture {
 protected:
  void SetUp() override { serve({"--turn-complete", "playback", "--speed", "1"}); }

  std::string microphone(const std::string &behind, int rate = 16000) const {
    const auto hz = std::to_string(rate);
    return "audiotestsrc name=mic is-live=true wave=sine samplesperbuffer=" +
           std::to_string(rate / 50) + " ! audio/x-raw,format=S16LE,channels=1,rate=" + hz + " ! " +
           behind;
  }
  std::string gemlive(const std::string &properties = "") const {
    return "gemlive name=g " + properties + uri() + " ! fakesink name=out ";
  }
  static void set(Pipeline &pipeline, const char *element, const char *property, bool value) {
    g_object_set(pipeline[element], property, static_cast<gboolean>(value), nullptr);
  }
  static void emit(Pipeline &pipeline, const char *signal) {
    g_signal_emit_by_name(pipeline["g"], signal);
  }
  /// The service has got this much audio.
  bool has_heard(std::chrono::milliseconds duration) {
    return simulator
        ->wait_event([wanted = duration.count() * 32,
                      sum = std::int64_t(0)](const ServerEvent &event) mutable {
          if (event.type == "audio") sum += event.number("bytes");
          return sum >= wanted;
        })
        .has_value();
  }
  std::size_t bytes_heard() {
    std::size_t sum = 0;
    for (const auto &event : simulator->events())
      if (event.type == "audio") sum += static_cast<std::size_t>(event.number("bytes"));
    return sum;
  }
  static int warnings(Pipeline &pipeline) {
    return pipeline.count(
        [](GstMessage *message) { return GST_MESSAGE_TYPE(message) == GST_MESSAGE_WARNING; });
  }
  /// The speech ends, in whatever way: the answer comes, and one mark. Returns how long the answer
  /// took.
  Delay expect_answer(Pipeline &pipeline) {
    EXPECT_TRUE(simulator->wait_event("turn-started"));
    EXPECT_TRUE(pipeline.wait("gemlive/turn-complete"));
    EXPECT_TRUE(simulator->wait_event("audio-stream-end"));
    EXPECT_EQ(simulator->count("audio-stream-end"), 1u);
    EXPECT_EQ(warnings(pipeline), 0);
    return answer_delay(*simulator);
  }
  /// The pipeline of `speak` gets its answer within 1.5 s of the end of the speech.
  void expect_prompt_answer(const std::function<Delay()> &speak) {
    expect_within(1500ms, [&] {
      SetUp();
      return speak();
    });
  }
};

TEST_F(InputPauseTest, AMutedMicrophone) {
  expect_prompt_answer([this] {
    Pipeline pipeline(microphone("valve name=mute ! ") + gemlive());
    EXPECT_TRUE(pipeline.play());
    EXPECT_TRUE(has_heard(600ms));
    set(pipeline, "mute", "drop", true);
    return expect_answer(pipeline);
  });
}

/// Nothing stands for the pause, and nothing is sent twice.
class MicrophoneThatIsBack : public InputPauseTest, public ::testing::WithParamInterface<int> {};

TEST_P(MicrophoneThatIsBack, IsHeardFromThere) {
  Pipeline pipeline(microphone("valve name=mute ! ", GetParam()) + gemlive());
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(has_heard(600ms));
  set(pipeline, "mute", "drop", true);
  expect_answer(pipeline);
  const auto before = bytes_heard();
  const auto pushed_at = g_get_monotonic_time();
  set(pipeline, "mute", "drop", false);
  ASSERT_TRUE(wait_until([&] { return bytes_heard() >= before + 16000; }));
  const auto lasted = g_get_monotonic_time() - pushed_at;
  EXPECT_GE(lasted, 400'000) << "silence for the pause would come at once";
  EXPECT_EQ(simulator->count("audio-stream-end"), 1u);
  set(pipeline, "mute", "drop", true);
  ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
  ASSERT_TRUE(simulator->wait_event("audio-stream-end", 1));
}

/// audioresample keeps the last samples before the pause until the microphone is back.
INSTANTIATE_TEST_SUITE_P(Rates, MicrophoneThatIsBack, ::testing::Values(16000, 44100, 48000));

TEST_F(InputPauseTest, TheMicrophonePipelineOfAPairIsPaused) {
  expect_prompt_answer([this] {
    Pipeline microphone_pipeline(microphone("gemlivesink name=g session=pause ") + uri());
    Pipeline speaker("gemlivesrc session=pause" + uri() + " ! fakesink");
    EXPECT_TRUE(speaker.play());
    EXPECT_TRUE(microphone_pipeline.play());
    EXPECT_TRUE(has_heard(600ms));
    EXPECT_TRUE(microphone_pipeline.set_state(GST_STATE_PAUSED));
    const auto delay = expect_answer(speaker);
    const auto before = bytes_heard();
    EXPECT_TRUE(microphone_pipeline.play());
    EXPECT_TRUE(wait_until([&] { return bytes_heard() > before; }));
    return delay;
  });
}

TEST_F(InputPauseTest, AnUnlinkedTeeBranch) {
  expect_prompt_answer([this] {
    Pipeline pipeline(microphone("tee name=t allow-not-linked=true  t. ! fakesink async=false  "
                                 "t. ! queue name=branch ! ") +
                      gemlive());
    EXPECT_TRUE(pipeline.play());
    EXPECT_TRUE(has_heard(600ms));
    const PadPtr sink(gst_element_get_static_pad(pipeline["branch"], "sink"));
    const PadPtr branch(gst_pad_get_peer(sink.get()));
    gst_pad_unlink(branch.get(), sink.get());
    return expect_answer(pipeline);
  });
}

/// A tone of 0.6 s, then silence.
constexpr auto one_question =
    "audiotestsrc is-live=true wave=ticks freq=440 sine-periods-per-tick=264 "
    "tick-interval=60000000000 apply-tick-ramp=false ";

TEST_F(InputPauseTest, Removesilence) {
  expect_prompt_answer([this] {
    Pipeline pipeline(one_question +
                      std::string("samplesperbuffer=320 ! audio/x-raw,rate=16000,channels=1 ! "
                                  "removesilence remove=true hysteresis=1600 ! ") +
                      gemlive());
    EXPECT_TRUE(pipeline.play());
    return expect_answer(pipeline);
  });
}

TEST_F(InputPauseTest, OpusWithDtx) {
  expect_prompt_answer([this] {
    Pipeline pipeline(one_question +
                      std::string("samplesperbuffer=960 ! audio/x-raw,rate=48000,channels=1 ! "
                                  "opusenc dtx=true ! rtpopuspay dtx=true ! rtpjitterbuffer "
                                  "latency=50 ! rtpopusdepay ! opusdec ! ") +
                      gemlive());
    EXPECT_TRUE(pipeline.play());
    EXPECT_TRUE(simulator->wait_event("turn-started"));
    EXPECT_TRUE(pipeline.wait("gemlive/turn-complete"));
    EXPECT_EQ(warnings(pipeline), 0);
    return answer_delay(*simulator);
  });
}

TEST_F(InputPauseTest, RtpWithSilenceSuppression) {
  expect_prompt_answer([this] {
    Pipeline pipeline(
        "audiotestsrc is-live=true wave=sine samplesperbuffer=160 ! "
        "audio/x-raw,rate=8000,channels=1 ! mulawenc ! rtppcmupay ! valve name=mute ! "
        "rtpjitterbuffer latency=50 ! rtppcmudepay ! mulawdec ! " +
        gemlive());
    EXPECT_TRUE(pipeline.play());
    EXPECT_TRUE(has_heard(600ms));
    set(pipeline, "mute", "drop", true);
    return expect_answer(pipeline);
  });
}

/// A phone that sends comfort noise (RFC 3389) in silence: RTP packets of payload type 13 with the
/// level of the noise, instead of every `interval`th packet of audio.
class ComfortNoise {
 public:
  explicit ComfortNoise(int interval) : interval_(interval) {}
  void attach(GstElement *payloader) {
    const PadPtr pad(gst_element_get_static_pad(payloader, "src"));
    gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, on_packet, this, nullptr);
  }
  void begin() { is_silent_ = true; }
  int sent() const { return sent_; }

 private:
  static constexpr gsize header = 12;

  static GstPadProbeReturn on_packet(GstPad *, GstPadProbeInfo *info, gpointer self) {
    return static_cast<ComfortNoise *>(self)->replace(info);
  }
  GstPadProbeReturn replace(GstPadProbeInfo *info) {
    auto *packet = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
    GST_PAD_PROBE_INFO_DATA(info) = packet;
    if (!is_silent_) {
      gst_buffer_extract(packet, 2, sequence_.data(), sequence_.size());
      return GST_PAD_PROBE_OK;
    }
    if (packets_++ % interval_ != 0) return GST_PAD_PROBE_DROP;
    if (++sequence_[1] == 0) ++sequence_[0];
    const std::array<std::uint8_t, 1> type{13}, level{60};
    gst_buffer_fill(packet, 1, type.data(), type.size());
    gst_buffer_fill(packet, 2, sequence_.data(), sequence_.size());
    gst_buffer_fill(packet, header, level.data(), level.size());
    gst_buffer_resize(packet, 0, header + level.size());
    ++sent_;
    return GST_PAD_PROBE_OK;
  }

  const int interval_;
  std::atomic<bool> is_silent_ = false;
  std::atomic<int> sent_ = 0;
  int packets_ = 0;
  std::array<std::uint8_t, 2> sequence_ = {};
};

/// rtpjitterbuffer drops the noise, since the caps have the payload type of the audio.
class RtpWithComfortNoise : public InputPauseTest, public ::testing::WithParamInterface<int> {};

TEST_P(RtpWithComfortNoise, IsAnsweredInTime) {
  expect_prompt_answer([this] {
    ComfortNoise noise(GetParam());
    Pipeline pipeline(
        "audiotestsrc is-live=true wave=sine samplesperbuffer=160 ! "
        "audio/x-raw,rate=8000,channels=1 ! mulawenc ! rtppcmupay name=phone ! "
        "rtpjitterbuffer latency=50 ! rtppcmudepay ! mulawdec ! " +
        gemlive());
    noise.attach(pipeline["phone"]);
    EXPECT_TRUE(pipeline.play());
    EXPECT_TRUE(has_heard(600ms));
    noise.begin();
    const auto delay = expect_answer(pipeline);
    EXPECT_GE(noise.sent(), 1);
    return delay;
  });
}

/// Each packet, one in 200 ms, and one at the begin of the silence.
INSTANTIATE_TEST_SUITE_P(Phones, RtpWithComfortNoise, ::testing::Values(1, 10, 1000000));

/// As opusdec with DTX: 20 ms of every 400 ms.
TEST_F(InputPauseTest, HolesInLiveTimestamps) {
  Pipeline pipeline("appsrc name=in format=time is-live=true caps=" + std::string(caps) + " ! " +
                    gemlive());
  ASSERT_TRUE(pipeline.play());
  GstClockTime time = 0;
  const auto push = [&](const std::string &bytes) {
    GstBuffer *buffer = gst_buffer_new_memdup(bytes.data(), bytes.size());
    GST_BUFFER_PTS(buffer) = time;
    gst_app_src_push_buffer(GST_APP_SRC(pipeline["in"]), buffer);
  };
  push(spoken);
  time += 600 * GST_MSECOND;
  for (int i = 0; i < 3; ++i, time += 400 * GST_MSECOND)
    push(std::string(640, '\0'));
  ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
  ASSERT_TRUE(simulator->wait_event("audio-stream-end"));
  EXPECT_EQ(bytes_heard(), spoken.size() + 2 * 400 * 32 + 640 + 32000)
      << "two holes, and the pause behind them";
}

TEST_F(InputPauseTest, AFileWithAHoleIsAnsweredInTheHole) {
  Pipeline pipeline("appsrc name=in format=time caps=" + std::string(caps) + " ! " + gemlive());
  ASSERT_TRUE(pipeline.play());
  for (const GstClockTime time : {GstClockTime(0), GstClockTime(3 * GST_SECOND)}) {
    GstBuffer *buffer = gst_buffer_new_memdup(spoken.data(), spoken.size());
    GST_BUFFER_PTS(buffer) = time;
    gst_app_src_push_buffer(GST_APP_SRC(pipeline["in"]), buffer);
  }
  gst_app_src_end_of_stream(GST_APP_SRC(pipeline["in"]));
  ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
  EXPECT_LT(bytes_heard(), spoken.size() + 33000) << "the second question has not come";
  ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_EQ(simulator->count("interrupted"), 0u);
  EXPECT_EQ(simulator->count("audio-stream-end"), 2u);
  EXPECT_EQ(bytes_heard(), 2 * (spoken.size() + 32000));
}

TEST_F(InputPauseTest, AHoleOfAFileIsAnsweredInTime) {
  expect_prompt_answer([this] {
    Pipeline pipeline("appsrc name=in format=time caps=" + std::string(caps) + " ! " + gemlive());
    EXPECT_TRUE(pipeline.play());
    for (const GstClockTime time : {GstClockTime(0), GstClockTime(4 * GST_SECOND)}) {
      GstBuffer *buffer = gst_buffer_new_memdup(spoken.data(), spoken.size());
      GST_BUFFER_PTS(buffer) = time;
      gst_app_src_push_buffer(GST_APP_SRC(pipeline["in"]), buffer);
    }
    return expect_answer(pipeline);
  });
}

TEST_F(InputPauseTest, AHoleOfAFileWithoutPacingIsSilenceToo) {
  Pipeline pipeline("appsrc name=in format=time caps=" + std::string(caps) + " ! " +
                    gemlive("pacing=none"));
  ASSERT_TRUE(pipeline.play());
  for (const GstClockTime time : {GstClockTime(0), GstClockTime(800 * GST_MSECOND)}) {
    GstBuffer *buffer = gst_buffer_new_memdup(spoken.data(), spoken.size());
    GST_BUFFER_PTS(buffer) = time;
    gst_app_src_push_buffer(GST_APP_SRC(pipeline["in"]), buffer);
  }
  gst_app_src_end_of_stream(GST_APP_SRC(pipeline["in"]));
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_EQ(bytes_heard(), 2 * spoken.size() + 6400 + 32000);
}

TEST_F(InputPauseTest, APauseInWhichNothingWasSaidIsNotSentAgain) {
  serve({}, R"([{"when":{"on":"heard","session":1,"ms":1600,"after":800},"do":{"drop":"end"}}])");
  Pipeline pipeline(microphone("valve name=mute ! ") + gemlive());
  gst_util_set_object_arg(G_OBJECT(pipeline["mic"]), "wave", "silence");
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  ASSERT_TRUE(pipeline.wait("gemlive/resumption"));
  ASSERT_TRUE(has_heard(600ms));
  set(pipeline, "mute", "drop", true);
  ASSERT_TRUE(simulator->wait_event("audio-stream-end"));
  ASSERT_TRUE(pipeline.wait("gemlive/reconnecting"));
  const auto heard = bytes_heard();
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  ASSERT_TRUE(pipeline.wait("gemlive/resumption"));
  pipeline.set_state(GST_STATE_NULL);
  ASSERT_TRUE(simulator->wait_event("closed", 1));
  EXPECT_EQ(bytes_heard(), heard);
  EXPECT_EQ(simulator->count("audio-stream-end"), 1u);
}

TEST_F(InputPauseTest, WithManualDetectionNothingIsInvented) {
  Pipeline pipeline(microphone("valve name=mute ! ") + gemlive("activity-detection=manual"));
  ASSERT_TRUE(pipeline.play());
  emit(pipeline, "activity-start");
  ASSERT_TRUE(has_heard(600ms));
  set(pipeline, "mute", "drop", true);
  EXPECT_FALSE(simulator->wait_event("audio-stream-end", 0, 2s));
  const auto heard = bytes_heard();
  emit(pipeline, "audio-stream-end");
  emit(pipeline, "activity-end");
  ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
  EXPECT_EQ(simulator->count("audio-stream-end"), 0u);
  EXPECT_LE(bytes_heard(), heard + 1280) << "the last chunk";
}

TEST_F(InputPauseTest, InputPause0IsOff) {
  Pipeline pipeline(microphone("valve name=mute ! ") + gemlive("input-pause=0"));
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(has_heard(600ms));
  set(pipeline, "mute", "drop", true);
  EXPECT_FALSE(simulator->wait_event("audio-stream-end", 0, 2s));
  emit(pipeline, "audio-stream-end");
  ASSERT_TRUE(simulator->wait_event("audio-stream-end"));
  ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
}

}  // namespace
}  // namespace gemlive::test
