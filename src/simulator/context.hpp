// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <map>
#include <optional>
#include <string>

#include "event_log.hpp"
#include "options.hpp"
#include "replay.hpp"
#include "script.hpp"
#include "tokens.hpp"
#include "voice.hpp"

namespace gemlive::simulator {

/// The state that all sessions of the process share. Main thread.
struct Context {
  explicit Context(Options wanted) : options(std::move(wanted)), voice(options.voice) {}

  Options options;
  Script script = {};
  Voice voice;
  EventLog event_log = {};
  std::map<std::string, std::string> handles = {};  // model by resumption handle
  Tokens tokens = {};                               // valid for a session, with --sign-in
  int session_count = 0;
  std::optional<Replay> replay = {};  // in place of answers of its own
};

}  // namespace gemlive::simulator
