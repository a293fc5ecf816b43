// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "caption_lines.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "text_timeline.hpp"

namespace gemlive {
namespace {

using namespace std::chrono_literals;
using ns = CaptionLines::ns;
using Lines = std::vector<std::string>;

/// All lines that are to be shown until `now`.
std::vector<CaptionLines::Line> take_all(CaptionLines &captions, ns now) {
  std::vector<CaptionLines::Line> lines;
  while (auto line = captions.take(now))
    lines.push_back(std::move(*line));
  return lines;
}
Lines texts(const std::vector<CaptionLines::Line> &lines) {
  Lines all;
  for (const auto &line : lines)
    all.push_back(line.text);
  return all;
}
/// The lines of a whole item that arrives in these pieces, all at once.
Lines wrap(std::size_t width, const Lines &pieces) {
  CaptionLines captions(width, false);
  for (const auto &piece : pieces)
    captions.add(piece, 0s, 0s);
  captions.end_item(std::nullopt, 0s);
  return texts(take_all(captions, 0s));
}

TEST(CaptionLines, ALineHasAsManyWordsAsFit) {
  EXPECT_EQ(wrap(10, {"one two three four"}), (Lines{"one two", "three four"}));
  EXPECT_EQ(wrap(10, {"one", " two", " thr", "ee f", "our"}), (Lines{"one two", "three four"}));
  EXPECT_EQ(wrap(10, {"one two th"}), (Lines{"one two th"}));
  EXPECT_EQ(wrap(10, {"one two th "}), (Lines{"one two th"}));
  EXPECT_EQ(wrap(10, {"  one\n\ntwo \t three"}), (Lines{"one two", "three"}));
  EXPECT_EQ(wrap(10, {"", " ", "\n"}), Lines{});
}

TEST(CaptionLines, AWordThatIsLongerThanALineIsCut) {
  EXPECT_EQ(wrap(4, {"abcdefghij kl"}), (Lines{"abcd", "efgh", "ij", "kl"}));
  EXPECT_EQ(wrap(1, {"ab c"}), (Lines{"a", "b", "c"}));
}

TEST(CaptionLines, TheWidthIsInCharacters) {
  EXPECT_EQ(wrap(5, {"\u00e4\u00f6\u00fc \u00e4\u00f6\u00fc"}),
            (Lines{"\u00e4\u00f6\u00fc", "\u00e4\u00f6\u00fc"}));
  EXPECT_EQ(wrap(7, {"\u00e4\u00f6\u00fc \u00e4\u00f6\u00fc"}),
            (Lines{"\u00e4\u00f6\u00fc \u00e4\u00f6\u00fc"}));
  EXPECT_EQ(wrap(2, {"\u65e5\u672c\u8a9e\u3067\u3059"}),
            (Lines{"\u65e5\u672c", "\u8a9e\u3067", "\u3059"}));
}

TEST(CaptionLines, NoWordIsLost) {
  std::string text, joined;
  for (int i = 0; i < 500; ++i)
    text += (i ? " w" : "w") + std::to_string(i * 37 % 1000);
  CaptionLines captions(42);
  for (std::size_t at = 0; at < text.size(); at += 7)
    captions.add(text.substr(at, 7), 1s, 1s);
  captions.end_item(std::nullopt, 1s);
  for (const auto &line : take_all(captions, 1h)) {
    EXPECT_LE(line.text.size(), 42u);
    joined += (joined.empty() ? "" : " ") + line.text;
  }
  EXPECT_EQ(joined, text);
}

TEST(CaptionLines, TextAheadOfItsTimeIsShownFromWordToWord) {
  CaptionLines captions(10);
  captions.add("one two ", 10s, 9s);
  captions.add("three four ", 12s, 9s);
  captions.add("five", 15s, 9s);
  captions.end_item(std::nullopt, 9s);
  EXPECT_FALSE(captions.take(9s));
  EXPECT_EQ(captions.next_time(), ns(10s));
  auto line = captions.take(10s);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->text, "one two");
  EXPECT_EQ(line->pts, ns(10s));
  EXPECT_EQ(line->duration, ns(2s)) << "until the next";
  EXPECT_FALSE(line->ends_item);
  EXPECT_FALSE(captions.take(11'900ms));
  line = captions.take(12s);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->duration, ns(3s));
  line = captions.take(15s);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->text, "five");
  EXPECT_EQ(line->duration, CaptionLines::longest_show) << "no next one is known";
  EXPECT_TRUE(line->ends_item);
  EXPECT_TRUE(captions.empty());
  EXPECT_FALSE(captions.next_time());
}

TEST(CaptionLines, ALiveLineIsShownWhenItIsComplete) {
  CaptionLines captions(10);
  captions.add("one two ", 10s, 10s);
  EXPECT_FALSE(captions.take(10s)) << "more may fit";
  captions.add("three", 12500ms, 12500ms);
  const auto line = captions.take(12500ms);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->text, "one two");
  EXPECT_EQ(line->pts, ns(12500ms)) << "never in the past";
  EXPECT_EQ(line->duration, ns(2500ms)) << "the next one takes as long";
}

TEST(CaptionLines, ALateLineEndsWhereTheNextOneIsInTime) {
  CaptionLines captions(10);
  captions.add("one two ", 10s, 10s);
  captions.add("three", 13s, 11s);
  auto line = captions.take(11s);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->pts, ns(11s));
  EXPECT_EQ(line->duration, ns(2s));
  captions.add(" four five", 14s, 12s);
  captions.add(" six seven", 14s, 12s);
  line = captions.take(13s);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->pts, ns(13s));
}

/// The transcript of the user arrives when the user has said it.
TEST(CaptionLines, WhatWasSaidStandsWhereItWasSaid) {
  for (const bool paced : {true, false}) {
    SCOPED_TRACE(paced);
    CaptionLines captions(10, paced);
    captions.add("one two ", 10s, 20s, 11s);
    captions.add("three ", 12s, 20s, 13s);
    captions.add("four five", 14s, 20s, 16s);
    captions.end_item(paced ? std::nullopt : std::optional<ns>(30s), 20s);
    const auto lines = take_all(captions, 20s);
    ASSERT_EQ(texts(lines), (Lines{"one two", "three four", "five"}));
    EXPECT_EQ(lines[0].pts, ns(10s));
    EXPECT_EQ(lines[0].duration, ns(2s)) << "until the next line";
    EXPECT_TRUE(lines[0].was_said);
    EXPECT_EQ(lines[1].pts, ns(12s));
    EXPECT_EQ(lines[2].pts, ns(14s + 5 * 65ms));
    EXPECT_EQ(lines[2].pts + lines[2].duration, ns(16s)) << "the end of the last piece";
  }
}

TEST(CaptionLines, ALineIsOneOrTheOther) {
  CaptionLines captions(7);
  captions.add("one two ", 10s, 20s, 11s);
  captions.add("three", 30s, 20s);
  captions.end_item(std::nullopt, 20s);
  auto line = captions.take(20s);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->pts, ns(10s));
  EXPECT_FALSE(captions.take(20s));
  line = captions.take(30s);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->pts, ns(30s));
  EXPECT_FALSE(line->was_said);
}

TEST(CaptionLines, NoLineIsShownLongerThanSevenSeconds) {
  CaptionLines captions(10);
  captions.add("one two ", 10s, 9s);
  captions.add("three four", 30s, 9s);
  const auto line = captions.take(10s);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->duration, ns(7s));
}

TEST(CaptionLines, ALineIsNotHeldBackInAPause) {
  CaptionLines captions(42);
  captions.add("one two", 10s, 10s);
  captions.add(" three", 11s, 11s);
  EXPECT_EQ(captions.next_time(), 11s + CaptionLines::longest_pause);
  EXPECT_FALSE(captions.take(12'990ms));
  const auto line = captions.take(13s);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->text, "one two three");
  EXPECT_FALSE(line->ends_item);
  EXPECT_EQ(line->duration, CaptionLines::shortest_read);
  EXPECT_TRUE(captions.empty());
}

TEST(CaptionLines, TheWordsOfALongPieceAreSaidOneAfterTheOther) {
  CaptionLines captions(10, false);
  captions.add("one two three four five six", 1s, 0s);
  captions.end_item(9s, 0s);
  const auto lines = take_all(captions, 0s);
  ASSERT_EQ(texts(lines), (Lines{"one two", "three four", "five six"}));
  EXPECT_EQ(lines[0].pts, ns(1s));
  EXPECT_EQ(lines[1].pts, ns(1s + 8 * 65ms));
  EXPECT_EQ(lines[2].pts, ns(1s + 19 * 65ms));
  for (std::size_t i = 0; i + 1 < lines.size(); ++i)
    EXPECT_EQ(lines[i].pts + lines[i].duration, lines[i + 1].pts);
  EXPECT_EQ(lines[2].pts + lines[2].duration, ns(9s)) << "the end of the answer";
}

TEST(CaptionLines, AHugePieceTakesNoLongerThanItsLength) {
  CaptionLines captions(42, false);
  captions.add(std::string(4 << 20, 'a'), 0s, 0s);
  EXPECT_TRUE(captions.is_full());
  std::size_t size = 0;
  for (const auto &line : take_all(captions, 0s))
    size += line.text.size();
  captions.end_item(std::nullopt, 0s);
  for (const auto &line : take_all(captions, 0s))
    size += line.text.size();
  EXPECT_EQ(size, std::size_t{4} << 20);
  EXPECT_FALSE(captions.is_full());
}

TEST(CaptionLines, AnInterruptionDropsWhatIsNotShown) {
  CaptionLines captions(10);
  captions.add("one two three", 10s, 9s);
  captions.clear();
  EXPECT_TRUE(captions.empty());
  captions.add("four", 11s, 11s);
  captions.end_item(std::nullopt, 11s);
  EXPECT_EQ(texts(take_all(captions, 11s)), Lines{"four"});
}

}  // namespace
}  // namespace gemlive
