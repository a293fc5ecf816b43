// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Traffic between Google's own JavaScript SDK and the real service (googleapis/js-genai,
// test/system/recordings). It is not part of this repository: GEMLIVE_RECORDINGS names its folder.

#include <gtest/gtest.h>
#include <simdjson.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base64.hpp"
#include "overloaded.hpp"
#include "wire.hpp"

using namespace gemlive;

namespace {

using simdjson::dom::element;
using Lines = std::vector<std::string>;

struct Recording {
  std::vector<std::string> client, server;
};

/// Lines of `>` or `<`, the payload's length, a space and the payload with a newline that counts.
Recording load(const std::filesystem::path &path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  Recording recording;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t digits = 0;
    const auto length = std::stoul(text.substr(at + 1, 20), &digits);
    const auto start = at + 1 + digits + 1;
    (text[at] == '>' ? recording.client : recording.server).push_back(text.substr(start, length));
    at = start + length;
  }
  return recording;
}

std::string line(const ServerEvent &event) {
  return std::visit(
      Overloaded{
          [](const SetupComplete &f) { return "setup complete " + f.session_id; },
          [](const Audio &f) {
            std::vector<std::byte> samples(base64::decoded_size(f.base64).value_or(0));
            const bool fine = base64::decode(f.base64, samples.data());
            return "audio " + std::to_string(fine ? samples.size() : 0) + " bytes at " +
                   std::to_string(f.rate);
          },
          [](const Transcript &f) {
            return (f.speaker == Speaker::model ? "model says " : "user says ") + f.text;
          },
          [](const Text &f) { return "text " + f.text; },
          [](const GenerationComplete &) { return std::string("generation complete"); },
          [](const TurnComplete &f) { return "turn complete " + f.reason; },
          [](const ToolCall &f) { return "tool call " + f.id + " " + f.name + f.args; },
          [](const Usage &f) {
            std::string counts;
            for (std::size_t i = 0; i < f.counts.size(); ++i)
              if (f.counts[i])
                counts += std::string(" ") + Usage::names[i] + "=" + std::to_string(*f.counts[i]);
            return "usage" + counts;
          },
          [](const ServerMessage &f) { return f.json; },
          [](const auto &) { return std::string("something unexpected"); },
      },
      event);
}

const std::map<std::string, Lines> expected = {
    {"ML_Dev_handle_activity_start_and_end",
     {"setup complete ", "text Yeah", "text , I can hear you. What's up?"}},
    {"ML_Dev_should_receive_transcription_in_async_session_with_transcription_enabled",
     {"setup complete ", "model says We",
      "model says  could talk about anything you like. Perhaps you have a hobby or an interest you",
      "model says 'd like to discuss, or maybe there's a topic you've been curious about lately."}},
    {"ML_Dev_should_reply_to_realtime_audio_input",
     {"setup complete ", "text Yes", "text , I can hear you clearly. How may I assist you?"}},
    {"ML_Dev_should_reply_to_realtime_text_input",
     {"setup complete ", "text Yes, I'", "text m here! How can I help you today?"}},
    {"ML_Dev_should_respond_to_realtime_media-audio_input",
     {"setup complete ", "text Yes", "text , I can hear you clearly. How may I help you?"}},
    {"ML_Dev_should_return_error_for_invalid_input_in_async_session", {"setup complete "}},
    {"ML_Dev_should_send_content_dict_in_async_session",
     {"setup complete ", "generation complete",
      "usage promptTokenCount=515 responseTokenCount=31 totalTokenCount=546", "turn complete "}},
    {"ML_Dev_should_send_text_in_async_session",
     {"setup complete ", "generation complete",
      "usage promptTokenCount=515 responseTokenCount=38 totalTokenCount=553", "turn complete "}},
    {"ML_Dev_should_send_tool_response",
     {"setup complete ",
      R"({"executableCode":{"language":"PYTHON","code":)"
      R"~("print(default_api.get_current_weather(location='Redmond, WA'))"}})~",
      R"(tool call function-call-5831923424298605773 get_current_weather{"location":"Redmond, WA"})"}},
    {"ML_Dev_should_send_tool_response_with_function_responses", {"setup complete "}},
    {"Vertex_should_initialize_session_with_publishers_prefix",
     {"setup complete f162d11d-434a-4212-8a31-f1a4843cad11"}},
    {"Vertex_should_initialize_session_without_prefix",
     {"setup complete 36eebac4-0e2c-473e-9ff5-c47f2bba6e7b"}},
    {"Vertex_should_receive_transcription_in_async_session_with_transcription_enabled",
     {"setup complete 66755954-0ad4-4e0b-b021-d457073bde47", "model says We"}},
    {"Vertex_should_respond_to_realtime_media-audio_input",
     {"setup complete effe96ed-0538-4ce4-adda-aafe79c9f4f9", "text Yes",
      "text , I can hear you. How can I help you today?\n"}},
    {"Vertex_should_return_error_for_invalid_input_in_async_session",
     {"setup complete 9f5a799e-f8b3-4ba4-978b-714a89f1fd02", "audio 9600 bytes at 24000"}},
    {"Vertex_should_send_content_dict_in_async_session",
     {"setup complete 76a08a7c-b027-40a9-9b14-f3090b59148f", "audio 9600 bytes at 24000",
      "audio 11520 bytes at 24000"}},
    {"Vertex_should_send_text_in_async_session",
     {"setup complete bb8e976e-1bb9-465a-8f11-c6d37248a698", "audio 9600 bytes at 24000",
      "audio 11520 bytes at 24000"}},
    {"Vertex_should_send_tool_response",
     {"setup complete c714f9ce-aa80-413f-b55a-a13609ae9e01",
      R"(tool call 8acdafcd-9c55-44be-84da-da3d2612f9d1 get_current_weather{"location":"Redmond, WA"})",
      "generation complete"}},
    {"Vertex_should_send_tool_response_with_function_responses",
     {"setup complete a1ab9fc8-abd6-4add-ade2-1c0ee25f147f", "audio 9600 bytes at 24000"}},
};

std::optional<element> at(element root, const char *pointer) {
  element found;
  if (root.at_pointer(pointer).get(found)) return std::nullopt;
  return found;
}
std::string text_at(element root, const char *pointer) {
  std::string_view text;
  const auto found = at(root, pointer);
  return found && !found->get(text) ? std::string(text) : "";
}
bool is_true_at(element root, const char *pointer) {
  bool value = false;
  const auto found = at(root, pointer);
  return found && !found->get(value) && value;
}

/// Equal but for the order of the fields.
bool is_same(element a, element b) {
  if (simdjson::dom::object ours, theirs; !a.get(ours) && !b.get(theirs)) {
    if (ours.size() != theirs.size()) return false;
    for (const auto field : ours) {
      element other;
      if (theirs.at_key(field.key).get(other) || !is_same(field.value, other)) return false;
    }
    return true;
  }
  if (simdjson::dom::array ours, theirs; !a.get(ours) && !b.get(theirs)) {
    if (ours.size() != theirs.size()) return false;
    for (std::size_t i = 0; i < ours.size(); ++i)
      if (!is_same(ours.at(i).value_unsafe(), theirs.at(i).value_unsafe())) return false;
    return true;
  }
  return simdjson::minify(a) == simdjson::minify(b);
}

/// The properties that a user would set to get this setup message.
Config properties_for(element message) {
  Config config;
  if (!at(message, "/setup/generationConfig"))
    config.setup.set(R"({"generationConfig":null})");
  else if (text_at(message, "/setup/generationConfig/responseModalities/0") == "TEXT")
    config.setup.set(R"({"generationConfig":{"responseModalities":["TEXT"]}})");
  if (const auto tools = at(message, "/setup/tools")) {
    const std::string rest = config.setup->empty() ? "}" : R"(,"generationConfig":null})";
    config.setup.set(R"({"tools":)" + simdjson::minify(*tools) + rest);
  }
  config.session_resumption.set(at(message, "/setup/sessionResumption").has_value());
  if (at(message, "/setup/outputAudioTranscription")) config.output_transcription.set(true);
  if (is_true_at(message, "/setup/realtimeInputConfig/automaticActivityDetection/disabled"))
    config.activity_detection.set(ActivityDetection::manual);
  return config;
}

std::string reproduce_audio(element message) {
  const auto data = text_at(message, "/realtimeInput/audio/data");
  std::vector<std::byte> samples(base64::decoded_size(data).value_or(0));
  EXPECT_TRUE(base64::decode(data, samples.data()));
  EXPECT_EQ(text_at(message, "/realtimeInput/audio/mimeType"), "audio/pcm;rate=16000");
  std::string out;
  wire::encode_audio(samples, 16000, out);
  return out;
}

/// The same message by our own means; empty for what we have none for.
std::string reproduce(element message) {
  if (at(message, "/setup")) {
    const auto text = wire::encode_setup(properties_for(message), text_at(message, "/setup/model"));
    return text ? *text : text.error().message;
  }
  if (at(message, "/clientContent"))
    return wire::encode_client_content(text_at(message, "/clientContent/turns/0/parts/0/text"),
                                       is_true_at(message, "/clientContent/turnComplete"));
  if (const auto answer = at(message, "/toolResponse/functionResponses/0")) {
    const auto said = at(*answer, "/response");
    const auto read =
        wire::read_function_response("{\"response\":" + simdjson::minify(said.value()) + "}");
    if (!read) return read.error().message;
    return wire::encode_tool_response(text_at(*answer, "/id"), text_at(*answer, "/name"), *read);
  }
  if (at(message, "/realtimeInput/audio")) return reproduce_audio(message);
  if (at(message, "/realtimeInput/activityStart")) return wire::encode_activity_start();
  if (at(message, "/realtimeInput/activityEnd")) return wire::encode_activity_end();
  if (at(message, "/realtimeInput/text"))
    return wire::encode_realtime_text(text_at(message, "/realtimeInput/text"));
  return {};
}

class Recordings : public testing::Test {
 protected:
  void SetUp() override {
    const char *folder = std::getenv("GEMLIVE_RECORDINGS");
    if (!folder) folder = std::getenv("GEMLIVE_DEFAULT_RECORDINGS");
    if (!folder || !std::filesystem::is_directory(folder))
      GTEST_SKIP() << "no recordings in " << (folder ? folder : "GEMLIVE_RECORDINGS (not set)");
    for (const auto &entry : std::filesystem::directory_iterator(folder)) {
      std::string name = entry.path().filename();
      const std::string prefix = "live_", suffix = ".websocket.log";
      if (!name.starts_with(prefix) || !name.ends_with(suffix)) continue;
      name = name.substr(prefix.size(), name.size() - prefix.size() - suffix.size());
      recordings_[name] = load(entry.path());
    }
  }
  std::map<std::string, Recording> recordings_;
};

TEST_F(Recordings, DecodesEveryServerMessage) {
  wire::Decoder decoder;
  for (const auto &[name, lines] : expected) {
    ASSERT_TRUE(recordings_.contains(name)) << name;
    Lines heard;
    for (const auto &message : recordings_[name].server) {
      const auto events = decoder.decode(message);
      ASSERT_TRUE(events) << events.error().detail << " in " << name;
      for (const auto &event : *events)
        heard.push_back(line(event));
    }
    EXPECT_EQ(heard, lines) << name;
  }
  EXPECT_EQ(recordings_.size(), expected.size());
}

TEST_F(Recordings, EncodesClientMessagesInTheSameWay) {
  int same = 0, no_word = 0;
  for (const auto &[name, recording] : recordings_) {
    for (const auto &message : recording.client) {
      simdjson::dom::parser parser, our_parser;
      element theirs, ours;
      ASSERT_FALSE(parser.parse(message).get(theirs)) << name;
      const auto text = reproduce(theirs);
      if (text.empty()) {
        ++no_word;  // mediaChunks (deprecated)
        continue;
      }
      ASSERT_FALSE(our_parser.parse(text).get(ours)) << text.substr(0, 300);
      EXPECT_TRUE(is_same(ours, theirs))
          << name << "\nours: " << text.substr(0, 300) << "\ntheirs: " << message.substr(0, 300);
      ++same;
    }
  }
  EXPECT_EQ(same, 35);
  EXPECT_EQ(no_word, 2);
}

}  // namespace
