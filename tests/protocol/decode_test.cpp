// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "wire.hpp"

#include <gtest/gtest.h>

#include <time.h>

#include <algorithm>
#include <string>
#include <vector>

#include "allocations.hpp"
#include "base64.hpp"

using namespace gemlive;
using namespace std::chrono_literals;

namespace {

using Events = std::vector<ServerEvent>;

class Wire : public testing::Test {
 protected:
  /// What `message` says; the test fails where it is refused.
  Events decode(std::string message) {
    message_ = std::move(message);
    const auto events = decoder_.decode(message_);
    if (!events) {
      ADD_FAILURE() << events.error().detail << ": " << message_.substr(0, 200);
      return {};
    }
    return {events->begin(), events->end()};
  }
  Events content(const std::string &fields) {
    return decode(R"({"serverContent":{)" + fields + "}}");
  }
  Events parts(const std::string &parts) {
    return content(R"("modelTurn":{"role":"model","parts":[)" + parts + "]}");
  }
  bool refuses(std::string_view message) {
    const auto events = decoder_.decode(message);
    if (!events) {
      EXPECT_EQ(events.error().kind, ErrorKind::bad_data);
      EXPECT_FALSE(events.error().detail.empty());
    }
    return !events;
  }

  wire::Decoder decoder_;
  std::string message_;  // audio events are views into it
};

std::string audio_message(std::size_t bytes, const std::string &mime = "audio/pcm;rate=24000") {
  const std::vector<std::byte> samples(bytes, std::byte{0x5a});
  std::string data(base64::encoded_size(bytes), '\0');
  base64::encode(samples, data.data());
  return "{\n  \"serverContent\": {\n    \"modelTurn\": {\n      \"parts\": [\n        {\n         "
         " "
         "\"inlineData\": {\n            \"mimeType\": \"" +
         mime + "\",\n            \"data\": \"" + data +
         "\"\n          }\n        }\n      ]\n    }\n  }\n}\n";
}

TEST_F(Wire, SetupComplete) {
  EXPECT_EQ(decode("{\n  \"setupComplete\": {}\n}\n"), Events{SetupComplete{}});
  EXPECT_EQ(decode(R"({"setupComplete":{"sessionId":"0b7c","x":[1]}})"),
            (Events{SetupComplete{"0b7c"}, ServerMessage{R"({"x":[1]})"}}));
  EXPECT_EQ(decode(R"({"setup_complete":{"session_id":"0b7c"}})"), Events{SetupComplete{"0b7c"}});
  EXPECT_EQ(decode(R"({"setupComplete":null})"), Events{});
}

TEST_F(Wire, AudioIsAViewIntoTheMessage) {
  const auto events = decode(audio_message(9600));
  ASSERT_EQ(events.size(), 1u);
  const auto &audio = std::get<Audio>(events[0]);
  EXPECT_EQ(audio.rate, 24000);
  EXPECT_EQ(audio.base64.size(), 12800u);
  EXPECT_GE(audio.base64.data(), message_.data());
  EXPECT_LE(audio.base64.data() + audio.base64.size(), message_.data() + message_.size());
  EXPECT_EQ(audio.base64.data()[-1], '"');
}

TEST_F(Wire, AudioWithEscapesIsUnescaped) {
  const auto events = parts(R"({"inlineData":{"data":"A\/\u0041+","mimeType":"audio\/pcm"}})");
  EXPECT_EQ(events, Events{(Audio{.base64 = "A/A+", .rate = 24000})});
}

TEST_F(Wire, AudioMessagesAllocateNothingOnceWarm) {
  const auto cold = test::allocations();
  const auto first = audio_message(11520), second = audio_message(9600);
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

TEST_F(Wire, AudioMessagesAreEncodedWithoutAllocationOnceWarm) {
  const std::vector<std::byte> samples(1280, std::byte{1});
  std::string out;
  wire::encode_audio(samples, 16000, out);
  const auto before = test::allocations();
  for (int i = 0; i < 100; ++i)
    wire::encode_audio(samples, 16000, out);
  EXPECT_EQ(test::allocations(), before);
}

TEST_F(Wire, RateComesFromTheMediaType) {
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

TEST_F(Wire, EmptyOrOddInlineDataIsNoEvent) {
  EXPECT_EQ(parts(R"({"inlineData":{"mimeType":"audio/pcm","data":""}})"), Events{});
  EXPECT_EQ(parts(R"({"inlineData":{"mimeType":"audio/pcm"}})"), Events{});
  EXPECT_EQ(parts(R"({"inlineData":{"mimeType":"audio/pcm","data":[1,{"a":2}]}})"), Events{});
  EXPECT_EQ(parts(R"({"inlineData":"AAAA"})"), Events{});
  EXPECT_EQ(parts(R"({"inlineData":{"data":"AAAA"}})"), Events{UnknownMedia{}});
}

TEST_F(Wire, TextPartsAndThoughts) {
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

TEST_F(Wire, SeveralPartsStayInOrder) {
  EXPECT_EQ(
      parts(R"({"text":"a"},{"inlineData":{"mimeType":"audio/pcm","data":"AAAA"}},{"text":"b"})"),
      (Events{Text{"a"}, Audio{.base64 = "AAAA"}, Text{"b"}}));
}

TEST_F(Wire, Transcripts) {
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

TEST_F(Wire, TurnEnds) {
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

TEST_F(Wire, PendingToolCalls) {
  EXPECT_EQ(decode(R"({"toolCall":{"functionCalls":[
              {"name":"set_light","args":{ "on" : true, "why": "a \" b\\" },"id":"function-call-1"},
              {"name":"no_args"},{"args":7,"name":"odd","id":null},{},null,"x"]}})"),
            (Events{ToolCall{"function-call-1", "set_light", R"({"on":true,"why":"a \" b\\"})"},
                    ToolCall{"", "no_args", "{}"}, ToolCall{"", "odd", "{}"}}));
  EXPECT_EQ(decode(R"({"toolCallCancellation":{"ids":["a1","b2",3]}})"),
            (Events{ToolCallCancelled{"a1"}, ToolCallCancelled{"b2"}}));
}

TEST_F(Wire, Usage) {
  const auto events = decode(R"({"usageMetadata":{"promptTokenCount":412, "candidatesTokenCount":48,
      "promptTokensDetails":[{"modality":"TEXT","tokenCount":300}],"seconds":1.5,
      "huge":99999999999999999999,"trafficType":"ON_DEMAND"}})");
  ASSERT_EQ(events.size(), 1u);
  const auto &usage = std::get<gemlive::Usage>(events[0]);
  const decltype(usage.counts) counts = {{412, 48}};
  EXPECT_EQ(usage.counts, counts);
  EXPECT_EQ(usage.json, R"({"promptTokenCount":412,"candidatesTokenCount":48,)"
                        R"("promptTokensDetails":[{"modality":"TEXT","tokenCount":300}],)"
                        R"("seconds":1.5,"huge":99999999999999999999,"trafficType":"ON_DEMAND"})");
  EXPECT_EQ(decode(R"({"usageMetadata":{"thoughts_token_count":3,"newCount":-4}})"),
            (Events{gemlive::Usage{{{{}, {}, {}, {}, {}, 3}},
                                   R"({"thoughts_token_count":3,"newCount":-4})"}}));
  EXPECT_EQ(decode(R"({"usageMetadata":{}})"), Events{});
  EXPECT_EQ(decode(R"({"usageMetadata":12})"), Events{});
}

TEST_F(Wire, GoAwayAndDurations) {
  const auto left = [&](const std::string &time_left) {
    const auto events = decode(R"({"goAway":{"timeLeft":)" + time_left + "}}");
    return events.size() == 1 ? std::get<GoAway>(events[0]).time_left : -1ms;
  };
  using Left = decltype(GoAway::time_left);
  EXPECT_EQ(left(R"("50s")"), 50s);
  EXPECT_EQ(left(R"("9.5s")"), 9500ms);
  EXPECT_EQ(left(R"("0.000000001s")"), 0ms);
  for (const auto *odd : {R"("")", R"("s")", R"("50")", R"("-1s")", R"("1e3s")", R"("nans")",
                          R"("infs")", "50", "null", "{}"})
    EXPECT_EQ(left(odd), Left{}) << odd << " is unknown, not now";
  EXPECT_EQ(left(R"("315576000000s")"), std::chrono::hours(24 * 30)) << "30 days";
  EXPECT_EQ(decode(R"({"goAway":{}})"), Events{GoAway{}});
  EXPECT_EQ(decode(R"({"go_away":{"time_left":"50s"}})"), Events{GoAway{50s}});
  EXPECT_EQ(decode(R"({"goAway":"50s"})"), Events{});
}

TEST_F(Wire, ResumptionUpdates) {
  EXPECT_EQ(decode(R"({"sessionResumptionUpdate":{"newHandle":"H7","resumable":true}})"),
            (Events{ResumptionUpdate{"H7", true}}));
  EXPECT_EQ(decode(R"({"sessionResumptionUpdate":{}})"), Events{ResumptionUpdate{}});
  EXPECT_EQ(
      decode(
          R"({"sessionResumptionUpdate":{"lastConsumedClientMessageIndex":"12","resumable":1}})"),
      Events{ResumptionUpdate{.last_consumed = 12}});
  EXPECT_EQ(decode(R"({"sessionResumptionUpdate":{"token":"a secret"}})"),
            Events{ResumptionUpdate{}});
}

TEST_F(Wire, VoiceActivity) {
  using gemlive::VoiceActivity;
  EXPECT_EQ(decode(R"({"voiceActivity":{"type":"ACTIVITY_START","audioOffset":"1.2s"}})"),
            (Events{VoiceActivity{true, 1200ms}}));
  EXPECT_EQ(decode(R"({"voiceActivity":{"voiceActivityType":"ACTIVITY_END"}})"),
            Events{VoiceActivity{}});
  EXPECT_EQ(decode(R"({"voiceActivityDetectionSignal":{"vadSignalType":"VAD_SIGNAL_TYPE_SOS"}})"),
            Events{VoiceActivity{true}});
  EXPECT_EQ(decode(R"({"voiceActivityDetectionSignal":{"vad_signal_type":"VAD_SIGNAL_TYPE_EOS"}})"),
            Events{VoiceActivity{false}});
  EXPECT_EQ(decode(R"({"voiceActivity":{"type":"ACTIVITY_NEW"}})"),
            Events{ServerMessage{R"({"voiceActivity":{"type":"ACTIVITY_NEW"}})"}});
}

TEST_F(Wire, WhatIsNotKnownBecomesAServerMessage) {
  EXPECT_EQ(decode(R"({ "new \"Thing\"" : { "a" : [ 1, "b c" ] } })"),
            Events{ServerMessage{R"({"new \"Thing\"":{"a":[1,"b c"]}})"}});
  EXPECT_EQ(decode(R"({"count": 7 , "b":"x"})"),
            (Events{ServerMessage{R"({"count":7})"}, ServerMessage{R"({"b":"x"})"}}));
  EXPECT_EQ(content(R"("groundingMetadata":{"x":1},"waitingForInput":true,"speechState":"SPEECH")"),
            (Events{WaitingForInput{}, ServerMessage{R"({"groundingMetadata":{"x":1}})"},
                    ServerMessage{R"({"waitingForInput":true})"},
                    ServerMessage{R"({"speechState":"SPEECH"})"}}));
  EXPECT_EQ(content(R"("waitingForInput":false,"groundingMetadata":{ },"urlContextMetadata":null)"),
            Events{});
  EXPECT_EQ(parts(R"({"executableCode":{"language":"PYTHON"}})"),
            Events{ServerMessage{R"({"executableCode":{"language":"PYTHON"}})"}});
}

TEST_F(Wire, ReportedErrors) {
  EXPECT_EQ(
      decode(R"({"error":{"code":404,"message":"No \"m\"","status":"NOT_FOUND","details":[]}})"),
      (Events{
          ServerMessage{
              R"({"error":{"code":404,"message":"No \"m\"","status":"NOT_FOUND","details":[]}})"},
          ServiceError{404, "No \"m\"", "NOT_FOUND"}}));
  EXPECT_EQ(decode(R"({"error":{"code":13}})"),
            (Events{ServerMessage{R"({"error":{"code":13}})"}, ServiceError{13}}));
  EXPECT_EQ(decode(R"({"error":{"code":"x","new":1}})"),
            Events{ServerMessage{R"({"error":{"code":"x","new":1}})"}})
      << "it says nothing";
  EXPECT_EQ(decode(R"({"error":"no object"})"), Events{ServerMessage{R"({"error":"no object"})"}});
  EXPECT_EQ(decode(R"({"error":{}})"), Events{});
  EXPECT_EQ(decode(R"({"error":{"code":3},"new":1,"setupComplete":{}})"),
            (Events{SetupComplete{}, ServerMessage{R"({"error":{"code":3}})"},
                    ServerMessage{R"({"new":1})"}, ServiceError{3}}))
      << "the error is the last event";
}

/// CPU time that `decode` of `message` takes on this thread.
double decoding_time(const std::string &message) {
  const auto now = [] {
    timespec time = {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  };
  wire::Decoder decoder;
  double best = 1e9;
  for (int i = 0; i < 3; ++i) {
    const auto start = now();
    EXPECT_TRUE(decoder.decode(message));
    best = std::min(best, now() - start);
  }
  return best;
}

TEST_F(Wire, TenMegabytesOfTokenCountsAreSixCounts) {
  std::string fields = R"("totalTokenCount":7)";
  for (int i = 0; fields.size() < 10'000'000; ++i)
    fields += ",\"count" + std::to_string(i) + "\":" + std::to_string(i);
  const auto message = R"({"usageMetadata":{)" + fields + "}}";
  const auto events = decode(message);
  ASSERT_EQ(events.size(), 1u);
  const auto &usage = std::get<gemlive::Usage>(events[0]);
  EXPECT_EQ(usage.counts[2], 7);
  EXPECT_EQ(
      std::ranges::count_if(usage.counts, [](const auto &count) { return count.has_value(); }), 1);
  EXPECT_EQ(usage.json.size(), fields.size() + 2);
  std::ranges::replace(fields, '"', '\'');
  const auto text = R"({"serverContent":{"modelTurn":{"parts":[{"text":")" + fields + R"("}]}}})";
  const auto ratio = decoding_time(message) / decoding_time(text);
  RecordProperty("ratio", std::to_string(ratio));
  EXPECT_LT(ratio, 100) << "more than the bytes alone";
}

TEST_F(Wire, WhatIsNewerInsideOfWhatIsKnownIsNotLost) {
  const ServerEvent news = ServerMessage{R"({"new":[1]})"};
  const auto last = [&](const std::string &message) {
    const auto events = decode(message);
    return events.empty() ? ServerEvent{} : events.back();
  };
  for (const auto *message :
       {R"({"setupComplete":{"sessionId":"s","new":[1]}})",
        R"({"serverContent":{"inputTranscription":{"text":"a","new":[1]}}})",
        R"({"serverContent":{"modelTurn":{"parts":[{"inlineData":{"data":"AAAA","new":[1]}}]}}})",
        R"({"toolCall":{"new":[1]}})", R"({"toolCall":{"functionCalls":[{"name":"f","new":[1]}]}})",
        R"({"toolCallCancellation":{"ids":["a"],"new":[1]}})", R"({"goAway":{"new":[1]}})"})
    EXPECT_TRUE(std::ranges::count(decode(message), news)) << message;
  EXPECT_EQ(last(R"({"usageMetadata":{"new":[1]}})"),
            ServerEvent(gemlive::Usage{{}, R"({"new":[1]})"}));
}

TEST_F(Wire, NothingToSay) {
  for (const auto *message :
       {"{}", R"({"serverContent":{}})", R"({"serverContent":null})", R"({"serverContent":[1]})",
        R"({"serverContent":{"modelTurn":{}}})", R"({"serverContent":{"modelTurn":[]}})",
        R"({"serverContent":{"modelTurn":{"parts":{}}}})", R"({"toolCall":{}})",
        R"({"serverContent":{"modelTurn":{"parts":[{}, null, 3, "x", []]}}})",
        R"({"toolCall":{"functionCalls":{}}})", R"({"toolCallCancellation":{"ids":"a"}})",
        " \r\n\t{ } \n"})
    EXPECT_EQ(decode(message), Events{}) << message;
}

// The order of the fields is the server's; the order of the events is ours.
TEST_F(Wire, EventsComeInTheirOrder) {
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

TEST_F(Wire, DuplicateKeysAreNoHarm) {
  EXPECT_EQ(parts(R"({"inlineData":{"data":"AAAA","data":"BBBB","mimeType":"audio/pcm"}})"),
            Events{Audio{.base64 = "BBBB"}});
  EXPECT_EQ(
      decode(R"({"serverContent":{"turnComplete":true},"serverContent":{"interrupted":true}})"),
      (Events{Interrupted{}, TurnComplete{}}));
}

TEST_F(Wire, RefusesWhatIsNotOneStrictJsonObject) {
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
                              R"({"a":"\ud800"})",
                              R"({"a":"\udc00"})",
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

// What stands where nothing is expected, or is of no interest, is looked at all the same.
TEST_F(Wire, RefusesTheWholeMessageForAFaultAnywhere) {
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

TEST_F(Wire, EveryPrefixOfAMessageIsRefused) {
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

TEST_F(Wire, DepthIsLimited) {
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

TEST_F(Wire, SizeAndNumberOfEventsAreLimited) {
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
  EXPECT_TRUE(refuses(many(1'000'000)));
  EXPECT_EQ(decode(audio_message(960)).size(), 1u);
}

// Strings with escapes go through memory that simdjson sizes for one copy of each.
TEST_F(Wire, ManyEscapesFitTheDecodersMemory) {
  std::string fields;
  for (int i = 0; i < 1000; ++i)
    fields += R"("\u0061\u00e4)" + std::to_string(i) + R"(":"\u20ac\ud83d\ude00\n\/","b":["\t"],)";
  const auto events = decode("{" + fields + R"("setupComplete":{"sessionId":"\u0041"}})");
  ASSERT_EQ(events.size(), 2001u);
  EXPECT_EQ(events[0], ServerEvent(SetupComplete{"A"}));
}

}  // namespace
