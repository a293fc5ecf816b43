// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The output of gemlivesrc and its timing.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <string>
#include <utility>

#include "pipeline.hpp"
#include "samples.hpp"
#include "simulator_process.hpp"
#include "stream_checker.hpp"
#include "tap.hpp"
#include "temp_folder.hpp"
#include "wait.hpp"

namespace gemlive::test {
namespace {

using Item = Tap::Item;

/// A gemlive bin with text input. Answers are tones that arrive at once.
class PlayoutTest : public ::testing::Test {
 protected:
  /// Restarts the simulator with other arguments.
  void serve(std::vector<std::string> arguments, std::string_view script = {}) {
    simulator.reset();
    arguments.insert(arguments.begin(),
                     {"--voice", "tone", "--speed", "0", "--turn-complete", "now"});
    simulator = std::make_unique<SimulatorProcess>(arguments, script);
  }
  std::string gemlive(const std::string &properties = "") {
    return "gemlive name=g uri=" + simulator->uri() + " " + properties + " ";
  }
  static bool type(Pipeline &pipeline, const char *text = "hello") {
    gboolean sent = FALSE;
    g_signal_emit_by_name(pipeline["g"], "send-text", text, TRUE, &sent);
    return sent;
  }
  std::string said() {
    EXPECT_TRUE(simulator->wait_event("closed"));
    return as_string(simulator->said());
  }
  static bool wait_bytes(Tap &tap, std::size_t bytes) {
    return tap.wait([bytes](const std::vector<Item> &items) {
      std::size_t sum = 0;
      for (const auto &item : items)
        if (item.kind == Item::buffer) sum += item.bytes.size();
      return sum >= bytes;
    });
  }
  /// Checks that each buffer and gap begins at the end of the one before.
  static void expect_no_hole(const std::vector<Item> &items) {
    GstClockTime end = GST_CLOCK_TIME_NONE;
    for (const auto &item : items) {
      if (item.kind != Item::buffer && item.kind != Item::silence && item.kind != Item::gap)
        continue;
      if (GST_CLOCK_TIME_IS_VALID(end)) {
        EXPECT_EQ(item.start, end);
      }
      end = item.start + item.duration;
    }
  }

  std::unique_ptr<SimulatorProcess> simulator =
      std::make_unique<SimulatorProcess>(std::vector<std::string>{
          "--voice", "tone", "--tone-duration", "300", "--speed", "0", "--turn-complete", "now"});
};

TEST_F(PlayoutTest, PlayingIsReachedBeforeTheModelSpeaks) {
  Pipeline pipeline(gemlive("output-transcription=true") +
                    "! fakesink name=out sync=true  g.output_transcript ! fakesink name=captions "
                    "g.model_text ! fakesink");
  Tap audio(pipeline["out"]), captions(pipeline["captions"]);
  ASSERT_TRUE(pipeline.play());
  EXPECT_TRUE(pipeline.reaches(GST_STATE_PLAYING));
  for (auto *tap : {&audio, &captions}) {
    const auto items = tap->items();
    ASSERT_GE(items.size(), 4u);
    EXPECT_EQ(items[0].kind, Item::stream_start);
    EXPECT_EQ(items[1].kind, Item::caps);
    EXPECT_EQ(items[2].kind, Item::segment);
    EXPECT_EQ(items[3].kind, Item::gap);
  }
  EXPECT_EQ(audio.items()[1].rate, 24000);
}

TEST_F(PlayoutTest, ATurnIsContiguousInBuffersOf20ms) {
  Pipeline pipeline(gemlive() + "! fakesink name=out sync=true");
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(type(pipeline));
  ASSERT_TRUE(wait_bytes(tap, 14400));
  pipeline.set_state(GST_STATE_NULL);
  const auto buffers = tap.items(Item::buffer);
  ASSERT_EQ(buffers.size(), 15u);
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    EXPECT_EQ(buffers[i].duration, 20 * GST_MSECOND);
    EXPECT_EQ(buffers[i].bytes.size(), 960u);
    EXPECT_FALSE(i > 0 && buffers[i].discont) << i;
    EXPECT_EQ(buffers[i].start, buffers[0].start + i * 20 * GST_MSECOND);
  }
  EXPECT_EQ(tap.bytes(), said());
  expect_no_hole(tap.items());
}

/// The first buffer is held until the whole answer of 300 ms has arrived.
class BufferDuration : public PlayoutTest, public ::testing::WithParamInterface<unsigned> {
 protected:
  guint64 output(Pipeline &pipeline, const char *field) {
    GstStructure *stats = nullptr;
    g_object_get(pipeline["g"], "stats", &stats, nullptr);
    const StructurePtr owned(stats);
    guint64 bytes = 0;
    gst_structure_get_uint64(stats, field, &bytes);
    return bytes;
  }
  void hold_first(Pipeline &pipeline, Tap &tap, guint64 bytes) {
    tap.on_buffer([&, bytes] {
      if (std::exchange(held, true)) return GST_PAD_PROBE_OK;
      EXPECT_TRUE(wait_until([&] { return output(pipeline, "output-came") == bytes; }));
      return GST_PAD_PROBE_OK;
    });
  }
  bool held = false;
};

TEST_P(BufferDuration, BuffersAreFullWhileThereIsAudio) {
  const auto duration = GetParam() * GST_MSECOND;
  Pipeline pipeline(gemlive("buffer-duration=" + std::to_string(GetParam())) +
                    "! fakesink name=out sync=true");
  Tap tap(pipeline["out"]);
  hold_first(pipeline, tap, 14400);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(type(pipeline));
  ASSERT_TRUE(wait_bytes(tap, 14400));
  pipeline.set_state(GST_STATE_NULL);
  const auto buffers = tap.items(Item::buffer);
  EXPECT_GE(buffers[0].duration, std::min<guint64>(duration, 20 * GST_MSECOND));
  EXPECT_LE(buffers[0].duration, duration);
  for (std::size_t i = 1; i + 1 < buffers.size(); ++i)
    EXPECT_EQ(buffers[i].duration, duration) << i;
  EXPECT_LE(buffers.back().duration, duration);
  for (std::size_t i = 1; i < buffers.size(); ++i) {
    EXPECT_EQ(buffers[i].start, buffers[i - 1].start + buffers[i - 1].duration) << i;
    EXPECT_FALSE(buffers[i].discont) << i;
  }
  EXPECT_EQ(tap.bytes(), said());
  expect_no_hole(tap.items());
}

TEST_P(BufferDuration, AnInterruptionDropsAllThatWasNotLetOut) {
  constexpr guint64 answer = 8 * 48000;
  serve({"--tone-duration", "8000"});
  Pipeline pipeline(gemlive("buffer-duration=" + std::to_string(GetParam())) +
                    "! fakesink name=out sync=true");
  Tap tap(pipeline["out"]);
  hold_first(pipeline, tap, answer);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(type(pipeline));
  ASSERT_TRUE(wait_bytes(tap, 9600 * 2));
  g_signal_emit_by_name(pipeline["g"], "interrupt");
  ASSERT_TRUE(pipeline.wait("gemlive/interrupted"));
  ASSERT_TRUE(wait_until([&] { return output(pipeline, "output-held") == 0; }));
  const auto taken = output(pipeline, "output-taken");
  EXPECT_EQ(taken + output(pipeline, "output-interrupted"), answer);
  EXPECT_GE(taken, 9600u * 2);
  EXPECT_TRUE(wait_bytes(tap, taken)) << "what was let out is played";
  pipeline.set_state(GST_STATE_NULL);
  EXPECT_EQ(tap.bytes().size(), taken);
}

INSTANTIATE_TEST_SUITE_P(Ms, BufferDuration, ::testing::Values(5u, 20u, 40u, 200u));

/// 40 ms of an answer arrive, and then nothing.
TEST_F(PlayoutTest, ABufferDoesNotWaitForItsWholeDuration) {
  serve({}, R"([{"when":{"on":"turn"},"do":{"answer":{"tone":300,"chunks":[1920]}}},
                {"when":{"on":"said","ms":40},"do":{"stall":"send"}}])");
  Pipeline pipeline(gemlive("pacing=none buffer-duration=200") + "! fakesink name=out");
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(type(pipeline));
  EXPECT_TRUE(wait_bytes(tap, 1920));
  EXPECT_LT(tap.bytes().size(), 9600u);
}

TEST_F(PlayoutTest, BetweenTurnsThereAreGapsAndThenADiscont) {
  Pipeline pipeline(gemlive("gaps=gap") + "! fakesink name=out sync=true");
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(type(pipeline));
  ASSERT_TRUE(wait_bytes(tap, 14400));
  ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
  const auto gaps = tap.items(Item::gap).size();
  ASSERT_TRUE(tap.wait([gaps](const std::vector<Item> &items) {
    return std::ranges::count(items, Item::gap, &Item::kind) >= static_cast<long>(gaps) + 2;
  }));
  ASSERT_TRUE(type(pipeline));
  ASSERT_TRUE(wait_bytes(tap, 28800));
  const auto buffers = tap.items(Item::buffer);
  ASSERT_EQ(buffers.size(), 30u);
  EXPECT_TRUE(buffers[15].discont);
  EXPECT_GT(buffers[15].start, buffers[14].start + buffers[14].duration);
  EXPECT_EQ(std::ranges::count(buffers, true, &Item::discont), 2);
  expect_no_hole(tap.items());
}

TEST_F(PlayoutTest, ABufferIsReleasedWhenTheClockReachesIt) {
  Pipeline pipeline(gemlive() + "! fakesink name=out sync=false");
  Tap tap(pipeline["out"]);
  std::atomic<int> early = 0;
  tap.on_buffer([&] {
    const auto now = gst_element_get_current_running_time(pipeline["out"]);
    const auto items = tap.items(Item::buffer);
    if (items.back().start > now) ++early;
    return GST_PAD_PROBE_OK;
  });
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(type(pipeline));
  ASSERT_TRUE(wait_bytes(tap, 14400));
  EXPECT_EQ(early, 0);
}

/// How often this thread has slept.
long sleeps() {
  std::ifstream status("/proc/thread-self/status");
  const std::string name = "voluntary_ctxt_switches:";
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(name)) return std::stol(line.substr(name.size()));
  return 0;
}

/// Speech in real time, a little before it is due, in messages of 40 ms.
TEST_F(PlayoutTest, AudioThatComesEarlyWakesTheStreamingThreadOnceForEachBuffer) {
  serve({"--tone-duration", "3000", "--speed", "1.005"},
        R"([{"when":{"on":"turn"},"do":{"answer":{"chunks":[1920]}}}])");
  Pipeline pipeline(gemlive() + "! fakesink name=out sync=false");
  Tap tap(pipeline["out"]);
  std::atomic<long> first = 0, newest = 0;
  tap.on_buffer([&] {
    newest = sleeps();
    if (first == 0) first = newest.load();
    return GST_PAD_PROBE_OK;
  });
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(type(pipeline));
  ASSERT_TRUE(wait_bytes(tap, 3 * 48000));
  EXPECT_GT(newest, first);
  EXPECT_LT(newest - first, 1.4 * 150);
}

TEST_F(PlayoutTest, WithoutPacingItIsContiguousFromZero) {
  Pipeline pipeline(gemlive("pacing=none") + "! fakesink name=out");
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  for (std::size_t turn = 1; turn <= 3; ++turn) {
    ASSERT_TRUE(type(pipeline));
    ASSERT_TRUE(wait_bytes(tap, turn * 14400));
    ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
  }
  const auto buffers = tap.items(Item::buffer);
  ASSERT_EQ(buffers.size(), 45u);
  for (std::size_t i = 0; i < buffers.size(); ++i)
    EXPECT_EQ(buffers[i].start, i * 20 * GST_MSECOND);
  EXPECT_EQ(std::ranges::count(buffers, true, &Item::discont), 1);
}

TEST_F(PlayoutTest, LatencyIsTheJitterBufferAndNothingElse) {
  const auto latency = [&](const std::string &properties) {
    Pipeline pipeline(gemlive(properties) + "! fakesink name=out");
    EXPECT_TRUE(pipeline.play());
    EXPECT_TRUE(pipeline.reaches(GST_STATE_PLAYING));
    QueryPtr query(gst_query_new_latency());
    PadPtr pad(gst_element_get_static_pad(pipeline["g"], "src"));
    EXPECT_TRUE(gst_pad_query(pad.get(), query.get()));
    gboolean live = FALSE;
    GstClockTime min = 0, max = 0;
    gst_query_parse_latency(query.get(), &live, &min, &max);
    EXPECT_TRUE(live);
    EXPECT_EQ(max, GST_CLOCK_TIME_NONE);
    return min;
  };
  EXPECT_EQ(latency(""), 100 * GST_MSECOND);
  EXPECT_EQ(latency("latency=250"), 250 * GST_MSECOND);
  EXPECT_EQ(latency("latency=250 pacing=none"), 0u);
}

// Interruptions: a long answer has arrived completely when the next text interrupts it.

class Interrupted : public PlayoutTest {
 protected:
  Interrupted() { serve({"--tone-duration", "8000"}); }

  /// Returns the output before the interruption.
  std::string interrupt(Pipeline &pipeline, Tap &tap) {
    EXPECT_TRUE(pipeline.play());
    EXPECT_TRUE(type(pipeline));
    EXPECT_TRUE(wait_bytes(tap, 5 * 960));
    EXPECT_TRUE(simulator->wait_event("generation-complete"));
    EXPECT_TRUE(type(pipeline, "stop"));
    auto interrupted = pipeline.wait("gemlive/interrupted");
    EXPECT_TRUE(interrupted);
    const auto before = tap.bytes();
    if (interrupted)
      gst_structure_get_uint64(gst_message_get_structure(interrupted.get()), "discarded-duration",
                               &discarded);
    return before;
  }

  guint64 discarded = 0;
};

class InterruptedHow : public Interrupted, public ::testing::WithParamInterface<const char *> {};

TEST_P(InterruptedHow, WhatIsQueuedIsDropped) {
  const std::string how = GetParam();
  serve({"--tone-duration", "8000", "--turn-complete", "playback"});
  Pipeline pipeline(gemlive("on-interrupt=" + how) + "! fakesink name=out sync=true");
  Tap tap(pipeline["out"]);
  const auto before = interrupt(pipeline, tap);
  EXPECT_GT(discarded, 5 * GST_SECOND);
  EXPECT_LT(before.size(), 48000u * 3);
  // The next answer follows soon, not after the eight seconds of the first.
  ASSERT_TRUE(wait_bytes(tap, before.size() + 20 * 960));
  const auto buffers = tap.items(Item::buffer);
  EXPECT_GE(std::ranges::count(tap.items(), true, &Item::discont), 2);
  EXPECT_LT(buffers.back().start, 6 * GST_SECOND);
  EXPECT_EQ(tap.items(Item::flush_stop).size(), how == "flush" ? 1u : 0u);
  if (how == "flush") {
    const auto items = tap.items();
    auto stop = std::ranges::find(items, Item::flush_stop, &Item::kind);
    ASSERT_GE(items.end() - stop, 3);
    EXPECT_EQ((stop - 1)->kind, Item::flush_start);
    EXPECT_EQ((stop + 1)->kind, Item::segment);
    EXPECT_EQ((stop + 2)->kind, Item::gap);
  }
}

INSTANTIATE_TEST_SUITE_P(Modes, InterruptedHow, ::testing::Values("discard", "flush"),
                         [](const auto &info) { return std::string(info.param); });

TEST_F(Interrupted, KeepPlaysOutWhatIsQueued) {
  serve({"--tone-duration", "1500", "--turn-complete", "playback"});
  Pipeline pipeline(gemlive("on-interrupt=keep") + "! fakesink name=out sync=true");
  Tap tap(pipeline["out"]);
  interrupt(pipeline, tap);
  EXPECT_EQ(discarded, 0u);
  ASSERT_TRUE(wait_bytes(tap, 2 * 72000));
  pipeline.set_state(GST_STATE_NULL);
  EXPECT_EQ(tap.bytes(), said());
}

TEST_F(Interrupted, TheActionSignalDropsTheAnswerLocally) {
  serve({"--tone-duration", "8000"});
  Pipeline pipeline(gemlive() + "! fakesink name=out sync=true");
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(type(pipeline));
  ASSERT_TRUE(wait_bytes(tap, 5 * 960));
  g_signal_emit_by_name(pipeline["g"], "interrupt");
  ASSERT_TRUE(pipeline.wait("gemlive/interrupted"));
  EXPECT_LT(tap.bytes().size(), 48000u * 3);
  ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
}

// Errors and blocks downstream

/// The application flushes: the rules of gst-validate are kept, also where no buffer came before.
class Flushed : public PlayoutTest, public ::testing::WithParamInterface<const char *> {};

TEST_P(Flushed, TheOutputBeginsAgainWithASegment) {
  Pipeline pipeline(gemlive(GetParam()) + "! fakesink name=out sync=true  " +
                    "g.output_transcript ! fakesink name=text sync=true");
  StreamChecker audio(pipeline["out"]), text(pipeline["text"]);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(wait_until([&] { return audio.played() > 0 && text.played() > 0; }));
  auto *stop = gst_event_new_flush_stop(FALSE);
  const auto seqnum = gst_event_get_seqnum(stop);
  auto *start = gst_event_new_flush_start();
  gst_event_set_seqnum(start, seqnum);
  gst_element_send_event(pipeline["g"], start);
  gst_element_send_event(pipeline["g"], stop);
  ASSERT_TRUE(wait_until(
      [&] { return audio.segment_seqnum() == seqnum && text.segment_seqnum() == seqnum; }));
  ASSERT_TRUE(type(pipeline));
  ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
  pipeline.send("g", gst_event_new_eos());
  EXPECT_EQ(pipeline.wait_eos(), "");
  pipeline.set_state(GST_STATE_NULL);
  EXPECT_EQ(audio.issues(), "");
  EXPECT_EQ(text.issues(), "");
}

INSTANTIATE_TEST_SUITE_P(Modes, Flushed, ::testing::Values("", "gaps=gap"));

TEST_F(PlayoutTest, TheRateOfTheServerIsAnnounced) {
  serve({"--tone-duration", "300"},
        R"([{"when":{"on":"turn","turn":2},"do":{"answer":{"tone":300,"rate":16000}}}])");
  Pipeline pipeline(gemlive() + "! fakesink name=out sync=true");
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(type(pipeline));
  ASSERT_TRUE(wait_bytes(tap, 14400));
  ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
  ASSERT_TRUE(type(pipeline));
  ASSERT_TRUE(wait_bytes(tap, 14400 + 9600));
  const auto caps = tap.items(Item::caps);
  ASSERT_EQ(caps.size(), 2u);
  EXPECT_EQ(caps[0].rate, 24000);
  EXPECT_EQ(caps[1].rate, 16000);
  EXPECT_EQ(tap.items(Item::buffer).back().duration, 20 * GST_MSECOND);
}

TEST_F(PlayoutTest, ARateThatDownstreamRefusesIsOneErrorThatSaysWhatHelps) {
  serve({}, R"([{"when":{"on":"turn"},"do":{"answer":{"tone":300,"rate":16000}}}])");
  {  // not filesink: it posts an error if it is stopped while it writes
    Pipeline pipeline(gemlive("pacing=none") + "! wavenc ! fakesink");
    ASSERT_TRUE(pipeline.play());
    ASSERT_TRUE(type(pipeline));
    auto error = pipeline.wait(GST_MESSAGE_ERROR);
    ASSERT_TRUE(error);
    EXPECT_EQ(error_domain(error.get()), GST_STREAM_ERROR);
    EXPECT_EQ(error_code(error.get()), GST_STREAM_ERROR_FORMAT);
    EXPECT_NE(describe(error.get()).find("rate=24000"), std::string::npos);
    ASSERT_TRUE(pipeline.set_state(GST_STATE_READY));
    EXPECT_EQ(pipeline.count([](GstMessage *message) {
      return GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR;
    }),
              0);
  }
  const TempFile file("", ".wav");
  Pipeline pipeline(
      gemlive("pacing=none") +
      "! audioresample ! audio/x-raw,rate=24000 ! wavenc ! filesink location=" + file.path());
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(type(pipeline));
  ASSERT_TRUE(gst_element_send_event(pipeline.get(), gst_event_new_eos()));
  EXPECT_EQ(pipeline.wait_eos(), "");
  ASSERT_TRUE(pipeline.set_state(GST_STATE_NULL));
  EXPECT_NEAR(static_cast<double>(wav_samples(file.path()).size()), 14400, 100);
}

TEST_F(PlayoutTest, PausingLosesNothing) {
  serve({"--tone-duration", "1500"});
  Pipeline pipeline(gemlive() + "! fakesink name=out sync=true");
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(type(pipeline));
  for (std::size_t i = 1; i <= 40; ++i) {
    ASSERT_TRUE(wait_bytes(tap, i * 960));
    ASSERT_TRUE(pipeline.set_state(GST_STATE_PAUSED));
    ASSERT_TRUE(pipeline.set_state(GST_STATE_PLAYING));
  }
  ASSERT_TRUE(wait_bytes(tap, 72000));
  pipeline.set_state(GST_STATE_NULL);
  EXPECT_EQ(tap.bytes(), said());
}

class Stalled : public PlayoutTest, public ::testing::WithParamInterface<const char *> {};

TEST_P(Stalled, DownstreamGoesOnFromNow) {
  const bool fills = GetParam() == std::string("silence");
  serve({"--tone-duration", "400"});
  Pipeline pipeline(gemlive(std::string("gaps=") + GetParam()) + "! fakesink name=out sync=false");
  Tap tap(pipeline["out"]);
  std::mutex mutex;
  std::condition_variable changed;
  bool open = false;
  std::atomic<int> seen = 0;
  tap.on_buffer([&] {
    if (++seen != 3) return GST_PAD_PROBE_OK;
    std::unique_lock lock(mutex);
    changed.wait_for(lock, deadline, [&] { return open; });
    return GST_PAD_PROBE_OK;
  });
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(type(pipeline));
  ASSERT_TRUE(wait_bytes(tap, 3 * 960));
  const auto stalled_at = tap.items(Item::buffer)[2].start;
  ASSERT_TRUE(wait_until([&] {
    return gst_element_get_current_running_time(pipeline["out"]) > stalled_at + 1300 * GST_MSECOND;
  }));
  {
    std::lock_guard lock(mutex);
    open = true;
  }
  changed.notify_all();
  ASSERT_TRUE(wait_bytes(tap, 19200));
  pipeline.set_state(GST_STATE_NULL);
  const auto buffers = tap.items(Item::buffer);
  EXPECT_EQ(buffers[3].discont, !fills);
  EXPECT_GT(buffers[3].start, stalled_at + 1300 * GST_MSECOND);
  EXPECT_EQ(buffers[4].start, buffers[3].start + buffers[3].duration);
  EXPECT_EQ(tap.bytes(), said());
  expect_no_hole(tap.items());
}

INSTANTIATE_TEST_SUITE_P(Gaps, Stalled, ::testing::Values("gap", "silence"),
                         [](const auto &info) { return std::string(info.param); });

TEST_F(PlayoutTest, AnErrorDownstreamStopsItAndNothingHangs) {
  Pipeline pipeline(gemlive() + "! identity error-after=3 ! fakesink");
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(type(pipeline));
  EXPECT_TRUE(pipeline.wait(GST_MESSAGE_ERROR));
  EXPECT_TRUE(pipeline.set_state(GST_STATE_NULL));
}

TEST_F(PlayoutTest, AnUnlinkedPadLetsGoAndCanBeLinkedLater) {
  Pipeline pipeline(gemlive());
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(type(pipeline));
  ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
  const auto taken = [&] {
    GstStructure *stats = nullptr;
    g_object_get(pipeline["g"], "stats", &stats, nullptr);
    StructurePtr owned(stats);
    guint64 bytes = 0;
    gst_structure_get_uint64(stats, "output-taken", &bytes);
    return bytes;
  };
  ASSERT_TRUE(wait_until([&] { return taken() == 14400; }));

  auto *sink = gst_element_factory_make("fakesink", nullptr);
  g_object_set(sink, "sync", TRUE, nullptr);
  Tap tap(sink);
  gst_bin_add(GST_BIN(pipeline.get()), sink);
  gst_element_sync_state_with_parent(sink);
  ASSERT_TRUE(gst_element_link(pipeline["g"], sink));
  ASSERT_TRUE(type(pipeline));
  ASSERT_TRUE(wait_bytes(tap, 14400));
  const auto items = tap.items();
  EXPECT_EQ(items[0].kind, Item::stream_start);
  EXPECT_EQ(items[1].kind, Item::caps);
  EXPECT_EQ(items[2].kind, Item::segment);
  EXPECT_EQ(pipeline.count(
                [](GstMessage *message) { return GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR; }),
            0);
}

// Text

TEST_F(PlayoutTest, TextsHaveTheTimeOfTheirArrival) {
  Pipeline pipeline(gemlive() + "! fakesink  g.output_transcript ! fakesink name=out sync=true");
  Tap tap(pipeline["out"]);
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.reaches(GST_STATE_PLAYING));
  const auto before = gst_element_get_current_running_time(pipeline["out"]);
  ASSERT_TRUE(type(pipeline, "one two three four five six seven eight nine ten"));
  ASSERT_TRUE(pipeline.wait("gemlive/turn-complete"));
  ASSERT_TRUE(tap.wait([](const std::vector<Item> &items) {
    return std::ranges::count(items, Item::buffer, &Item::kind) >= 2;
  }));
  const auto after = gst_element_get_current_running_time(pipeline["out"]);
  GstClockTime last = before;
  for (const auto &item : tap.items(Item::buffer)) {
    EXPECT_GE(item.start, last);
    EXPECT_LE(item.start, after);
    last = item.start;
  }
}

}  // namespace
}  // namespace gemlive::test
