// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "field_formats.hpp"

#include <gtest/gtest.h>

namespace gemlive::wire {
namespace {

using namespace std::chrono_literals;

TEST(FieldFormats, NamesAreCamelCaseOrSnakeCase) {
  EXPECT_TRUE(is_named("turnComplete", "turnComplete"));
  EXPECT_TRUE(is_named("turn_complete", "turnComplete"));
  for (const char *other :
       {"turncomplete", "turn_Complete", "turn__complete", "turnComplete_", "turn", ""})
    EXPECT_FALSE(is_named(other, "turnComplete")) << other;
}

TEST(FieldFormats, CompactKeepsStrings) {
  EXPECT_EQ(compact("{ \"a b\" :\t[1,\r\n2 ] }"), R"({"a b":[1,2]})");
  EXPECT_EQ(compact(R"({"a\" b" : 1})"), R"({"a\" b":1})");
}

TEST(FieldFormats, DurationsAreSecondsWithAnS) {
  EXPECT_EQ(parse_duration("9.5s"), 9500ms);
  EXPECT_EQ(parse_duration("0s"), 0ms);
  for (const char *bad :
       {"", "s", "9.5", "-1s", "1 s", "1e3s", "infs", "nans", "1m", "1000000000000s"})
    EXPECT_FALSE(parse_duration(bad)) << bad;
}

TEST(FieldFormats, RatesOfPcm) {
  EXPECT_EQ(pcm_rate("audio/pcm"), 24000);
  EXPECT_EQ(pcm_rate("audio/pcm;rate=16000"), 16000);
  EXPECT_EQ(pcm_rate("Audio/PCM; channels=1; Rate = 8000"), 8000);
  for (const char *bad : {"audio/wav", "audio/pcm;rate=7999", "audio/pcm;rate=48001",
                          "audio/pcm;rate=x", "audio/pcm;channels=2", "image/png", ""})
    EXPECT_FALSE(pcm_rate(bad)) << bad;
}

TEST(FieldFormats, CountsHaveTheNamesOfTheDeveloperApi) {
  EXPECT_EQ(count_name("candidatesTokenCount"), "responseTokenCount");
  EXPECT_EQ(count_name("candidates_token_count"), "responseTokenCount");
  EXPECT_EQ(count_name("totalTokenCount"), "totalTokenCount");
  EXPECT_EQ(count_name("newTokenCount"), "newTokenCount");
}

TEST(FieldFormats, DetectsEmptyValues) {
  for (const char *empty : {"{}", "[]", R"("")", "false", "null"})
    EXPECT_TRUE(is_nothing(empty)) << empty;
  for (const char *value : {"0", "true", R"("x")", "[0]", R"({"a":1})"})
    EXPECT_FALSE(is_nothing(value)) << value;
}

}  // namespace
}  // namespace gemlive::wire
