// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#include "setup.hpp"

#include <glib.h>

#include <algorithm>

#include "json_number.hpp"

namespace gemlive::simulator {

namespace {

using simdjson::dom::element;

std::string string_at(element setup, std::string_view path) {
  std::string_view text;
  const auto value = field_at(setup, path);
  return value && !value->get(text) ? std::string(text) : std::string();
}

bool flag_at(element setup, std::string_view path) {
  bool flag = false;
  const auto value = field_at(setup, path);
  return value && !value->get(flag) && flag;
}

int number_at(element setup, std::string_view path, int otherwise) {
  const auto value = field_at(setup, path);
  const auto number = value ? integer_of(*value) : std::nullopt;
  return number && *number >= 0 ? static_cast<int>(*number) : otherwise;
}

bool same(const std::string &a, const char *b) {
  return g_ascii_strcasecmp(a.c_str(), b) == 0;
}

double threshold(const std::string &sensitivity) {
  if (same(sensitivity, "START_SENSITIVITY_HIGH")) return -46;
  if (same(sensitivity, "START_SENSITIVITY_LOW")) return -34;
  return SpeechSettings{}.threshold;
}

bool asks_for_text(element setup) {
  const auto modalities = field_at(setup, "generationConfig.responseModalities");
  if (!modalities) return false;
  for (const auto modality : simdjson::dom::array(*modalities))
    return same(std::string(std::string_view(modality)), "TEXT");
  return false;
}

std::string_view last_segment(std::string_view model) {
  return model.substr(model.rfind('/') + 1);
}

}  // namespace

Setup read_setup(element setup, int silence_duration) {
  const std::string detection = "realtimeInputConfig.automaticActivityDetection.";
  Setup result;
  result.model = string_at(setup, "model");
  result.text = asks_for_text(setup);
  result.automatic = !flag_at(setup, detection + "disabled");
  result.interruptible =
      !same(string_at(setup, "realtimeInputConfig.activityHandling"), "NO_INTERRUPTION");
  result.input_transcription = field(setup, "inputAudioTranscription").has_value();
  result.output_transcription = field(setup, "outputAudioTranscription").has_value();
  result.interim_offsets = flag_at(setup, "realtimeInputConfig.interimTranscriptTimestampEnabled");
  result.history_first = flag_at(setup, "historyConfig.initialHistoryInClientContent");
  result.resumption = field(setup, "sessionResumption").has_value();
  result.transparent = flag_at(setup, "sessionResumption.transparent");
  result.handle = string_at(setup, "sessionResumption.handle");
  result.speech.prefix_padding =
      number_at(setup, detection + "prefixPaddingMs", result.speech.prefix_padding);
  result.speech.silence_duration =
      number_at(setup, detection + "silenceDurationMs", silence_duration);
  result.speech.threshold = threshold(string_at(setup, detection + "startOfSpeechSensitivity"));
  return result;
}

std::optional<Refusal> check_access(const Setup &setup, Service service, bool bad_key) {
  const auto &model = setup.model;
  if (bad_key) return Refusal{1007, "API key not valid. Please pass a valid API key."};
  const auto id = last_segment(model);
  const bool absent = id.find("nope") != id.npos || id.starts_with("lyria");  // music: no Live API
  if (service == Service::developer) {
    if (!model.starts_with("models/") && !model.starts_with("tunedModels/")) return Refusal{};
    if (!absent) return {};
    return Refusal{1008, model +
                             " is not found for API version v1beta, or is not supported for "
                             "bidiGenerateContent. Call ListModels to see the list of available "
                             "models and their supported methods."};
  }
  if (!model.starts_with("projects/") && !model.starts_with("publishers/"))
    return Refusal{1007, "Invalid resource field value in the request."};
  if (model.starts_with("projects/None/"))
    return Refusal{1008, "Permission denied on resource project None."};
  if (absent)
    return Refusal{1007, std::string(last_segment(model)) + " is not supported in the live api."};
  return {};
}

std::string summary(const Setup &setup) {
  std::string line = setup.model + (setup.text ? ", answers in text" : ", answers in audio");
  if (setup.automatic)
    line += ", automatic activity detection (" + std::to_string(setup.speech.silence_duration) +
            " ms of silence)";
  else
    line += ", manual activity markers";
  if (!setup.interruptible) line += ", no interruption";
  if (setup.input_transcription) line += ", input transcription";
  if (setup.output_transcription) line += ", output transcription";
  if (!setup.handle.empty()) line += ", resumed";
  return line;
}

}  // namespace gemlive::simulator
