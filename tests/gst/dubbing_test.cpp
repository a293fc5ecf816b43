// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A live interpreter: it repeats the speech half a second behind it, in a turn that never ends.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arrival_watch.hpp"
#include "pipeline.hpp"
#include "samples.hpp"
#include "simulator_process.hpp"
#include "tap.hpp"
#include "temp_folder.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;
using Item = Tap::Item;
using Items = std::vector<Item>;
using std::chrono::milliseconds;

constexpr auto behind = 500ms;
constexpr const char *interprets = R"({"when":{"on":"ready"},"do":{"interpret":500}})";

std::string quiet(milliseconds duration) {
  return std::string(static_cast<std::size_t>(duration.count()) * 32, '\0');
}

/// The first pause of 300 ms in audible output that begins behind `from`, in ms of running time.
std::optional<milliseconds> pause_after(const Items &items, milliseconds from) {
  std::optional<double> heard;  // ms
  const auto is_pause = [&](double until) {
    return heard && *heard > static_cast<double>(from.count()) && until - *heard > 300;
  };
  for (const auto &item : items) {
    if (item.kind != Item::buffer) continue;
    const auto start = static_cast<double>(item.start) / 1e6;
    for (std::size_t at = 0; at + 1 < item.bytes.size(); at += 2) {
      std::int16_t sample = 0;
      std::memcpy(&sample, item.bytes.data() + at, sizeof sample);
      const auto time = start + static_cast<double>(at) / 48;
      if (std::abs(sample) < 1000) continue;
      if (is_pause(time)) return milliseconds(std::lround(*heard));
      heard = time;
    }
  }
  if (is_pause(1e12)) return milliseconds(std::lround(*heard));
  return std::nullopt;
}

/// One programme from a file, in real time, through an interpreter.
class Programme {
 public:
  Programme(const std::string &speech, const std::string &steps, const std::string &properties,
            const std::string &more = "", const std::string &sink = "! fakesink name=out ")
      : simulator({"--voice", "tone", "--speed", "4"}, "[" + steps + "]"),
        file(wav(speech), ".wav"),
        pipeline("filesrc location=" + file.path() + " ! wavparse ! gemlive name=g uri=" +
                 simulator.uri() + " " + properties + " " + sink + more) {}

  /// Plays to the end. Returns "" or the error.
  std::string run() {
    if (!pipeline.play()) return "does not play";
    MessagePtr over;
    for (int i = 0; i < 3 && !over; ++i)
      over = pipeline.wait([](GstMessage *message) {
        return GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS ||
               GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR;
      });
    end = milliseconds(gst_element_get_current_running_time(pipeline["g"]) / GST_MSECOND);
    if (!over) return "no EOS";
    return GST_MESSAGE_TYPE(over.get()) == GST_MESSAGE_EOS ? "" : describe(over.get());
  }
  guint64 stat(const char *name) {
    GstStructure *stats = nullptr;
    g_object_get(pipeline["g"], "stats", &stats, nullptr);
    guint64 value = 0;
    guint small = 0;
    if (!gst_structure_get_uint64(stats, name, &value)) {
      EXPECT_TRUE(gst_structure_get_uint(stats, name, &small)) << name;
      value = small;
    }
    gst_structure_free(stats);
    return value;
  }
  int warnings() {
    return pipeline.count(
        [](GstMessage *message) { return GST_MESSAGE_TYPE(message) == GST_MESSAGE_WARNING; });
  }
  int interruptions() {
    return pipeline.count([](GstMessage *message) {
      gboolean interrupted = FALSE;
      return gst_message_has_name(message, "gemlive/turn-complete") &&
             gst_structure_get_boolean(gst_message_get_structure(message), "interrupted",
                                       &interrupted) &&
             interrupted;
    });
  }
  int messages(const char *name) {
    return pipeline.count([name](GstMessage *message) {
      return GST_MESSAGE_TYPE(message) == GST_MESSAGE_ELEMENT &&
             gst_message_has_name(message, name);
    });
  }

  SimulatorProcess simulator;
  TempFile file;
  Pipeline pipeline;
  milliseconds end{0};  // running time
};

/// How late the output pauses, compared to the speech.
milliseconds lag(Tap &tap, milliseconds pause) {
  const auto found = pause_after(tap.items(), pause - 200ms);
  EXPECT_TRUE(found) << "no pause after " << pause.count() << " ms";
  return found.value_or(1h) - pause;
}

TEST(Dubbing, TheEndOfTheProgrammeIsCleanAndHasTheWholeTail) {
  const auto speech = loud(3s);
  Programme programme(speech, interprets, "");
  Tap tap(programme.pipeline["out"]);
  EXPECT_EQ(programme.run(), "");
  EXPECT_LT(programme.end, 3s + behind + 3s);
  EXPECT_EQ(programme.warnings(), 0);
  EXPECT_EQ(programme.interruptions(), 0);
  EXPECT_EQ(programme.messages("gemlive/turn-complete"), 1);
  ASSERT_TRUE(programme.simulator.wait_event("closed"));
  const auto said = as_string(programme.simulator.said());
  EXPECT_GT(said.size(), 3u * 48000);
  EXPECT_TRUE(is_followed_by_silence(said, tap.bytes()));
  EXPECT_NEAR(static_cast<double>(lag(tap, 3s).count()), 550, 250);
}

/// Three seconds of speech, a stall of the service, and a long time without a pause.
TEST(Dubbing, AfterAStallTheOutputCatchesUp) {
  const auto speech = loud(3s) + quiet(1s) + loud(13s) + quiet(1s) + loud(1s);
  const std::string stall =
      std::string(interprets) +
      R"(,{"when":{"on":"heard","ms":5000},"do":{"stall":"both","for":3000}})";
  Programme late(speech, stall, "");
  Programme programme(speech, stall, "max-lag=500");
  Tap late_tap(late.pipeline["out"]), tap(programme.pipeline["out"]);
  ASSERT_TRUE(late.pipeline.play());
  EXPECT_EQ(programme.run(), "");
  EXPECT_EQ(late.run(), "");
  EXPECT_LT(lag(tap, 3s), behind + 300ms);
  EXPECT_LT(lag(tap, 17s), behind + 500ms + 300ms) << "ten seconds behind the stall";
  EXPECT_GT(lag(late_tap, 17s), behind + 2s) << "without max-lag";
  EXPECT_GT(programme.messages("gemlive/output-skipped"), 0);
  EXPECT_EQ(late.messages("gemlive/output-skipped"), 0);
  const auto skipped = programme.stat("output-skipped");
  EXPECT_GT(skipped, 48000u) << "more than a second";
  EXPECT_EQ(programme.stat("output-discarded"),
            skipped + programme.stat("output-interrupted") + programme.stat("output-untaken"));
  EXPECT_EQ(late.stat("output-skipped"), 0u);
  for (auto *each : {&programme, &late}) {
    EXPECT_EQ(each->warnings(), 0);
    EXPECT_EQ(each->interruptions(), 0);
  }
}

TEST(Dubbing, QuietIsSkippedFirst) {
  auto speech = loud(3s);
  for (int i = 0; i < 12; ++i)
    speech += quiet(280ms) + loud(800ms);
  const std::string stall =
      std::string(interprets) +
      R"(,{"when":{"on":"heard","ms":3000},"do":{"stall":"both","for":1500}})";
  Programme programme(speech, stall, "max-lag=1200");
  EXPECT_EQ(programme.run(), "");
  auto message = programme.pipeline.wait("gemlive/output-skipped");
  guint64 total = 0, audible = 0;
  for (; message; message = programme.messages("gemlive/output-skipped") > 0
                                ? programme.pipeline.wait("gemlive/output-skipped")
                                : nullptr) {
    guint64 some = 0;
    const auto *fields = gst_message_get_structure(message.get());
    EXPECT_TRUE(gst_structure_get_uint64(fields, "audible-duration", &some));
    EXPECT_TRUE(gst_structure_get_uint64(fields, "total", &total));
    audible += some;
  }
  EXPECT_GT(total, 400 * GST_MSECOND);
  EXPECT_EQ(audible, 0u) << "words were lost";
}

/// Ten seconds without a pause behind the loss.
TEST(Dubbing, AfterALostConnectionItDoesNotFallBehind) {
  const auto speech = loud(3s) + quiet(1s) + loud(10s) + quiet(1s) + loud(1s);
  const std::string loss =
      std::string(interprets) +
      R"(,{"when":{"on":"heard","session":1,"ms":5000},"do":{"drop":"reset"}})";
  Programme late(speech, loss, "");
  Programme programme(speech, loss, "resend=none max-lag=500");
  Tap late_tap(late.pipeline["out"]), tap(programme.pipeline["out"]);
  ASSERT_TRUE(late.pipeline.play());
  EXPECT_EQ(programme.run(), "");
  EXPECT_EQ(late.run(), "");
  EXPECT_LT(lag(tap, 14s), behind + 500ms + 300ms);
  EXPECT_GT(lag(late_tap, 14s), behind + 2s) << "by default it is all sent again";
  EXPECT_EQ(programme.stat("input-replayed"), 0u);
  EXPECT_GT(programme.stat("input-given-up"), 0u);
  EXPECT_GT(late.stat("input-replayed"), 0u);
  EXPECT_EQ(programme.stat("connects"), 2u);
  EXPECT_EQ(programme.warnings(), 0);
}

TEST(Dubbing, AnOldConnectionIsReplacedInAPauseOfTheOutput) {
  const auto speech = loud(4s) + quiet(2s) + loud(3s);
  Programme programme(speech, interprets, "connection-lifetime=2000 resend=none");
  Tap tap(programme.pipeline["out"]);
  ASSERT_TRUE(programme.pipeline.play());
  ASSERT_TRUE(programme.pipeline.wait("gemlive/reconnecting"));
  const auto now = gst_element_get_current_running_time(programme.pipeline["g"]);
  EXPECT_GT(now, 4 * GST_SECOND + 800 * GST_MSECOND) << "half a second behind the output";
  EXPECT_LT(now, 6 * GST_SECOND + 500 * GST_MSECOND);
  EXPECT_EQ(programme.run(), "");
  EXPECT_EQ(programme.stat("hand-overs"), 1u);
  EXPECT_EQ(programme.warnings(), 0);
  ASSERT_TRUE(programme.simulator.wait_event("closed", 1));
  EXPECT_GT(programme.simulator.said(1).size(), 4u * 48000) << "of the first speech all";
  EXPECT_GT(programme.simulator.said(2).size(), 3u * 48000) << "and of the second";
  EXPECT_LT(lag(tap, 9s), behind + 500ms);
}

/// All words of these buffers, one space between two.
std::string joined(const Items &items) {
  std::string text;
  for (const auto &item : items)
    text += (text.empty() ? "" : " ") + item.bytes;
  return text;
}

class Captions : public ::testing::TestWithParam<const char *> {};

TEST_P(Captions, AreWholeLines) {
  const std::string pacing = GetParam();
  const std::string text =
      "When in the Course of human events, it becomes necessary for one people "
      "to dissolve the political bands which have connected them with another";
  SimulatorProcess simulator(
      {"--voice", "tone", "--tone-duration", "9000", "--turn-complete", "now", "--say", text});
  TempFile question(wav(loud(500ms)), ".wav");
  Pipeline pipeline("filesrc location=" + question.path() + " ! wavparse ! gemlive name=g uri=" +
                    simulator.uri() + " captions=lines caption-width=32 pacing=" + pacing +
                    " ! fakesink sync=true name=out  g.output_transcript ! fakesink name=lines");
  Tap tap(pipeline["lines"]);
  EXPECT_EQ(pipeline.run(), "");
  const auto lines = tap.items(Item::buffer);
  EXPECT_EQ(joined(lines), text);
  ASSERT_GE(lines.size(), 5u);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_LE(lines[i].bytes.size(), 32u);
    EXPECT_LE(lines[i].duration, 7 * GST_SECOND);
    if (i + 1 == lines.size()) continue;
    const auto end = static_cast<double>(lines[i].start + lines[i].duration);
    EXPECT_NEAR(end, static_cast<double>(lines[i + 1].start), 150e6) << "until the next line";
  }
  const auto all = tap.items();
  EXPECT_EQ(std::ranges::count(all, "rstranscribe/final-transcript", &Item::name), 1);
}

INSTANTIATE_TEST_SUITE_P(Pacing, Captions, ::testing::Values("clock", "none"),
                         [](const auto &info) { return std::string(info.param); });

TEST(Dubbing, CaptionsOfAnInterpreterAreLinesToo) {
  Programme programme(loud(6s) + quiet(500ms), interprets, "captions=lines caption-width=42",
                      "g.output_transcript ! fakesink name=lines");
  Tap tap(programme.pipeline["lines"]);
  EXPECT_EQ(programme.run(), "");
  const auto lines = tap.items(Item::buffer);
  ASSERT_GE(lines.size(), 3u);
  EXPECT_LE(lines.size(), 6u);
  for (const auto &line : lines) {
    EXPECT_LE(line.bytes.size(), 42u);
    EXPECT_NE(line.bytes.front(), ' ');
    EXPECT_NE(line.bytes.back(), ' ');
  }
  const auto text = joined(lines);
  EXPECT_TRUE(text.starts_with("1.0 seconds interpreted. 1.0 seconds interpreted. ")) << text;
  EXPECT_EQ(programme.warnings(), 0);
}

class LiveMuxer : public ::testing::TestWithParam<const char *> {};

TEST_P(LiveMuxer, NeverWaitsForACaption) {
  Programme programme(
      loud(5s) + quiet(2s) + loud(2s), interprets, std::string("captions=") + GetParam(),
      "g.output_transcript ! queue ! m.subtitle_0 "
      "videotestsrc is-live=true ! video/x-raw,format=I420,width=16,height=16,framerate=25/1 ! "
      "queue name=video ! m.video_0 "
      "matroskamux name=m streamable=true ! fakesink name=muxed sync=false",
      "! queue ! m.audio_0 ");
  ArrivalWatch watch(programme.pipeline["muxed"]);
  ASSERT_TRUE(programme.pipeline.play());
  Tap text(programme.pipeline["m"], "subtitle_0");
  ASSERT_TRUE(text.wait([](const Items &items) {
    return std::ranges::any_of(items, [](const Item &item) {
      return item.kind == Item::gap && item.start > 9 * GST_SECOND;
    });
  }));
  EXPECT_GE(text.items(Item::buffer).size(), 3u);
  EXPECT_LT(watch.longest(), 800ms);
  programme.pipeline.set_state(GST_STATE_NULL);
}

INSTANTIATE_TEST_SUITE_P(Captions, LiveMuxer, ::testing::Values("pieces", "lines"),
                         [](const auto &info) { return std::string(info.param); });

}  // namespace
}  // namespace gemlive::test
