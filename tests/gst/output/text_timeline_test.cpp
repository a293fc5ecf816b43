// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "text_timeline.hpp"

#include <gtest/gtest.h>

namespace gemlive {
namespace {

using namespace std::chrono_literals;
using ns = TextTimeline::ns;

TEST(TextTimeline, APieceGoesWhereItBelongsBehindAHole) {
  TextTimeline captions(1s);
  const auto slot = captions.place(3s);
  EXPECT_EQ(slot.pts, ns(3s));
  EXPECT_EQ(slot.hole, ns(2s));
  captions.advance(slot.pts);
  EXPECT_EQ(captions.position(), ns(3s));
}

TEST(TextTimeline, PiecesMayOverlapButNeverGoBack) {
  TextTimeline captions;
  captions.advance(3s);
  EXPECT_EQ(captions.place(4s).pts, ns(4s));
  EXPECT_EQ(captions.place(3s).hole, 0ns);
  EXPECT_EQ(captions.place(1s).pts, ns(3s));
}

TEST(TextTimeline, AGapBeginsAtTheStartOfTheLastPieceSoThatNoMuxerWaitsForItsEnd) {
  TextTimeline captions;
  captions.advance(1s);
  const auto gap = captions.gap(1500ms);
  EXPECT_EQ(gap.start, ns(1s));
  EXPECT_EQ(gap.duration, ns(500ms));
  EXPECT_EQ(captions.gap(1400ms).duration, 0ns);
  EXPECT_EQ(captions.place(1200ms).pts, ns(1500ms)) << "nothing goes into a gap";
  EXPECT_EQ(captions.position(), ns(1500ms));
}

TEST(TextTimeline, WhatWasSaidEarlierMayLieInAGap) {
  TextTimeline captions;
  captions.gap(5s);
  const auto first = captions.place_said(2s);
  EXPECT_EQ(first.pts, ns(2s));
  EXPECT_EQ(first.hole, 0ns);
  captions.advance(first.pts);
  EXPECT_EQ(captions.position(), ns(5s)) << "the gap has been sent";
  EXPECT_EQ(captions.place_said(1s).pts, ns(2s)) << "pieces never go back";
  EXPECT_EQ(captions.place_said(3s).pts, ns(3s));
  EXPECT_EQ(captions.place(3s).pts, ns(5s)) << "a piece without a time of its own";
  const auto late = captions.place_said(7s);
  EXPECT_EQ(late.hole, ns(2s));
  captions.advance(late.pts);
  EXPECT_EQ(captions.position(), ns(7s));
}

TEST(TextTimeline, FollowTimeThatJumpsBack) {
  TextTimeline captions(100s);
  captions.follow(99500ms);
  EXPECT_EQ(captions.place(0s).pts, ns(100s));
  captions.follow(2s);
  EXPECT_EQ(captions.place(0s).pts, ns(2s));
}

TEST(TextTimeline, LastAsLongAsTheyTakeToSay) {
  EXPECT_EQ(TextTimeline::spoken("a"), ns(300ms));
  EXPECT_EQ(TextTimeline::spoken("How may I help you?"), ns(19 * 65ms));
  EXPECT_EQ(TextTimeline::spoken("äöüäöüäöüä"), ns(650ms)) << "characters, not bytes";
  EXPECT_EQ(TextTimeline::spoken(std::string(100000, 'a')), ns(10s));
}

}  // namespace
}  // namespace gemlive
