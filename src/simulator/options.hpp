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
  playback,  // when the client would have played the answer
  now,       // with generationComplete
  never,
};

struct Options {
  std::string address = "127.0.0.1";
  int port = 8765;  // 0: any free port
  Voice::Kind voice = Voice::Kind::espeak;
  std::string say = {};                 // empty: the answer describes the input
  int tone_duration = 2000;             // ms
  double speed = 4;                     // times real time (with replay: 1); 0: all at once
  std::optional<Service> service = {};  // nullopt: the request path decides
  TurnComplete turn_complete = TurnComplete::playback;
  int silence_duration = 800;  // ms
  std::string script = {};
  std::string replay = {};  // a recorded session; empty: answers of its own
  std::string record = {};
  std::string events = {};
  std::string sign_in = {};  // folder for credentials; empty: no sign-in
  std::string sign_in_faults = {};
  std::string tls_certificate = {};
  std::string tls_key = {};
  bool quiet = false;
};

/// Parses the command line. Prints the help and exits if it contains --help.
Result<Options> parse_options(int argc, char **argv);

}  // namespace gemlive::simulator
