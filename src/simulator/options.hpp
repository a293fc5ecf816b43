// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <optional>
#include <string>

#include "error.hpp"
#include "service.hpp"
#include "voice.hpp"

namespace gemlive::simulator {

enum class TurnComplete {
  playback,  // when the answer has been played, were it played as it comes
  now,       // with generationComplete
  never,
};

struct Options {
  std::string address = "127.0.0.1";
  int port = 8765;  // 0: any
  Voice::Kind voice = Voice::Kind::espeak;
  std::string say = {};                 // empty: the answer tells what was heard
  int tone_duration = 2000;             // ms
  double speed = 4;                     // times real time; 0: all at once
  std::optional<Service> service = {};  // nullopt: by the path
  TurnComplete turn_complete = TurnComplete::playback;
  int silence_duration = 800;  // ms
  std::string script = {};
  std::string record = {};
  std::string events = {};
  std::string sign_in = {};         // a folder; empty: nobody has to
  std::string sign_in_faults = {};  // a file
  std::string tls_certificate = {};
  std::string tls_key = {};
  bool quiet = false;
};

/// Prints the help and exits where it is asked for.
Result<Options> parse_options(int argc, char **argv);

}  // namespace gemlive::simulator
