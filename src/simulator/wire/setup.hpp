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

/// The settings of a client's setup that the simulator follows.
struct Setup {
  std::string model = {};
  bool text = false;  // answer in text, not in audio
  bool automatic = true;
  bool interruptible = true;
  bool input_transcription = false;
  bool output_transcription = false;
  bool interim_offsets = false;  // interim transcriptions may have offsets
  bool history_first = false;    // the first clientContent is history
  bool resumption = false;
  bool transparent = false;  // updates hold the number of consumed messages
  std::string handle = {};
  SpeechSettings speech = {};  // except the rate, which comes with the audio
};

/// Reads a setup that has passed check().
Setup read_setup(simdjson::dom::element setup, int silence_duration);

/// Checks key, model and project as the service does after a valid setup. nullopt: accepted.
std::optional<Refusal> check_access(const Setup &setup, Service service, bool bad_key);

/// Describes the setup in one line, for the console.
std::string summary(const Setup &setup);

}  // namespace gemlive::simulator
