// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <simdjson.h>

#include <optional>
#include <string>

#include "checker.hpp"
#include "service.hpp"
#include "speech_detector.hpp"

namespace gemlive::simulator {

/// What a client asks for, as far as the simulator follows it.
struct Setup {
  std::string model = {};
  bool text = false;  // answer in text, not in audio
  bool automatic = true;
  bool interruptible = true;
  bool input_transcription = false;
  bool output_transcription = false;
  bool history_first = false;  // history comes first, in clientContent
  bool resumption = false;
  bool transparent = false;  // with updates that tell how much was taken
  std::string handle = {};
  SpeechSettings speech = {};  // the rate comes with the audio
};

/// `setup` has passed check().
Setup read_setup(simdjson::dom::element setup, int silence_duration);

/// The service's own judgement of what it is asked for: key, model, project.
std::optional<Refusal> check_access(const Setup &setup, Service service, bool bad_key);

/// One line for a person.
std::string summary(const Setup &setup);

}  // namespace gemlive::simulator
