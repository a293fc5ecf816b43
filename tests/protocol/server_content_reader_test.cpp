// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The fields of serverContent.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "decoder_fixture.hpp"

using namespace gemlive;
using namespace std::chrono_literals;

namespace {

using test::Events;

class ServerContentReaderTest : public test::DecoderFixture {};

TEST_F(ServerContentReaderTest, AudioIsAViewIntoTheMessage) {
  const auto events = decode(test::audio_message(9600));
  ASSERT_EQ(events.size(), 1u);
  const auto &audio = std::get<Audio>(events[0]);
  EXPECT_EQ(audio.rate, 24000);
  EXPECT_EQ(audio.base64.size(), 12800u);
  EXPECT_GE(audio.base64.data(), message_.data());
  EXPECT_LE(audio.base64.data() + audio.base64.size(), message_.data() + message_.size());
  EXPECT_EQ(audio.base64.data()[-1], '"');
}

TEST_F(ServerContentReaderTest, AudioWithEscapesIsUnescaped) {
  const auto events = parts(R"({"inlineData":{"data":"A\/\u0041+","mimeType":"audio\/pcm"}})");
  EXPECT_EQ(events, Events{(Audio{.base64 = "A/A+", .rate = 24000})});
}

TEST_F(ServerContentReaderTest, RateComesFromTheMediaType) {
  const auto rate_of = [&](const std::string &mime) {
    const auto events = parts(R"({"inlineData":{"mimeType":")" + mime + R"(","data":"AAAA"}})");
    if (events.size() != 1) return -1;
    const auto *audio = std::get_if<Audio>(&events[0]);
    if (!audio) {
      EXPECT_EQ(events[0], ServerEvent(UnknownMedia{mime}));
    }
    return audio ? audio->rate : 0;
  };
  EXPECT_EQ(rate_of("audio/pcm"), 24000);
  EXPECT_EQ(rate_of("audio/pcm;rate=16000"), 16000);
  EXPECT_EQ(rate_of("Audio/PCM ; Rate = 8000"), 8000);
  EXPECT_EQ(rate_of("audio/pcm;codec=s16;rate=48000;"), 48000);
  EXPECT_EQ(rate_of("audio/pcm;channels=1"), 24000);
  for (const auto *mime :
       {"audio/pcm;rate=7999", "audio/pcm;rate=48001", "audio/pcm;rate=0", "audio/pcm;rate=-24000",
        "audio/pcm;rate=4294991296", "audio/pcm;rate=24k", "audio/pcm;rate=", "audio/pcm;rate",
        "audio/pcm;channels=2", "audio/opus", "audio/pcmx", "video/mp4", ""})
    EXPECT_EQ(rate_of(mime), 0) << mime;
}

TEST_F(ServerContentReaderTest, EmptyOrInvalidInlineDataIsNoEvent) {
  EXPECT_EQ(parts(R"({"inlineData":{"mimeType":"audio/pcm","data":""}})"), Events{});
  EXPECT_EQ(parts(R"({"inlineData":{"mimeType":"audio/pcm"}})"), Events{});
  EXPECT_EQ(parts(R"({"inlineData":{"mimeType":"audio/pcm","data":[1,{"a":2}]}})"), Events{});
  EXPECT_EQ(parts(R"({"inlineData":"AAAA"})"), Events{});
  EXPECT_EQ(parts(R"({"inlineData":{"data":"AAAA"}})"), Events{UnknownMedia{}});
}

TEST_F(ServerContentReaderTest, TextPartsAndThoughts) {
  EXPECT_EQ(parts(R"({"text":" Yes"},{"text":""},{"text":", \"I\u00e4\ud83d\ude00"})"),
            (Events{Text{" Yes"}, Text{", \"I\u00e4\U0001F600"}}));
  EXPECT_EQ(parts(R"({"text":"hm","thought": true})"),
            Events{ServerMessage{R"({"text":"hm","thought":true})"}});
  EXPECT_EQ(parts(R"({"text":"hm","thoughtSignature":"Zm","thought":true})"),
            Events{ServerMessage{R"({"text":"hm","thoughtSignature":"Zm","thought":true})"}});
  EXPECT_EQ(parts(R"({"thought":true,"inlineData":{"mimeType":"audio/pcm","data":"AAAA"}})").size(),
            1u);
  EXPECT_EQ(parts(R"({"text":"said","thought":false})"), Events{Text{"said"}});
}

TEST_F(ServerContentReaderTest, SeveralPartsStayInOrder) {
  EXPECT_EQ(
      parts(R"({"text":"a"},{"inlineData":{"mimeType":"audio/pcm","data":"AAAA"}},{"text":"b"})"),
      (Events{Text{"a"}, Audio{.base64 = "AAAA"}, Text{"b"}}));
}

TEST_F(ServerContentReaderTest, Transcripts) {
  EXPECT_EQ(
      content(
          R"("inputTranscription":{"text":" What","languageCode":"en-US","speakerLabel":"A","words":[{"word":"x", "startOffset":"1s"}]})"),
      (Events{Transcript{Speaker::user, " What", false, "en-US", "A",
                         R"([{"word":"x","startOffset":"1s"}])"}}));
  EXPECT_EQ(content(R"("inputTranscription":{"text":"a","words":{"b":1},"speakerLabel":7})"),
            (Events{Transcript{Speaker::user, "a"}}));
  EXPECT_EQ(content(R"("outputTranscription":{"text":"We","finished":true})"),
            (Events{Transcript{Speaker::model, "We", true, ""}}));
  EXPECT_EQ(content(R"("output_transcription":{"finished":true})"),
            (Events{Transcript{Speaker::model, "", true, ""}}));
  EXPECT_EQ(decode(R"({"inputTranscription":{"text":"a"},"outputTranscription":{"text":"b"}})"),
            (Events{Transcript{Speaker::user, "a"}, Transcript{Speaker::model, "b"}}));
  EXPECT_EQ(content(R"("outputTranscription":{})"), Events{});
  EXPECT_EQ(content(R"("outputTranscription":{"text":7,"finished":"yes"})"), Events{});
}

TEST_F(ServerContentReaderTest, TranscriptsMayHaveOffsets) {
  using namespace std::chrono_literals;
  EXPECT_EQ(content(R"("inputTranscription":{"text":"a","startOffset":"1.2s","endOffset":"2s"})"),
            (Events{Transcript{.text = "a", .start_offset = 1200ms, .end_offset = 2000ms}}));
  EXPECT_EQ(content(R"("output_transcription":{"text":"a","start_offset":"0s","end_offset":7})"),
            (Events{Transcript{.speaker = Speaker::model, .text = "a", .start_offset = 0ms}}));
  EXPECT_EQ(content(R"("inputTranscription":{"text":"a","startOffset":"x","endOffset":"-1s"})"),
            (Events{Transcript{.text = "a"}}));
}

TEST_F(ServerContentReaderTest, InterimTranscriptsAreEventsOfTheirOwn) {
  using namespace std::chrono_literals;
  EXPECT_EQ(
      content(
          R"("interimInputTranscription":{"text":"wha","languageCode":"en","startOffset":"1s","endOffset":"1.5s"})"),
      (Events{InterimTranscript{
          .text = "wha", .language_code = "en", .start_offset = 1000ms, .end_offset = 1500ms}}));
  EXPECT_EQ(content(R"("interimInputTranscription":{})"), (Events{InterimTranscript{}}))
      << "the last one is taken back";
  EXPECT_EQ(content(R"("interimInputTranscription":null)"), Events{});
}

TEST_F(ServerContentReaderTest, TurnEnds) {
  EXPECT_EQ(content(R"("generationComplete":true)"), Events{GenerationComplete{}});
  EXPECT_EQ(content(R"("interrupted":true)"), Events{Interrupted{}});
  EXPECT_EQ(content(R"("interrupted":false,"turnComplete":false,"generationComplete":"true")"),
            Events{});
  EXPECT_EQ(content(R"("turnComplete":true)"), Events{TurnComplete{}});
  EXPECT_EQ(content(R"("turnCompleteReason":"RESPONSE_REJECTED","turnComplete":true)"),
            Events{TurnComplete{"RESPONSE_REJECTED"}});
  EXPECT_EQ(content(R"("turnComplete":true,"interactionStatus":"IN_PROGRESS")"),
            (Events{TurnComplete{"", true, "IN_PROGRESS"}}));
  EXPECT_EQ(content(R"("turnComplete":true,"interactionStatus":"IDLE")"),
            (Events{TurnComplete{"", false, "IDLE"}}));
  EXPECT_EQ(content(R"("interactionStatus":"REQUIRES_ACTION")"),
            Events{ServerMessage{R"({"interactionStatus":"REQUIRES_ACTION"})"}});
}

}  // namespace
