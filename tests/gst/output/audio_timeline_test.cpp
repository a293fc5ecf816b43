// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "audio_timeline.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

namespace gemlive {
namespace {

using namespace std::chrono_literals;
using ns = AudioTimeline::ns;

constexpr int rate = 24000;
constexpr std::uint64_t frame = rate / 50;  // 20 ms

AudioTimeline clocked(ns start = 0ns) {
  return {{.paced = true, .latency = 100ms}, start};
}
AudioTimeline unpaced() {
  return {{.paced = false, .latency = 100ms}, 5s};
}

AudioTimeline::Slot take(AudioTimeline &timeline, unsigned turn, ns arrival, ns now,
                         std::uint64_t samples = frame) {
  auto slot = timeline.place({.turn = turn, .arrival = arrival, .now = now}, rate);
  timeline.advance(slot, turn, samples, rate);
  return slot;
}

TEST(AudioTimeline, FirstPieceOfATurnGoesWhereItsDataArrived) {
  auto timeline = clocked();
  auto slot = take(timeline, 1, 1500ms, 1501ms);
  EXPECT_EQ(slot.pts, 1500ms);
  EXPECT_EQ(slot.hole, 1500ms);
  EXPECT_TRUE(slot.discont);
  EXPECT_EQ(timeline.position(), 1520ms);
}

TEST(AudioTimeline, ABurstIsContiguous) {
  auto timeline = clocked();
  take(timeline, 1, 1s, 1s);
  for (int i = 1; i < 500;
       ++i) {  // ten seconds that arrived within a few ms, released in real time
    auto slot = take(timeline, 1, 1s + 5ms, 1s + i * 20ms);
    ASSERT_EQ(slot.pts, 1s + i * 20ms);
    ASSERT_EQ(slot.hole, 0ns);
    ASSERT_FALSE(slot.discont);
  }
}

struct Late {
  const char *name;
  ns arrival;
  ns pts;
  bool discont;
};
void PrintTo(const Late &late, std::ostream *os) {
  *os << late.name;
}

class LateData : public testing::TestWithParam<Late> {};

TEST_P(LateData, IsForgivenUpToTheLatency) {
  auto timeline = clocked();
  take(timeline, 1, 1s, 1s);  // the next one is due at 1020 ms
  auto slot = take(timeline, 1, GetParam().arrival, GetParam().arrival);
  EXPECT_EQ(slot.pts, GetParam().pts);
  EXPECT_EQ(slot.discont, GetParam().discont);
  EXPECT_EQ(slot.hole, GetParam().pts - 1020ms);
}

INSTANTIATE_TEST_SUITE_P(AudioTimeline, LateData,
                         testing::Values(Late{"early", 1005ms, 1020ms, false},
                                         Late{"when_due", 1020ms, 1020ms, false},
                                         Late{"late", 1080ms, 1020ms, false},
                                         Late{"last_moment", 1120ms, 1020ms, false},
                                         Late{"too_late", 1121ms, 1121ms, true}),
                         [](const auto &info) { return info.param.name; });

TEST(AudioTimeline, BeingAskedLateIsNotBeingLate) {
  // A pipeline with 2 s of latency requests every buffer 2 s late. An answer of 2 s keeps its
  // length.
  auto timeline = clocked();
  take(timeline, 1, 1s, 1s);
  for (int i = 1; i < 100; ++i) {
    AudioTimeline::Piece piece = {
        .turn = 1, .arrival = 1s + i * 20ms, .now = 3s + i * 20ms, .pipeline_latency = 2s};
    auto slot = timeline.place(piece, rate);
    timeline.advance(slot, 1, frame, rate);
    ASSERT_EQ(slot.pts, 1s + i * 20ms);
  }
  EXPECT_EQ(timeline.position(), 3s);
}

TEST(AudioTimeline, AStallStartsAnew) {
  auto timeline = clocked();
  take(timeline, 1, 1s, 1s);
  auto in_time = timeline.place({.turn = 1, .arrival = 1s, .now = 1020ms + 1100ms}, rate);
  EXPECT_EQ(in_time.pts, 1020ms);
  auto slot = take(timeline, 1, 1s, 30s);  // downstream was blocked
  EXPECT_EQ(slot.pts, 30s);
  EXPECT_TRUE(slot.discont);
  EXPECT_FALSE(take(timeline, 1, 1s, 30s).discont);
}

TEST(AudioTimeline, ATurnThatComesWhileTheLastOnePlaysFollowsIt) {
  auto timeline = clocked();
  take(timeline, 1, 1s, 1s, rate);
  auto slot = take(timeline, 2, 1500ms, 2s);
  EXPECT_EQ(slot.pts, 2s);
  EXPECT_FALSE(slot.discont);
}

TEST(AudioTimeline, ANewTurnIsNotForgivenAnything) {
  auto timeline = clocked();
  take(timeline, 1, 1s, 1s);
  auto slot = take(timeline, 2, 1050ms, 1050ms);
  EXPECT_EQ(slot.pts, 1050ms);
  EXPECT_TRUE(slot.discont);
}

TEST(AudioTimeline, GapsCoverThePastAndBreakTheStream) {
  auto timeline = clocked(200ms);
  auto gap = timeline.gap(300ms);
  EXPECT_EQ(gap.start, 200ms);
  EXPECT_EQ(gap.duration, 100ms);
  EXPECT_EQ(timeline.gap(300ms).duration, 0ns);
  EXPECT_EQ(timeline.gap(250ms).duration, 0ns);  // never goes back
  EXPECT_EQ(timeline.position(), 300ms);
  take(timeline, 1, 300ms, 300ms);
  timeline.end_turn();
  gap = timeline.gap(400ms);
  EXPECT_EQ(gap.start, 320ms);
  EXPECT_EQ(gap.duration, 80ms);
  auto slot = take(timeline, 2, 400ms, 400ms);
  EXPECT_EQ(slot.hole, 0ns);
  EXPECT_TRUE(slot.discont);
}

TEST(AudioTimeline, RunsDryLaterInsideATurn) {
  auto timeline = clocked();
  EXPECT_EQ(timeline.dry_at(), 0ns);
  take(timeline, 1, 0ns, 0ns);
  EXPECT_EQ(timeline.dry_at(), 120ms);
  timeline.end_turn();
  EXPECT_EQ(timeline.dry_at(), 20ms);
}

TEST(AudioTimeline, AfterRunningDryATurnGoesOnWhereItsDataArrives) {
  auto timeline = clocked();
  take(timeline, 1, 0ns, 0ns);
  timeline.gap(150ms);
  auto slot = take(timeline, 1, 180ms, 180ms);
  EXPECT_EQ(slot.pts, 180ms);
  EXPECT_EQ(slot.hole, 30ms);
  EXPECT_TRUE(slot.discont);
  EXPECT_EQ(timeline.dry_at(), 300ms);  // the tolerance is reset
}

// Holes that are filled with silence

AudioTimeline filled(ns start = 0ns) {
  return {{.paced = true, .latency = 100ms, .filled = true}, start};
}
AudioTimeline::Slot place(const AudioTimeline &timeline, unsigned turn, ns arrival, ns now) {
  return timeline.place({.turn = turn, .arrival = arrival, .now = now}, rate);
}
/// Fills the time until `until` in pieces of 10 ms. Returns their duration.
ns fill(AudioTimeline &timeline, ns until) {
  const ns start = timeline.position();
  while (const auto samples = timeline.missing(until, rate))
    timeline.silence(std::min<std::uint64_t>(samples, 240), rate);
  return timeline.position() - start;
}

TEST(AudioTimeline, SilenceContinuesWithoutAHole) {
  auto timeline = filled();
  take(timeline, 1, 0ns, 0ns);
  timeline.end_turn();
  const auto silence = timeline.silence(frame, rate);
  EXPECT_EQ(silence.start, 20ms);
  EXPECT_EQ(silence.duration, 20ms);
  EXPECT_FALSE(silence.discont);
  const auto slot = place(timeline, 2, 30ms, 30ms);
  EXPECT_EQ(slot.pts, 40ms);
  EXPECT_FALSE(slot.discont);
}

TEST(AudioTimeline, SilenceReachesUntilTheAnswerArrivesAndDoesNotDelayIt) {
  for (const ns arrival : {1500ms + 0ns, 1500ms + 1ns, 1500ms + 41666ns, 1500ms + 999999ns}) {
    auto timeline = filled(1s);
    EXPECT_EQ(place(timeline, 1, arrival, arrival).pts, arrival);
    EXPECT_GT(timeline.missing(arrival, rate), 0u);
    fill(timeline, arrival);
    const auto slot = place(timeline, 1, arrival, arrival + 1ms);
    EXPECT_LE(slot.pts, arrival);
    EXPECT_GT(slot.pts, arrival - AudioTimeline::shortest_silence);
    EXPECT_EQ(slot.pts, timeline.position());
    EXPECT_EQ(slot.hole, 0ns);
    EXPECT_FALSE(slot.discont);
  }
}

TEST(AudioTimeline, SilenceDoesNotDrift) {
  auto timeline = filled();
  ns now = 0ns;
  for (unsigned turn = 1; turn <= 1000; ++turn) {
    now += 7919113ns;
    fill(timeline, now);
    const auto slot = take(timeline, turn, now, now, 1);
    ASSERT_EQ(slot.hole, 0ns);
    ASSERT_LE(now - slot.pts, AudioTimeline::shortest_silence);
    timeline.end_turn();
  }
}

TEST(AudioTimeline, SilenceEndsTheToleranceOfATurn) {
  auto timeline = filled();
  take(timeline, 1, 0ns, 0ns);
  EXPECT_EQ(timeline.dry_at(), 120ms);
  fill(timeline, 120ms);
  EXPECT_EQ(timeline.dry_at(), 120ms);
  EXPECT_EQ(place(timeline, 1, 150ms, 150ms).pts, 150ms);
}

TEST(AudioTimeline, NothingIsMissingBeforeTheEndOrWithoutFilling) {
  auto timeline = filled(1s);
  EXPECT_EQ(timeline.missing(1s, rate), 0u);
  EXPECT_EQ(timeline.missing(500ms, rate), 0u);
  EXPECT_EQ(timeline.missing(1s + 1ms, rate), 24u);
  EXPECT_EQ(timeline.missing(3s, 2'000'000'000), 4'000'000'000u);
  EXPECT_EQ(clocked(1s).missing(2s, rate), 0u);
}

/// audioresample makes nothing of a few samples, and flags what follows as DISCONT.
TEST(AudioTimeline, AHoleTooShortForSilenceIsLeftToTheNextPiece) {
  auto timeline = filled(1s);
  fill(timeline, 2s);
  const ns soon = 2s + 999999ns;
  EXPECT_EQ(timeline.missing(soon, rate), 0u);
  EXPECT_EQ(timeline.gap(soon).duration, 0ns);
  EXPECT_EQ(timeline.position(), 2s);
  const auto slot = take(timeline, 1, soon, soon);
  EXPECT_EQ(slot.pts, 2s);
  EXPECT_EQ(slot.hole, 0ns);
  EXPECT_FALSE(slot.discont);
}

TEST(AudioTimeline, AHoleOfMinutesIsSkipped) {
  auto timeline = filled();
  take(timeline, 1, 0ns, 0ns, rate);
  EXPECT_EQ(timeline.missing(61s, rate), 60u * rate);
  EXPECT_EQ(timeline.missing(61s + 1ns, rate), 0u);
  const auto slot = place(timeline, 1, 2s, 100s);
  EXPECT_EQ(slot.pts, 100s);
  EXPECT_EQ(slot.hole, 99s);
  EXPECT_TRUE(slot.discont);
}

TEST(AudioTimeline, SilenceAfterACutIsAnnounced) {
  auto timeline = filled();
  take(timeline, 1, 0ns, 0ns);
  timeline.cut();
  EXPECT_TRUE(timeline.silence(frame, rate).discont);
  EXPECT_FALSE(timeline.silence(frame, rate).discont);
}

TEST(AudioTimeline, ACutIsAnnounced) {
  auto timeline = clocked();
  take(timeline, 1, 1s, 1s);
  timeline.cut();
  auto slot = take(timeline, 2, 1s, 1020ms);
  EXPECT_EQ(slot.pts, 1020ms);
  EXPECT_TRUE(slot.discont);
}

TEST(AudioTimeline, FollowsTimeThatJumpsBack) {
  auto timeline = clocked();
  take(timeline, 1, 30s, 30s);
  timeline.follow(29500ms);  // a clock that is slightly behind is not a jump
  EXPECT_EQ(timeline.position(), 30020ms);
  timeline.follow(2s);
  EXPECT_EQ(timeline.dry_at(), 2s);
  auto slot = take(timeline, 1, 2s, 2s);
  EXPECT_EQ(slot.pts, 2s);
  EXPECT_TRUE(slot.discont);

  auto files = unpaced();
  take(files, 1, 0ns, 0ns, 10 * rate);
  files.follow(0ns);
  EXPECT_EQ(files.position(), 10s);
}

TEST(AudioTimeline, WithoutPacingItIsContiguousFromZero) {
  auto timeline = unpaced();
  for (int i = 0; i < 10; ++i) {
    auto slot = take(timeline, 1 + i / 5, 7s + i * 1s, 100s + i * 1s);
    EXPECT_EQ(slot.pts, i * 20ms);
    EXPECT_EQ(slot.discont, i == 0);
    EXPECT_EQ(timeline.gap(200s).duration, 0ns);
  }
}

TEST(AudioTimeline, NothingDriftsAtAwkwardRates) {
  for (int awkward : {11025, 22050, 44100, 16000, 24000, 48000}) {
    AudioTimeline timeline({.paced = false}, 0ns);
    ns end = 0ns;
    std::uint64_t taken = 0;
    while (taken < 3600ull * static_cast<unsigned>(awkward)) {
      auto slot = timeline.place({}, rate);
      ASSERT_EQ(slot.pts, end);
      auto duration = timeline.advance(slot, 1, 441, awkward);
      end = slot.pts + duration;
      taken += 441;
    }
    auto exact = static_cast<long double>(taken) * 1e9L / awkward;
    EXPECT_LE(exact - static_cast<long double>(end.count()), 1.0L) << awkward;
    EXPECT_GE(exact - static_cast<long double>(end.count()), 0.0L) << awkward;
  }
}

TEST(AudioTimeline, ARateChangeKeepsThePosition) {
  auto timeline = unpaced();
  take(timeline, 1, 0ns, 0ns, 100);
  auto before = timeline.position();
  auto slot = timeline.place({.turn = 1}, rate);
  EXPECT_EQ(slot.pts, before);
  EXPECT_EQ(timeline.advance(slot, 1, 160, 16000), 10ms);
  EXPECT_FALSE(timeline.place({.turn = 1}, rate).discont);
}

}  // namespace
}  // namespace gemlive
