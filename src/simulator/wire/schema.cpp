// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "schema.hpp"

#include <array>

namespace gemlive::simulator {

namespace {

constexpr auto developer = Service::developer;
constexpr auto vertex = Service::vertex;

constexpr Field plain(std::string_view name, Type type, std::optional<Service> only = {}) {
  return {name, type, false, only};
}
constexpr Field list(std::string_view name, Type type, std::optional<Service> only = {}) {
  return {name, type, true, only};
}
constexpr Field one(std::string_view name, const Message &message,
                    std::optional<Service> only = {}) {
  return {name, Type::message, false, only, &message};
}
constexpr Field many(std::string_view name, const Message &message,
                     std::optional<Service> only = {}) {
  return {name, Type::message, true, only, &message};
}
constexpr Field choice(std::string_view name, std::span<const std::string_view> values) {
  return {name, Type::enumeration, false, {}, nullptr, values};
}
constexpr Field choices(std::string_view name, std::span<const std::string_view> values) {
  return {name, Type::enumeration, true, {}, nullptr, values};
}

using enum Type;
using Names = std::string_view[];

constexpr Names modalities = {"MODALITY_UNSPECIFIED", "TEXT", "IMAGE", "AUDIO", "VIDEO"};
constexpr Names media_resolutions = {"MEDIA_RESOLUTION_UNSPECIFIED", "MEDIA_RESOLUTION_LOW",
                                     "MEDIA_RESOLUTION_MEDIUM", "MEDIA_RESOLUTION_HIGH"};
constexpr Names thinking_levels = {"THINKING_LEVEL_UNSPECIFIED", "MINIMAL", "LOW", "MEDIUM",
                                   "HIGH"};
constexpr Names start_sensitivities = {"START_SENSITIVITY_UNSPECIFIED", "START_SENSITIVITY_HIGH",
                                       "START_SENSITIVITY_LOW"};
constexpr Names end_sensitivities = {"END_SENSITIVITY_UNSPECIFIED", "END_SENSITIVITY_HIGH",
                                     "END_SENSITIVITY_LOW"};
constexpr Names activity_handlings = {"ACTIVITY_HANDLING_UNSPECIFIED",
                                      "START_OF_ACTIVITY_INTERRUPTS", "NO_INTERRUPTION"};
constexpr Names turn_coverages = {"TURN_COVERAGE_UNSPECIFIED", "TURN_INCLUDES_ONLY_ACTIVITY",
                                  "TURN_INCLUDES_ALL_INPUT",
                                  "TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO"};
constexpr Names behaviors = {"UNSPECIFIED", "BLOCKING", "NON_BLOCKING"};
constexpr Names schedulings = {"SCHEDULING_UNSPECIFIED", "SILENT", "WHEN_IDLE", "INTERRUPT"};
constexpr Names schema_types = {"TYPE_UNSPECIFIED", "STRING", "NUMBER", "INTEGER",
                                "BOOLEAN",          "ARRAY",  "OBJECT", "NULL"};
constexpr Names transcription_modes = {"MODE_UNSPECIFIED", "VERBATIM", "SMART"};

constexpr Message empty = {};

// Content

constexpr Field blob_fields[] = {plain("mimeType", string), plain("data", bytes),
                                 plain("displayName", string, vertex)};
constexpr Message blob = {blob_fields};

constexpr Field file_data_fields[] = {plain("mimeType", string), plain("fileUri", string)};
constexpr Message file_data = {file_data_fields};

constexpr Field function_call_fields[] = {plain("id", string), plain("name", string),
                                          plain("args", object)};
constexpr Message function_call = {function_call_fields};

constexpr Field function_response_fields[] = {plain("id", string),
                                              plain("name", string),
                                              plain("response", object),
                                              plain("willContinue", boolean),
                                              choice("scheduling", schedulings),
                                              list("parts", object)};
constexpr Message function_response = {function_response_fields};

constexpr Field part_fields[] = {plain("text", string),
                                 one("inlineData", blob),
                                 one("fileData", file_data),
                                 one("functionCall", function_call),
                                 one("functionResponse", function_response),
                                 plain("executableCode", object),
                                 plain("codeExecutionResult", object),
                                 plain("thought", boolean),
                                 plain("thoughtSignature", bytes),
                                 plain("videoMetadata", object)};
constexpr Message part = {part_fields};

constexpr Field content_fields[] = {plain("role", string), many("parts", part)};
constexpr Message content = {content_fields};

// Tools

const Field open_api_schema_fields[] = {
    choice("type", schema_types),  plain("format", string),        plain("title", string),
    plain("description", string),  plain("nullable", boolean),     list("enum", string),
    one("items", open_api_schema), plain("maxItems", int64),       plain("minItems", int64),
    plain("properties", object),   list("required", string),       plain("minProperties", int64),
    plain("maxProperties", int64), plain("minimum", number),       plain("maximum", number),
    plain("minLength", int64),     plain("maxLength", int64),      plain("pattern", string),
    plain("example", any),         many("anyOf", open_api_schema), list("propertyOrdering", string),
    plain("default", any)};
constexpr Field function_declaration_fields[] = {plain("name", string),
                                                 plain("description", string),
                                                 one("parameters", open_api_schema),
                                                 plain("parametersJsonSchema", any),
                                                 one("response", open_api_schema),
                                                 plain("responseJsonSchema", any),
                                                 choice("behavior", behaviors)};
constexpr Message function_declaration = {function_declaration_fields};

constexpr Field tool_fields[] = {many("functionDeclarations", function_declaration),
                                 plain("googleSearch", object),
                                 plain("googleSearchRetrieval", object),
                                 plain("codeExecution", object),
                                 plain("urlContext", object),
                                 plain("googleMaps", object),
                                 plain("computerUse", object),
                                 plain("fileSearch", object, developer),
                                 plain("retrieval", object, vertex),
                                 plain("enterpriseWebSearch", object, vertex)};
constexpr Message tool = {tool_fields};

// setup.generationConfig

constexpr Field prebuilt_voice_fields[] = {plain("voiceName", string)};
constexpr Message prebuilt_voice = {prebuilt_voice_fields};

constexpr Field replicated_voice_fields[] = {
    plain("mimeType", string), plain("voiceSampleAudio", bytes),
    plain("consentAudio", bytes, developer), plain("voiceConsentSignature", object, developer)};
constexpr Message replicated_voice = {replicated_voice_fields};

constexpr Field voice_config_fields[] = {one("prebuiltVoiceConfig", prebuilt_voice),
                                         one("replicatedVoiceConfig", replicated_voice)};
constexpr Message voice_config = {voice_config_fields};

constexpr Field speech_config_fields[] = {one("voiceConfig", voice_config),
                                          plain("languageCode", string),
                                          plain("multiSpeakerVoiceConfig", unsupported)};
constexpr Message speech_config = {speech_config_fields};

constexpr Field thinking_config_fields[] = {plain("thinkingBudget", integer),
                                            choice("thinkingLevel", thinking_levels),
                                            plain("includeThoughts", boolean)};
constexpr Message thinking_config = {thinking_config_fields};

constexpr Field translation_config_fields[] = {plain("targetLanguageCode", string),
                                               plain("echoTargetLanguage", boolean)};
constexpr Message translation_config = {translation_config_fields};

constexpr Field generation_config_fields[] = {
    choices("responseModalities", modalities),
    one("speechConfig", speech_config),
    plain("temperature", number),
    plain("topP", number),
    plain("topK", number),
    plain("maxOutputTokens", integer),
    plain("candidateCount", integer),
    plain("presencePenalty", number),
    plain("frequencyPenalty", number),
    plain("seed", integer),
    choice("mediaResolution", media_resolutions),
    one("thinkingConfig", thinking_config),
    plain("enableAffectiveDialog", boolean),
    one("translationConfig", translation_config, developer),
    plain("responseLogprobs", unsupported),
    plain("logprobs", unsupported),
    plain("responseMimeType", unsupported),
    plain("responseSchema", unsupported),
    plain("responseJsonSchema", unsupported),
    plain("stopSequences", unsupported),
    plain("routingConfig", unsupported, vertex),
    plain("audioTimestamp", unsupported, vertex)};
constexpr Message generation_config = {generation_config_fields};

// setup, the rest

constexpr Field automatic_detection_fields[] = {
    plain("disabled", boolean), choice("startOfSpeechSensitivity", start_sensitivities),
    choice("endOfSpeechSensitivity", end_sensitivities), plain("prefixPaddingMs", integer),
    plain("silenceDurationMs", integer)};
constexpr Message automatic_detection = {automatic_detection_fields};

constexpr Field realtime_input_config_fields[] = {
    one("automaticActivityDetection", automatic_detection),
    choice("activityHandling", activity_handlings), choice("turnCoverage", turn_coverages),
    plain("interimTranscriptTimestampEnabled", boolean)};
constexpr Message realtime_input_config = {realtime_input_config_fields};

constexpr Field session_resumption_fields[] = {plain("handle", string),
                                               plain("transparent", boolean, vertex)};
constexpr Message session_resumption = {session_resumption_fields};

constexpr Field sliding_window_fields[] = {plain("targetTokens", int64)};
constexpr Message sliding_window = {sliding_window_fields};
constexpr Field compression_fields[] = {plain("triggerTokens", int64),
                                        one("slidingWindow", sliding_window)};
constexpr Message compression = {compression_fields};

constexpr Field transcription_fields[] = {
    list("languageCodes", string, vertex),  list("customVocabulary", string, vertex),
    choice("mode", transcription_modes),    plain("wordTimestamp", boolean, vertex),
    plain("diarization", boolean, vertex),  plain("languageAuto", object, vertex),
    plain("languageHints", object, vertex), list("adaptationPhrases", string, vertex)};
constexpr Message transcription = {transcription_fields};

constexpr Field proactivity_fields[] = {plain("proactiveAudio", boolean)};
constexpr Message proactivity = {proactivity_fields};
constexpr Field history_fields[] = {plain("initialHistoryInClientContent", boolean)};
constexpr Message history = {history_fields};
constexpr Field safety_fields[] = {plain("category", string), plain("threshold", string),
                                   plain("method", string, vertex)};
constexpr Message safety = {safety_fields};

constexpr Field setup_fields[] = {plain("model", string),
                                  one("generationConfig", generation_config),
                                  one("systemInstruction", content),
                                  many("tools", tool),
                                  one("realtimeInputConfig", realtime_input_config),
                                  one("sessionResumption", session_resumption),
                                  one("contextWindowCompression", compression),
                                  one("inputAudioTranscription", transcription),
                                  one("outputAudioTranscription", transcription),
                                  one("proactivity", proactivity),
                                  one("historyConfig", history),
                                  plain("explicitVadSignal", boolean, vertex),
                                  plain("avatarConfig", object, vertex),
                                  many("safetySettings", safety),
                                  plain("labels", string_map, vertex)};
constexpr Message setup = {setup_fields};

// The other messages

constexpr Field client_content_fields[] = {many("turns", content), plain("turnComplete", boolean)};
constexpr Message client_content = {client_content_fields};

constexpr Field realtime_input_fields[] = {
    one("audio", blob),          one("video", blob),        plain("text", string),
    one("activityStart", empty), one("activityEnd", empty), plain("audioStreamEnd", boolean),
    many("mediaChunks", blob)};
constexpr Message realtime_input = {realtime_input_fields};

constexpr Field tool_response_fields[] = {many("functionResponses", function_response)};
constexpr Message tool_response = {tool_response_fields};

constexpr Field tool_set_fields[] = {many("tools", tool)};
constexpr Message tool_set = {tool_set_fields};
constexpr Field context_update_fields[] = {one("systemInstruction", content),
                                           one("tools", tool_set)};
constexpr Message context_update = {context_update_fields};

constexpr Field client_message_fields[] = {
    one("setup", setup), one("clientContent", client_content), one("realtimeInput", realtime_input),
    one("toolResponse", tool_response), one("contextUpdate", context_update, vertex)};

constexpr Names voice_names = {
    "Zephyr",    "Puck",          "Charon",       "Kore",      "Fenrir",     "Leda",
    "Orus",      "Aoede",         "Callirrhoe",   "Autonoe",   "Enceladus",  "Iapetus",
    "Umbriel",   "Algieba",       "Despina",      "Erinome",   "Algenib",    "Rasalgethi",
    "Laomedeia", "Achernar",      "Alnilam",      "Schedar",   "Gacrux",     "Pulcherrima",
    "Achird",    "Zubenelgenubi", "Vindemiatrix", "Sadachbia", "Sadaltager", "Sulafat"};

}  // namespace

const Message open_api_schema = {open_api_schema_fields};
const Message client_message = {client_message_fields};
const std::span<const std::string_view> voices = voice_names;

}  // namespace gemlive::simulator
