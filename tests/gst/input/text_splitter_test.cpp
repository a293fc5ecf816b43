// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "text_splitter.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace gemlive {
namespace {

using Turns = TextSplitter::Turns;
using Strings = std::vector<std::string>;

Strings push(TextSplitter &splitter, std::string_view bytes) {
  splitter.append(bytes);
  Strings turns;
  for (auto turn = splitter.next(); !turn.empty(); turn = splitter.next())
    turns.push_back(turn);
  return turns;
}

TEST(TextSplitter, KeepsCharactersWhole) {
  TextSplitter splitter;
  EXPECT_EQ(push(splitter, "gr\xc3"), Strings{"gr"});
  EXPECT_EQ(push(splitter, "\xbc\xc3\x9f dich \xf0\x9f\x98"), Strings{"\u00fc\u00df dich"});
  EXPECT_EQ(push(splitter, "\x80\n"), Strings{"\U0001f600"});
  EXPECT_EQ(push(splitter, " \n"), Strings{});
  EXPECT_FALSE(splitter.should_warn());
  EXPECT_EQ(push(splitter, "a\xff b"), Strings{"a\ufffd b"});
  EXPECT_TRUE(splitter.should_warn());
  EXPECT_FALSE(splitter.should_warn()) << "reported once";
  EXPECT_EQ(push(splitter, "\xe2\x82"), Strings{});
  EXPECT_NE(splitter.finish(), "") << "an incomplete character is replaced, not dropped";
}

TEST(TextSplitter, RemovesWhiteSpaceAroundATurn) {
  TextSplitter splitter;
  EXPECT_EQ(push(splitter, " \t one\ntwo \r\n"), Strings{"one\ntwo"});
  EXPECT_EQ(splitter.finish(), "");
}

/// As applications in C push their strings.
TEST(TextSplitter, TheNulOfAStringIsNoText) {
  TextSplitter splitter;
  EXPECT_EQ(push(splitter, std::string_view("Hello\0", 6)), Strings{"Hello"});
  EXPECT_EQ(push(splitter, std::string_view("World\0", 6)), Strings{"World"});
  EXPECT_EQ(push(splitter, std::string_view("both \0\n", 7)), Strings{"both"});
  EXPECT_EQ(splitter.finish(), "");
  splitter.set_turns(Turns::line);
  EXPECT_EQ(push(splitter, std::string_view("one\ntwo\n\0", 9)), (Strings{"one", "two"}));
  EXPECT_EQ(splitter.finish(), "");
  EXPECT_FALSE(splitter.should_warn());
}

TEST(TextSplitter, WhatIsClearedIsGone) {
  TextSplitter splitter;
  splitter.set_turns(Turns::line);
  EXPECT_EQ(push(splitter, "before "), Strings{});
  splitter.clear();
  EXPECT_EQ(push(splitter, "after\n"), Strings{"after"});
}

TEST(TextSplitter, ALineIsATurn) {
  TextSplitter splitter;
  splitter.set_turns(Turns::line);
  EXPECT_EQ(push(splitter, "one\r\n\n \nt"), Strings{"one"}) << "empty lines are not turns";
  EXPECT_EQ(push(splitter, "wo"), Strings{});
  EXPECT_EQ(push(splitter, "\nthree\nfo"), (Strings{"two", "three"}));
  EXPECT_EQ(push(splitter, "u\xc3"), Strings{});
  EXPECT_EQ(push(splitter, "\xbcr\n"), Strings{"fou\u00fcr"});
  EXPECT_EQ(push(splitter, "last"), Strings{});
  EXPECT_EQ(splitter.finish(), "last");
  EXPECT_EQ(splitter.finish(), "");
}

TEST(TextSplitter, AStreamIsATurn) {
  TextSplitter splitter;
  splitter.set_turns(Turns::stream);
  EXPECT_EQ(push(splitter, "one\n\n"), Strings{});
  EXPECT_EQ(push(splitter, "two\n"), Strings{});
  EXPECT_EQ(splitter.pending(), 9u);
  EXPECT_EQ(splitter.finish(), "one\n\ntwo");
}

TEST(TextSplitter, ALongTurnIsCut) {
  for (const auto turns : {Turns::line, Turns::stream}) {
    TextSplitter splitter;
    splitter.set_turns(turns);
    EXPECT_EQ(push(splitter, std::string(TextSplitter::max_turn - 1, 'x')), Strings{});
    EXPECT_FALSE(splitter.should_warn_of_cut());
    const auto cut = push(splitter, "\u00fc!");
    ASSERT_EQ(cut.size(), 1u);
    EXPECT_EQ(cut[0].size(), TextSplitter::max_turn - 1) << "not inside a character";
    EXPECT_TRUE(splitter.should_warn_of_cut());
    EXPECT_EQ(splitter.finish(), "\u00fc!");
    EXPECT_FALSE(splitter.should_warn()) << "it is UTF-8";
  }
  TextSplitter splitter;
  const std::string buffer(2 * TextSplitter::max_turn, 'x');
  EXPECT_EQ(push(splitter, buffer), Strings{buffer}) << "a buffer is a turn";
}

}  // namespace
}  // namespace gemlive
