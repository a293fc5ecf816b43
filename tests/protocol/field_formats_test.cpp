// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "field_formats.hpp"

#include <gtest/gtest.h>

#include "server_event.hpp"

namespace gemlive::wire {
namespace {

using namespace std::chrono_literals;

TEST(FieldFormats, CompactKeepsStrings) {
  EXPECT_EQ(compact("{ \"a b\" :\t[1,\r\n2 ] }"), R"({"a b":[1,2]})");
  EXPECT_EQ(compact(R"({"a\" b" : 1})"), R"({"a\" b":1})");
}

TEST(FieldFormats, DurationsAreSecondsWithAnS) {
  EXPECT_EQ(parse_duration("9.5s"), 9500ms);
  EXPECT_EQ(parse_duration("0s"), 0ms);
  for (const char *bad : {"", "s", "9.5", "-1s", "1 s", "1e3s", "infs", "nans", "1m"})
    EXPECT_FALSE(parse_duration(bad)) << bad;
}

TEST(FieldFormats, LongDurationsAreCut) {
  EXPECT_EQ(parse_duration("2592000s"), longest_duration) << "30 days";
  EXPECT_EQ(parse_duration("2591999.999s"), longest_duration - 1ms);
  for (const char *longer :
       {"2592001s", "315576000000s", "9223372036854775807s", "99999999999999999999999999999999s"})
    EXPECT_EQ(parse_duration(longer), longest_duration) << longer;
  // Elements and sessions add it to times in ns.
  EXPECT_GT(std::chrono::nanoseconds(longest_duration).count(), 0);
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
  const auto name = [](std::string_view as_sent) {
    const auto index = count_index(as_sent);
    return index ? Usage::names[*index] : "";
  };
  EXPECT_STREQ(name("candidatesTokenCount"), "responseTokenCount");
  EXPECT_STREQ(name("candidates_token_count"), "responseTokenCount");
  EXPECT_STREQ(name("totalTokenCount"), "totalTokenCount");
  EXPECT_STREQ(name("thoughts_token_count"), "thoughtsTokenCount");
  EXPECT_STREQ(name("newTokenCount"), "") << "a server cannot add names";
}

TEST(FieldFormats, DetectsEmptyValues) {
  for (const char *empty : {"{}", "[]", R"("")", "false", "null"})
    EXPECT_TRUE(is_nothing(empty)) << empty;
  for (const char *value : {"0", "true", R"("x")", "[0]", R"({"a":1})"})
    EXPECT_FALSE(is_nothing(value)) << value;
}

}  // namespace
}  // namespace gemlive::wire
