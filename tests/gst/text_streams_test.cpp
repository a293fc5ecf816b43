// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Transcripts as text streams, with the audio.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "pipeline.hpp"
#include "samples.hpp"
#include "simulator_process.hpp"
#include "start_barrier.hpp"
#include "tap.hpp"
#include "temp_folder.hpp"
#include "wait.hpp"

namespace gemlive::test {
namespace {

using namespace std::chrono_literals;
using Item = Tap::Item;
using Items = std::vector<Item>;

constexpr const char *answer = "one two three four five six seven eight nine ten eleven twelve";
constexpr auto groups = 4u;  // of three words, spread over the answer
constexpr auto apart = 500 * GST_MSECOND;
constexpr auto chunk = 240 * GST_MSECOND;  // audio before each group

class TextStreams : public ::testing::Test {
 protected:
  static std::string words(const Items &items) {
    std::string text;
    for (const auto &item : items)
      if (item.kind == Item::buffer) text += item.bytes;
    return text;
  }
  static std::ptrdiff_t ends_of_items(const Items &items) {
    return std::ranges::count(items, "rstranscribe/final-transcript", &Item::name);
  }
  /// Each group of words has the time at which it is spoken.
  static void expect_in_step(const Items &text, const Items &audio) {
    ASSERT_EQ(text.size(), groups);
    ASSERT_FALSE(audio.empty());
    const auto begin = audio.front().start;
    for (std::size_t i = 0; i < groups; ++i) {
      ASSERT_GE(text[i].start, begin);
      EXPECT_GE(text[i].start - begin, i * apart) << i;
      EXPECT_LE(text[i].start - begin, i * apart + chunk + 20 * GST_MSECOND) << i;
      EXPECT_GE(text[i].duration, 300 * GST_MSECOND);
      EXPECT_LE(text[i].duration, 2 * GST_SECOND);
    }
  }
  /// Buffers never go back in time, and each gap begins at the start of the last buffer, or at the
  /// end of the last gap.
  static void expect_ordered(const Items &items) {
    GstClockTime last = 0, end = GST_CLOCK_TIME_NONE;
    for (const auto &item : items) {
      if (item.kind != Item::buffer && item.kind != Item::gap) continue;
      EXPECT_GE(item.start, last);
      if (item.kind == Item::gap && GST_CLOCK_TIME_IS_VALID(end)) {
        EXPECT_EQ(item.start, end);
      }
      last = item.start;
      end = item.kind == Item::gap ? item.start + item.duration : item.start;
    }
  }
  std::string gemlive(const std::string &properties) {
    return "filesrc location=" + question.path() +
           " ! wavparse ! gemlive name=g uri=" + simulator.uri() + " " + properties + " ";
  }

  SimulatorProcess simulator{{"--voice", "tone", "--tone-duration", "2000", "--speed", "0",
                              "--turn-complete", "now", "--say", answer}};
  TempFile question{wav(loud(500ms)), ".wav"};
  TempFile file{"", ".mkv"};
};

TEST_F(TextStreams, ArePacedBesideTheAudio) {
  Pipeline pipeline(gemlive("") +
                    "! fakesink name=out sync=true  g.output_transcript ! fakesink name=said "
                    "g.input_transcript ! fakesink name=heard");
  Tap audio(pipeline["out"]), said(pipeline["said"]), heard(pipeline["heard"]);
  EXPECT_EQ(pipeline.run(), "");
  EXPECT_EQ(words(said.items()), answer) << "the pad must enable the transcription";
  expect_in_step(said.items(Item::buffer), audio.items(Item::buffer));
  for (auto *tap : {&said, &heard}) {
    expect_ordered(tap->items());
    EXPECT_EQ(ends_of_items(tap->items()), 1);
    EXPECT_GE(tap->items(Item::gap).size(), 3u);
  }
  EXPECT_NE(words(heard.items()), "");
  ASSERT_EQ(heard.items(Item::buffer).size(), 1u);
  EXPECT_LE(heard.items(Item::buffer)[0].start, audio.items(Item::buffer)[0].start + chunk);
}

TEST_F(TextStreams, WithoutPacingTheyHaveTheTimesOfTheFile) {
  Pipeline pipeline(gemlive("pacing=none") +
                    "! fakesink name=out  g.output_transcript ! fakesink name=said");
  Tap audio(pipeline["out"]), said(pipeline["said"]);
  EXPECT_EQ(pipeline.run(), "");
  EXPECT_EQ(words(said.items()), answer);
  EXPECT_EQ(audio.items(Item::buffer).front().start, 0u);
  expect_in_step(said.items(Item::buffer), audio.items(Item::buffer));
  expect_ordered(said.items());
  const auto items = said.items();
  const auto is_time = [](const Item &item) {
    return item.kind == Item::buffer || item.kind == Item::gap;
  };
  const auto last = std::find_if(items.rbegin(), items.rend(), is_time);
  ASSERT_NE(last, items.rend());
  EXPECT_GE(last->start + last->duration, 2 * GST_SECOND)
      << "the time of the stream stops before the end of the answer";
}

TEST_F(TextStreams, AreMuxedToSubtitlesThatLineUp) {
  for (const std::string pacing : {"clock", "none"}) {
    SCOPED_TRACE(pacing);
    {
      Pipeline pipeline(gemlive("pacing=" + pacing) +
                        "! queue ! matroskamux name=m ! filesink location=" + file.path() +
                        "  g.output_transcript ! queue ! m.subtitle_0");
      ASSERT_EQ(pipeline.run(), "");
    }
    Pipeline reader("filesrc location=" + file.path() +
                    " ! matroskademux name=d  d.audio_0 ! queue ! fakesink name=out "
                    "d.subtitle_0 ! queue ! fakesink name=said");
    Tap audio(reader["out"]), said(reader["said"]);
    ASSERT_EQ(reader.run(), "");
    EXPECT_EQ(words(said.items()), answer);
    EXPECT_EQ(audio.bytes().size(), 96000u);
    // The muxer of GStreamer 1.26 writes an empty block for each GAP event. The tap has no buffer
    // without bytes.
    expect_in_step(said.items(Item::buffer), audio.items(Item::buffer));
  }
}

/// A queue takes what comes, also in PAUSED, where the running time stands still.
TEST_F(TextStreams, PausedIsNoTime) {
  SimulatorProcess slow{{"--voice", "tone", "--tone-duration", "1500", "--speed", "0"}};
  Pipeline pipeline("audiotestsrc is-live=true wave=silence ! gemlive name=g uri=" + slow.uri() +
                    " ! fakesink  g.input_transcript ! queue name=heard ! fakesink");
  Tap heard(pipeline["heard"]);
  const auto wait_for_gap = [&] {
    const auto before = heard.items(Item::gap).size();
    return heard.wait([&](const Items &items) {
      return static_cast<std::size_t>(std::ranges::count(items, Item::gap, &Item::kind)) > before;
    });
  };
  ASSERT_TRUE(pipeline.play());
  ASSERT_TRUE(pipeline.wait("gemlive/connected"));
  ASSERT_TRUE(wait_for_gap());
  ASSERT_TRUE(pipeline.set_state(GST_STATE_PAUSED));
  // The end of an answer shows that time has passed. The user's transcript has nothing of it.
  gboolean sent = FALSE;
  g_signal_emit_by_name(pipeline["g"], "send-text", "hello", TRUE, &sent);
  ASSERT_TRUE(sent);
  ASSERT_TRUE(slow.wait_event("turn-complete"));
  ASSERT_TRUE(pipeline.play());
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(wait_for_gap());
  EXPECT_EQ(heard.items(Item::segment).size(), 1u) << "the time jumped back";
  for (const auto &gap : heard.items(Item::gap))
    EXPECT_LT(gap.duration, GST_SECOND);
  expect_ordered(heard.items());
}

/// Blocks the caps of a pad until `condition` is true, or until `deadline`.
class HeldCaps {
 public:
  HeldCaps(GstElement *element, std::function<bool()> condition, std::chrono::milliseconds deadline)
      : pad_(gst_element_get_static_pad(element, "sink")),
        condition_(std::move(condition)),
        deadline_(deadline) {
    id_ = gst_pad_add_probe(pad_.get(), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, hold, this, nullptr);
  }
  ~HeldCaps() { gst_pad_remove_probe(pad_.get(), id_); }
  HeldCaps(const HeldCaps &) = delete;
  HeldCaps &operator=(const HeldCaps &) = delete;

  /// Of the condition, when the caps have passed.
  std::optional<bool> result() const { return result_; }

 private:
  static GstPadProbeReturn hold(GstPad *, GstPadProbeInfo *info, gpointer self) {
    auto &held = *static_cast<HeldCaps *>(self);
    if (GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) == GST_EVENT_CAPS)
      held.result_ = wait_until(held.condition_, held.deadline_);
    return GST_PAD_PROBE_OK;
  }

  PadPtr pad_;
  std::function<bool()> condition_;
  std::chrono::milliseconds deadline_;
  gulong id_ = 0;
  std::optional<bool> result_;  // read when the pipeline has ended
};

/// matroskamux would write its header without them.
TEST_F(TextStreams, TheAudioBeginsWhenTheirCapsAreDownstream) {
  Pipeline pipeline(gemlive("pacing=none") +
                    "! fakesink name=out  g.output_transcript ! fakesink name=said");
  Tap audio(pipeline["out"]);
  const auto has_begun = [&] { return !audio.items(Item::segment).empty(); };
  const HeldCaps held(pipeline["said"], has_begun, StartBarrier::limit / 10);
  EXPECT_EQ(pipeline.run(), "");
  EXPECT_EQ(held.result(), false);
  EXPECT_TRUE(has_begun());
}

TEST_F(TextStreams, ABlockedTextStreamDoesNotHoldUpTheAudio) {
  Pipeline pipeline(
      gemlive("") +
      "! fakesink name=out sync=true  g.output_transcript ! fakesink name=said async=false");
  Tap audio(pipeline["out"]);
  const HeldCaps held(
      pipeline["said"], [&] { return !audio.bytes().empty(); }, patience);
  EXPECT_EQ(pipeline.run(), "");
  EXPECT_EQ(held.result(), true);
}

TEST_F(TextStreams, StreamsBeginWithOneSegment) {
  Pipeline pipeline(gemlive("pacing=none") +
                    "! fakesink name=out  g.output_transcript ! fakesink name=said");
  Tap audio(pipeline["out"]), said(pipeline["said"]);
  EXPECT_EQ(pipeline.run(), "");
  for (auto *tap : {&audio, &said})
    EXPECT_EQ(tap->items(Item::segment).size(), 1u);
}

}  // namespace
}  // namespace gemlive::test
