// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "answer_style_reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace gemlive::simulator {
namespace {

/// Reads the value of "answer". `fault` receives the first error.
AnswerStyle read_style(const std::string &json, std::string &fault) {
  simdjson::dom::parser parser;
  const simdjson::padded_string text(json);
  simdjson::dom::element value;
  EXPECT_FALSE(parser.parse(text).get(value)) << json;
  MemberReader reader;
  const auto style = read_answer_style(reader, value);
  fault = reader.fault();
  return style;
}

TEST(AnswerStyleReader, ReadsEachMember) {
  std::string fault;
  const auto style =
      read_style(R"({"say":"hi","tone":300,"speed":0.5,"rate":16000,"mime":"audio/pcm",
      "chunks":[7,9601],"parts":2,"bundle":"end","url-safe":true,"escape":true,"generation-complete":false,
      "turn-complete":false,"usage":false,"interrupted-complete":false,
      "reason":"BLOCKLIST","status":"IN_PROGRESS","extra":{"x":1},"frame":"text","fragment":10})",
                 fault);
  EXPECT_EQ(fault, "");
  EXPECT_EQ(style.say, "hi");
  EXPECT_EQ(style.tone, 300);
  EXPECT_EQ(style.speed, 0.5);
  EXPECT_EQ(style.rate, 16000);
  EXPECT_EQ(style.mime, "audio/pcm");
  EXPECT_EQ(style.chunks, (std::vector<std::size_t>{7, 9601}));
  EXPECT_EQ(style.parts, 2);
  EXPECT_TRUE(style.bundle_transcript && style.bundle_end && style.url_safe && style.escape);
  EXPECT_FALSE(style.generation_complete || style.turn_complete || style.usage ||
               style.interrupted_complete);
  EXPECT_EQ(style.status, "IN_PROGRESS");
  EXPECT_EQ(style.extra, "\"x\":1");
  EXPECT_TRUE(style.framing.text);
  EXPECT_EQ(style.framing.fragment, 10u);
}

TEST(AnswerStyleReader, WithoutMembersTheStyleIsTheServices) {
  std::string fault;
  const auto style = read_style("{}", fault);
  EXPECT_EQ(fault, "");
  EXPECT_FALSE(style.say || style.tone || style.speed);
  EXPECT_EQ(style.rate, AnswerStyle().rate);
  EXPECT_EQ(style.chunks, AnswerStyle().chunks);
  EXPECT_FALSE(style.framing.text) << "the service sends binary frames";
}

TEST(AnswerStyleReader, BundlesTheTranscriptOrTheEnd) {
  std::string fault;
  const auto style = read_style(R"({"bundle":"transcript"})", fault);
  EXPECT_EQ(fault, "");
  EXPECT_TRUE(style.bundle_transcript);
  EXPECT_FALSE(style.bundle_end);
}

TEST(AnswerStyleReader, AnErrorNamesTheMember) {
  for (const auto &[json, words] : {
           std::pair{R"({"say":7})", "\"say\" must be a string"},
           {R"({"tone":-1})", "\"tone\" must be a whole number"},
           {R"({"speed":-0.5})", "\"speed\" must be a number from 0"},
           {R"({"rate":999})", "\"rate\" must be from 1000 to 192000"},
           {R"({"rate":192001})", "\"rate\" must be from 1000 to 192000"},
           {R"({"chunks":[]})", "\"chunks\" must be a list"},
           {R"({"chunks":[7,0]})", "\"chunks\" must be a list"},
           {R"({"chunks":7})", "\"chunks\" must be a list"},
           {R"({"parts":0})", "\"parts\" must be at least 1"},
           {R"({"bundle":"all"})", "\"bundle\" must be transcript or end"},
           {R"({"extra":{}})", "\"extra\" must be an object with members"},
           {R"({"extra":[1]})", "\"extra\" must be an object with members"},
           {R"({"frame":"ping"})", "\"frame\" must be text or binary"},
           {R"({"usage":1})", "\"usage\" must be true or false"},
       }) {
    std::string fault;
    read_style(json, fault);
    EXPECT_NE(fault.find(words), std::string::npos) << json << ": " << fault;
  }
}

}  // namespace
}  // namespace gemlive::simulator
