// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include <array>
#include <charconv>

#include "api_names.hpp"
#include "base64.hpp"
#include "json_object.hpp"
#include "json_string.hpp"
#include "wire.hpp"

namespace gemlive::wire {
namespace {

const char *name_of(Sensitivity sensitivity, bool start) {
  if (sensitivity == Sensitivity::low)
    return start ? "START_SENSITIVITY_LOW" : "END_SENSITIVITY_LOW";
  return start ? "START_SENSITIVITY_HIGH" : "END_SENSITIVITY_HIGH";
}

const char *name_of(ActivityHandling handling) {
  return handling == ActivityHandling::no_interruption ? "NO_INTERRUPTION"
                                                       : "START_OF_ACTIVITY_INTERRUPTS";
}

const char *name_of(TurnCoverage coverage) {
  if (coverage == TurnCoverage::only_activity) return "TURN_INCLUDES_ONLY_ACTIVITY";
  if (coverage == TurnCoverage::all_input) return "TURN_INCLUDES_ALL_INPUT";
  return "TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO";
}

void add_generation(const Config &config, json::Object &setup) {
  setup.set("generationConfig.responseModalities", std::vector<std::string>{"AUDIO"});
  if (*config.temperature >= 0) setup.set("generationConfig.temperature", *config.temperature);
  constexpr auto voice_name =
      "generationConfig.speechConfig.voiceConfig.prebuiltVoiceConfig.voiceName";
  if (!config.voice->empty()) setup.set(voice_name, *config.voice);
  if (!config.language_code->empty())
    setup.set("generationConfig.speechConfig.languageCode", *config.language_code);
}

void add_detection(const Config &config, json::Object &setup) {
  json::Object detection;
  if (*config.activity_detection == ActivityDetection::manual) detection.set("disabled", true);
  if (*config.start_sensitivity != Sensitivity::server_default)
    detection.set("startOfSpeechSensitivity", name_of(*config.start_sensitivity, true));
  if (*config.end_sensitivity != Sensitivity::server_default)
    detection.set("endOfSpeechSensitivity", name_of(*config.end_sensitivity, false));
  if (*config.prefix_padding >= 0) detection.set("prefixPaddingMs", *config.prefix_padding);
  if (*config.silence_duration >= 0) detection.set("silenceDurationMs", *config.silence_duration);

  if (!detection.empty())
    setup.set("realtimeInputConfig.automaticActivityDetection", std::move(detection));
  if (*config.activity_handling != ActivityHandling::server_default)
    setup.set("realtimeInputConfig.activityHandling", name_of(*config.activity_handling));
  if (*config.turn_coverage != TurnCoverage::server_default)
    setup.set("realtimeInputConfig.turnCoverage", name_of(*config.turn_coverage));
}

/// The property setup. Users may paste the whole message: {"setup": {...}} is read as {...}.
Result<json::Object> users_own(const Config &config) {
  const auto text = json::text_or_file(*config.setup, "setup");
  if (!text) return text.error();
  auto object = json::Object::parse(*text, "Property setup");
  if (!object) return object.error();
  auto own = std::move(*object).unwrapped("setup");
  use_api_names(own.value(), "setup");
  return own;
}

Result<json::Object> users_tools(const Config &config) {
  const auto text = json::text_or_file(*config.tools, "tools");
  if (!text) return text.error();
  auto tools = json::Object::parse_list(*text, "Property tools", "tools");
  if (tools) use_api_names(tools->value(), "setup");
  return tools;
}

std::string typed(std::string_view text) {
  return R"({"text":)" + json::quoted(text) + "}";
}

}  // namespace

Result<std::string> encode_setup(const Config &config, const std::string &model, Service service) {
  json::Object setup;
  setup.set("model", model);
  add_generation(config, setup);
  if (!config.system_instruction->empty()) {
    json::Object part;
    part.set("text", *config.system_instruction);
    setup.append("systemInstruction.parts", std::move(part));
  }
  add_detection(config, setup);
  if (*config.input_transcription) setup.set("inputAudioTranscription", json::Object());
  if (*config.output_transcription) setup.set("outputAudioTranscription", json::Object());
  if (*config.context_compression)
    setup.set("contextWindowCompression.slidingWindow", json::Object());
  if (!config.tools->empty()) {
    const auto tools = users_tools(config);
    if (!tools) return tools.error();
    setup.merge(*tools);
  }
  if (*config.session_resumption) {
    json::Object resumption;
    if (service == Service::vertex) resumption.set("transparent", true);
    setup.set("sessionResumption", std::move(resumption));
  }
  if (!config.setup->empty()) {
    const auto own = users_own(config);
    if (!own) return own.error();
    setup.merge(*own);
  }
  json::Object message;
  message.set("setup", std::move(setup));
  return message.text();
}

std::string with_handle(const std::string &setup, const std::string &handle) {
  auto message = json::Object::parse(setup, "The setup message");
  if (!message) return setup;  // cannot happen: encode_setup() wrote it
  return message->set("setup.sessionResumption.handle", handle).text();
}

std::string with_project(const std::string &setup, const std::string &project) {
  auto message = json::Object::parse(setup, "The setup message");
  if (!message) return setup;
  constexpr std::string_view unknown = "projects/-/";
  const auto models = message->strings_at("setup.model");
  if (models.empty() || !models[0].starts_with(unknown)) return setup;
  const auto model = "projects/" + project + models[0].substr(unknown.size() - 1);
  return message->set("setup.model", std::string_view(model)).text();
}

std::vector<std::string> declared_functions(const std::string &setup) {
  const auto message = json::Object::parse(setup, "The setup");
  if (!message) return {};
  return message->strings_at("setup.tools.functionDeclarations.name");
}

FunctionResponse failed_function(std::string_view what) {
  json::Object whole;
  whole.set("response.error", what);
  return {.json = whole.text()};
}

std::string encode_tool_response(const std::string &id, const std::string &name,
                                 const FunctionResponse &response) {
  std::string message = R"({"toolResponse":{"functionResponses":[{)";
  if (!id.empty()) message += R"("id":)" + json::quoted(id) + ",";
  message += R"("name":)" + json::quoted(name) + "," + response.json.substr(1);
  return message + "]}}";
}

void encode_audio(std::span<const std::byte> samples, int rate, std::string &out) {
  std::array<char, 12> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), rate).ptr;
  out = R"({"realtimeInput":{"audio":{"mimeType":"audio/pcm;rate=)";
  out.append(digits.data(), end);
  out += R"(","data":")";
  const auto head = out.size();
  out.resize(head + base64::encoded_size(samples.size()));
  base64::encode(samples, out.data() + head);
  out += R"("}}})";
}

std::string encode_picture(std::span<const std::byte> jpeg) {
  std::string message = R"({"realtimeInput":{"video":{"mimeType":"image/jpeg","data":")";
  const auto head = message.size();
  message.resize(head + base64::encoded_size(jpeg.size()));
  base64::encode(jpeg, message.data() + head);
  return message + R"("}}})";
}

std::string encode_activity_start() {
  return R"({"realtimeInput":{"activityStart":{}}})";
}

std::string encode_activity_end() {
  return R"({"realtimeInput":{"activityEnd":{}}})";
}

std::string encode_audio_stream_end() {
  return R"({"realtimeInput":{"audioStreamEnd":true}})";
}

std::string encode_realtime_text(std::string_view text) {
  return R"({"realtimeInput":)" + typed(text) + "}";
}

std::string encode_client_content(std::string_view text, bool turn_complete) {
  std::string message = R"({"clientContent":{)";
  if (!text.empty()) message += R"("turns":[{"role":"user","parts":[)" + typed(text) + "]}],";
  return message + R"("turnComplete":)" + (turn_complete ? "true" : "false") + "}}";
}

}  // namespace gemlive::wire
