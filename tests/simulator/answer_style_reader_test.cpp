// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "answer_style_reader.hpp"

#include <gtest/gtest.h>

#include <string>
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
      "turn-complete":false,"usage":false,"reason":"BLOCKLIST","extra":{"x":1},"frame":"text","fragment":10})",
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
  EXPECT_FALSE(style.generation_complete || style.turn_complete || style.usage);
  EXPECT_EQ(style.extra, "\"x\":1");
  EXPECT_TRUE(style.framing.text);
  EXPECT_EQ(style.framing.fragment, 10u);
}

}  // namespace
}  // namespace gemlive::simulator
