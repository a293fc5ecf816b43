// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "wire.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "allocations.hpp"
#include "decoder_fixture.hpp"

using namespace gemlive;
using namespace std::chrono_literals;

namespace {

using test::Events;

class DecoderTest : public test::DecoderFixture {};

TEST_F(DecoderTest, AudioMessagesAllocateNothingOnceWarm) {
  const auto cold = test::allocations();
  const auto first = test::audio_message(11520), second = test::audio_message(9600);
  for (int warm = 0; warm < 2; ++warm)
    ASSERT_EQ(decode(first).size(), 1u);
  ASSERT_GT(test::allocations(), cold);  // they are counted
  const auto before = test::allocations();
  std::size_t seen = 0;
  for (int i = 0; i < 100; ++i) {
    const auto events = decoder_.decode(i % 2 ? first : second);
    seen += events ? std::get<Audio>(events->front()).base64.size() : 0;
  }
  EXPECT_EQ(test::allocations(), before);
  EXPECT_EQ(seen, 50u * (15360 + 12800));
}

TEST_F(DecoderTest, WhatTheUserInterruptsWithFollowsTheInterruption) {
  EXPECT_EQ(decode(R"({"serverContent":{"inputTranscription":{"text":"u"},"interrupted":true,
      "outputTranscription":{"text":"m"},"turnComplete":true}})"),
            (Events{Transcript{Speaker::model, "m"}, Interrupted{}, Transcript{Speaker::user, "u"},
                    TurnComplete{}}));
  EXPECT_EQ(decode(R"({"serverContent":{"inputTranscription":{"text":"u"},"interrupted":true,
      "modelTurn":{"parts":[{"text":"t"}]}}})"),
            (Events{Transcript{Speaker::user, "u"}, Text{"t"}, Interrupted{}}));
}

// The server chooses the order of the fields. The order of the events does not depend on it.
TEST_F(DecoderTest, EventsAreInAFixedOrder) {
  const Events expected = {
      Transcript{Speaker::user, "u"},
      Transcript{Speaker::model, "m"},
      Text{"t"},
      Audio{.base64 = "AAAA"},
      ToolCall{"i", "f", "{}"},
      Interrupted{},
      GenerationComplete{},
      gemlive::Usage{{{{}, {}, 1}}, R"({"totalTokenCount":1})"},
      TurnComplete{},
      ResumptionUpdate{"h", true},
  };
  const std::string fields[] = {
      R"("turnComplete":true)",
      R"("generationComplete":true)",
      R"("interrupted":true)",
      R"("outputTranscription":{"text":"m"})",
      R"("modelTurn":{"parts":[{"text":"t"},{"inlineData":{"data":"AAAA","mimeType":"audio/pcm"}}]})",
      R"("inputTranscription":{"text":"u"})"};
  std::string forwards, backwards;
  for (const auto &field : fields) {
    forwards += (forwards.empty() ? "" : ",") + field;
    backwards = field + (backwards.empty() ? "" : ",") + backwards;
  }
  const std::string tool = R"("toolCall":{"functionCalls":[{"id":"i","name":"f"}]})";
  const std::string usage = R"("usageMetadata":{"totalTokenCount":1})";
  const std::string update = R"("sessionResumptionUpdate":{"resumable":true,"newHandle":"h"})";
  EXPECT_EQ(
      decode("{" + update + "," + usage + "," + tool + R"(,"serverContent":{)" + forwards + "}}"),
      expected);
  EXPECT_EQ(
      decode(R"({"serverContent":{)" + backwards + "}," + tool + "," + usage + "," + update + "}"),
      expected);
}

TEST_F(DecoderTest, ALoneSurrogateIsReplacedAndTheRestIsKept) {
  EXPECT_EQ(
      decode(
          R"({"serverContent":{"outputTranscription":{"text":"a\ud83d"},)"
          R"("modelTurn":{"parts":[{"text":"\ude00b"},)"
          R"({"inlineData":{"data":"AAAA","mimeType":"audio/pcm"}}]}},)"
          R"("toolCall":{"functionCalls":[{"name":"f","args":{"x":"\ud800"}}]},"new":"\ud800"})"),
      (Events{Transcript{Speaker::model, "a\uFFFD"}, Text{"\uFFFDb"}, Audio{.base64 = "AAAA"},
              ToolCall{"", "f", R"({"x":"\ud800"})"}, ServerMessage{R"({"new":"\ud800"})"}}));
}

TEST_F(DecoderTest, RefusesAnythingButOneStrictJsonObject) {
  for (const auto *message : {"",
                              " ",
                              "null",
                              "7",
                              "[]",
                              "\"x\"",
                              "{",
                              "}",
                              "{}}",
                              "{} {}",
                              "{},",
                              "{}x",
                              "[{}]",
                              R"({"a":1)",
                              R"({"a":})",
                              R"({"a"})",
                              R"({"a" 1})",
                              R"({a:1})",
                              R"({'a':1})",
                              R"({"a":1,})",
                              R"({,"a":1})",
                              R"({"a":1 "b":2})",
                              R"({"a":[1,]})",
                              R"({"a":[1 2]})",
                              R"({"a":[1})",
                              R"({"a":{]})",
                              R"({"a":[}]})",
                              R"({"a":"x)",
                              R"({"a":"x"y})",
                              R"({"a":"x" "y"})",
                              R"({"a"x:1})",
                              R"({"a":01})",
                              R"({"a":+1})",
                              R"({"a":.5})",
                              R"({"a":1.})",
                              R"({"a":1e})",
                              R"({"a":0x1F})",
                              R"({"a":-})",
                              R"({"a":1x})",
                              R"({"a":NaN})",
                              R"({"a":Infinity})",
                              R"({"a":tru})",
                              R"({"a":truex})",
                              R"({"a":nulll})",
                              R"({"a":"\x"})",
                              R"({"a":"\u12g4"})",
                              R"({"a":"\ud800\u1"})",
                              R"({"\q":1})",
                              "{\"a\":\"x\ny\"}",
                              "{\"a\":\"x\x01y\"}",
                              R"({"a":1/* */})",
                              R"({"a":"b":1})",
                              R"({"a":"b":"c"{"d":1}})",
                              R"({"goAway":"b":1})",
                              R"({"a":1:2})",
                              R"({"a":{}:2})",
                              R"({"a":[]1})",
                              R"({"a":["b":1]})",
                              R"({"a":true"b"})",
                              "{\"a\":1}//",
                              "{\"a\":\"\xff\"}",
                              "{\"a\":\"\xc0\x80\"}",
                              "{\"a\":\"\xed\xa0\x80\"}",
                              "\xef\xbb\xbf{}"})
    EXPECT_TRUE(refuses(message)) << message;
  EXPECT_TRUE(refuses(std::string_view("{}\0", 3)));
  EXPECT_TRUE(refuses(std::string_view("{\"a\":\0}", 7)));
}

// Values that are not used are checked as well.
TEST_F(DecoderTest, AnErrorAnywhereRefusesTheWholeMessage) {
  for (const auto *fault : {R"("\x")", "01", "[1,]", "{\"a\":}", "tru", "{\"a\" 1}", "-", "\"x\"y"})
    for (const auto *where :
         {R"({"setupComplete":@})",
          R"({"setupComplete":{"sessionId":@}})",
          R"({"unknown":@})",
          R"({"unknown":{"deep":[@]}})",
          R"({"serverContent":@})",
          R"({"serverContent":{"turnComplete":@}})",
          R"({"serverContent":{"turnCompleteReason":@}})",
          R"({"serverContent":{"modelTurn":{"role":@}}})",
          R"({"serverContent":{"modelTurn":{"parts":@}}})",
          R"({"serverContent":{"modelTurn":{"parts":[@]}}})",
          R"({"serverContent":{"modelTurn":{"parts":[{"text":@}]}}})",
          R"({"serverContent":{"modelTurn":{"parts":[{"thought":@}]}}})",
          R"({"serverContent":{"modelTurn":{"parts":[{"inlineData":@}]}}})",
          R"({"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":@}}]}}})",
          R"({"serverContent":{"modelTurn":{"parts":[{"inlineData":{"data":@}}]}}})",
          R"({"serverContent":{"inputTranscription":{"words":@}}})",
          R"({"toolCall":{"functionCalls":[{"args":@}]}})",
          R"({"toolCallCancellation":{"ids":[@]}})",
          R"({"usageMetadata":{"x":@}})",
          R"({"goAway":{"timeLeft":@}})",
          R"({"voiceActivity":{"type":@}})",
          R"({"sessionResumptionUpdate":{"newHandle":@}})"}) {
      std::string message = where;
      message.replace(message.find('@'), 1, fault);
      EXPECT_TRUE(refuses(message)) << message;
      message = where;
      message.replace(message.find('@'), 1, R"({"fine":[1,"\n",null]})");
      EXPECT_FALSE(refuses(message)) << message;
    }
}

TEST_F(DecoderTest, EveryPrefixOfAMessageIsRefused) {
  for (
      const std::string message :
      {R"({"serverContent":{"modelTurn":{"parts":[{"text":"a\u00e4","inlineData":{"data":"AAAA","mimeType":"audio/pcm"}},{"thought":true}]},"turnComplete":true},"usageMetadata":{"x":1.5e3,"y":[true,null]}})",
       R"({"new":{"ion":{"ids":["a1"]}}})", R"({"new":[{"a":1}]})",
       R"({"voiceActivity":{"type":"NEW"}})",
       R"({"toolCall":{"functionCalls":[{"name":"f","args":{"a":{}}}]}})"}) {
    ASSERT_FALSE(refuses(message));
    for (std::size_t size = 0; size < message.size(); ++size)
      EXPECT_TRUE(refuses(message.substr(0, size))) << message.substr(0, size);
  }
}

std::string nested(std::size_t levels, const char *open, const char *close) {
  std::string text;
  for (std::size_t i = 0; i < levels; ++i)
    text += open;
  text += "1";
  for (std::size_t i = 0; i < levels; ++i)
    text += close;
  return text;
}

TEST_F(DecoderTest, DepthIsLimited) {
  EXPECT_FALSE(refuses(nested(64, R"({"a":)", "}")));
  EXPECT_TRUE(refuses(nested(65, R"({"a":)", "}")));
  EXPECT_FALSE(refuses(R"({"a":)" + nested(63, "[", "]") + "}"));
  EXPECT_TRUE(refuses(R"({"a":)" + nested(64, "[", "]") + "}"));
  for (const std::size_t levels : {10'000, 1'000'000}) {
    EXPECT_TRUE(refuses(nested(levels, R"({"a":)", "}")));
    EXPECT_TRUE(refuses(R"({"a":)" + nested(levels, "[", "]") + "}"));
    EXPECT_TRUE(refuses(std::string(levels, '[')));
    EXPECT_TRUE(
        refuses(R"({"toolCall":{"functionCalls":[{"args":)" + nested(levels, "[", "]") + "}]}}"));
  }
  EXPECT_EQ(decode(R"({"setupComplete":{}})"), Events{SetupComplete{}});
}

TEST_F(DecoderTest, SizeAndNumberOfEventsAreLimited) {
  constexpr std::size_t limit = 16 * 1024 * 1024;
  const std::string head = R"({"unused":")", tail = R"("})";
  const auto filler = limit - head.size() - tail.size();
  EXPECT_FALSE(refuses(head + std::string(filler, 'x') + tail));
  EXPECT_TRUE(refuses(head + std::string(filler + 1, 'x') + tail));

  const auto many = [](std::size_t count) {
    std::string parts;
    for (std::size_t i = 0; i < count; ++i)
      parts += i ? R"(,{"text":"a"})" : R"({"text":"a"})";
    return R"({"serverContent":{"modelTurn":{"parts":[)" + parts + "]}}}";
  };
  EXPECT_EQ(decode(many(4096)).size(), 4096u);
  EXPECT_TRUE(refuses(many(4097)));
  const auto thoughts = [](std::size_t count) {
    std::string parts;
    for (std::size_t i = 0; i < count; ++i)
      parts += i ? R"(,{"text":"a","thought":true})" : R"({"thought":true,"text":"a"})";
    return R"({"serverContent":{"modelTurn":{"parts":[)" + parts + "]}}}";
  };
  EXPECT_EQ(decode(thoughts(4096)).size(), 4096u) << "each is one event";
  EXPECT_TRUE(refuses(thoughts(4097)));
  EXPECT_TRUE(refuses(many(1'000'000)));
  EXPECT_EQ(decode(test::audio_message(960)).size(), 1u);
}

// Strings with escapes go through memory that simdjson sizes for one copy of each.
TEST_F(DecoderTest, ManyEscapesFitIntoTheMemory) {
  std::string fields;
  for (int i = 0; i < 1000; ++i)
    fields += R"("\u0061\u00e4)" + std::to_string(i) + R"(":"\u20ac\ud83d\ude00\n\/","b":["\t"],)";
  const auto events = decode("{" + fields + R"("setupComplete":{"sessionId":"\u0041"}})");
  ASSERT_EQ(events.size(), 2001u);
  EXPECT_EQ(events[0], ServerEvent(SetupComplete{"A"}));
}

}  // namespace
