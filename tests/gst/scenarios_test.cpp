// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The scenarios of gst-validate (which Debian does not package), and the rules that it checks:
// change_state_intensive, pause_resume, seek_forward, seek_backward, simple_seeks,
// scrub_forward_seeking, scrub_backward_seeking, fast_forward, reverse_playback.

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "pipeline.hpp"
#include "pipeline_fixture.hpp"
#include "stream_checker.hpp"
#include "tap.hpp"
#include "wait.hpp"
#include "warning_collector.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;

/// A pipeline with an audio output `out`, a text output `text` and an input `g` or `s`.
struct Form {
  const char *name;
  std::string description;  // FILE and URI are replaced
  bool is_live = false;
  const char *input = "gemlive-audio-sink";
};

const std::vector<Form> files = {
    {"bin",
     "filesrc location=FILE ! wavparse ! gemlive name=g uri=URI ! audioconvert ! fakesink "
     "name=out sync=true  g.output_transcript ! fakesink name=text sync=true"},
    {"binWithGaps",
     "filesrc location=FILE ! wavparse ! gemlive name=g gaps=gap uri=URI ! audioconvert ! fakesink "
     "name=out sync=true  g.output_transcript ! fakesink name=text sync=true"},
    {"pair",
     "filesrc location=FILE ! wavparse ! gemlivesink name=s session=v uri=URI  "
     "gemlivesrc session=v ! fakesink name=out sync=true  "
     "gemlivesrc session=v stream=output-transcript ! fakesink name=text sync=true",
     false, "s"},
};

/// Live content: gst-validate does not seek it.
const Form live = {
    "microphone",
    "audiotestsrc is-live=true wave=ticks sine-periods-per-tick=264 tick-interval=2000000000 ! "
    "gemlive name=g uri=URI ! fakesink name=out sync=true  "
    "g.output_transcript ! fakesink name=text sync=true",
    true};

void PrintTo(const Form &form, std::ostream *out) {
  *out << form.name;
}

/// Four questions of 0.6 s, every 2 s.
std::string questions() {
  std::string all;
  for (int i = 0; i < 4; ++i)
    all += loud(600ms) + std::string(1400 * 32, '\0');
  return wav(all);
}

class Scenario : public PipelineFixture, public ::testing::WithParamInterface<Form> {
 protected:
  void SetUp() override { start(); }
  void TearDown() override {
    stop();
    EXPECT_EQ(warnings.lines(), "");
  }
  void start() {
    serve();
    auto text = GetParam().description;
    replace(text, "FILE", speech.path());
    replace(text, "URI", simulator->uri());
    pipeline = std::make_unique<Pipeline>(text);
    audio = std::make_unique<StreamChecker>((*pipeline)["out"]);
    words = std::make_unique<StreamChecker>((*pipeline)["text"]);
    input = std::make_unique<StreamChecker>((*pipeline)[GetParam().input],
                                            StreamChecker::Maker::gstreamer);
  }
  void stop() {
    if (!pipeline) return;
    EXPECT_EQ(gst_element_set_state(pipeline->get(), GST_STATE_NULL), GST_STATE_CHANGE_SUCCESS);
    EXPECT_EQ(audio->issues(), "");
    EXPECT_EQ(words->issues(), "");
    EXPECT_EQ(input->issues(), "");
    EXPECT_EQ(pipeline->count([](GstMessage *message) {
      return GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR;
    }),
              0);
    audio.reset();
    words.reset();
    input.reset();
    pipeline.reset();
  }
  static void replace(std::string &text, const std::string &from, const std::string &to) {
    if (const auto at = text.find(from); at != std::string::npos) text.replace(at, from.size(), to);
  }
  /// The change is asynchronous or not, and never fails; it is complete in the end.
  void change(GstState state) {
    ASSERT_NE(gst_element_set_state(pipeline->get(), state), GST_STATE_CHANGE_FAILURE);
    ASSERT_TRUE(pipeline->reaches(state)) << gst_element_state_get_name(state);
  }
  /// The audio output has played on for this long.
  void play_on(std::chrono::milliseconds duration) {
    const auto until = audio->played() + static_cast<GstClockTime>(duration.count()) * GST_MSECOND;
    ASSERT_TRUE(wait_until([&] { return audio->played() >= until; }));
  }
  /// Flushing, as gst-validate's action.
  static GstEvent *make_seek(std::chrono::milliseconds to, double rate) {
    const auto start = static_cast<gint64>(to.count()) * GST_MSECOND;
    return gst_event_new_seek(
        rate, GST_FORMAT_TIME,
        static_cast<GstSeekFlags>(GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE), GST_SEEK_TYPE_SET,
        rate > 0 ? start : 0, GST_SEEK_TYPE_SET, rate > 0 ? -1 : start);
  }
  /// Of the whole pipeline. wavparse refuses to play backwards.
  void seek(std::chrono::milliseconds to, double rate = 1) {
    auto *event = make_seek(to, rate);
    const auto seqnum = gst_event_get_seqnum(event);
    EXPECT_EQ(gst_element_send_event(pipeline->get(), event), rate > 0);
    if (rate < 0) return;
    EXPECT_TRUE(wait_until([&] { return input->segment_seqnum() == seqnum; }))
        << "the SEGMENT has the number of the seek";
  }

  TempFile speech{questions(), ".wav"};
  WarningCollector warnings;
  std::unique_ptr<Pipeline> pipeline;
  std::unique_ptr<StreamChecker> audio, words, input;
};

TEST_P(Scenario, Play) {
  change(GST_STATE_PLAYING);
  if (GetParam().is_live) {
    ASSERT_TRUE(pipeline->wait("gemlive/turn-complete"));
    pipeline->send("g", gst_event_new_eos());
  }
  EXPECT_EQ(pipeline->wait_eos(), "");
}

TEST_P(Scenario, ChangeStateIntensive) {
  for (int i = 0; i < 20; ++i) {
    for (const auto state : {GST_STATE_PLAYING, GST_STATE_NULL})
      ASSERT_NE(gst_element_set_state(pipeline->get(), state), GST_STATE_CHANGE_FAILURE) << i;
  }
  for (const auto state : {GST_STATE_READY, GST_STATE_PAUSED, GST_STATE_PLAYING, GST_STATE_PAUSED,
                           GST_STATE_READY, GST_STATE_PLAYING, GST_STATE_PAUSED, GST_STATE_PLAYING})
    change(state);
  play_on(500ms);
}

TEST_P(Scenario, PauseResume) {
  change(GST_STATE_PLAYING);
  for (int i = 0; i < 3; ++i) {
    play_on(400ms);
    change(GST_STATE_PAUSED);
    const auto position = audio->position();
    change(GST_STATE_PLAYING);
    play_on(200ms);
    EXPECT_GT(audio->position(), position);
  }
  ASSERT_TRUE(pipeline->wait("gemlive/turn-complete"));
}

class SeekScenario : public Scenario {};

TEST_P(SeekScenario, SeekForward) {
  change(GST_STATE_PLAYING);
  for (const auto to : {2000ms, 4000ms, 6000ms}) {
    play_on(300ms);
    seek(to);
  }
  play_on(300ms);
  EXPECT_EQ(pipeline->wait_eos(), "");
}

TEST_P(SeekScenario, SeekBackward) {
  change(GST_STATE_PLAYING);
  for (const auto to : {6000ms, 4000ms, 2000ms, 0ms}) {
    play_on(300ms);
    seek(to);
  }
  ASSERT_TRUE(pipeline->wait("gemlive/turn-complete"));
}

TEST_P(SeekScenario, SimpleSeeks) {
  change(GST_STATE_PLAYING);
  // PLAYING does not wait for the input: wavparse refuses a seek before its header (SeekAtStart).
  ASSERT_TRUE(wait_until([&] { return input->played() > 0; }));
  for (const auto to : {1000ms, 5000ms, 2000ms, 7000ms, 0ms}) {
    seek(to);
    play_on(100ms);
  }
}

/// wavparse may refuse it. Then it has no effect.
TEST_P(SeekScenario, SeekAtStart) {
  for (int i = 0; i < 5; ++i) {
    stop();
    start();
    change(GST_STATE_PLAYING);
    auto *event = make_seek(2000ms, 1);
    const auto seqnum = gst_event_get_seqnum(event);
    const bool is_done = gst_element_send_event(pipeline->get(), event);
    const auto is_seen = [&] { return input->segment_seqnum() == seqnum; };
    if (is_done) {
      ASSERT_TRUE(wait_until(is_seen));
    }
    play_on(200ms);
    EXPECT_EQ(is_seen(), is_done);
  }
}

/// Seeks in PAUSED, with PLAYING between them.
TEST_P(SeekScenario, ScrubForwardAndBackward) {
  change(GST_STATE_PLAYING);
  play_on(200ms);
  for (const auto to : {1000ms, 3000ms, 5000ms, 4000ms, 2000ms, 0ms}) {
    change(GST_STATE_PAUSED);
    seek(to);
  }
  change(GST_STATE_PLAYING);
  play_on(300ms);
}

TEST_P(SeekScenario, FastForwardAndReverse) {
  change(GST_STATE_PLAYING);
  play_on(200ms);
  seek(1000ms, 2);
  play_on(300ms);
  seek(4000ms, -1);
  play_on(300ms);
  seek(6000ms, 1);
  play_on(300ms);
}

std::string name_of(const ::testing::TestParamInfo<Form> &info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Files, Scenario, ::testing::ValuesIn(files), name_of);
INSTANTIATE_TEST_SUITE_P(Live, Scenario, ::testing::Values(live), name_of);
INSTANTIATE_TEST_SUITE_P(Files, SeekScenario, ::testing::ValuesIn(files), name_of);

}  // namespace
}  // namespace gemlive::test
