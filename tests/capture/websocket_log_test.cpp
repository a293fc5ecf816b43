// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "websocket_log.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gemlive::websocket_log {
namespace {

// As google/test-server writes it.
const std::string recorded =
    ">26 {\"setup\":{\"model\":\"m\u00e9\"}}\n"
    "<27 {\n  \"setupComplete\": {}\n}\n\n"
    ">39 {\"realtimeInput\":{\"activityStart\":{}}}\n";

std::string problem(std::string_view text) {
  const auto entries = parse(text);
  return entries ? "" : entries.error().message;
}

TEST(WebsocketLog, ReadsWhatTestServerWrites) {
  const auto entries = parse(recorded);
  ASSERT_TRUE(entries) << entries.error().message;
  ASSERT_EQ(entries->list.size(), 3u);
  EXPECT_FALSE(entries->is_cut);
  EXPECT_TRUE(entries->list[0].is_clients);
  EXPECT_EQ(entries->list[0].payload, "{\"setup\":{\"model\":\"m\u00e9\"}}");
  EXPECT_FALSE(entries->list[1].is_clients);
  EXPECT_EQ(entries->list[1].payload, "{\n  \"setupComplete\": {}\n}\n");
  EXPECT_EQ(entries->list[1].time, std::nullopt);
  EXPECT_TRUE(entries->list[2].is_clients);
}

TEST(WebsocketLog, ReadsWhatItWrites) {
  constexpr std::int64_t times[] = {0, 1, 999'999, 86'400'000'000};
  const std::string payloads[] = {
      "{}", "", "\n\n", "{\"a\": \"\xff\"}   \n", std::string(5000, 'x'), std::string(50, ' ')};
  std::string text;
  for (const auto &payload : payloads) {
    for (const auto time : times)
      append(text, time % 2 == 0, payload, time);
  }
  const auto entries = parse(text);
  ASSERT_TRUE(entries) << entries.error().message;
  ASSERT_EQ(entries->list.size(), std::size(payloads) * std::size(times));
  for (std::size_t i = 0; i < entries->list.size(); ++i) {
    EXPECT_EQ(entries->list[i].payload, payloads[i / std::size(times)]);
    EXPECT_EQ(entries->list[i].time, times[i % std::size(times)]);
    EXPECT_EQ(entries->list[i].is_clients, times[i % std::size(times)] % 2 == 0);
  }
}

TEST(WebsocketLog, TheTimeIsWhiteSpaceThatTheLengthCounts) {
  std::string text;
  append(text, false, "{}", 5);
  EXPECT_EQ(text, "<44 {}\t" + std::string(37, ' ') + "\t \t\n");
}

TEST(WebsocketLog, WhiteSpaceOfTheServerIsNoTime) {
  for (const std::string &space :
       {std::string(41, ' '), std::string(40, '\t'), '\n' + std::string(40, ' ')}) {
    const auto payload = "{}" + space;
    const auto text = "<" + std::to_string(payload.size() + 1) + " " + payload + "\n";
    const auto entries = parse(text);
    ASSERT_TRUE(entries);
    EXPECT_EQ(entries->list.at(0).payload, payload);
    EXPECT_EQ(entries->list.at(0).time, std::nullopt);
  }
}

TEST(WebsocketLog, AFileThatEndsTooEarlyIsReadUpToThere) {
  for (std::size_t size = 0; size < recorded.size(); ++size) {
    const auto entries = parse(std::string_view(recorded).substr(0, size));
    ASSERT_TRUE(entries) << size << entries.error().message;
    const bool between = size == 0 || size == 30 || size == 61;
    EXPECT_EQ(entries->is_cut, !between) << size;
    EXPECT_EQ(entries->list.size(), size < 30 ? 0u : size < 61 ? 1u : 2u) << size;
  }
}

TEST(WebsocketLog, OtherFilesAreRefused) {
  EXPECT_NE(problem("hello").find("at byte 0 > or < is missing"), std::string::npos);
  EXPECT_NE(problem(">x {}\n").find("at byte 1 a length is missing"), std::string::npos);
  EXPECT_NE(problem(">0 {}\n").find("a length"), std::string::npos);
  EXPECT_NE(problem(">-3 {}\n").find("a length"), std::string::npos);
  EXPECT_NE(problem(">99999999999999999999 {}\n").find("a length"), std::string::npos);
  EXPECT_NE(problem(">3 {}\nRIFF").find("at byte 6 > or <"), std::string::npos);
}

TEST(WebsocketLog, NotesAreNoMessages) {
  const Note closed{.closed = Note::Closed{.code = 1011, .reason = "\"Internal\" error"}};
  EXPECT_EQ(text(closed),
            R"({"gemliveCapture":{"closed":{"code":1011,"reason":"\"Internal\" error"}}})");
  for (const auto &note : {closed, Note{.dropped = 12}, Note{.is_full = true}})
    EXPECT_EQ(read_note(text(note)), note) << text(note);
  EXPECT_EQ(read_note(R"({"setupComplete":{}})"), std::nullopt);
  EXPECT_EQ(read_note(R"({"gemliveCapture":)"), std::nullopt);
  EXPECT_EQ(read_note(R"({"gemliveCapture":1})"), Note{});
}

}  // namespace
}  // namespace gemlive::websocket_log
