// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "server_message_reader.hpp"

#include <gtest/gtest.h>
#include <time.h>

#include <algorithm>
#include <string>

#include "decoder_fixture.hpp"

using namespace gemlive;
using namespace std::chrono_literals;

namespace {

using test::Events;

class ServerMessageReaderTest : public test::DecoderFixture {};

TEST_F(ServerMessageReaderTest, SetupComplete) {
  EXPECT_EQ(decode("{\n  \"setupComplete\": {}\n}\n"), Events{SetupComplete{}});
  EXPECT_EQ(decode(R"({"setupComplete":{"sessionId":"0b7c","x":[1]}})"),
            (Events{SetupComplete{"0b7c"}, ServerMessage{R"({"x":[1]})"}}));
  EXPECT_EQ(decode(R"({"setup_complete":{"session_id":"0b7c"}})"), Events{SetupComplete{"0b7c"}});
  EXPECT_EQ(decode(R"({"setupComplete":null})"), Events{});
}

TEST_F(ServerMessageReaderTest, Usage) {
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

TEST_F(ServerMessageReaderTest, GoAwayAndDurations) {
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

TEST_F(ServerMessageReaderTest, ResumptionUpdates) {
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

TEST_F(ServerMessageReaderTest, VoiceActivity) {
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

TEST_F(ServerMessageReaderTest, UnknownFieldsBecomeServerMessages) {
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

TEST_F(ServerMessageReaderTest, ReportedErrors) {
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
  EXPECT_EQ(decode(R"({"error":"model not found"})"),
            (Events{ServerMessage{R"({"error":"model not found"})"},
                    ServiceError{.message = "model not found"}}));
  EXPECT_EQ(decode(R"({"error":"late" , "new":1})"),
            (Events{ServerMessage{R"({"error":"late"})"}, ServerMessage{R"({"new":1})"},
                    ServiceError{.message = "late"}}));
  EXPECT_EQ(decode(R"({"error": 403 })"),
            (Events{ServerMessage{R"({"error":403})"}, ServiceError{403}}));
  EXPECT_EQ(decode(R"({"error":[{"code":3,"message":"bad \"x\""},{"code":5}]})"),
            (Events{ServerMessage{R"({"error":[{"code":3,"message":"bad \"x\""},{"code":5}]})"},
                    ServiceError{3, "bad \"x\""}}))
      << "the first counts";
  EXPECT_EQ(
      decode(R"({"error":[{},[["late"]],403]})"),
      (Events{ServerMessage{R"({"error":[{},[["late"]],403]})"}, ServiceError{.message = "late"}}));
  for (const auto *nothing : {"{}", "[]", "null", "false", R"("")"})
    EXPECT_EQ(decode(R"({"error":)" + std::string(nothing) + "}"), Events{}) << nothing;
  for (const auto *unclear : {"0", "true", "-1", "1.5", "[{}]", "[[],0]"})
    EXPECT_EQ(decode(R"({"error":)" + std::string(unclear) + "}"),
              Events{ServerMessage{R"({"error":)" + std::string(unclear) + "}"}});
  EXPECT_EQ(decode(R"({"error":{"code":3},"new":1,"setupComplete":{}})"),
            (Events{SetupComplete{}, ServerMessage{R"({"error":{"code":3}})"},
                    ServerMessage{R"({"new":1})"}, ServiceError{3}}))
      << "the error is the last event";
}

TEST_F(ServerMessageReaderTest, AListIsReadOnlyForAnError) {
  EXPECT_EQ(decode(R"( [{"error":{"code":403,"message":"no","status":"PERMISSION_DENIED"}}] )"),
            (Events{ServerMessage{
                        R"({"error":{"code":403,"message":"no","status":"PERMISSION_DENIED"}})"},
                    ServiceError{403, "no", "PERMISSION_DENIED"}}));
  EXPECT_EQ(decode(R"([1,{"setupComplete":{}},{"error":"late"},"x"])"),
            (Events{ServerMessage{R"({"error":"late"})"}, ServiceError{.message = "late"}}));
  for (const auto *refused :
       {"[]", "[{}]", R"([{"setupComplete":{}}])", R"([{"error":{}}])", R"(["error"])",
        R"([[{"error":3}]])", R"([{"error":3})", R"([{"error":3}]])", R"([{"error":3},])"})
    EXPECT_TRUE(refuses(refused)) << refused;
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

TEST_F(ServerMessageReaderTest, TenMegabytesOfTokenCountsAreSixCounts) {
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

TEST_F(ServerMessageReaderTest, UnknownFieldsInsideKnownFieldsBecomeServerMessages) {
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

TEST_F(ServerMessageReaderTest, EmptyMessagesAreNoEvents) {
  for (const auto *message :
       {"{}", R"({"serverContent":{}})", R"({"serverContent":null})", R"({"serverContent":[1]})",
        R"({"serverContent":{"modelTurn":{}}})", R"({"serverContent":{"modelTurn":[]}})",
        R"({"serverContent":{"modelTurn":{"parts":{}}}})", R"({"toolCall":{}})",
        R"({"serverContent":{"modelTurn":{"parts":[{}, null, 3, "x", []]}}})",
        R"({"toolCall":{"functionCalls":{}}})", R"({"toolCallCancellation":{"ids":"a"}})",
        " \r\n\t{ } \n"})
    EXPECT_EQ(decode(message), Events{}) << message;
}

TEST_F(ServerMessageReaderTest, AcceptsDuplicateKeys) {
  EXPECT_EQ(parts(R"({"inlineData":{"data":"AAAA","data":"BBBB","mimeType":"audio/pcm"}})"),
            Events{Audio{.base64 = "BBBB"}});
  EXPECT_EQ(
      decode(R"({"serverContent":{"turnComplete":true},"serverContent":{"interrupted":true}})"),
      (Events{Interrupted{}, TurnComplete{}}));
}

}  // namespace
