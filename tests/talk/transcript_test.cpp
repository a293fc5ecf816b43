// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "transcript.hpp"

#include "display_text.hpp"
#include "utf8_locale.hpp"

namespace gemlive::talk {
namespace {

using Strings = std::vector<std::string>;

class TranscriptTest : public test::Utf8Locale {
 protected:
  Strings shown(int width = 80, int height = 100) {
    Strings result;
    for (const auto &line : transcript.window(width, height))
      result.push_back(line.text);
    return result;
  }
  void user(const char *text, bool is_final = false) {
    transcript.words({Speaker::User, text, is_final});
  }
  void model(const char *text, bool is_final = false) {
    transcript.words({Speaker::Model, text, is_final});
  }
  void notes(int count) {
    for (int i = 1; i <= count; ++i)
      transcript.note(std::to_string(i));
  }

  Transcript transcript;
};

TEST_F(TranscriptTest, BeginsEmpty) {
  EXPECT_TRUE(shown().empty());
  transcript.scroll(5, 80, 10);
  EXPECT_FALSE(transcript.is_scrolled());
}

TEST_F(TranscriptTest, PiecesMakeUtterances) {
  user("What is ");
  user("this?", true);
  transcript.turn_started();
  model(" It is");
  model(" a test.");
  transcript.turn_ended({});
  user(" And that?");
  transcript.turn_started();
  model("Another.");
  EXPECT_EQ(shown(), (Strings{"You: What is this?", "Model: It is a test.", "You: And that?",
                              "Model: Another."}));
}

TEST_F(TranscriptTest, TheLastWordsOfAnAnswerAreHeardBehindItsTurn) {
  transcript.turn_started();
  model("one");
  transcript.turn_ended({});
  model(" two");
  EXPECT_EQ(shown(), Strings{"Model: one two"});
}

TEST_F(TranscriptTest, BothSpeakAtOnce) {
  user("Tell me");
  transcript.turn_started();
  model("Once upon");
  user(" stop");
  model(" a time");
  user(" please");
  EXPECT_EQ(shown(), (Strings{"You: Tell me", "Model: Once upon a time", "You: stop please"}));
}

TEST_F(TranscriptTest, AnInterruptionMarksTheAnswer) {
  transcript.turn_started();
  model("Once upon");
  transcript.turn_ended({true, std::nullopt, {}});
  transcript.turn_started();
  transcript.turn_ended({true, std::nullopt, {}});
  transcript.turn_started();
  model("Yes?");
  EXPECT_EQ(shown(), (Strings{"Model: Once upon [interrupted]",
                              "* The answer was interrupted before a word of it was heard.",
                              "Model: Yes?"}));
}

TEST_F(TranscriptTest, AnInterruptionIsShownBeforeItsTurnEnds) {
  transcript.turn_started();
  model("Once upon");
  transcript.interrupted();
  EXPECT_EQ(shown(), Strings{"Model: Once upon [interrupted]"});
  user("Stop.", true);
  model(" a");
  transcript.turn_ended({true, std::nullopt, {}});
  model(" time");
  EXPECT_EQ(shown(), (Strings{"Model: Once upon [interrupted]", "You: Stop."}));
  transcript.turn_started();
  model("Yes?");
  EXPECT_EQ(shown().back(), "Model: Yes?");
}

TEST_F(TranscriptTest, ToolsNotesAndProblems) {
  model("I look");
  transcript.tool_call({"time", "{\"zone\":\n\"Oslo\"}", "1"});
  transcript.tool_result({"time", "1", "{\"time\":\"12:00\"}", false});
  transcript.tool_result({"time", "2", "{\"error\":\"late\"}", true});
  model("It is noon.");
  transcript.note("The microphone is gone.");
  transcript.problem("The key is wrong.", "Set GEMINI_API_KEY.");
  EXPECT_EQ(shown(), (Strings{"Model: I look", "Tool: time {\"zone\": \"Oslo\"}",
                              "Tool: time returned {\"time\":\"12:00\"}",
                              "Tool: time failed: {\"error\":\"late\"}", "Model: It is noon.",
                              "* The microphone is gone.",
                              "Problem: The key is wrong. Set GEMINI_API_KEY."}));
  EXPECT_EQ(transcript.window(80, 100)[1].tone, Tone::Tool);
}

TEST_F(TranscriptTest, NothingFromOutsideControlsTheTerminal) {
  const std::string bad = "\x1b[31m\u009b2J\x07\r\n\x1b]0;t\x07";
  user(bad.c_str(), true);
  model(bad.c_str(), true);
  transcript.tool_call({bad, bad, bad});
  transcript.tool_result({bad, bad, bad, false});
  transcript.note(bad);
  transcript.problem(bad, bad);
  for (const auto &line : shown())
    EXPECT_EQ(printable(line), line);
}

TEST_F(TranscriptTest, WrapsWithAnIndent) {
  model("one two three four five six seven eight nine");
  EXPECT_EQ(shown(30), (Strings{"Model: one two three four five", "    six seven eight nine"}));
  EXPECT_EQ(shown(20), (Strings{"Model: one two three", "four five six seven", "eight nine"}));
  const auto lines = transcript.window(30, 10);
  EXPECT_EQ(lines[0].label, 7u);
  EXPECT_EQ(lines[1].label, 0u);
  for (int width = 1; width < 40; ++width)
    for (const auto &line : transcript.window(width, 100))
      EXPECT_LE(columns(line.text), width);
}

TEST_F(TranscriptTest, TheWindowFollowsTheEnd) {
  notes(5);
  EXPECT_EQ(shown(80, 2), (Strings{"* 4", "* 5"}));
  transcript.note("6");
  EXPECT_EQ(shown(80, 2), (Strings{"* 5", "* 6"}));
  EXPECT_TRUE(shown(0, 2).empty());
  EXPECT_TRUE(shown(80, 0).empty());
}

TEST_F(TranscriptTest, AScrolledWindowStays) {
  notes(9);
  transcript.scroll(3, 80, 2);
  EXPECT_EQ(shown(80, 2), (Strings{"* 5", "* 6"}));
  transcript.note("10");
  EXPECT_EQ(shown(80, 2), (Strings{"* 5", "* 6"}));
  EXPECT_TRUE(transcript.is_scrolled());
  transcript.scroll(-1, 80, 2);
  EXPECT_EQ(shown(80, 2), (Strings{"* 6", "* 7"}));
  transcript.scroll(-100, 80, 2);
  EXPECT_FALSE(transcript.is_scrolled());
  EXPECT_EQ(shown(80, 2), (Strings{"* 9", "* 10"}));
}

TEST_F(TranscriptTest, ScrollsNoFurtherThanTheStart) {
  notes(4);
  transcript.scroll(100, 80, 3);
  EXPECT_EQ(shown(80, 3), (Strings{"* 1", "* 2", "* 3"}));
  transcript.scroll(-1, 80, 3);
  EXPECT_FALSE(transcript.is_scrolled());
  transcript.scroll(100, 80, 30);
  EXPECT_FALSE(transcript.is_scrolled()) << "all lines fit";
}

TEST_F(TranscriptTest, AScrolledWindowStandsAResize) {
  for (int i = 0; i < 50; ++i)
    transcript.note("number " + std::to_string(i) + " of many words that are wrapped");
  transcript.scroll(60, 20, 5);
  const auto narrow = shown(20, 5);
  EXPECT_EQ(narrow.size(), 5u);
  EXPECT_EQ(shown(200, 5).size(), 5u);
  EXPECT_TRUE(transcript.is_scrolled());
  EXPECT_EQ(shown(3, 5).size(), 5u);
}

TEST(TranscriptMemory, ForgetsTheOldest) {
  setlocale(LC_CTYPE, "C.UTF-8");
  Transcript transcript(10000);
  for (int i = 0; i < 1000; ++i) {
    transcript.note(std::to_string(i) + std::string(100, 'x'));
    if (i == 50) transcript.scroll(10, 80, 5);
  }
  const auto lines = transcript.window(200, 5);
  EXPECT_EQ(lines.size(), 5u);
  EXPECT_TRUE(transcript.is_scrolled()) << "at the oldest that is left";
  transcript.scroll_to_end();
  EXPECT_EQ(transcript.window(200, 1)[0].text.substr(0, 5), "* 999");
  std::size_t size = 0;
  for (const auto &line : transcript.window(200, 100000))
    size += line.text.size();
  EXPECT_LE(size, 10000u);
  EXPECT_GT(size, 5000u);
}

TEST(TranscriptMemory, AnEndlessUtteranceIsBoundedAndWhole) {
  setlocale(LC_CTYPE, "C.UTF-8");
  Transcript transcript(100000);
  for (int i = 0; i < 100000; ++i)
    transcript.words({Speaker::Model, "中 ", false});
  std::size_t size = 0;
  for (const auto &line : transcript.window(80, 100000))
    size += line.text.size();
  EXPECT_LE(size, 110000u);
  Transcript other;
  std::string many;
  for (int i = 0; i < 20000; ++i)
    many += "中";
  other.words({Speaker::User, many, true});
  std::size_t characters = 0;
  for (const auto &line : other.window(80, 100000))
    for (const auto &cell : cells(line.text))
      characters += cell.columns == 2 ? 1 : 0;
  EXPECT_EQ(characters, 20000u);
}

TEST(TranscriptMemory, OneEntryIsLargerThanTheLimit) {
  setlocale(LC_CTYPE, "C.UTF-8");
  Transcript transcript(10);
  transcript.words({Speaker::Model, "many words of the model", false});
  transcript.words({Speaker::Model, " and more", true});
  transcript.words({Speaker::User, "mine", true});
  ASSERT_EQ(transcript.window(80, 5).size(), 1u);
  EXPECT_EQ(transcript.window(80, 5)[0].text, "You: mine");
  transcript.words({Speaker::Model, "again", true});
  EXPECT_EQ(transcript.window(80, 5)[0].text, "Model: again");
}

}  // namespace
}  // namespace gemlive::talk
