// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// EOS events of an application or of gst-launch-1.0 -e. They end the input, not the answer.

#include <gst/app/gstappsrc.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "local_socket.hpp"
#include "pipeline.hpp"
#include "samples.hpp"
#include "simulator_process.hpp"
#include "tap.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

class Eos : public ::testing::Test {
 protected:
  static constexpr auto microphone = "audiotestsrc name=mic is-live=true ! ";

  std::string uri() const { return " uri=" + simulator.uri() + " "; }
  std::string pair(const std::string &upstream) const {
    return upstream + "gemlivesink name=s session=eos" + uri() +
           "gemlivesrc name=r session=eos ! fakesink name=out";
  }
  static guint64 sent(GstElement *element) {
    GstStructure *stats = nullptr;
    g_object_get(element, "stats", &stats, nullptr);
    StructurePtr owned(stats);
    guint64 value = 0;
    gst_structure_get_uint64(stats, "input-sent", &value);
    return value;
  }
  /// Sends EOS to `target` after speech, and expects the whole answer and EOS.
  void expect_an_answer(Pipeline &pipeline, GstElement *target, GstElement *input) {
    Tap tap(pipeline["out"]);
    ASSERT_TRUE(pipeline.play());
    ASSERT_TRUE(wait_until([&] { return sent(input) >= 16000; }));
    const auto before = std::chrono::steady_clock::now();
    EXPECT_TRUE(gst_element_send_event(target, gst_event_new_eos()));
    EXPECT_LT(std::chrono::steady_clock::now() - before, 2s) << "the application had to wait";
    EXPECT_EQ(pipeline.wait_eos(), "");
    EXPECT_TRUE(pipeline.wait("gemlive/turn-complete"));
    EXPECT_FALSE(pipeline.count(
        [](GstMessage *message) { return GST_MESSAGE_TYPE(message) == GST_MESSAGE_WARNING; }));
    EXPECT_EQ(tap.bytes().size(), 24000u);
    EXPECT_EQ(tap.items(Tap::Item::eos).size(), 1u);
  }

  SimulatorProcess simulator{
      {"--voice", "tone", "--tone-duration", "500", "--turn-complete", "now"}};
};

TEST_F(Eos, SentToThePipelineEndsTheInput) {
  Pipeline pipeline(microphone + ("gemlive name=g" + uri() + "! fakesink name=out"));
  expect_an_answer(pipeline, pipeline.get(), pipeline["g"]);
}

TEST_F(Eos, SentToGemliveEndsTheInput) {
  Pipeline pipeline(microphone + ("gemlive name=g" + uri() + "! fakesink name=out"));
  expect_an_answer(pipeline, pipeline["g"], pipeline["g"]);
}

TEST_F(Eos, SentToAPipelineWithThePairEndsTheInput) {
  Pipeline pipeline(pair(microphone));
  expect_an_answer(pipeline, pipeline.get(), pipeline["s"]);
}

TEST_F(Eos, SentToTheSinkOfThePairEndsTheInput) {
  Pipeline pipeline(pair(microphone));
  expect_an_answer(pipeline, pipeline["s"], pipeline["s"]);
}

TEST_F(Eos, SentToTheSourceOfThePairEndsTheInput) {
  Pipeline pipeline(pair(microphone));
  expect_an_answer(pipeline, pipeline["r"], pipeline["s"]);
}

class EosWithoutAnswer : public ::testing::TestWithParam<const char *> {};

TEST_P(EosWithoutAnswer, HoldsUpOnlyTheStream) {
  SimulatorProcess silent({"--voice", "tone", "--speed", "0", "--turn-complete", "never"},
                          R"([{"when":{"on":"turn"},"do":{"answer":{"tone":200,)"
                          R"("turn-complete":false,"generation-complete":false}}}])");
  Pipeline pipeline("audiotestsrc name=mic is-live=true ! gemlive name=g eos-timeout=5000 uri=" +
                    silent.uri() + " ! fakesink");
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(silent.wait_event("audio", 10));
  const auto before = std::chrono::steady_clock::now();
  auto *target = *GetParam() ? pipeline[GetParam()] : pipeline.get();
  EXPECT_TRUE(gst_element_send_event(target, gst_event_new_eos()));
  EXPECT_LT(std::chrono::steady_clock::now() - before, 2s) << "the application had to wait";
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_GE(std::chrono::steady_clock::now() - before, 3s) << "ended before eos-timeout";
  EXPECT_TRUE(pipeline.wait(GST_MESSAGE_WARNING));
}

INSTANTIATE_TEST_SUITE_P(Targets, EosWithoutAnswer,
                         ::testing::Values("", "g", "gemlive-audio-sink", "gemlive-audio-src"),
                         [](const auto &info) {
                           auto name = std::string(*info.param ? info.param : "pipeline");
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

/// Upstream brings nothing, and so never returns from its own thread.
class EosWhileUpstreamIsIdle : public Eos {
 protected:
  static constexpr auto idle =
      "appsrc name=mic is-live=true format=time caps=\"audio/x-raw,"
      "format=S16LE,rate=16000,channels=1,layout=interleaved\" ! ";

  static bool warned(Pipeline &pipeline) {
    return pipeline.count([](GstMessage *message) {
      return GST_MESSAGE_TYPE(message) == GST_MESSAGE_WARNING;
    }) > 0;
  }
  void expect_an_answer(Pipeline &pipeline, GstElement *target) {
    Tap tap(pipeline["out"]);
    ASSERT_TRUE(pipeline.play());
    const auto said = loud(1s);
    BufferPtr buffer(gst_buffer_new_memdup(said.data(), said.size()));
    ASSERT_EQ(gst_app_src_push_buffer(GST_APP_SRC(pipeline["mic"]), buffer.release()), GST_FLOW_OK);
    ASSERT_TRUE(simulator.wait_event("audio", 20)) << "it has all gone";
    EXPECT_TRUE(gst_element_send_event(target, gst_event_new_eos()));
    EXPECT_EQ(pipeline.wait_eos(), "");
    EXPECT_TRUE(pipeline.wait("gemlive/turn-complete"));
    EXPECT_FALSE(warned(pipeline));
    EXPECT_EQ(tap.bytes().size(), 24000u);
    if (target == pipeline.get()) return;  // appsrc got the event too: since 1.28 it has ended
    EXPECT_EQ(gst_app_src_push_buffer(GST_APP_SRC(pipeline["mic"]), gst_buffer_new()), GST_FLOW_OK);
  }
  /// Nothing was said, so nothing is waited for. An input that gets silence has the name `silent`.
  void expect_an_end(const std::string &description, std::chrono::milliseconds within,
                     const char *silent = nullptr) {
    Pipeline pipeline(description);
    ASSERT_TRUE(pipeline.play());
    ASSERT_TRUE(pipeline.wait("gemlive/connected"));
    if (silent) {
      ASSERT_TRUE(wait_until([&] { return sent(pipeline[silent]) > 0; }));
    }
    const auto before = std::chrono::steady_clock::now();
    EXPECT_TRUE(gst_element_send_event(pipeline.get(), gst_event_new_eos()));
    EXPECT_EQ(pipeline.wait_eos(), "");
    EXPECT_LT(std::chrono::steady_clock::now() - before, within);
    EXPECT_EQ(warned(pipeline), silent != nullptr);
  }
};

TEST_F(EosWhileUpstreamIsIdle, SentToThePipeline) {
  Pipeline pipeline(idle + ("gemlive name=g" + uri() + "! fakesink name=out"));
  expect_an_answer(pipeline, pipeline.get());
}

TEST_F(EosWhileUpstreamIsIdle, SentToGemlive) {
  Pipeline pipeline(idle + ("gemlive name=g" + uri() + "! fakesink name=out"));
  expect_an_answer(pipeline, pipeline["g"]);
}

TEST_F(EosWhileUpstreamIsIdle, SentToTheSinkOfThePair) {
  Pipeline pipeline(pair(idle));
  expect_an_answer(pipeline, pipeline["s"]);
}

TEST_F(EosWhileUpstreamIsIdle, SentToTheSourceOfThePair) {
  Pipeline pipeline(pair(idle));
  expect_an_answer(pipeline, pipeline["r"]);
}

TEST_F(EosWhileUpstreamIsIdle, HasTheSequenceNumberOfTheEvent) {
  Pipeline pipeline(idle + ("gemlivesink name=s session=eos" + uri()));
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  auto *event = gst_event_new_eos();
  const auto seqnum = gst_event_get_seqnum(event);
  EXPECT_TRUE(gst_element_send_event(pipeline["s"], event));
  const auto message = pipeline.wait(GST_MESSAGE_EOS);
  ASSERT_TRUE(message);
  EXPECT_EQ(gst_message_get_seqnum(message.get()), seqnum);
}

TEST_F(EosWhileUpstreamIsIdle, EndsAtOnceBeforeAnythingWasSaid) {
  expect_an_end(idle + ("gemlive" + uri() + "! fakesink"), 1000ms);
  expect_an_end(pair(idle), 1000ms);
  expect_an_end(idle + ("gemlive name=g" + uri() +
                        "! fakesink  "
                        "appsrc is-live=true caps=image/jpeg ! g.video"),
                1000ms);
}

TEST_F(EosWhileUpstreamIsIdle, EndsSoonAfterDigitalSilence) {
  const std::string silence = "audiotestsrc is-live=true wave=silence ! ";
  expect_an_end(silence + "gemlive name=s" + uri() + "! fakesink", 3000ms, "s");
  expect_an_end(pair(silence), 3000ms, "s");
}

TEST_F(EosWhileUpstreamIsIdle, DoesNotWaitForAConnectionBeforeAnythingWasSaid) {
  const int deaf = bound_local_socket();
  ASSERT_EQ(listen(deaf, 8), 0);
  Pipeline pipeline(idle + ("gemlive uri=ws://127.0.0.1:" + std::to_string(local_port(deaf))) +
                    " ! fakesink");
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait(GST_MESSAGE_PROGRESS));
  EXPECT_TRUE(gst_element_send_event(pipeline.get(), gst_event_new_eos()));
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_FALSE(warned(pipeline));
  const auto progress = pipeline.wait(GST_MESSAGE_PROGRESS);
  ASSERT_TRUE(progress) << "gst-launch-1.0 waits for the end of it before PLAYING";
  GstProgressType type = GST_PROGRESS_TYPE_START;
  gst_message_parse_progress(progress.get(), &type, nullptr, nullptr);
  EXPECT_EQ(type, GST_PROGRESS_TYPE_CANCELED);
  close(deaf);
}

TEST_F(EosWhileUpstreamIsIdle, InPausedIsPostedInPlaying) {
  Pipeline pipeline(idle + ("gemlive" + uri() + "! fakesink"));
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  ASSERT_TRUE(pipeline.set_state(GST_STATE_PAUSED));
  EXPECT_TRUE(gst_element_send_event(pipeline.get(), gst_event_new_eos()));
  ASSERT_TRUE(simulator.wait_event("closed", 0, 10s)) << "the conversation is over";
  EXPECT_EQ(pipeline.count(
                [](GstMessage *message) { return GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS; }),
            0);
  ASSERT_TRUE(pipeline.play());
  EXPECT_EQ(pipeline.wait_eos(), "");
}

TEST_F(EosWhileUpstreamIsIdle, IsPostedWhenTheConversationEndsByItself) {
  Pipeline pipeline(idle + ("gemlive name=g max-turns=1" + uri() + "! fakesink"));
  ASSERT_TRUE(pipeline.play());
  gboolean sent = FALSE;
  g_signal_emit_by_name(pipeline["g"], "send-text", "hello", TRUE, &sent);
  EXPECT_EQ(pipeline.wait_eos(), "");
}

TEST_F(Eos, WaitsForTheAnswerToWhatWasTyped) {
  Pipeline pipeline("gemlive name=g" + uri() + "! fakesink name=out");
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  gboolean sent = FALSE;
  g_signal_emit_by_name(pipeline["g"], "send-text", "hello", TRUE, &sent);
  ASSERT_TRUE(sent);
  EXPECT_TRUE(gst_element_send_event(pipeline.get(), gst_event_new_eos()));
  EXPECT_EQ(pipeline.wait_eos(), "");
  EXPECT_EQ(tap.bytes().size(), 24000u);
}

TEST_F(Eos, EndsASourceWhoseInputIsInAnotherPipeline) {
  Pipeline in(microphone + ("gemlivesink name=s session=eos" + uri()));
  Pipeline out("gemlivesrc session=eos ! fakesink");
  ASSERT_TRUE(in.play());
  ASSERT_TRUE(out.play());
  ASSERT_TRUE(in.wait("gemlive/connected"));
  EXPECT_TRUE(gst_element_send_event(out.get(), gst_event_new_eos()));
  EXPECT_EQ(out.wait_eos(), "");
  const auto before = sent(in["s"]);
  EXPECT_TRUE(wait_until([&] { return sent(in["s"]) > before; })) << "the input has stopped";
}

TEST_F(Eos, ASourceThatHasEndedSoStartsAgain) {
  Pipeline in(microphone + ("gemlivesink name=s session=eos" + uri()));
  Pipeline out("gemlivesrc session=eos ! fakesink name=out");
  ASSERT_TRUE(in.play());
  ASSERT_TRUE(out.play());
  EXPECT_TRUE(gst_element_send_event(out.get(), gst_event_new_eos()));
  EXPECT_EQ(out.wait_eos(), "");
  ASSERT_TRUE(out.set_state(GST_STATE_NULL));
  Tap tap(out["out"]);
  ASSERT_TRUE(out.play());
  ASSERT_TRUE(wait_until([&] { return sent(in["s"]) >= 16000; }));
  EXPECT_TRUE(gst_element_send_event(in.get(), gst_event_new_eos()));
  ASSERT_TRUE(wait_until([&] { return !tap.bytes().empty(); })) << "no answer";
}

TEST_F(Eos, IsRefusedBySinksThatHaveNotStarted) {
  Pipeline pipeline("gemlivesink name=s");
  EXPECT_FALSE(gst_element_send_event(pipeline["s"], gst_event_new_eos()));
}

TEST_F(Eos, SentWhileItStopsHoldsNothingUp) {
  for (int i = 0; i < 20; ++i) {
    Pipeline pipeline(pair(microphone));
    ASSERT_TRUE(pipeline.play());
    gst_element_send_event(pipeline["r"], gst_event_new_eos());
    const auto before = std::chrono::steady_clock::now();
    ASSERT_TRUE(pipeline.set_state(GST_STATE_NULL));
    EXPECT_LT(std::chrono::steady_clock::now() - before, 2s);
  }
}

}  // namespace
}  // namespace gemlive::test
