// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <glib/gstdio.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "allocations.hpp"
#include "client_message.hpp"
#include "glib_ptr.hpp"
#include "temp_folder.hpp"
#include "wire.hpp"

using namespace gemlive;

namespace {

/// The setup message without the outer braces and the fields that it always has.
std::string setup(Config config) {
  if (!config.session_resumption.is_set) config.session_resumption.set(false);
  const auto text = wire::encode_setup(config, "models/m");
  if (!text) return "error: " + text.error().message;
  std::string rest = *text;
  for (const std::string always : {R"({"setup":{"model":"models/m",)",
                                   R"("generationConfig":{"responseModalities":["AUDIO"])"}) {
    EXPECT_TRUE(rest.starts_with(always)) << rest;
    rest.erase(0, always.size());
  }
  EXPECT_TRUE(rest.ends_with("}}")) << rest;
  return rest.substr(0, rest.size() - 2);
}

TEST(WireSetup, OmitsDefaultValues) {
  EXPECT_EQ(setup({}), "}");
  Config config;  // set to their defaults
  config.temperature.set(-1);
  config.voice.set("");
  config.output_transcription.set(false);
  config.prefix_padding.set(-1);
  config.activity_detection.set(ActivityDetection::automatic);
  config.setup.set("");
  EXPECT_EQ(setup(config), "}");
}

TEST(WireSetup, SessionResumption) {
  Config config;
  config.session_resumption.set(true);
  EXPECT_EQ(setup(config), R"(},"sessionResumption":{})");
  EXPECT_EQ(wire::with_handle(R"({"setup":{"model":"m","sessionResumption":{"transparent":true}}})",
                              "h\"1"),
            R"({"setup":{"model":"m","sessionResumption":{"transparent":true,"handle":"h\"1"}}})");
  const auto vertex = wire::encode_setup(config, "models/m", Service::vertex);
  ASSERT_TRUE(vertex);
  EXPECT_NE(vertex->find(R"("sessionResumption":{"transparent":true})"), std::string::npos);
}

TEST(WireSetup, GenerationConfig) {
  Config config;
  config.temperature.set(0.5);
  config.voice.set("Kore");
  config.language_code.set("de-DE");
  EXPECT_EQ(setup(config),
            R"(,"temperature":0.5,"speechConfig":{"voiceConfig":{"prebuiltVoiceConfig":)"
            R"({"voiceName":"Kore"}},"languageCode":"de-DE"}})");
  config = {};
  config.temperature.set(0);
  EXPECT_EQ(setup(config), R"(,"temperature":0})");
}

TEST(WireSetup, InstructionTranscriptionCompression) {
  Config config;
  config.system_instruction.set("Answer \"briefly\".\n\u00e4");
  config.input_transcription.set(true);
  config.output_transcription.set(true);
  config.context_compression.set(true);
  EXPECT_EQ(setup(config),
            "},\"systemInstruction\":{\"parts\":[{\"text\":\"Answer \\\"briefly\\\".\\n\u00e4\"}]},"
            R"("inputAudioTranscription":{},"outputAudioTranscription":{},)"
            R"("contextWindowCompression":{"slidingWindow":{}})");
}

TEST(WireSetup, RealtimeInputConfig) {
  Config config;
  config.activity_detection.set(ActivityDetection::manual);
  EXPECT_EQ(setup(config),
            R"(},"realtimeInputConfig":{"automaticActivityDetection":{"disabled":true}})");
  config = {};
  config.start_sensitivity.set(Sensitivity::low);
  config.end_sensitivity.set(Sensitivity::high);
  config.prefix_padding.set(0);
  config.silence_duration.set(700);
  config.activity_handling.set(ActivityHandling::no_interruption);
  config.turn_coverage.set(TurnCoverage::all_input);
  EXPECT_EQ(setup(config), R"(},"realtimeInputConfig":{"automaticActivityDetection":{)"
                           R"("startOfSpeechSensitivity":"START_SENSITIVITY_LOW",)"
                           R"("endOfSpeechSensitivity":"END_SENSITIVITY_HIGH","prefixPaddingMs":0,)"
                           R"("silenceDurationMs":700},"activityHandling":"NO_INTERRUPTION",)"
                           R"("turnCoverage":"TURN_INCLUDES_ALL_INPUT"})");
  config = {};
  config.start_sensitivity.set(Sensitivity::high);
  config.end_sensitivity.set(Sensitivity::low);
  EXPECT_EQ(setup(config), R"(},"realtimeInputConfig":{"automaticActivityDetection":{)"
                           R"("startOfSpeechSensitivity":"START_SENSITIVITY_HIGH",)"
                           R"("endOfSpeechSensitivity":"END_SENSITIVITY_LOW"}})");
  config = {};
  config.activity_handling.set(ActivityHandling::interrupt);
  config.turn_coverage.set(TurnCoverage::only_activity);
  EXPECT_EQ(setup(config), R"(},"realtimeInputConfig":{)"
                           R"("activityHandling":"START_OF_ACTIVITY_INTERRUPTS",)"
                           R"("turnCoverage":"TURN_INCLUDES_ONLY_ACTIVITY"})");
  config = {};
  config.turn_coverage.set(TurnCoverage::audio_activity_and_all_video);
  EXPECT_EQ(
      setup(config),
      R"(},"realtimeInputConfig":{"turnCoverage":"TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO"})");
}

TEST(WireSetup, TheUsersSetupIsMergedLastAndDeeply) {
  Config config;
  config.temperature.set(0.5);
  config.output_transcription.set(true);
  config.setup.set(R"({"generationConfig":{"temperature":1,"topP":0.25,"seed":7},
                       "outputAudioTranscription":null,"labels":{"a":"b","c":null}})");
  EXPECT_EQ(setup(config), R"(,"temperature":1,"topP":0.25,"seed":7},"labels":{"a":"b"})");
}

TEST(WireSetup, TheUsersNumbersAndStringsAreSentAsTheyWereWritten) {
  const std::string odd = R"("a":19.99,"b":1e400,"c":-0,"d":18446744073709551615,"e":1.0,)"
                          R"("f":123456789012345678901234567890,"g":"\u0000","h":"\ud800")";
  Config config;
  config.setup.set("{\"labels\":{" + odd + "}}");
  EXPECT_EQ(setup(config), "},\"labels\":{" + odd + "}");
  config = {};
  config.tools.set("[{" + odd + "}]");
  EXPECT_EQ(setup(config), "},\"tools\":[{" + odd + "}]");
  const auto whole = *wire::encode_setup(config, "publishers/-/m");
  EXPECT_NE(wire::with_handle(whole, "h").find(odd), std::string::npos);
  EXPECT_NE(
      wire::with_project(R"({"setup":{"model":"projects/-/m","x":{)" + odd + "}}}", "p").find(odd),
      std::string::npos);
  EXPECT_EQ(wire::read_function_response("{" + odd + "}")->json, "{\"response\":{" + odd + "}}");
  EXPECT_EQ(wire::read_content("{\"turns\":[{" + odd + "}]}")->message,
            "{\"clientContent\":{\"turns\":[{" + odd + "}]}}");
}

TEST(WireSetup, TheUsersSetupMayBeInSnakeCase) {
  Config config;
  config.temperature.set(0.5);
  config.output_transcription.set(true);
  config.setup.set(
      R"({"generation_config":{"temperature":0.30,"top_p":0.9},"output_audio_transcription":null,
                       "realtime_input_config":{"turn_coverage":"X"}})");
  EXPECT_EQ(setup(config),
            R"(,"temperature":0.30,"topP":0.9},"realtimeInputConfig":{"turnCoverage":"X"})");
  config = {};
  config.tools.set(R"({"function_declarations":[{"name":"f"}]})");
  EXPECT_EQ(wire::declared_functions(*wire::encode_setup(config, "m")),
            std::vector<std::string>{"f"});
  const auto content = *wire::read_content(R"({"client_content":{"turn_complete":true}})");
  EXPECT_EQ(content.message, R"({"clientContent":{"turnComplete":true}})");
  EXPECT_TRUE(content.wants_answer);
  const auto response = *wire::read_function_response(R"({"response":{},"will_continue":true})");
  EXPECT_EQ(response.json, R"({"response":{},"willContinue":true})");
  EXPECT_TRUE(response.will_continue);
}

TEST(WireSetup, AWholeSetupMessageIsUnwrapped) {
  Config config;
  config.setup.set(R"({"setup":{"labels":{"a":"b"}}})");
  EXPECT_EQ(setup(config), R"(},"labels":{"a":"b"})");
  config.setup.set(R"({"setup":{"x":1},"y":2})");
  EXPECT_EQ(setup(config), R"(},"setup":{"x":1},"y":2)");
  config.setup.set(R"({"setup":7})");
  EXPECT_EQ(setup(config), R"(},"setup":7)");
}

TEST(WireSetup, TheUsersSetupCanBeInAFile) {
  const test::TempFolder folder;
  const auto path = folder.write("setup.json", R"({"labels":{"a":"b"}})");
  Config config;
  config.setup.set("@" + path);
  EXPECT_EQ(setup(config), R"(},"labels":{"a":"b"})");
  g_remove(path.c_str());
  const auto missing = wire::encode_setup(config, "models/m");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::bad_setting);
  EXPECT_NE(missing.error().message.find(path), std::string::npos);
}

TEST(WireSetup, BadJsonIsABadSettingWithItsPosition) {
  Config config;
  config.setup.set("{\"a\": 1,\n \"b\": }");
  const auto refused = wire::encode_setup(config, "models/m");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::bad_setting);
  for (const auto *part : {"setup", "line 2", "column 7"})
    EXPECT_NE(refused.error().message.find(part), std::string::npos) << refused.error().message;
  config.setup.set("[]");
  EXPECT_FALSE(wire::encode_setup(config, "models/m"));
}

TEST(WireEncode, Audio) {
  const std::vector<std::byte> samples = {std::byte{0}, std::byte{0x80}, std::byte{0xff},
                                          std::byte{0x7f}};
  std::string out =
      "left over from before, and longer than what comes now is going to be at the end of "
      "the day, whatever the rate";
  wire::encode_audio(samples, 16000, out);
  EXPECT_EQ(out,
            R"({"realtimeInput":{"audio":{"mimeType":"audio/pcm;rate=16000","data":"AID/fw=="}}})");
  wire::encode_audio(samples, 8000, out);
  EXPECT_EQ(out,
            R"({"realtimeInput":{"audio":{"mimeType":"audio/pcm;rate=8000","data":"AID/fw=="}}})");
}

TEST(WireEncode, Marks) {
  EXPECT_EQ(wire::encode_activity_start(), R"({"realtimeInput":{"activityStart":{}}})");
  EXPECT_EQ(wire::encode_activity_end(), R"({"realtimeInput":{"activityEnd":{}}})");
  EXPECT_EQ(wire::encode_audio_stream_end(), R"({"realtimeInput":{"audioStreamEnd":true}})");
}

TEST(WireEncode, Picture) {
  const std::array jpeg = {std::byte{0xff}, std::byte{0xd8}, std::byte{0xff}};
  EXPECT_EQ(wire::encode_picture(jpeg),
            R"({"realtimeInput":{"video":{"mimeType":"image/jpeg","data":"/9j/"}}})");
}

TEST(WireEncode, Text) {
  EXPECT_EQ(wire::encode_realtime_text("a \"b\"\\\n\x01"),
            R"({"realtimeInput":{"text":"a \"b\"\\\n\u0001"}})");
  EXPECT_EQ(
      wire::encode_client_content("Hi", true),
      R"({"clientContent":{"turns":[{"role":"user","parts":[{"text":"Hi"}]}],"turnComplete":true}})");
  EXPECT_EQ(
      wire::encode_client_content("Hi", false),
      R"({"clientContent":{"turns":[{"role":"user","parts":[{"text":"Hi"}]}],"turnComplete":false}})");
  EXPECT_EQ(wire::encode_client_content("", true), R"({"clientContent":{"turnComplete":true}})");
}

TEST(WireSetup, Tools) {
  Config config;
  const std::string function = R"({"functionDeclarations":[{"name":"f"},{"name":"g"}]})";
  const std::string search = R"({"googleSearch":{}})";
  config.tools.set("[" + function + "," + search + "]");
  const auto setup = *wire::encode_setup(config, "m");
  EXPECT_NE(setup.find(R"("tools":[)" + function + "," + search + "]"), std::string::npos) << setup;
  EXPECT_EQ(wire::declared_functions(setup), (std::vector<std::string>{"f", "g"}));
  config.tools.set(function);
  EXPECT_NE(wire::encode_setup(config, "m")->find(R"("tools":[)" + function + "]"),
            std::string::npos)
      << "a single tool becomes a list";
  config.tools.set("[{\"a\":1},]");
  const auto bad = wire::encode_setup(config, "m");
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().message.find("Property tools is not a JSON array"), std::string::npos)
      << bad.error().message;
  EXPECT_NE(bad.error().message.find("line 1, column 10"), std::string::npos)
      << bad.error().message;
  config.tools.set("{}");
  EXPECT_NE(
      wire::encode_setup(config, "m").error().message.find("Property tools is not a JSON array"),
      std::string::npos);
  config.tools.set("@/tmp");
  EXPECT_NE(wire::encode_setup(config, "m").error().message.find("is not a regular file"),
            std::string::npos);
  config.tools.set("@/nowhere/tools.json");
  EXPECT_NE(wire::encode_setup(config, "m").error().message.find("Property tools: the file"),
            std::string::npos);
  EXPECT_TRUE(wire::declared_functions("{}").empty());
}

TEST(WireEncode, Content) {
  const auto content = wire::read_content(R"({"turns":[],"turnComplete":true})");
  ASSERT_TRUE(content);
  EXPECT_EQ(content->message, R"({"clientContent":{"turns":[],"turnComplete":true}})");
  EXPECT_TRUE(content->wants_answer);
  const auto whole = wire::read_content(R"({"clientContent":{"turns":[]}})");
  EXPECT_EQ(whole->message, R"({"clientContent":{"turns":[]}})");
  EXPECT_FALSE(whole->wants_answer);
  EXPECT_FALSE(wire::read_content("[]"));
}

TEST(WireEncode, ToolResponse) {
  const auto plain = *wire::read_function_response(R"({"degrees":7})");
  EXPECT_EQ(
      wire::encode_tool_response("1", "weather", plain),
      R"({"toolResponse":{"functionResponses":[{"id":"1","name":"weather","response":{"degrees":7}}]}})");
  EXPECT_EQ(wire::encode_tool_response("", "f", wire::failed_function("no")),
            R"({"toolResponse":{"functionResponses":[{"name":"f","response":{"error":"no"}}]}})");
  const auto whole = *wire::read_function_response(
      R"({"response":{"degrees":7},"scheduling":"SILENT","willContinue":true})");
  EXPECT_EQ(whole.json, R"({"response":{"degrees":7},"scheduling":"SILENT","willContinue":true})");
  EXPECT_TRUE(whole.will_continue);
  EXPECT_TRUE(whole.is_silent);
  EXPECT_EQ(wire::read_function_response(R"({"response":{},"degrees":7})")->json,
            R"({"response":{"response":{},"degrees":7}})")
      << "a response with a field of that name";
  for (const auto *empty : {"{}", R"({"response":{}})"})
    EXPECT_EQ(wire::read_function_response(empty)->json, R"({"response":{"output":{}}})");
  EXPECT_FALSE(wire::read_function_response("7"));
}

TEST(WireEncode, ReplacesInvalidUtf8) {
  EXPECT_EQ(wire::encode_realtime_text("a\xff\xfe"),
            "{\"realtimeInput\":{\"text\":\"a\uFFFD\uFFFD\"}}");
  EXPECT_EQ(wire::encode_realtime_text(std::string_view("a\0b", 3)),
            "{\"realtimeInput\":{\"text\":\"a\uFFFDb\"}}");
}

TEST(WireEncode, AudioMessagesAllocateNothingOnceWarm) {
  const std::vector<std::byte> samples(1280, std::byte{1});
  std::string out;
  wire::encode_audio(samples, 16000, out);
  const auto before = test::allocations();
  for (int i = 0; i < 100; ++i)
    wire::encode_audio(samples, 16000, out);
  EXPECT_EQ(test::allocations(), before);
}

}  // namespace
