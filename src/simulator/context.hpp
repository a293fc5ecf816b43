// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <map>
#include <string>

#include "event_log.hpp"
#include "options.hpp"
#include "script.hpp"
#include "tokens.hpp"
#include "voice.hpp"

namespace gemlive::simulator {

/// What all sessions of the process share. Main thread.
struct Context {
  explicit Context(Options wanted) : options(std::move(wanted)), voice(options.voice) {}

  Options options;
  Script script = {};
  Voice voice;
  EventLog event_log = {};
  std::map<std::string, std::string> handles = {};  // for resumption: the model of each
  Tokens tokens = {};                               // that may open a session, with --sign-in
  int session_count = 0;                            // so far
};

}  // namespace gemlive::simulator
