// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "checker.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace gemlive::simulator {
namespace {

constexpr auto invalid = "Request contains an invalid argument.";
constexpr auto developer = Service::developer;
constexpr auto vertex = Service::vertex;

/// "": accepted.
std::string verdict(std::string_view json, Service service = developer) {
  simdjson::dom::parser parser;
  simdjson::dom::element message;
  if (parser.parse(simdjson::padded_string(json)).get(message)) return "not JSON";
  const auto refusal = check(message, service);
  if (refusal) {
    EXPECT_EQ(refusal->code, 1007) << json;
  }
  return refusal ? refusal->reason : "";
}

std::string setup(std::string_view more) {
  return "{\"setup\":{\"model\":\"models/m\"" + std::string(more.empty() ? "" : ",") +
         std::string(more) + "}}";
}

TEST(Checker, AcceptsAWholeSetup) {
  EXPECT_EQ(verdict(setup("")), "");
  EXPECT_EQ(verdict(setup(R"(
    "generationConfig":{"responseModalities":["AUDIO"],"temperature":0.7,"topP":1,"topK":40,
      "maxOutputTokens":100,"candidateCount":1,"seed":7,"presencePenalty":0.1,"frequencyPenalty":0,
      "mediaResolution":"MEDIA_RESOLUTION_LOW","thinkingConfig":{"thinkingBudget":0,"thinkingLevel":"LOW","includeThoughts":true},
      "enableAffectiveDialog":true,
      "speechConfig":{"languageCode":"en-US","voiceConfig":{"prebuiltVoiceConfig":{"voiceName":"Kore"}}}},
    "systemInstruction":{"parts":[{"text":"Be brief."}]},
    "tools":[{"functionDeclarations":[{"name":"f","description":"d","behavior":"NON_BLOCKING",
      "parameters":{"type":"OBJECT","properties":{"on":{"type":"BOOLEAN"}},"required":["on"]}}]},{"googleSearch":{}}],
    "realtimeInputConfig":{"automaticActivityDetection":{"disabled":false,"startOfSpeechSensitivity":"START_SENSITIVITY_LOW",
      "endOfSpeechSensitivity":"END_SENSITIVITY_HIGH","prefixPaddingMs":20,"silenceDurationMs":100},
      "activityHandling":"NO_INTERRUPTION","turnCoverage":"TURN_INCLUDES_ALL_INPUT"},
    "sessionResumption":{"handle":"h"},
    "contextWindowCompression":{"triggerTokens":"25600","slidingWindow":{"targetTokens":12800}},
    "inputAudioTranscription":{},"outputAudioTranscription":{},"proactivity":{"proactiveAudio":true},
    "historyConfig":{"initialHistoryInClientContent":true})")),
            "");
}

TEST(Checker, AcceptsBothSpellingsMixed) {
  EXPECT_EQ(verdict(R"({"setup":{"model":"m","generation_config":{"response_modalities":["audio"],
    "speechConfig":{"voice_config":{"prebuiltVoiceConfig":{"voice_name":"Puck"}}}},
    "realtime_input_config":{"automaticActivityDetection":{"prefix_padding_ms":20}}}})"),
            "");
  EXPECT_EQ(verdict(R"({"realtime_input":{"audio":{"mime_type":"audio/pcm","data":"AAAA"}}})"), "");
  EXPECT_EQ(verdict(R"({"client_content":{"turn_complete":true}})"), "");
}

TEST(Checker, NamesTheUnknownField) {
  const auto unknown = [](const char *name, const char *at) {
    return std::string("Invalid JSON payload received. Unknown name \"") + name + "\"" + at +
           ": Cannot find field.";
  };
  EXPECT_EQ(verdict(setup(R"("x":1)")), unknown("x", " at 'setup'"));
  EXPECT_EQ(verdict(setup(R"("responseModalities":["AUDIO"])")),
            unknown("responseModalities", " at 'setup'"));
  EXPECT_EQ(verdict(R"({"config":{}})"), unknown("config", ""));
  EXPECT_EQ(verdict(setup(R"("generationConfig":{"speechConfig":{"voice":"Kore"}})")),
            unknown("voice", " at 'setup.generation_config.speech_config'"));
  EXPECT_EQ(verdict(setup(R"("tools":[{"googleSearch":{}},{"function_declaration":[]}])")),
            unknown("function_declaration", " at 'setup.tools[1]'"));
  EXPECT_EQ(verdict(R"({"realtimeInput":{"audio":{"mimeType":"audio/pcm","rate":16000}}})"),
            unknown("rate", " at 'realtime_input.audio'"));
  EXPECT_EQ(verdict(R"({"realtimeInput":{"activityStart":{"now":true}}})"),
            unknown("now", " at 'realtime_input.activity_start'"));
  EXPECT_EQ(
      verdict(setup(
          R"("tools":[{"functionDeclarations":[{"name":"f","parameters":{"properties":{"a":{"kind":"STRING"}}}}]}])")),
      unknown("kind", " at 'setup.tools[0].function_declarations[0].parameters.properties.a'"));
}

TEST(Checker, AcceptsWhatNewSdksSend) {
  for (
      const auto *member : {
          R"("proactivity":{"proactiveVideo":true})",
          R"("generationConfig":{"thinkingConfig":{"thinkingLevel":"XHIGH"}})",
          R"("generationConfig":{"speechConfig":{"voiceConfig":{"voice":"my-voice"}}})",
          R"("generationConfig":{"translationConfig":{"targetLanguageCode":"de","echoTargetLanguage":true}})",
          R"("inputAudioTranscription":{"languageCodes":["de-DE"],"customVocabulary":["gemlive"],"wordTimestamp":true,
              "diarization":true,"mode":"SMART","sourceText":"old"})",
          R"("outputAudioTranscription":{"sourceText":"old"})",
          R"("avatarConfig":{"avatarName":"a","videoBitrateBps":1000000})",
          R"("labels":{"team":"a"})",
          R"("tools":[{"mcpServers":[{"name":"m","streamableHttpTransport":{"url":"https://x"}}]}])",
          R"("realtimeInputConfig":{"interimTranscriptTimestampEnabled":true})",
          R"("systemInstruction":{"parts":[{"text":"a","speechMetadata":{"speaker":"s"},"mediaProcessing":"STATIC",
              "mediaResolution":{"level":"MEDIA_RESOLUTION_LOW"},"audioTranscription":{"text":"b","startOffset":"1.5s"}}]})",
      }) {
    EXPECT_EQ(verdict(setup(member), developer), "") << member;
    EXPECT_EQ(verdict(setup(member), vertex), "") << member;
  }
  const auto update =
      R"({"contextUpdate":{"systemInstruction":{"parts":[{"text":"x"}]},"tools":{"tools":[]}}})";
  EXPECT_EQ(verdict(update, developer), "");
  EXPECT_EQ(verdict(update, vertex), "");
}

TEST(Checker, DistinguishesTheServices) {
  for (const auto *field :
       {R"("sessionResumption":{"transparent":true})", R"("explicitVadSignal":true)",
        R"("tools":[{"exaAiSearch":{}}])", R"("tools":[{"parallelAiSearch":{}}])"}) {
    EXPECT_NE(verdict(setup(field), developer), "") << field;
    EXPECT_EQ(verdict(setup(field), vertex), "") << field;
  }
  for (const auto *field : {R"("tools":[{"fileSearch":{}}])",
                            R"("systemInstruction":{"parts":[{"partMetadata":{"a":1}}]})"}) {
    EXPECT_EQ(verdict(setup(field), developer), "") << field;
    EXPECT_NE(verdict(setup(field), vertex), "") << field;
  }
  const auto no_id =
      R"({"toolResponse":{"functionResponses":[{"name":"f","response":{"output":1}}]}})";
  EXPECT_EQ(verdict(no_id, developer), invalid);
  EXPECT_EQ(verdict(no_id, vertex), "");
}

/// As protobuf's JSON has them.
TEST(Checker, AcceptsNumbersAsStrings) {
  for (
      const auto *member :
      {R"("generationConfig":{"temperature":"0.5","topK":"40","maxOutputTokens":"200"})",
       R"("generationConfig":{"maxOutputTokens":200.0,"seed":7e0})",
       R"("realtimeInputConfig":{"automaticActivityDetection":{"silenceDurationMs":"500"}})",
       R"("contextWindowCompression":{"triggerTokens":20000,"slidingWindow":{"targetTokens":"8000"}})"})
    EXPECT_EQ(verdict(setup(member)), "") << member;
}

TEST(Checker, ChecksTypes) {
  EXPECT_EQ(verdict(setup(R"("generationConfig":{"temperature":"warm"})")),
            "Invalid value at 'setup.generation_config.temperature' (TYPE_DOUBLE), \"warm\"");
  EXPECT_NE(verdict(setup(R"("generationConfig":{"maxOutputTokens":1.5})")), "");
  EXPECT_NE(verdict(setup(R"("generationConfig":{"seed":4294967296})")), "");
  EXPECT_NE(verdict(setup(R"("generationConfig":{"responseModalities":"AUDIO"})")), "");
  EXPECT_NE(verdict(setup(R"("generationConfig":{"responseModalities":["SOUND"]})")), "");
  EXPECT_NE(verdict(setup(R"("systemInstruction":"Be brief.")")), "");
  EXPECT_NE(verdict(setup(R"("inputAudioTranscription":true)")), "");
  EXPECT_NE(verdict(setup(R"("contextWindowCompression":{"triggerTokens":"many"})")), "");
  EXPECT_NE(
      verdict(setup(R"("realtimeInputConfig":{"automaticActivityDetection":{"disabled":"yes"}})")),
      "");
  EXPECT_NE(verdict("[]"), "");
  EXPECT_NE(verdict("7"), "");
}

TEST(Checker, ChecksMapsListsAndDurations) {
  EXPECT_EQ(verdict(setup(R"("labels":{"a":1})")),
            "Invalid value at 'setup.labels.a' (TYPE_STRING), 1");
  EXPECT_NE(verdict(setup(R"("labels":["a"])")), "");
  EXPECT_NE(verdict(setup(R"("labels":null)")), "");
  EXPECT_NE(verdict(setup(R"("tools":{"googleSearch":{}})")), "");
  const auto offset = [](const std::string &value) {
    return verdict(
        setup(R"("systemInstruction":{"parts":[{"text":"a","videoMetadata":{"startOffset":)" +
              value + "}}]}"));
  };
  for (const auto *valid : {"\"0s\"", "\"1.5s\"", "\"-2.000000001s\""})
    EXPECT_EQ(offset(valid), "") << valid;
  for (const auto *invalid :
       {"1.5", "\"1.5\"", "\"s\"", "\".5s\"", "\"1.s\"", "\"1 s\"", "\"1.0000000001s\"", "\"1m\""})
    EXPECT_NE(offset(invalid), "") << invalid;
}

TEST(Checker, RefusesNull) {
  EXPECT_EQ(verdict(setup(R"("sessionResumption":{"handle":null})")), invalid);
  EXPECT_EQ(verdict(setup(R"("generationConfig":null)")), invalid);
}

TEST(Checker, RefusesUnsupportedFields) {
  EXPECT_EQ(verdict(setup(R"("generationConfig":{"responseMimeType":"text/plain"})")), invalid);
  EXPECT_EQ(verdict(setup(R"("generationConfig":{"responseModalities":["AUDIO","TEXT"]})")),
            invalid);
  EXPECT_EQ(
      verdict(setup(
          R"("generationConfig":{"speechConfig":{"voiceConfig":{"prebuiltVoiceConfig":{"voiceName":"kore"}}}})")),
      invalid);
  EXPECT_EQ(verdict(R"({"setup":{}})"), invalid);
  EXPECT_EQ(verdict(R"({"setup":{"model":""}})"), invalid);
}

TEST(Checker, AcceptsBothBase64Alphabets) {
  const auto audio = [](const char *data) {
    return std::string(R"({"realtimeInput":{"audio":{"mimeType":"audio/pcm;rate=16000","data":")") +
           data + "\"}}}";
  };
  EXPECT_EQ(verdict(audio("+/+/")), "");
  EXPECT_EQ(verdict(audio("-_-_")), "");
  EXPECT_EQ(verdict(audio("AAA=")), "");
  EXPECT_EQ(verdict(audio("A*A=")),
            "Invalid value at 'realtime_input.audio.data' (TYPE_BYTES), Base64 decoding failed for "
            "\"A*A=\"");
  EXPECT_NE(verdict(audio("A")), "");
}

TEST(Checker, RequiresExactlyOneField) {
  EXPECT_EQ(verdict("{}"), invalid);
  EXPECT_EQ(verdict(R"({"setup":{"model":"m"},"clientContent":{}})"), invalid);
  EXPECT_EQ(verdict(R"({"realtimeInput":{}})"), invalid);
  EXPECT_EQ(verdict(R"({"realtimeInput":{"activityStart":{},"text":"hello"}})"), invalid);
  EXPECT_EQ(verdict(R"({"realtimeInput":{"text":"hello"}})"), "");
  EXPECT_EQ(verdict(R"({"realtimeInput":{"text":""}})"), invalid);
}

TEST(Checker, ChecksContent) {
  EXPECT_EQ(verdict(R"({"clientContent":{"turnComplete":true}})"), "");
  EXPECT_EQ(
      verdict(
          R"({"clientContent":{"turns":[{"role":"user","parts":[{"text":"a"}]}],"turnComplete":true}})"),
      "");
  EXPECT_EQ(
      verdict(
          R"({"clientContent":{"turns":[{"role":"user","parts":[{"text":""}]}],"turnComplete":true}})"),
      invalid);
  EXPECT_EQ(verdict(R"({"clientContent":{"turns":[{"role":"model","parts":[{"text":"a"}]}]}})"),
            "");
  EXPECT_EQ(
      verdict(
          R"({"clientContent":{"turns":[{"role":"model","parts":[{"text":"a"}]}],"turnComplete":true}})"),
      "Last chunk before turn_complete must have role user.");
}

TEST(Checker, ChecksToolResponses) {
  const auto response = [](const char *member) {
    return std::string(R"({"toolResponse":{"functionResponses":[{"id":"1","name":"f")") + member +
           "}]}}";
  };
  EXPECT_EQ(verdict(response(R"(,"response":{"output":"x"})")), "");
  EXPECT_EQ(verdict(response(R"(,"response":{"output":"x"},"scheduling":"SILENT")")), "");
  EXPECT_EQ(verdict(response("")), invalid);
  EXPECT_NE(verdict(response(R"(,"response":"x")")), "");
  EXPECT_EQ(verdict(R"({"toolResponse":{}})"), invalid);
}

}  // namespace
}  // namespace gemlive::simulator
