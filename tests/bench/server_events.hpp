// SPDX-FileCopyrightText: 2026 The gemlive authors
// SPDX-License-Identifier: LGPL-2.1-or-later

#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "measure.hpp"

namespace gemlive::bench {

/// The audio of one session, from the --events file of the server.
struct ServerSession {
  std::vector<Stamp> received = {};  // audio from the client
  std::vector<Stamp> sent = {};      // audio to the client
};

/// The key is the system instruction in the setup message of the session. Other lines are ignored.
std::unordered_map<std::string, ServerSession> read_server_events(const std::string &file);

}  // namespace gemlive::bench
